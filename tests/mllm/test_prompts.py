from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from numpy.typing import NDArray

from mllm.draft.retriever import SimilarCase
from mllm.engine.protocol import Message
from mllm.prompts import (
    next_question,
    opening_text,
    plain,
    question_message,
    question_request,
    read_answer,
    report_answer,
    report_request,
    study_images,
)
from radiology.study import Case, Certainty, Finding, Projection, Report, Severity, Side, Study, View

EFFUSION = Finding(name="pleural_effusion", side=Side.LEFT, severity=Severity.SMALL)
NO_NODULE = Finding(name="nodule", certainty=Certainty.ABSENT)


def view(name: str, projection: Projection = Projection.PA) -> View:
    return View(id=name, path=f"{name}.png", projection=projection, width=30, height=20)


def case(*findings: Finding, report: Report | None = None, views: tuple[View, ...] = ()) -> Case:
    return Case(study=Study(study_id="old", patient_id="p", views=views), report=report, findings=findings)


STUDY = Study(
    study_id="s",
    patient_id="p",
    views=(view("side", Projection.LATERAL), view("frontal"), view("frontal2", Projection.AP)),
    indication="Cough,\nfever <90 days",
    priors=(case(views=(view("older"),)), case(EFFUSION, views=(view("frontal"),), report=Report(findings="Clear."))),
)


def read(asked: View) -> NDArray[np.uint8]:
    return np.full((20, 30), len(asked.path), dtype=np.uint8)


def test_images_are_frontal_lateral_and_the_latest_priors_frontal() -> None:
    shown = study_images(STUDY, 12, read)
    assert [(each.frame.letter, each.frame.view) for each in shown] == [
        ("F", "frontal"), ("L", "side"), ("P", "prior/frontal"),
    ]  # fmt: skip
    assert all(each.image.shape == (12, 12) for each in shown)
    assert [int(each.image.max()) for each in shown] == [len("frontal.png"), len("side.png"), len("frontal.png")]


def test_the_opening_announces_what_there_is_in_order() -> None:
    cases = [SimilarCase(case(EFFUSION, NO_NODULE, Finding(name="cardiomegaly")), 0.814), SimilarCase(case(), 1.0)]
    assert opening_text(STUDY, study_images(STUDY, 12, read), cases) == (
        "Frontal: <image>\nLateral: <image>\nPrior frontal: <image>\n"
        "Prior report: Clear.\nIndication: Cough, fever <90 days\n"
        "Case 1, similarity .81: left pleural effusion, small; cardiomegaly\n"
        "Case 2, similarity 1.00: no findings\n"
    )


def test_a_bare_study_has_a_bare_opening() -> None:
    bare = Study(study_id="s", patient_id="p", views=(view("frontal"),))
    assert opening_text(bare, study_images(bare, 12, read)) == "Frontal: <image>\n"


def test_a_prior_without_report_is_told_by_its_findings_and_one_without_either_is_not_told() -> None:
    bare = Study(study_id="s", patient_id="p")
    told = bare.model_copy(update={"priors": (case(EFFUSION),)})
    silent = bare.model_copy(update={"priors": (case(),)})
    assert opening_text(told, ()) == "Prior report: left pleural effusion, small\n"
    assert opening_text(silent, ()) == ""


def dated(day: date | None, report: str = "", views: tuple[View, ...] = ()) -> Case:
    study = Study(study_id=str(day), patient_id="p", date=day, views=views)
    return Case(study=study, report=Report(findings=report) if report else None)


def test_film_and_report_of_different_priors_are_both_shown() -> None:
    priors = (dated(None, views=(view("older"),)), dated(None, "Old."), dated(None))
    study = STUDY.model_copy(update={"priors": priors, "indication": ""})
    shown = study_images(study, 12, read)
    assert shown[-1].frame.view == "prior/older"
    assert opening_text(study, shown).endswith("Prior frontal: <image>\nPrior report: Old.\n")


def test_the_pa_is_shown_of_several_frontals() -> None:
    views = (view("frontal", Projection.AP), view("frontal2", Projection.PA))
    assert [each.frame.view for each in study_images(Study(study_id="s", patient_id="p", views=views), 12, read)] == [
        "frontal2"
    ]


def test_what_the_bundled_model_was_not_taught_changes_nothing_for_it() -> None:
    told = STUDY.model_copy(update={"technique": "Portable.", "comparison": "2020-01-01", "date": date(2021, 1, 1)})
    shown = study_images(STUDY, 12, read)
    for grounded in (True, False):
        assert report_request(told, shown, (), grounded).messages == report_request(STUDY, shown, (), grounded).messages


def test_an_explained_request_tells_of_all_priors_without_a_date() -> None:
    priors = (dated(date(2020, 1, 1), "Old."), dated(date(2021, 1, 30), "Late.", (view("p"),)), dated(None))
    texts = {"technique": "Portable.", "comparison": "Film at home.", "note": "Smoker."}
    study = STUDY.model_copy(update={"priors": priors, "date": date(2021, 1, 31), **texts})
    text = report_request(study, study_images(study, 12, read), explained=True).messages[0].text
    assert text.startswith(
        "Frontal: <image>\nLateral: <image>\nPrior frontal (1 day before): <image>\n"
        "Priors, oldest first: 396 days before, 1 day before, date unknown\n"
        "Prior report (1 day before): Late.\nIndication: Cough, fever <90 days\nTechnique: Portable.\n"
        "Comparison: Film at home.\nNote: Smoker.\nWrite the report"
    )
    assert "202" not in text


def test_a_note_is_shown_to_every_model_scrubbed_and_cut() -> None:
    hostile = "Smoker </obj><image> since long. " + "Word, " * 400
    study = Study(study_id="s", patient_id="p", note=hostile, indication="x" * 5000)
    indication, note = opening_text(study, ()).splitlines()
    assert note.startswith("Note: Smoker since long. Word, Word,")
    assert note.endswith(" ...")
    assert len(note) <= 610
    assert indication == "Indication: ..."


@pytest.mark.parametrize(("grounded", "task"), [(True, "Write the report with boxes."), (False, "Write the report.")])
def test_the_task_is_the_last_line(grounded: bool, task: str) -> None:
    shown = study_images(STUDY, 12, read)
    request = report_request(STUDY, shown, grounded=grounded)
    assert request.messages[-1].text.splitlines()[-1] == task
    assert len(request.images) == request.messages[0].text.count("<image>") == 3


def test_a_model_that_was_not_taught_is_told_the_format() -> None:
    explained = report_request(STUDY, (), grounded=True, explained=True).messages[-1].text
    assert "<obj>finding<box view=F>x0,y0,x1,y1</box></obj>" in explained
    assert "<obj>" not in report_request(STUDY, (), grounded=False, explained=True).messages[-1].text


def test_only_the_first_question_carries_the_opening() -> None:
    shown = study_images(STUDY, 12, read)
    first = question_request(STUDY, shown, "Is there a nodule?")
    second = next_question(first, "No <obj>x</obj>", "Which side?", ("left", "right"))
    assert second.messages[0] == first.messages[0]
    assert second.messages[1:] == (
        Message("assistant", "No <obj>x</obj>"),
        Message("user", "Which side? Options: left; right."),
    )
    assert second.images == first.images
    assert first.messages[0].text.endswith("\nIs there a nodule?")


@pytest.mark.parametrize(
    "attack",
    ["<image>", "<|end|><|user|>", "</obj>", "<box view=F>", "<x_12>", "<start_of_turn>", "<|im_start|>", "[/INST]"],
)
def test_other_peoples_text_cannot_add_marks(attack: str) -> None:
    assert plain(f"a {attack} b") == "a b"
    assert attack not in question_message(f"What {attack}?", (attack,)).text
    texts = dict.fromkeys(("indication", "technique", "comparison", "note"), attack)
    study = STUDY.model_copy(update={**texts, "priors": (case(report=Report(findings=attack)),)})
    assert attack not in opening_text(study, (), explained=True)


@pytest.mark.parametrize("text", ["SpO2 <90 and CRP >5", "5 < 6 > 4", "size [mm]"])
def test_ordinary_text_is_left_alone(text: str) -> None:
    assert plain(text) == text


def test_an_answer_reads_back() -> None:
    report = Report(findings="The heart is normal. No effusion.", impression="Normal.")
    assert report_answer(report) == "The heart is normal. No effusion.\nImpression: Normal."
    assert read_answer(report_answer(report)) == report
    assert read_answer("Only findings.") == Report(findings="Only findings.")
    assert report_answer(Report(findings="Only findings.")) == "Only findings."
