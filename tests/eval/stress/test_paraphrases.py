from __future__ import annotations

from dataclasses import replace

import pytest

from eval.items import choices_of
from eval.prediction import Prediction
from eval.stress import paraphrases
from eval.stress.paraphrases import WORDINGS, majority, phrase, reworded, sample, stress_paraphrases
from eval.stress.trial import Trial
from mllm.draft.scope import asked_about
from radiology.datasets.table import Dataset
from radiology.findings import NIH_LABELS, PHANTOM_FINDINGS
from radiology.phantom.questions import CLOSED, closed_question
from tests.eval.stress.watcher import Watcher


def test_ten_wordings_none_of_which_the_data_uses() -> None:
    assert len(set(WORDINGS)) == 10
    assert not set(WORDINGS) & set(CLOSED)
    assert phrase("pleural_effusion") == "a pleural effusion"
    assert phrase("edema") == "pulmonary edema"


@pytest.mark.parametrize("name", sorted({*PHANTOM_FINDINGS, *NIH_LABELS.values()}))
def test_every_wording_is_a_yes_no_question_about_the_finding(name: str) -> None:
    for wording in WORDINGS:
        question = reworded(closed_question("s", name, True), wording)
        assert choices_of(question) == ("yes", "no")
        assert [finding.name for finding in asked_about(question.text)] == [name]


def test_a_model_that_hears_only_the_finding_never_flips(trial: Trial) -> None:
    overall, by_wording = stress_paraphrases(trial)
    assert [row.value for row in overall.rows] == [1.0, 1.0, 0.0]
    assert {row.value for row in by_wording.rows} == {1.0}
    assert {row.n for row in overall.rows} == {16}


def test_one_misleading_wording_shows(trial: Trial) -> None:
    overall, by_wording = stress_paraphrases(replace(trial, engine=Watcher(misled_by="evidence")))
    assert [row.value for row in overall.rows] == pytest.approx([0.95, 0.95, 0.5])
    values = {row.labels: row.value for row in by_wording.rows}
    assert values["Is there evidence of ...?", "accuracy"] == 0.5
    assert values["Is there evidence of ...?", "agrees with the majority"] == 0.5
    assert values["Can you see ...?", "balanced accuracy"] == 1.0


def test_agreement_with_the_datas_own_wording(trial: Trial) -> None:
    overall = stress_paraphrases(replace(trial, engine=Watcher(misled_by="Is there a pleural")))[0]
    assert [row.value for row in overall.rows] == pytest.approx([1.0, 0.5, 0.0])


def test_at_most_so_many_are_asked_again(data: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    twice = (*data.questions, *data.questions)
    assert len(sample(twice, 0)) == 16
    monkeypatch.setattr(paraphrases, "QUESTIONS", 5)
    assert len(sample(twice, 0)) == 5
    assert sample(twice, 0) == sample(twice, 0) != sample(twice, 1)


def test_the_majority_leaves_failures_out() -> None:
    group = [
        Prediction(id=str(i), task="closed", prediction=answer, reference="yes", study_id="s")
        for i, answer in enumerate([None, None, None, "yes", "no"])
    ]
    assert majority(group) == "no"


def test_no_yes_no_question_no_table(trial: Trial, data: Dataset) -> None:
    questions = tuple(q for q in data.questions if q.kind == "open")
    assert stress_paraphrases(replace(trial, data=replace(data, questions=questions))) == []
