"""What the majority knows: the truth that reports are compared with, from a training part where there is one."""

from __future__ import annotations

from eval.baselines import known_of, majority
from eval.items import Reports, blank_report
from eval.prediction import Prediction
from radiology.datasets.table import Dataset
from radiology.study import Case, Finding, Question, Report, Study

READ = Reports(findings_only=True, read=True)


def case(number: int, text: str, split: str = "custom", *findings: Finding) -> Case:
    study = Study(study_id=f"s{number}", patient_id=f"p{number}")
    return Case(study=study, report=Report(findings=text), findings=findings, split=split)


def test_the_constant_report_is_about_what_reports_are_compared_with() -> None:
    """The data lists a hernia, but the truth is what the references say."""
    cases = tuple(case(i, "There is pulmonary edema.", "custom", Finding(name="hernia")) for i in range(3))
    rows = [blank_report(each, READ) for each in cases]
    said = majority(rows, Dataset(cases), READ.truth)
    assert {row.prediction for row in said} == {"edema"}
    assert majority(rows, Dataset(cases))[0].prediction == "none"


def test_the_probability_is_that_of_the_answer_and_of_yes_where_that_is_asked() -> None:
    def asked(kind: str, answers: list[str]) -> tuple[Prediction, Dataset]:
        questions = tuple(
            Question(study_id=str(i), text="Which?", answer=answer, kind=kind) for i, answer in enumerate(answers)
        )
        row = Prediction(id="x", task=kind, prediction=None, reference="", study_id="x", question="Which?")
        return majority([row], Dataset((), questions))[0], Dataset((), questions)

    assert asked("open", ["axial", "axial", "axial", "lateral"])[0].probability == 0.75
    assert asked("closed", ["no", "no", "no", "yes"])[0].probability == 0.25


def test_a_training_part_teaches_only_what_is_not_evaluated() -> None:
    train, test = case(1, "Clear.", "train"), case(2, "Clear.", "test")
    everything, chosen = Dataset((train, test)), Dataset((test,))
    known = known_of(everything, chosen, "test")
    assert (known.data.cases, known.taught) == ((train,), True)
    assert known.signed(5).model_dump() == {"majority_from": "train split", "majority_n": 1, "blank_n": 5}
    assert known_of(everything, everything, "all").data == everything
    assert known_of(chosen, chosen, "test").signed(0).majority_from == "evaluated set"
