"""What the phantoms' grammar writes, the reader gives back."""

from __future__ import annotations

import numpy as np
import pytest

from radiology.findings import FINDINGS
from radiology.phantom.v1.language import write_statements
from radiology.phantom.v1.pathology import NAMES
from radiology.reading.mentions import read_sentence
from radiology.study import Certainty, Change, Finding, Severity, Side

ZONES = ("upper zone", "mid zone", "lower zone")
ZONED = ("nodule", "consolidation", "atelectasis")
CHANGES = (None, None, Change.NEW, Change.WORSE, Change.BETTER, Change.STABLE)


def _finding(name: str, rng: np.random.Generator) -> Finding:
    term, draw = FINDINGS[name], rng.random()
    sides = [Side.LEFT, Side.RIGHT] if term.device or name == "nodule" else list(Side)
    side = sides[int(rng.integers(len(sides)))] if term.sided else None
    if draw < 0.5:
        return Finding(name=name, certainty=Certainty.ABSENT)
    if draw < 0.6:
        return Finding(name=name, certainty=Certainty.ABSENT, side=side, change=Change.RESOLVED)
    graded = name != "nodule" and not term.device
    return Finding(
        name=name,
        side=side,
        severity=list(Severity)[int(rng.integers(3))] if graded else None,
        size_mm=float(rng.integers(12, 31)) if name == "nodule" else None,
        location=ZONES[int(rng.integers(3))] if name in ZONED else None,
        position=("superior vena cava", "right atrium")[int(rng.integers(2))] if name == "central_line" else None,
        change=CHANGES[int(rng.integers(len(CHANGES)))],
    )


@pytest.mark.parametrize("seed", range(4))
def test_every_sentence_of_the_grammar_is_read_exactly(seed: int) -> None:
    rng = np.random.default_rng(seed)
    for _ in range(100):
        for statement in write_statements([_finding(name, rng) for name in NAMES], rng):
            assert tuple(m.finding for m in read_sentence(statement.text)) == statement.findings, statement.text
