"""The reader finds in each pair of `tests.eval.metrics.pairs` what was changed, and nothing else."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from radiology.reading.report import read_report
from radiology.study import Certainty, Change, Severity, Side
from tests.eval.metrics.pairs import NEGATION_FLIPS, PARAPHRASES, SIDE_FLIPS

ALL = NEGATION_FLIPS + SIDE_FLIPS + PARAPHRASES


class Stated(NamedTuple):
    name: str
    certainty: Certainty
    side: Side | None
    severity: Severity | None
    change: Change | None


def stated(text: str) -> set[Stated]:
    return {Stated(f.name, f.certainty, f.side, f.severity, f.change) for f in read_report(text)}


def present(text: str) -> set[str]:
    return {finding.name for finding in stated(text) if finding.certainty is Certainty.PRESENT}


def test_there_are_twenty_of_each_and_no_two_alike() -> None:
    assert [len(pairs) for pairs in (NEGATION_FLIPS, SIDE_FLIPS, PARAPHRASES)] == [20, 20, 20]
    assert len({changed for _, changed in ALL}) == 60


@pytest.mark.parametrize("reference", [reference for reference, _ in ALL])
def test_a_reference_has_a_few_findings_and_a_sided_one(reference: str) -> None:
    found = stated(reference)
    assert 2 <= len({finding.name for finding in found}) <= 4
    assert any(finding.certainty is Certainty.PRESENT and finding.side for finding in found)


@pytest.mark.parametrize(("reference", "changed"), NEGATION_FLIPS)
def test_one_presence_is_turned(reference: str, changed: str) -> None:
    (turned,) = present(reference) ^ present(changed)
    before, after = stated(reference), stated(changed)
    assert {finding.name for finding in before ^ after} == {turned}


@pytest.mark.parametrize(("reference", "changed"), SIDE_FLIPS)
def test_one_side_is_turned(reference: str, changed: str) -> None:
    (before,), (after,) = stated(reference) - stated(changed), stated(changed) - stated(reference)
    assert {before.side, after.side} == {Side.LEFT, Side.RIGHT}
    assert before._replace(side=None) == after._replace(side=None)


@pytest.mark.parametrize(("reference", "changed"), PARAPHRASES)
def test_a_paraphrase_states_the_same(reference: str, changed: str) -> None:
    assert stated(reference) == stated(changed)
    shared = set(reference.lower().split()) & set(changed.lower().split())
    assert len(shared) < 0.7 * len(set(reference.lower().split()))
