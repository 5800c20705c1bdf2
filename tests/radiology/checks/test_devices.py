from __future__ import annotations

import pytest

from radiology.checks.table import checked
from radiology.study import DraftSentence, Evidence
from tests.radiology.checks.reports import STUDY, flagged, sentence

CHECK = "device nobody supports"
TUBE = "There is an endotracheal tube."


def weighed(text: str, evidence: Evidence | None = None) -> DraftSentence:
    """A sentence as the evidence layer leaves it."""
    update = {"evidence": (evidence,)} if evidence else {"flags": ("unsupported",)}
    return sentence(text).model_copy(update=update)


def found(kind: str, identifier: str, text: str) -> Evidence:
    return Evidence.model_validate({"kind": kind, "id": identifier, "text": text, "score": 0.9})


def test_where_nothing_was_weighed_it_takes_no_part() -> None:
    assert flagged(CHECK, TUBE) == []


def test_a_device_without_evidence() -> None:
    assert CHECK in checked([weighed(TUBE)], STUDY)[0].flags
    assert CHECK not in checked([weighed("No endotracheal tube.")], STUDY)[0].flags
    assert CHECK not in checked([weighed("There is a nodule.")], STUDY)[0].flags


@pytest.mark.parametrize(
    ("evidence", "supported"),
    [
        (found("region", "frontal/endotracheal_tube", "dense head sees it"), True),
        (found("region", "frontal/chest_tube", "dense head sees endotracheal tube"), False),
        (found("prior", "S-1100", "the prior has endotracheal tube"), True),
        (found("case", "other", "a similar case (.81) has endotracheal tube"), True),
        (found("case", "other", "a similar case (.81) has nodule"), False),
        (found("knowledge", "tubes", "an endotracheal tube ends above the carina"), False),
    ],
)
def test_who_may_support_a_device(evidence: Evidence, supported: bool) -> None:
    assert (CHECK not in checked([weighed(TUBE, evidence)], STUDY)[0].flags) is supported


def test_the_flags_of_checks_are_no_evidence_layer() -> None:
    once = checked([sentence("A new endotracheal tube.")], STUDY)
    assert once[0].flags == ("comparison without a prior",)
    assert CHECK not in checked(once, STUDY)[0].flags
