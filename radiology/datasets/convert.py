"""Any data set to a folder of ours: `studies.jsonl`, `questions.jsonl`, `skipped.csv`, and the films it needs.

Started again after whatever ended it, a conversion goes on, and ends with the same bytes as one that was never
interrupted: every file appears whole, films that are there are kept, and `studies.jsonl` is the last to be written.
"""

from __future__ import annotations

import csv
import random
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from radiology.datasets.conversion import Conversion, claim, refuse_foreign
from radiology.datasets.folder_lock import only_writer
from radiology.datasets.jsonl import QUESTIONS, STUDIES, write_cases, write_questions
from radiology.datasets.processes import Progress, spread
from radiology.datasets.scaling import Scaling, scale_film, scaled_view, target_of
from radiology.datasets.source import Dataset, Source
from radiology.datasets.split import split_of
from radiology.datasets.views import views_of
from radiology.datasets.whole_file import is_partial, whole_file
from radiology.errors import SightlineError
from radiology.phantom.record import split_of_seed
from radiology.study import Case, View

SKIPPED = "skipped.csv"
SEED = 0
UNDECODED = "film that cannot be decoded"
NO_FILM = "study whose films cannot be decoded"
_IMAGES, _RAW = "images", ".raw"


@dataclass(frozen=True, slots=True)
class Skipped:
    """`study` is empty where a reader told only how often something was skipped."""

    reason: str
    study: str
    count: int


@dataclass(frozen=True, slots=True)
class Converted:
    """Where the studies are, how many there are, and what was left out."""

    studies: Path
    cases: int
    questions: int
    skipped: tuple[Skipped, ...]

    def reasons(self) -> dict[str, int]:
        found: Counter[str] = Counter()
        for skipped in self.skipped:
            found[skipped.reason] += skipped.count
        return dict(sorted(found.items()))


def convert(
    source: Source,
    path: Path,
    folder: Path,
    wanted: Conversion,
    workers: int | None = None,
    progress: Progress = lambda done, total: None,
) -> Converted:
    """Read the data set at `path` into `folder`, which is `wanted` and nothing else.

    workers: number of processes that scale films, None for one a processor. Raises SightlineError for data that cannot
    be read, a folder that holds or is inside something else, and while another process writes there.
    """
    folder, inside = folder.absolute(), path.absolute()
    if inside.is_dir() and folder.resolve().is_relative_to(inside.resolve()):
        raise SightlineError(f"`{folder}`: is inside the data set, name a folder elsewhere.")
    refuse_foreign(folder, wanted)
    try:
        with only_writer(folder):
            claim(folder, wanted)
            return _convert(source, path, folder, wanted, workers, progress)
    except OSError as error:
        if error.filename is not None and not Path(error.filename).is_relative_to(folder):
            raise SightlineError(f"`{error.filename}`: cannot be read ({error.strerror}), make it readable.") from error
        raise SightlineError(f"`{folder}`: cannot be written ({error.strerror or error}), make room there.") from error


def _convert(
    source: Source, path: Path, folder: Path, wanted: Conversion, workers: int | None, progress: Progress
) -> Converted:
    _clear_partials(folder)
    raw = folder / _RAW if wanted.size else folder
    loaded = source.load(path, raw)
    chosen = choose(loaded, wanted)
    cases, skipped = chosen.cases, [Skipped(why, "", n) for why, n in sorted(loaded.skipped.items())]
    if wanted.size:
        roots = (raw, path.absolute() if path.is_dir() else path.absolute().parent)
        cases, failed = _scaled(cases, roots, folder / _IMAGES, wanted.size, workers, progress)
        skipped += failed
    _keep_only(folder / _IMAGES, cases)
    kept = {case.study.study_id for case in cases}
    questions = [question for question in chosen.questions if question.study_id in kept]
    write_questions(folder / QUESTIONS, questions)
    _write_skipped(folder / SKIPPED, skipped)
    write_cases(folder / STUDIES, cases)
    shutil.rmtree(folder / _RAW, ignore_errors=True)
    return Converted(folder / STUDIES, len(cases), len(questions), tuple(skipped))


def choose(data: Dataset, wanted: Conversion) -> Dataset:
    """The part of a split, at most `limit` studies of it, drawn by `SEED`, in their order.

    Where a case states no split its patient's hash does. Raises SightlineError when nothing is left.
    """
    cases = [
        case for case in data.cases if wanted.split in ("all", _split(case)) or wanted.split == case.split == "custom"
    ]
    if not cases:
        held = ", ".join(sorted({_split(case) for case in data.cases}))
        raise SightlineError(f"`--split {wanted.split}`: no study is of it, the data set holds {held}.")
    if wanted.limit is not None and wanted.limit < len(cases):
        drawn = random.Random(SEED).sample(range(len(cases)), wanted.limit)  # noqa: S311
        cases = [cases[i] for i in sorted(drawn)]
    return Dataset(tuple(cases), data.questions, data.skipped)


def _split(case: Case) -> str:
    stated = split_of_seed(case.seed) if case.phantom_version and case.seed is not None else case.split
    return stated if stated != "custom" else split_of(case.study.patient_id)


def _scaled(
    cases: Sequence[Case], roots: tuple[Path, ...], folder: Path, size: int, workers: int | None, progress: Progress
) -> tuple[tuple[Case, ...], list[Skipped]]:
    """The cases with films of that size; those whose films all fail are left out, with each film that fails."""
    folder.mkdir(exist_ok=True)
    paths = list(dict.fromkeys(view.path for case in cases for _, view in views_of(case)))
    targets = {path: target_of(path, roots, folder) for path in paths}
    orders = [Scaling(path, str(target), size) for path, target in targets.items()]
    failures = spread(scale_film, orders, workers, progress)
    failed = {order.source for order, failure in zip(orders, failures, strict=True) if failure is not None}
    moved = [(case, _with_views(case, lambda view: _moved(view, targets, failed))) for case in cases]
    kept = tuple(new for old, new in moved if new.study.views or not old.study.views)
    return kept, list(_failures(moved, failed))


def _moved(view: View, targets: dict[str, Path], failed: set[str]) -> View | None:
    return None if view.path in failed else scaled_view(view, targets[view.path])


def _failures(moved: Iterable[tuple[Case, Case]], failed: set[str]) -> Iterator[Skipped]:
    for old, new in moved:
        for view in old.study.views:
            if view.path in failed:
                yield Skipped(UNDECODED, old.study.study_id, 1)
        if old.study.views and not new.study.views:
            yield Skipped(NO_FILM, old.study.study_id, 1)


def _with_views(case: Case, change: Callable[[View], View | None]) -> Case:
    """The case, and its priors, with every view changed, without those that become None and boxes on them."""
    study = case.study
    views = tuple(new for view in study.views if (new := change(view)) is not None)
    lost = {view.id for view in study.views} - {view.id for view in views}
    priors = tuple(_with_views(prior, change) for prior in study.priors)
    findings = tuple(
        finding.model_copy(update={"boxes": tuple(box for box in finding.boxes if box.view not in lost)})
        for finding in case.findings
    )
    moved = study.model_copy(update={"views": views, "priors": priors})
    return case.model_copy(update={"study": moved, "findings": findings})


def _clear_partials(folder: Path) -> None:
    """What a run that was killed left half-written."""
    for place in (folder, folder / _IMAGES, folder / _RAW / _IMAGES):
        for file in filter(is_partial, place.iterdir() if place.is_dir() else ()):
            file.unlink(missing_ok=True)


def _keep_only(images: Path, cases: Iterable[Case]) -> None:
    """Take away pictures that no case shows: those a reader unpacked and the split or the limit left out."""
    shown = {Path(view.path) for case in cases for _, view in views_of(case)}
    for file in images.glob("*"):
        if file not in shown:
            file.unlink()


def _write_skipped(path: Path, skipped: Iterable[Skipped]) -> None:
    with whole_file(path) as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(("reason", "study", "count"))
        rows.writerows((line.reason, line.study, line.count) for line in skipped)
