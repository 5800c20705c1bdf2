"""Rows to try every metric of the table on: as good as can be, as bad as can be, and of every kind between.

One report serves most metrics: it has findings with sides, severities, changes and boxes, text, texts in the prompt, a
ranking, and the verdicts of all judges. Answers and sentences of drafts have rows of their own, told by the metric's
unit. `SPECIAL` names the few metrics that need a row turned a little further.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

from eval.metrics.judged import CHEXBERT_LABELS
from eval.metrics.table import METRICS
from eval.prediction import Prediction
from radiology.findings import FINDINGS
from radiology.study import Certainty, Change, Finding, Severity, Side
from tests.eval.metrics.rows import LEFT, RIGHT, finding

Rows = tuple[Prediction, ...]
Make = Callable[[int, bool], Prediction]
"""(number, whether it is as good as can be or as bad) -> row."""
Turn = Callable[[Prediction, bool], Prediction]
Blur = Callable[[Prediction, random.Random], Prediction]

_LABELS = dict.fromkeys(entry.chexpert for entry in FINDINGS.values())
GROUPS = tuple(tuple(name for name, entry in FINDINGS.items() if entry.chexpert == label) for label in _LABELS)
"""All findings, so that two groups share neither a name nor a CheXpert label."""
N = len(GROUPS)
_PARTS = ("lung base", "upper zone", "hilum", "apex", "heart border")
_WRONG_TEXT = "unchanged since the prior study"
_ITEMS = 10
_LOW = LEFT.model_copy(update={"y1": 0.44})
"""Overlaps LEFT by .8."""

LABELS = len(CHEXBERT_LABELS)
VERDICTS: Mapping[str, tuple[tuple[float, ...], tuple[float, ...]]] = {
    "chexbert": ((1.0,) * 2 * LABELS + (1.0,), (1.0,) * LABELS + (2.0,) * LABELS + (-1.0,)),
    "radgraph": ((1.0,) * 4, (0.0,) * 4),
    "bertscore": ((1.0,) * 3, (0.0,) * 3),
    "radfact": ((2.0,) * 8, (2.0, 0.0) * 4),
    "green": ((3.0, *(0.0,) * 6, 1.0), (0.0, 1.0, 1.0, *(0.0,) * 5)),
}
"""Judge -> its verdict on the best and on the worst of reports."""


def truth_of(i: int) -> tuple[Finding, ...]:
    side, box = ((Side.LEFT, LEFT), (Side.RIGHT, RIGHT))[i % 2]
    return tuple(
        finding(name, side, change=Change.NEW, severity=Severity.SMALL, boxes=(box,)) for name in GROUPS[i % N]
    )


def reference_of(i: int) -> str:
    return f"one opacity of {i} mm projects over a {_PARTS[i % len(_PARTS)]} on both films today"


def report(i: int, good: bool) -> Prediction:
    return Prediction(
        id=f"s{i}",
        study_id=f"s{i}",
        task="report",
        prediction=reference_of(i) if good else _WRONG_TEXT,
        reference=reference_of(i),
        findings=truth_of(i) if good else truth_of(i + 1),
        truth=truth_of(i),
        context=("rien d'anormal ici",) if good else (_WRONG_TEXT,),
        ranking=(float(good),) * _ITEMS,
        relevant=(1.0,) * _ITEMS,
        judged={judge: verdicts[not good] for judge, verdicts in VERDICTS.items()},
    )


def answer(i: int, good: bool) -> Prediction:
    """To a yes/no question, as sure as can be."""
    reference, other = ("yes", "no") if i % 2 else ("no", "yes")
    said = reference if good else other
    return Prediction(
        id=f"s{i}",
        study_id=f"s{i}",
        task="closed",
        prediction=said,
        reference=reference,
        probability=float(said == "yes"),
        name=("nodule", "edema")[i // 2 % 2],
    )


def sentence(i: int, good: bool) -> Prediction:
    """Of a draft, flagged as supported or not; its flag and its confidence fit what it is, or mislead."""
    supported = bool(i % 2)
    return Prediction(
        id=f"s{i // 2}#{i}",
        study_id=f"s{i // 2}",
        task="sentence",
        prediction="There is an effusion.",
        reference="right" if supported is good else "wrong",
        topic="supported" if supported else "unsupported",
        probability=float(supported),
    )


def contrary(row: Prediction, good: bool) -> Prediction:
    """A bad row that names the right findings and is wrong in all it says of them."""
    told = {"side": Side.BILATERAL, "change": Change.WORSE, "severity": Severity.LARGE}
    findings = tuple(each.model_copy(update=told) for each in row.truth)
    return row if good else row.model_copy(update={"findings": findings})


def sole(row: Prediction, _good: bool) -> Prediction:
    """Only one item is relevant, so that the first place can hold all there is."""
    return row.model_copy(update={"relevant": (1.0,), "ranking": row.ranking[:1]})


def flagged(row: Prediction, good: bool) -> Prediction:
    return row.model_copy(update={"topic": "supported" if good else "unsupported"})


SPECIAL: Mapping[str, Turn] = {
    "side_accuracy": contrary,
    "severity_accuracy": contrary,
    "change_accuracy": contrary,
    "recall@1": sole,
    "recall@5": sole,
    "recall@10": sole,
    "supported_share": flagged,
}
"""Metrics that ask of a row what contradicts the others."""


def _make(name: str) -> Make:
    unit = METRICS[name].unit
    if unit in ("answers", "images", "probabilities"):
        return answer
    return sentence if "sentences" in unit and "reports" not in unit else report


def _extreme(name: str, good: bool) -> Rows:
    rows, turn = _made(_make(name), good), SPECIAL.get(name)
    return rows if turn is None else tuple(turn(row, good) for row in rows)


@lru_cache(maxsize=8)
def _made(make: Make, good: bool) -> Rows:
    return tuple(make(i, good) for i in range(N))


def perfect(name: str) -> Rows:
    """Nothing to improve for the metric `name`."""
    return _extreme(name, True)


def disjoint(name: str) -> Rows:
    """Nothing is right that the metric `name` looks at."""
    return _extreme(name, False)


def mixed(name: str) -> Rows:
    """Right, wrong, half right and failed rows in a fixed random order, with ties."""
    return _mixed(_make(name))


@lru_cache(maxsize=3)
def _mixed(make: Make) -> Rows:
    draw = random.Random(7)
    halves: Mapping[Make, Blur] = {report: half_report, answer: half_answer, sentence: half_sentence}
    half = halves[make]
    rows = [*_made(make, True), *_made(make, False), *(half(make(i, True), draw) for i in range(2 * N))]
    draw.shuffle(rows)
    return tuple(row.model_copy(update={"id": f"m{i}", "study_id": f"m{i}"}) for i, row in enumerate(rows))


def half_report(row: Prediction, draw: random.Random) -> Prediction:
    """A report that is right in parts, or failed."""
    words = row.reference.split()
    said = draw.choice([row.reference, " ".join(draw.sample(words, len(words))), row.reference[:30], "nothing", None])
    return row.model_copy(
        update={
            "prediction": said,
            "findings": _blurred(row.truth, draw),
            "truth": _blurred(row.truth, draw),
            "has_prior": draw.random() < 0.5,
            "context": draw.choice([(), ("nothing",), ("one opacity of 3 mm", "both films today")]),
            "ranking": tuple(draw.choice([0.0, 0.5, 1.0]) for _ in range(_ITEMS)),
            "judged": {judge: _between(judge, best, draw) for judge, (best, _) in VERDICTS.items()},
        }
    )


def _blurred(findings: Sequence[Finding], draw: random.Random) -> tuple[Finding, ...]:
    """Most of the findings, each with something else said of it."""
    return tuple(
        each.model_copy(
            update={
                "certainty": draw.choice([Certainty.PRESENT] * 3 + [Certainty.UNCERTAIN, Certainty.ABSENT]),
                "side": draw.choice([*Side, None]),
                "severity": draw.choice([*Severity, None]),
                "change": draw.choice([*Change, None]),
                "location": draw.choice(["base", "apex", None]),
                "size_mm": draw.choice([5.0, 12.0, None]),
                "boxes": draw.choice([(), (LEFT,), (_LOW,), (LEFT, RIGHT)]),
                "probability": draw.choice([0.2, 0.5, 0.7, None]),
            }
        )
        for each in findings
        if draw.random() < 0.8
    )


def _between(judge: str, best: tuple[float, ...], draw: random.Random) -> tuple[float, ...]:
    """A verdict that is neither the best nor the worst; RadFact and GREEN now and then have none."""
    if judge in ("radfact", "green") and draw.random() < 0.2:
        return (math.nan,) * len(best)
    if judge == "chexbert":
        return (*(float(draw.randint(0, 3)) for _ in best[:-1]), draw.random())
    if judge == "radfact":
        return tuple(float(n) for _ in range(4) for n in (2, draw.randint(0, 2)))
    return tuple(each and draw.random() for each in best)


def half_answer(row: Prediction, draw: random.Random) -> Prediction:
    """An answer of one of the tasks, or none; among the closed questions are some that yes and no do not answer."""
    task, references = draw.choice(
        [("closed", ("yes", "no")), ("closed", ("AP", "PA")), ("open", ("left lower lobe", "2 nodules"))]
    )
    said = draw.choice([*references, *references, f"it is {references[0]}", None])
    p = None if said is None else draw.randint(0, 8) / 8
    told = {"task": task, "reference": draw.choice(references), "prediction": said, "probability": p}
    return row.model_copy(update=told)


def half_sentence(row: Prediction, draw: random.Random) -> Prediction:
    told = {
        "reference": draw.choice(["right", "wrong"]),
        "topic": draw.choice(["supported", "unsupported"]),
        "probability": draw.choice([None, *(n / 8 for n in range(9))]),
    }
    return row.model_copy(update=told)
