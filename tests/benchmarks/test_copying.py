"""What counts as taken from a case."""

from __future__ import annotations

from benchmarks.copying import Item, made_up, row
from eval.metrics.bootstrap import plain
from eval.metrics.table import METRICS
from mllm.draft.retriever import SimilarCase
from radiology.study import Case, Finding, Report, Study

REPORT = Report(findings="Small left pleural effusion. The heart is normal in size.")
OTHER = Case(study=Study(study_id="other", patient_id="q"), report=REPORT, findings=(Finding(name="pleural_effusion"),))
OWN = Case(
    study=Study(study_id="own", patient_id="p"), report=Report(findings="Edema."), findings=(Finding(name="edema"),)
)
BESIDE = (SimilarCase(OTHER, 0.9),)


def test_words_and_made_up_findings_of_a_case() -> None:
    drafted = row(Item(OWN, (), BESIDE), "There is a nodule. Small left pleural effusion. Pulmonary edema.", BESIDE)
    assert plain([drafted], METRICS["copied_sentences"].score) == 1 / 3
    assert plain([drafted], METRICS["copied_run"].score) == 4 / 10
    assert plain([drafted], made_up({"own": BESIDE}).score) == 0.5  # a nodule and an effusion; the edema is true


def test_a_draft_that_makes_nothing_up_is_not_counted() -> None:
    drafted = row(Item(OWN, (), BESIDE), "Pulmonary edema.", BESIDE)
    assert made_up({"own": BESIDE}).size([drafted]) == 0
