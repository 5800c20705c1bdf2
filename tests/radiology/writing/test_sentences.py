"""A finding that is written is read back as exactly that finding."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import numpy as np
import pytest

from radiology.findings import FINDINGS
from radiology.reading.mentions import read_sentence
from radiology.study import Certainty, Change, Finding, Severity, Side
from radiology.writing.sentences import write_sentences
from tests.radiology.phantom.language.drawing import draw_findings

SHIFTS = ("mediastinal_shift", "tracheal_shift")
NOW = (None, Change.NEW, Change.STABLE, Change.WORSE, Change.BETTER)


def _any(name: str) -> Iterator[Finding]:
    term = FINDINGS[name]
    sides = (None, Side.LEFT, Side.RIGHT) if name in SHIFTS else (None, *Side) if term.sided else (None,)
    grades = (None,) if term.device else (None, *Severity)
    for side, severity, change in product(sides, grades, NOW):
        for certainty in (Certainty.PRESENT, Certainty.UNCERTAIN):
            yield Finding(name=name, certainty=certainty, side=side, severity=severity, change=change)
    for side, gone in product(sides, (None, Change.RESOLVED)):
        yield Finding(name=name, certainty=Certainty.ABSENT, side=side, change=gone)


@pytest.mark.parametrize("name", FINDINGS)
def test_any_finding_of_the_vocabulary_is_read_back(name: str) -> None:
    for finding in _any(name):
        ((text, _),) = write_sentences([finding])
        assert [mention.finding for mention in read_sentence(text)] == [finding], text


def test_places_sizes_counts_and_positions_are_read_back() -> None:
    for seed in range(60):
        for finding in draw_findings(np.random.default_rng(seed)):
            ((text, _),) = write_sentences([finding])
            assert [mention.finding for mention in read_sentence(text)] == [finding], text


@pytest.mark.parametrize(
    ("finding", "text"),
    [
        (Finding(name="pleural_effusion", side=Side.LEFT, severity=Severity.SMALL), "Small left pleural effusion."),
        (Finding(name="pleural_effusion", side=Side.BILATERAL), "Bilateral pleural effusions."),
        (Finding(name="cardiomegaly", severity=Severity.SMALL, change=Change.WORSE), "Mild cardiomegaly, worse."),
        (
            Finding(name="nodule", side=Side.RIGHT, location="upper lobe", size_mm=8, certainty=Certainty.UNCERTAIN),
            "Possible 8 mm right upper lobe nodule.",
        ),
        (
            Finding(name="elevated_hemidiaphragm", side=Side.LEFT, severity=Severity.LARGE),
            "Severe elevation of the left hemidiaphragm.",
        ),
        (
            Finding(name="endotracheal_tube", position="4 cm above the carina", change=Change.NEW),
            "New endotracheal tube with its tip 4 cm above the carina.",
        ),
        (
            Finding(name="chest_tube", side=Side.LEFT, certainty=Certainty.ABSENT, change=Change.RESOLVED),
            "The left chest tube has been removed.",
        ),
    ],
)
def test_the_wording(finding: Finding, text: str) -> None:
    assert write_sentences([finding]) == ((text, (finding,)),)


def test_denials_in_a_row_share_a_sentence_unless_they_have_a_place() -> None:
    plain = [Finding(name=name, certainty=Certainty.ABSENT) for name in ("pleural_effusion", "nodule", "edema")]
    left = Finding(name="pneumothorax", certainty=Certainty.ABSENT, side=Side.LEFT)
    mass = Finding(name="mass")
    assert [text for text, _ in write_sentences([*plain, left, mass, plain[0]])] == [
        "No pleural effusion, nodule or pulmonary edema.",
        "No left pneumothorax.",
        "Mass.",
        "No pleural effusion.",
    ]
