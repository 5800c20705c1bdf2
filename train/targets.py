"""What is known of each film, as arrays for the heads: 1, 0, or NaN where nothing is known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mllm.model.heads import GATE
from radiology.findings import NIH_LABELS, PHANTOM_FINDINGS
from radiology.study import Case, Certainty, Projection, Question
from train.shelf import Shard, film_key

Array = NDArray[np.float32]
IMAGE_FINDINGS: tuple[str, ...] = tuple(dict.fromkeys((*PHANTOM_FINDINGS, *NIH_LABELS.values())))
"""Findings with image-level labels: the phantoms' and the fourteen of NIH."""
PLAIN_FILM = "plain film"
_LATERAL, _FRONTAL = ("lateral", "sagittal"), ("pa", "ap", "frontal")
MIN_ANSWERS = 12


@dataclass(frozen=True)
class Targets:
    """Row i belongs to film i of the shard.

    findings [N, F'], gate [N, G] and answers [N, A] hold 1, 0 or NaN; has_dense [N] says whose maps are known;
    likeness [N] groups films whose findings can be compared: 1 phantom frontals, 2 NIH films, 0 none;
    signs [N, 3 F'] are the finding-and-side sets the embedding learns to compare.
    """

    findings: Array
    gate: Array
    answers: Array
    has_dense: NDArray[np.bool_]
    likeness: NDArray[np.int64]
    signs: Array


def answer_classes(questions: Sequence[Question]) -> tuple[tuple[str, str], ...]:
    """(topic, answer) pairs common enough to be learnt as image-level classes; yes and no depend on the question."""
    counts = Counter((q.topic, q.answer.lower()) for q in questions if q.answer.lower() not in ("yes", "no"))
    return tuple(sorted(pair for pair, n in counts.items() if n >= MIN_ANSWERS))


def make_targets(shard: Shard, classes: Sequence[tuple[str, str]]) -> Targets:
    """Targets of every film of `shard`; `classes` from `answer_classes` of the visual question answering sets."""
    cases = {film_key(c.study.study_id, v.id): (c, v.projection) for c in shard.cases for v in c.study.views}
    asked: dict[str, list[Question]] = {}
    for question in shard.questions:
        asked.setdefault(question.study_id, []).append(question)
    rows = [cases[key] for key in shard.keys]
    about = [asked.get(case.study.study_id, []) for case, _ in rows]
    return Targets(
        findings=np.stack([_findings(case) for case, _ in rows]),
        gate=np.stack([make_gate(case, p, q) for (case, p), q in zip(rows, about, strict=True)]),
        answers=np.stack([_answers(case, q, classes) for (case, _), q in zip(rows, about, strict=True)]),
        has_dense=np.array([case.source == "phantom" for case, _ in rows]),
        likeness=np.array([_likeness(case, p) for case, p in rows]),
        signs=np.stack([_signs(case) for case, _ in rows]),
    )


def _findings(case: Case) -> Array:
    """NIH lists the positives of a closed set: for the heads, unlisted of its fourteen counts as absent."""
    row = np.full(len(IMAGE_FINDINGS), np.nan, np.float32)
    if case.source == "nih":
        row[[IMAGE_FINDINGS.index(name) for name in NIH_LABELS.values()]] = 0
    for finding in case.findings:
        if finding.name in IMAGE_FINDINGS and finding.certainty is not Certainty.UNCERTAIN:
            row[IMAGE_FINDINGS.index(finding.name)] = float(finding.certainty is Certainty.PRESENT)
    return row


def is_chest_film(case: Case, questions: Sequence[Question]) -> float:
    """1 for the chest sets and plain films of the chest, 0 for another organ or modality, NaN where it is not said.

    VQA-RAD's pictures of the chest are all plain frontals (Lau et al., Scientific Data 5, 2018). A film whose organ is
    a vessel may be of the chest or not.
    """
    if not case.source.startswith("vqa"):
        return 1.0
    said = _said(questions)
    if said.keys() & {"head", "abd", "chest"}:
        return float("chest" in said)
    organ, modality = said.get("organ", ""), said.get("modality", "")
    thoracic, film = organ.startswith(("lung", "heart", "chest")), PLAIN_FILM in modality
    if modality.startswith(("ct", "mr", "us", "pet", "an", "mg")) or (organ and not thoracic and not _vessel(organ)):
        return 0.0
    return 1.0 if thoracic and film else float("nan")


def _vessel(organ: str) -> bool:
    return organ.startswith("vascular")


def _said(questions: Sequence[Question]) -> dict[str, str]:
    return {question.topic.lower(): question.answer.lower() for question in questions}


def make_gate(case: Case, projection: Projection, questions: Sequence[Question]) -> Array:
    """[G]; of a chest film whose file does not tell the projection, the plane that a question is answered with."""
    row = np.full(len(GATE), np.nan, np.float32)
    row[0] = is_chest_film(case, questions)
    if projection is not Projection.UNKNOWN:
        row[1:] = projection is Projection.LATERAL, projection is Projection.AP
    elif row[0] == 1 and case.source.startswith("vqa"):
        row[1:] = _planes(_said(questions))
    return row


def _planes(said: dict[str, str]) -> tuple[float, float]:
    """(lateral, AP) of a chest film by what is said of it."""
    plane = said.get("plane", "frontal" if "chest" in said else "")
    lateral = float(plane in _LATERAL) if plane in (*_LATERAL, *_FRONTAL) else float("nan")
    return lateral, float(plane == "ap") if plane in ("pa", "ap") else float("nan")


def _answers(case: Case, questions: Sequence[Question], classes: Sequence[tuple[str, str]]) -> Array:
    row = np.full(len(classes), np.nan, np.float32)
    if case.source.startswith("vqa"):
        said = {(q.topic, q.answer.lower()) for q in questions}
        topics = {topic for topic, answer in said if answer not in ("yes", "no")}
        for index, pair in enumerate(classes):
            if pair[0] in topics:
                row[index] = float(pair in said)
    return row


def _likeness(case: Case, projection: Projection) -> int:
    if case.source == "phantom":
        return int(projection.frontal)
    return 2 if case.source == "nih" else 0


def _signs(case: Case) -> Array:
    """One place for each finding on the left, on the right and with no side; bilateral takes both."""
    row = np.zeros((3, len(IMAGE_FINDINGS)), np.float32)
    places = {"left": (0,), "right": (1,), "bilateral": (0, 1)}
    for finding in case.present:
        if finding.name in IMAGE_FINDINGS:
            for place in places.get(str(finding.side), (2,)):
                row[place, IMAGE_FINDINGS.index(finding.name)] = 1
    return row.ravel()
