"""What films show and texts claim, worked by hand, and queries that are true of their film."""

from __future__ import annotations

import numpy as np
import pytest

from radiology.findings import PHANTOM_FINDINGS
from radiology.phantom.cohort import make_phantom
from radiology.reading.mentions import read_sentence
from radiology.study import Case, Certainty, Finding, Report, Severity, Side, Study
from retrieval.zeroshot.descriptors import DESCRIPTORS
from train.claims import draw_query, facts_of, fits, report_claim

EFFUSION = Finding(name="pleural_effusion", side=Side.LEFT, severity=Severity.LARGE)
BOTH = Finding(name="pleural_effusion", side=Side.BILATERAL)
NO_EDEMA = Finding(name="edema", certainty=Certainty.ABSENT)
PACEMAKER = Finding(name="pacemaker", side=Side.LEFT)
DOUBTFUL = Finding(name="nodule", certainty=Certainty.UNCERTAIN)


def case_of(*findings: Finding) -> Case:
    report = Report(findings="Left effusion.", impression="Effusion.")
    return Case(study=Study(study_id="s", patient_id="p"), report=report, findings=findings)


def test_what_a_film_shows() -> None:
    assert facts_of([EFFUSION, NO_EDEMA]) == {
        "pleural_effusion", "pleural_effusion only left", "pleural_effusion left", "pleural_effusion large", "no edema",
    }  # fmt: skip
    assert {"pleural_effusion left", "pleural_effusion right"} < facts_of([BOTH])
    assert "normal" in facts_of([PACEMAKER, NO_EDEMA])
    assert facts_of([DOUBTFUL]) == frozenset()


def test_a_report_fits_films_with_the_same_findings_on_the_same_sides() -> None:
    claim = report_claim(case_of(EFFUSION, NO_EDEMA))
    assert claim is not None
    milder = EFFUSION.model_copy(update={"severity": Severity.SMALL})
    edema = NO_EDEMA.model_copy(update={"certainty": Certainty.PRESENT})
    films = [[EFFUSION, NO_EDEMA], [milder, NO_EDEMA], [BOTH, NO_EDEMA], [EFFUSION, edema], [NO_EDEMA], [EFFUSION]]
    assert fits([claim.facts], [facts_of(film) for film in films]).tolist() == [[1, 1, 0, 0, 0, 0]]
    assert report_claim(case_of().model_copy(update={"report": None})) is None


def test_a_short_claim_fits_every_film_that_it_is_true_of() -> None:
    films = [facts_of(film) for film in ([EFFUSION], [BOTH, NO_EDEMA], [NO_EDEMA], [PACEMAKER])]
    claims = [{"pleural_effusion left"}, {"no edema"}, {"normal"}, {"pleural_effusion", "no edema"}, set[str]()]
    wanted = [[1, 1, 0, 0], [0, 1, 1, 0], [0, 0, 1, 1], [0, 1, 0, 0], [1, 1, 1, 1]]
    assert fits([frozenset(claim) for claim in claims], films).tolist() == wanted


@pytest.mark.parametrize("seed", [11, 12, 13, 14])
def test_queries_are_true_of_their_phantom(seed: int) -> None:
    findings = make_phantom(seed, 32, version="2")[0].case.findings
    rng = np.random.default_rng(seed)
    known, drawn = facts_of(findings), [draw_query(findings, rng) for _ in range(200)]
    assert all(claim.facts <= known and claim.text for claim in drawn)
    assert len({claim.text for claim in drawn}) > 60
    certainties = {(f.name, f.certainty) for f in findings}
    signs = [sign for own in DESCRIPTORS.values() for sign in own]
    for claim in drawn:
        if any(sign in claim.text for sign in signs) or "normal" in claim.facts:
            continue
        read = {(m.finding.name, m.finding.certainty) for m in read_sentence(claim.text)}
        named = {fact.removeprefix("no ").split()[0] for fact in claim.facts}
        assert {pair for pair in read if pair[0] in named} <= certainties, claim
        assert named <= set(PHANTOM_FINDINGS)


def test_nothing_known_is_nothing_said() -> None:
    assert draw_query([DOUBTFUL], np.random.default_rng(0)).facts == frozenset()
