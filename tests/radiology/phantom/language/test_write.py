"""A report that is written from findings is read back to exactly these findings."""

from __future__ import annotations

import re

import numpy as np
import pytest

from radiology.findings import FINDINGS
from radiology.phantom.language.lines import technique_of
from radiology.phantom.language.statement import report_of
from radiology.phantom.language.styles import Style
from radiology.phantom.language.write import write_statements
from radiology.reading.mentions import read_sentence
from radiology.reading.report import merge, read_mentions, read_sentences
from radiology.study import Certainty, Change, Finding, Projection, Severity, Side, Study, View
from tests.radiology.phantom.language.drawing import draw_findings

SHIFTS = ("mediastinal_shift", "tracheal_shift")
WORDS = 260
"""A small language model learns the text: no more words than this, numbers apart."""
SLIPS = re.compile(
    r"\b(mild|moderate|severe)ly (?!\w+ed\b|low\b)|\b(mild|moderate|severe) (low|enlarged|elevated|increased)\b"
    r"|\ba [aeio]|\ban [^aeio\d]|\b(is|are) (is|are)\b|\b(an?|the) (an?|the)\b| [ ,.]|[,.]{2}",
    re.IGNORECASE,
)
"""An adverb before a noun, an adjective before an adjective, a wrong article, two words or stops for one."""


def _generator(seed: int) -> np.random.Generator:
    return np.random.default_rng([seed, 5])


@pytest.mark.parametrize("style", Style)
def test_every_sentence_is_read_exactly(style: Style) -> None:
    for seed in range(100):
        rng = _generator(seed)
        for statement in write_statements(draw_findings(rng), rng, style=style):
            assert tuple(m.finding for m in read_sentence(statement.text)) == statement.findings, statement.text


def test_a_report_is_read_back_to_its_findings() -> None:
    for seed in range(300):
        rng = _generator(seed)
        findings = draw_findings(rng)
        statements = write_statements(findings, rng)
        report = report_of(statements)
        assert list(read_sentences(report)) == [statement.text for statement in statements]
        read = merge(mention.finding for mention in read_mentions(report))
        told = {f for f in findings if f.certainty is not Certainty.ABSENT or f.change is Change.RESOLVED}
        assert told <= set(read)
        assert {f for f in read if f.name != "infiltration"} <= set(findings)


def test_the_grammar_is_right() -> None:
    for seed in range(400):
        rng = _generator(seed)
        for statement in write_statements(draw_findings(rng), rng):
            assert not SLIPS.search(statement.text), statement.text


def test_a_box_belongs_to_a_phrase_of_its_first_finding() -> None:
    for seed in range(100):
        rng = _generator(seed)
        for statement in write_statements(draw_findings(rng), rng):
            there = bool(statement.findings) and statement.findings[0].certainty is not Certainty.ABSENT
            assert (statement.phrase is not None) == there, statement
            if statement.phrase is not None:
                start, end = statement.phrase
                assert re.fullmatch(r"[^.:]*\w", statement.text[start:end]), statement


def test_any_finding_of_the_vocabulary_can_be_written() -> None:
    for name, term in FINDINGS.items():
        sides = (None, *Side) if term.sided else (None,)
        for number, side in enumerate(sides if name not in SHIFTS else sides[:3]):
            finding = Finding(name=name, side=side)
            for statement in write_statements([finding], _generator(number)):
                assert [m.finding for m in read_sentence(statement.text)] == list(statement.findings), statement.text


def test_the_stock_of_words_is_small() -> None:
    words: set[str] = set()
    for seed in range(400):
        rng = _generator(seed)
        for statement in write_statements(draw_findings(rng), rng):
            words |= set(re.findall(r"[a-z-]+", statement.text.lower()))
    assert 150 < len(words) <= WORDS


def test_nothing_is_said_of_what_is_not_listed() -> None:
    effusion = Finding(name="pleural_effusion", side=Side.LEFT)
    for seed in range(20):
        names = {f.name for s in write_statements([effusion], _generator(seed)) for f in s.findings}
        assert names == {"pleural_effusion"}


def test_clear_lungs_need_lungs_without_any_finding() -> None:
    clear = [Finding(name=name, certainty=Certainty.ABSENT) for name in ("consolidation", "opacity")]
    nodule = Finding(name="nodule", side=Side.LEFT, size_mm=9.0)
    texts = [_text(clear, seed) for seed in range(40)]
    assert any("clear" in text.lower() for text in texts)
    assert not any("clear" in _text([*clear, nodule], seed).lower() for seed in range(40))


def test_a_normal_chest_holds_nothing_at_all() -> None:
    tube = Finding(name="endotracheal_tube", position="4 cm above the carina")
    normal = [_text([Finding(name="nodule", certainty=Certainty.ABSENT)], seed) for seed in range(30)]
    assert any("Normal chest." in text for text in normal)
    assert not any("Normal chest." in _text([tube], seed) for seed in range(30))


@pytest.mark.parametrize(
    ("position", "judgement"),
    [("1 cm above the carina", "too deep"), ("9 cm above the carina", "too high"), ("esophagus", "misplaced")],
)
def test_a_wrong_position_is_judged(position: str, judgement: str) -> None:
    tube = Finding(name="endotracheal_tube", position=position)
    statements = write_statements([tube], _generator(0), style=Style.TERSE)
    assert [judgement in statement.text for statement in statements] == [True, True]


def test_a_pneumothorax_that_pushes_is_under_tension() -> None:
    large = Finding(name="pneumothorax", side=Side.LEFT, severity=Severity.LARGE)
    shift = Finding(name="mediastinal_shift", side=Side.RIGHT)
    (statement, *_) = write_statements([large, shift], _generator(0), style=Style.TERSE)
    assert statement.text == "Large left tension pneumothorax with mediastinal shift to the right."
    assert statement.findings == (large, shift)
    away = shift.model_copy(update={"side": Side.LEFT})
    assert "tension" not in _text([large, away], 0)


def test_structured_reports_have_each_heading_once() -> None:
    for seed in range(50):
        rng = _generator(seed)
        report = report_of(write_statements(draw_findings(rng), rng, style=Style.STRUCTURED))
        headings = re.findall(r"\b([A-Z]\w+):", report.findings)
        assert len(headings) == len(set(headings))
        assert headings


def test_the_technique_names_the_views() -> None:
    views = tuple(View(id=p, path=p, projection=p, width=2, height=3) for p in (Projection.PA, Projection.LATERAL))
    study = Study(study_id="s", patient_id="p", views=views)
    assert technique_of(study, _generator(0)).startswith("PA and lateral")


def _text(findings: list[Finding], seed: int) -> str:
    return " ".join(statement.text for statement in write_statements(findings, _generator(seed)))
