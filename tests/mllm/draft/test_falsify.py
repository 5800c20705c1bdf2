from __future__ import annotations

import numpy as np
import pytest

from mllm.draft.claims import read_claims
from mllm.draft.falsify import falsified, planted_report, stated_findings
from mllm.draft.truth import known_of
from radiology.findings import NIH_LABELS
from radiology.phantom.cohort import VERSIONS, make_phantom
from radiology.study import Case, Certainty, Finding, Side, Study

LEFT = Finding(name="pleural_effusion", side=Side.LEFT)
ABSENT = Finding(name="nodule", certainty=Certainty.ABSENT)


def test_exactly_one_finding_is_turned_into_its_opposite_or_moved() -> None:
    kinds = set()
    for seed in range(40):
        changed = falsified((LEFT, ABSENT), np.random.default_rng(seed))
        (wrong,) = [new for new, old in zip(changed, (LEFT, ABSENT), strict=True) if new != old]
        kinds.add((wrong.name, wrong.certainty, wrong.side if wrong.name == "pleural_effusion" else None))
    assert kinds == {
        ("pleural_effusion", Certainty.ABSENT, None),
        ("pleural_effusion", Certainty.PRESENT, Side.RIGHT),
        ("nodule", Certainty.PRESENT, None),
    }


def test_nothing_known_leaves_nothing_to_falsify() -> None:
    assert falsified((), np.random.default_rng(0)) == ()


def test_of_nih_what_is_not_listed_is_stated_as_absent() -> None:
    case = Case(study=Study(study_id="s", patient_id="p"), findings=(LEFT,), source="nih")
    stated = stated_findings(case)
    assert {finding.name for finding in stated} == set(NIH_LABELS.values())
    assert [finding.name for finding in stated if finding.certainty is Certainty.PRESENT] == ["pleural_effusion"]


@pytest.mark.parametrize("version", VERSIONS)
def test_reports_of_phantoms_say_nothing_of_what_is_unknown(version: str) -> None:
    for seed in range(4):
        case = make_phantom(seed, 64, version=version)[0].case
        claims = read_claims(planted_report(case, np.random.default_rng(seed)), ())
        assert any(claim.mentions for claim in claims)
        assert {m.finding.name for claim in claims for m in claim.mentions} <= set(known_of(case))
