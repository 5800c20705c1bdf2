"""Phantom patients and cohorts, deterministic for each seed and `PHANTOM_VERSION`.

Seeds below 800,000,000 are for training, up to 899,999,999 for validation, from 900,000,000 for evaluation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from radiology.datasets.jsonl import write_cases, write_questions
from radiology.errors import SightlineError
from radiology.findings import FINDINGS, PHANTOM_FINDINGS
from radiology.phantom.anatomy import Body, draw_body
from radiology.phantom.dicom import write_dicom
from radiology.phantom.geometry import FIELD_MM, Detector
from radiology.phantom.language import report_of, write_statements
from radiology.phantom.pathology import Lesion, draw_lesion, draw_lesions, resized
from radiology.phantom.questions import ask
from radiology.phantom.radiograph import Film, draw_exposure, draw_pose, take
from radiology.study import Box, Case, Certainty, Change, Finding, Projection, Question, Study, View

PHANTOM_VERSION = "1"
VIEW_IDS = {Projection.PA: "frontal", Projection.AP: "frontal", Projection.LATERAL: "lateral"}
FIRST_VISIT = date(2020, 1, 6)


@dataclass(frozen=True)
class Phantom:
    """One visit. `images`: view id -> [S, S] uint8; `masks`: view id -> finding name -> [S, S] bool."""

    case: Case
    images: dict[str, NDArray[np.uint8]]
    masks: dict[str, dict[str, NDArray[np.bool_]]]
    questions: tuple[Question, ...]


def split_of_seed(seed: int) -> str:
    """Which split a phantom seed belongs to."""
    return "train" if seed < 800_000_000 else "val" if seed < 900_000_000 else "test"


def _boxes(film: Film, index: int, view: str) -> tuple[Box, ...]:
    """The tight box of each visible component of one lesion."""
    boxes = []
    for mask in film.masks[index]:
        rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
        height, width = mask.shape
        boxes.append(
            Box(
                view=view,
                x0=columns[0] / width,
                y0=rows[0] / height,
                x1=(columns[-1] + 1) / width,
                y1=(rows[-1] + 1) / height,
            )
        )
    return tuple(boxes)


@dataclass(frozen=True)
class Visit:
    """What a patient has on one day: the lesions, how each has changed, and one that went away since the last visit."""

    number: int
    lesions: tuple[Lesion, ...]
    change: dict[str, Change] = field(default_factory=dict)
    gone: Lesion | None = None


def _next_visit(last: Visit, rng: np.random.Generator) -> Visit:
    """The following visit: exactly one lesion is new, gone, larger or smaller, the others are stable."""
    number, lesions = last.number + 1, last.lesions
    change = {lesion.name: Change.STABLE for lesion in lesions}
    if not lesions or rng.random() < 0.25:
        new = draw_lesion(str(rng.choice([name for name in PHANTOM_FINDINGS if name not in change])), rng)
        merged = sorted((*lesions, new), key=lambda lesion: PHANTOM_FINDINGS.index(lesion.name))
        return Visit(number, tuple(merged), change | {new.name: Change.NEW})
    old = lesions[int(rng.integers(len(lesions)))]
    if FINDINGS[old.name].device or old.name == "nodule" or rng.random() < 0.3:
        return Visit(number, tuple(x for x in lesions if x is not old), change, old)
    grows = rng.random() < 0.5 if 0.4 < old.extent < 0.6 else old.extent <= 0.4
    moved = resized(old, old.extent + (1 if grows else -1) * rng.uniform(0.3, 0.45))
    change[old.name] = Change.WORSE if grows else Change.BETTER
    return Visit(number, tuple(moved if x is old else x for x in lesions), change)


def _findings(visit: Visit, films: dict[str, Film]) -> tuple[Finding, ...]:
    """Everything known: what is present with its boxes, and every other finding of the vocabulary as absent."""
    known = {name: Finding(name=name, certainty=Certainty.ABSENT) for name in PHANTOM_FINDINGS}
    for index, lesion in enumerate(visit.lesions):
        boxes = tuple(box for view, film in films.items() for box in _boxes(film, index, view))
        known[lesion.name] = lesion.finding().model_copy(
            update={"boxes": boxes, "change": visit.change.get(lesion.name)}
        )
    if visit.gone:
        known[visit.gone.name] = Finding(
            name=visit.gone.name, certainty=Certainty.ABSENT, side=visit.gone.side, change=Change.RESOLVED
        )
    return tuple(known.values())


def _ratio(body: Body, lesions: Sequence[Lesion]) -> float:
    """Cardiothoracic ratio: transverse width of the heart over that of the thorax."""
    enlarged = next((lesion.ratio for lesion in lesions if lesion.name == "cardiomegaly"), None)
    half = np.sqrt(np.linalg.inv(body.heart(enlarged).matrices[0])[0, 0])
    return float(round(2 * half / body.inner_width, 3))


def make_phantom(
    seed: int, size: int = 224, projections: Sequence[Projection] = (Projection.PA,), visits: int = 1
) -> list[Phantom]:
    """One patient, imaged `visits` times a month apart, each visit with the earlier ones as priors."""
    rng = np.random.default_rng([int(PHANTOM_VERSION), seed])
    body, visit = draw_body(rng), Visit(0, draw_lesions(rng))
    series: list[Phantom] = []
    for number in range(visits):
        visit = _next_visit(visit, rng) if number else visit
        films = {p: _film(body, visit, size, p, rng) for p in projections}
        study_id = f"phantom-{seed}" + (f"-visit{number + 1}" if visits > 1 else "")
        study = Study(
            study_id=study_id,
            patient_id=f"phantom-patient-{seed}",
            date=FIRST_VISIT + timedelta(days=30 * number),
            views=tuple(_view(study_id, projection, size) for projection in projections),
            priors=tuple(phantom.case for phantom in series),
        )
        series.append(_phantom(study, seed, body, visit, {VIEW_IDS[p]: film for p, film in films.items()}, rng))
    return series


def _film(body: Body, visit: Visit, size: int, projection: Projection, rng: np.random.Generator) -> Film:
    detector = Detector(size, draw_pose(rng), projection is Projection.LATERAL)
    return take(body, visit.lesions, detector, draw_exposure(rng), rng)


def _view(study_id: str, projection: Projection, size: int) -> View:
    return View(
        id=VIEW_IDS[projection],
        path=f"images/{study_id}_{VIEW_IDS[projection]}.png",
        projection=projection,
        width=size,
        height=size,
        pixel_spacing=(FIELD_MM / size, FIELD_MM / size),
    )


def _phantom(
    study: Study, seed: int, body: Body, visit: Visit, films: dict[str, Film], rng: np.random.Generator
) -> Phantom:
    findings = _findings(visit, films)
    comparison = str(study.priors[-1].study.date) if study.priors else ""
    case = Case(
        study=study,
        report=report_of(write_statements(findings, rng), comparison),
        findings=findings,
        source="phantom",
        licence="Apache-2.0",
        split=split_of_seed(seed),
        phantom_version=PHANTOM_VERSION,
        seed=seed,
        cardiothoracic_ratio=_ratio(body, visit.lesions),
    )
    masks = {view: _masks(visit.lesions, film) for view, film in films.items()}
    return Phantom(case, {view: film.image for view, film in films.items()}, masks, ask(case, rng))


def _masks(lesions: Sequence[Lesion], film: Film) -> dict[str, NDArray[np.bool_]]:
    """Finding name -> [S, S] where any of its components shows."""
    return {
        lesion.name: np.logical_or.reduce(masks) for lesion, masks in zip(lesions, film.masks, strict=True) if masks
    }


def make_cohort(
    n: int, seed: int, size: int, projections: Sequence[Projection] = (Projection.PA,), visits: tuple[int, int] = (1, 1)
) -> Iterator[Phantom]:
    """`n` patients with seeds `seed`, `seed`+1, ..., each with a number of visits between the two given."""
    for one in range(seed, seed + n):
        count = int(np.random.default_rng([one, 77]).integers(visits[0], visits[1] + 1))
        yield from make_phantom(one, size, projections, count)


def write_cohort(
    out: Path,
    n: int,
    seed: int,
    size: int = 224,
    projections: Sequence[Projection] = (Projection.PA,),
    visits: tuple[int, int] = (1, 1),
    dicom: bool = False,
    progress: Callable[[int], None] = lambda done: None,
) -> Path:
    """Write `images/`, `studies.jsonl` and `questions.jsonl` to `out`; gives the path of `studies.jsonl`.

    `progress` is told the number of studies done. Raises SightlineError for a size or number that makes no film.
    """
    if n < 1 or not 32 <= size <= 4096:
        raise SightlineError(f"phantoms: {n} of {size} px cannot be made; ask for at least 1 of 32 to 4096 px.")
    (out / "images").mkdir(parents=True, exist_ok=True)
    cases: list[Case] = []
    questions: list[Question] = []
    for done, phantom in enumerate(make_cohort(n, seed, size, projections, visits), start=1):
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
            write_dicom(target, phantom.images[view.id], case.study, view)
        else:
            Image.fromarray(phantom.images[view.id]).save(target, compress_level=1)
    return _moved(case, out, dicom)


def _path(view: View, out: Path, dicom: bool) -> Path:
    return (out / view.path).with_suffix(".dcm" if dicom else ".png")


def _moved(case: Case, out: Path, dicom: bool) -> Case:
    views = tuple(view.model_copy(update={"path": str(_path(view, out, dicom))}) for view in case.study.views)
    priors = tuple(_moved(prior, out, dicom) for prior in case.study.priors)
    return case.model_copy(update={"study": case.study.model_copy(update={"views": views, "priors": priors})})
