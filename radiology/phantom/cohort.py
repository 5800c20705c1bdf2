"""Cohorts of phantom patients, deterministic for each seed and version.

Seeds below 800,000,000 are for training, up to 899,999,999 for validation, from 900,000,000 for evaluation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from radiology.datasets.jsonl import write_cases, write_questions
from radiology.errors import SightlineError
from radiology.phantom import patient
from radiology.phantom.dicom import Variant, draw_variant, write_dicom
from radiology.phantom.record import VIEW_IDS, Phantom
from radiology.phantom.v1 import patient as first
from radiology.study import Case, Projection, Question, View

Maker = Callable[[int, int, Sequence[Projection], int], list[Phantom]]
"""Seed, size in px, projections and number of visits -> the visits."""
VERSIONS: dict[str, Maker] = {
    first.VERSION: first.make_phantom,
    patient.VERSION: patient.make_phantom,
}
"""Version -> how it makes the visits of one patient. Old versions stay, so that scores on them can be made again."""
PHANTOM_VERSION = first.VERSION
PA_ONLY = (Projection.PA,)


def make_phantom(
    seed: int,
    size: int = 224,
    projections: Sequence[Projection] = PA_ONLY,
    visits: int = 1,
    version: str = PHANTOM_VERSION,
) -> list[Phantom]:
    """One patient, imaged `visits` times, each visit with the earlier ones as priors.

    Raises SightlineError for a version that there is not.
    """
    return _maker(version)(seed, size, projections, visits)


def _maker(version: str) -> Maker:
    if version not in VERSIONS:
        raise SightlineError(f"phantoms: there is no version `{version}`; choose {' or '.join(VERSIONS)}.")
    return VERSIONS[version]


@dataclass(frozen=True)
class Cohort:
    """`n` patients with seeds `seed`, `seed`+1, ..., each with a number of visits between the two given.

    Raises SightlineError for a size, number, version or views that cannot be.
    """

    n: int
    seed: int
    size: int = 224
    projections: Sequence[Projection] = PA_ONLY
    visits: tuple[int, int] = (1, 1)
    version: str = PHANTOM_VERSION

    def __post_init__(self) -> None:
        if self.n < 1 or not 32 <= self.size <= 4096:
            raise SightlineError(
                f"phantoms: {self.n} of {self.size} px cannot be made; ask for at least 1 of 32 to 4096 px."
            )
        if len({VIEW_IDS[projection] for projection in self.projections}) < len(self.projections):
            names = ",".join(self.projections)
            raise SightlineError(f"phantoms: `{names}` asks for two films of one name; choose PA or AP, and each once.")
        _maker(self.version)

    def phantoms(self) -> Iterator[Phantom]:
        """Every visit of every patient."""
        for seed in range(self.seed, self.seed + self.n):
            visits = int(np.random.default_rng([seed, 77]).integers(self.visits[0], self.visits[1] + 1))
            yield from make_phantom(seed, self.size, self.projections, visits, self.version)


def write_cohort(
    out: Path, cohort: Cohort, dicom: bool = False, progress: Callable[[int], None] = lambda done: None
) -> Path:
    """Write `images/`, `studies.jsonl` and `questions.jsonl` to `out`; gives the path of `studies.jsonl`.

    `progress` is told the number of studies done.
    """
    (out / "images").mkdir(parents=True, exist_ok=True)
    cases: list[Case] = []
    questions: list[Question] = []
    for done, phantom in enumerate(cohort.phantoms(), start=1):
        case = _placed(phantom, out, dicom)
        cases.append(case)
        questions += phantom.questions
        progress(done)
    write_questions(out / "questions.jsonl", questions)
    write_cases(out / "studies.jsonl", cases)
    return out / "studies.jsonl"


def _placed(phantom: Phantom, out: Path, dicom: bool) -> Case:
    """Write the films of one visit; its case with the paths they, and its priors', now have."""
    case = phantom.case
    for view in case.study.views:
        target = _path(view, out, dicom)
        if dicom:
            write_dicom(target, phantom.images[view.id], case.study, view, _variant(case, view))
        else:
            Image.fromarray(phantom.images[view.id]).save(target, compress_level=1)
    return _moved(case, out, dicom)


def _variant(case: Case, view: View) -> Variant | None:
    """How the file is encoded: version 1 in one way, later ones in all ways that scanners do."""
    if case.phantom_version == first.VERSION:
        return None
    return draw_variant(np.random.default_rng([case.seed or 0, 5, len(case.study.priors), view.projection.frontal]))


def _path(view: View, out: Path, dicom: bool) -> Path:
    return (out / view.path).with_suffix(".dcm" if dicom else ".png")


def _moved(case: Case, out: Path, dicom: bool) -> Case:
    views = tuple(view.model_copy(update={"path": str(_path(view, out, dicom))}) for view in case.study.views)
    priors = tuple(_moved(prior, out, dicom) for prior in case.study.priors)
    return case.model_copy(update={"study": case.study.model_copy(update={"views": views, "priors": priors})})
