from __future__ import annotations

from collections.abc import Sequence

import pytest

from eval.prediction import Prediction
from eval.stress.table import StressTable
from eval.trust.tables import all_tables, bin_table, curve_table, sentence_table, set_tables
from eval.trust.watch import Decision, Sentences, Watched, watch
from mllm.draft.assistant import Assistant
from mllm.draft.calibration.conformal import Band
from radiology.datasets.table import Dataset
from radiology.study import Case, Certainty
from tests.calibrations import plain_calibration, plain_kind
from tests.eval.stress.watcher import EFFUSION, Watcher, WatchingHeads

PRESENT, ABSENT = frozenset({Certainty.PRESENT}), frozenset({Certainty.ABSENT})


def row(i: int, right: bool, confidence: float | None, supported: bool = True) -> Prediction:
    return Prediction(
        id=f"s{i}#0",
        task="sentence",
        prediction="x",
        reference="right" if right else "wrong",
        probability=confidence,
        study_id=f"s{i}",
        topic="supported" if supported else "unsupported",
    )


def watched(name: str, rows: Sequence[Prediction], decisions: Sequence[Decision] = ()) -> Watched:
    sentences = Sentences(list(rows), [(each.probability or 0) >= 0.5 for each in rows])
    return Watched(name, films=len(rows), draft=sentences, decisions=list(decisions))


def values(table: StressTable, films: str) -> dict[str, float | None]:
    return {each.labels[1]: each.value for each in table.rows if each.labels[0] == films}


TEN = [row(i, right=i >= 2, confidence=0.1 * i, supported=i >= 2) for i in range(10)]
"""The two least certain of ten sentences are wrong and unsupported."""


def test_sentences_by_hand() -> None:
    measured = values(sentence_table([watched("nih", TEN)], "draft"), "nih")
    assert measured["supported sentences that are right"] == 1.0
    assert measured["unsupported sentences that are wrong"] == 1.0
    assert measured["sentences that are right"] == 0.8
    assert measured["AUROC of the confidence"] == 1.0
    assert measured["errors among the least certain fifth"] == pytest.approx(1.0)
    assert measured["sentences that stand"] == 0.5
    assert measured["errors among those that stand"] == 0.0
    assert 0 < (measured["expected calibration error of a perfect forecaster"] or 0) < 0.5


def test_the_curve_falls_as_the_least_certain_are_left_out() -> None:
    risks = values(curve_table([watched("nih", TEN)], "draft"), "nih")
    assert risks["100% most certain"] == pytest.approx(0.2)
    assert risks["90% most certain"] == pytest.approx(1 / 9, abs=1e-6)
    assert risks["80% most certain"] == 0.0


def test_several_kinds_are_also_taken_together() -> None:
    table = sentence_table([watched("a", TEN[:4]), watched("b", TEN[4:])], "draft")
    assert values(table, "all")["sentences that are right"] == 0.8
    assert values(table, "a")["sentences that are right"] == 0.5


def test_bins_count_every_sentence_once() -> None:
    rows = bin_table([watched("nih", [*TEN, row(10, True, 1.0)])], "draft").rows
    assert sum(each.n for each in rows) == 11
    assert rows[0].value == pytest.approx(0.6)


def test_sets_that_cover_and_sets_that_do_not() -> None:
    decisions = [
        Decision("s1", "p1", "nodule", True, PRESENT),
        Decision("s2", "p2", "nodule", True, ABSENT),
        Decision("s3", "p3", "nodule", False, PRESENT | ABSENT),
        Decision("s4", "p4", "mass", False, frozenset()),
    ]
    overall, single = set_tables([watched("nih", TEN, decisions)])
    measured = values(overall, "nih")
    assert measured["truth in the set"] == 0.5
    assert measured["truth in the set, finding shown"] == 0.5
    assert measured["set of both"] == measured["empty set"] == 0.25
    assert values(single, "nih") == {"nodule": pytest.approx(2 / 3, abs=1e-6), "mass": 0.0}


def test_without_confidences_only_the_evidence_is_told() -> None:
    silent = [row(i, right=True, confidence=None) for i in range(4)]
    tables = all_tables([watched("nih", silent)])
    assert [table.name for table in tables] == ["trust-draft"]
    assert "AUROC of the confidence" not in values(tables[0], "nih")


def phantoms(cases: Sequence[Case]) -> list[Case]:
    return [case.model_copy(update={"source": "phantom", "phantom_version": "1"}) for case in cases]


def test_drafts_reports_and_sets_of_each_film_are_watched(data: Dataset) -> None:
    bands = {EFFUSION: Band(present=0.5, absent=0.5, shown=30, free=30)}
    kind = plain_kind(intercept=2.0, abstain_below=0.9, films=((1.0,),), bands=bands)
    calibration = plain_calibration().model_copy(update={"kinds": (kind,)})
    assistant = Assistant(Watcher(), WatchingHeads(), calibration=calibration)
    cases = phantoms(data.cases[:6])
    told: list[int] = []
    seen = watch(assistant, "phantom", cases, told.append)
    assert seen.films == seen.recognised == 6
    assert told == [1, 2, 3, 4, 5, 6]
    assert {each.name for each in seen.decisions} == {EFFUSION}
    assert {each.reference for each in seen.draft.rows} <= {"right", "wrong"}
    assert len(seen.draft.rows) == len(seen.draft.stands)
    assert not any(seen.draft.stands)
    assert [each.probability for each in seen.report.rows] == pytest.approx([0.880797] * len(seen.report.rows))
    assert "wrong" in {each.reference for each in seen.report.rows}


def test_without_a_calibration_nothing_is_decided(data: Dataset) -> None:
    seen = watch(Assistant(Watcher(), WatchingHeads()), "phantom", phantoms(data.cases[:2]))
    assert seen.decisions == []
    assert {each.probability for each in seen.draft.rows} == {None}
