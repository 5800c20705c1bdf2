from __future__ import annotations

import pytest

from radiology.phantom.language.nouns import with_article
from radiology.phantom.language.phrases import phrase_of
from radiology.study import Change, Finding, Severity, Side

L, R, B = Side.LEFT, Side.RIGHT, Side.BILATERAL


@pytest.mark.parametrize(
    ("finding", "phrase"),
    [
        (Finding(name="pleural_effusion", side=L, severity=Severity.SMALL), "a small left pleural effusion"),
        (Finding(name="pneumothorax", side=B), "bilateral pneumothoraces"),
        (Finding(name="scoliosis", severity=Severity.SMALL), "mild scoliosis"),
        (Finding(name="enlarged_mediastinum", severity=Severity.LARGE), "a severely enlarged mediastinum"),
        (Finding(name="mediastinal_shift", side=R), "mediastinal shift to the right"),
        (Finding(name="nodule", side=R, size_mm=8.0, change=Change.NEW), "a new 8 mm right nodule"),
        (Finding(name="elevated_hemidiaphragm", side=L), "an elevation of the left hemidiaphragm"),
        (
            Finding(name="elevated_hemidiaphragm", side=L, severity=Severity.LARGE),
            "a severe elevation of the left hemidiaphragm",
        ),
        (Finding(name="elevated_hemidiaphragm", side=B), "an elevation of both hemidiaphragms"),
        (
            Finding(name="elevated_hemidiaphragm", severity=Severity.SMALL, change=Change.NEW),
            "a new mildly elevated hemidiaphragm",
        ),
        (Finding(name="low_lung_volumes", severity=Severity.MODERATE), "moderately low lung volumes"),
        (
            Finding(name="endotracheal_tube", position="4 cm above the carina"),
            "an endotracheal tube with its tip 4 cm above the carina",
        ),
        (Finding(name="sternal_wires", count=6, position="intact"), "six sternotomy wires, intact"),
        (Finding(name="silhouette_sign", side=R, location="heart border"), "an obscured right heart border"),
    ],
)
def test_the_first_wording_of_a_phrase(finding: Finding, phrase: str) -> None:
    assert with_article(phrase_of(finding), finding) == phrase


def test_a_number_takes_the_article_of_its_sound() -> None:
    nodule = Finding(name="nodule")
    assert with_article("8 mm nodule", nodule) == "an 8 mm nodule"
    assert with_article("18 mm nodule", nodule) == "an 18 mm nodule"
    assert with_article("12 mm nodule", nodule) == "a 12 mm nodule"
