"""Is a finding still reported when its region is hidden? Beside hiding an equally big region elsewhere."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from eval.items import Look
from eval.metrics.findings import present
from eval.prediction import Prediction
from eval.stress.fill import Place, filled
from eval.stress.images import Film, Random
from eval.stress.joint import difference, share
from eval.stress.looks import generator, inside
from eval.stress.table import StressRow, StressTable
from eval.stress.trial import Trial
from mllm.prompts import Shown
from radiology.datasets.table import Dataset
from radiology.study import Box, Case, Side, Study

MARGIN = 0.02
"""Around a box, as a share of the film's longer side: a finding fades out beyond its box."""
TRIES = 300
Boxes = tuple[Box, ...]
NOTE = (
    "Of the boxed findings, those reported with their side; of these, those still reported with the region filled from "
    "its surroundings in every view, and with an equally big region elsewhere instead. The difference is paired, "
    "over the findings for which there is room elsewhere. A filled region takes after what lies around it: at the lung "
    "base it stays hazy, so an effusion is hard to hide."
)


@dataclass(frozen=True)
class Target:
    """A finding that is present in a case, with its boxes; `told`: the report on the whole film has it rightly.

    `elsewhere` are boxes of the same sizes that touch none of its own; None where there is no room.
    """

    case: Case
    name: str
    boxes: Boxes
    told: bool
    elsewhere: Boxes | None

    @property
    def id(self) -> str:
        return f"{self.case.study.study_id}/{self.name}"


def stress_masking(trial: Trial) -> list[StressTable]:
    """Shares of boxed, present findings that are reported untouched, with their region and with another one hidden."""
    targets = list(find_targets(trial.data.cases, trial.clean, trial.seed)) if trial.benchmark.reports else []
    told = [target for target in targets if target.told]
    if not told:
        return []
    own = {t.id: t.boxes for t in told}
    others = {t.id: t.elsewhere for t in told if t.elsewhere is not None}
    hidden = _reported(trial, "region hidden", own, told)
    control = _reported(trial, "another region hidden", others, told)
    table = StressTable(
        name="region_masking",
        title="Region masking: findings that are still reported",
        columns=("finding", "measure"),
        rows=tuple(_rows(targets, hidden, control, trial.seed)),
        across="measure",
        notes=(NOTE,),
    )
    return [table]


def find_targets(cases: Iterable[Case], rows: Sequence[Prediction], seed: int) -> Iterator[Target]:
    """Every present finding with a box; `rows` hold the reports on the whole films."""
    reports = {row.study_id: row for row in rows if row.task == "report"}
    for case in cases:
        for name, sides in present(case.findings).items():
            boxes = tuple(box for finding in case.present if finding.name == name for box in finding.boxes)
            if boxes:
                told = is_told(reports[case.study.study_id], name, sides)
                yield Target(case, name, boxes, told, elsewhere(boxes, generator(seed, case.study.study_id, name)))


def is_told(row: Prediction, name: str, sides: frozenset[Side]) -> bool:
    """Whether a report has the finding `name` as present, on its `sides` where it has any."""
    said = present(row.findings)
    return name in said and (not sides or said[name] == sides)


def elsewhere(boxes: Boxes, rng: Random) -> Boxes | None:
    """A box of the same view and size for each of `boxes`, at random where none of them, and no other one, lies."""
    taken = list(boxes)
    for box in boxes:
        place = next((p for p in (_anywhere(box, rng) for _ in range(TRIES)) if not _touches(p, taken)), None)
        if place is None:
            return None
        taken.append(place)
    return tuple(taken[len(boxes) :])


def _anywhere(box: Box, rng: Random) -> Box:
    width, height = box.x1 - box.x0, box.y1 - box.y0
    x0, y0 = rng.uniform(0, 1 - width), rng.uniform(0, 1 - height)
    return Box(view=box.view, x0=x0, y0=y0, x1=min(x0 + width, 1.0), y1=min(y0 + height, 1.0))


def _touches(box: Box, others: Iterable[Box]) -> bool:
    return any(
        box.view == o.view and box.x0 < o.x1 and o.x0 < box.x1 and box.y0 < o.y1 and o.y0 < box.y1 for o in others
    )


def _reported(trial: Trial, stage: str, boxes: Mapping[str, Boxes], targets: Sequence[Target]) -> dict[str, bool]:
    """Whether each of `targets` for which there are `boxes` is still reported when these are hidden."""
    own = [target for target in targets if target.id in boxes]
    cases = tuple(_renamed(target.case, target.id) for target in own)
    rows = trial.predict(hide(trial.look, boxes, trial.seed), stage, Dataset(cases, (), {})) if cases else []
    said = {row.study_id: row for row in rows}
    return {t.id: is_told(said[t.id], t.name, present(t.case.findings)[t.name]) for t in own}


def _renamed(case: Case, name: str) -> Case:
    return case.model_copy(update={"study": case.study.model_copy(update={"study_id": name})})


def hide(see: Look, boxes: Mapping[str, Boxes], seed: int) -> Look:
    """What `see` shows, with the boxes listed for the study's id filled in each view."""

    def look(study: Study, size: int) -> tuple[Shown, ...]:
        rng = generator(seed, study.study_id)
        return tuple(_hidden(shown, boxes[study.study_id], rng) for shown in see(study, size))

    return look


def _hidden(shown: Shown, boxes: Boxes, rng: Random) -> Shown:
    def fill(film: Film, rng: Random) -> Film:
        for box in boxes:
            film = filled(film, place_of(box, film.shape), rng) if box.view == shown.frame.view else film
        return film

    return inside(shown, fill, rng)


def place_of(box: Box, shape: tuple[int, ...]) -> Place:
    """Pixels that `box` covers with its margin, of a film of `shape` (height, width)."""
    height, width = shape
    margin = MARGIN * max(height, width)
    return (
        max(0, math.floor(box.x0 * width - margin)),
        max(0, math.floor(box.y0 * height - margin)),
        min(width, math.ceil(box.x1 * width + margin)),
        min(height, math.ceil(box.y1 * height + margin)),
    )


def _rows(targets: Sequence[Target], hidden: dict[str, bool], control: dict[str, bool], seed: int) -> list[StressRow]:
    rows = _measures("all", targets, hidden, control, seed)
    for name in sorted({target.name for target in targets}):
        rows += _measures(name, [t for t in targets if t.name == name], hidden, control, seed)
    return rows


def _measures(
    name: str, targets: Sequence[Target], hidden: dict[str, bool], control: dict[str, bool], seed: int
) -> list[StressRow]:
    told = [target for target in targets if target.told]
    both = [target for target in told if target.id in control]
    after, instead = [hidden[t.id] for t in both], [control[t.id] for t in both]
    rows = [share((name, "reported untouched"), _stand_ins(targets), [t.told for t in targets], seed)]
    if told:
        rows.append(share((name, "still, region hidden"), _stand_ins(told), [hidden[t.id] for t in told], seed))
    if both:
        rows.append(share((name, "still, another region hidden"), _stand_ins(both), instead, seed))
        rows.append(difference((name, "difference"), _stand_ins(both), after, instead, seed))
    return rows


def _stand_ins(targets: Sequence[Target]) -> list[Prediction]:
    """A row a target, for the resampling of studies."""
    return [
        Prediction(id=t.id, task="masking", prediction=None, reference="", study_id=t.case.study.study_id)
        for t in targets
    ]
