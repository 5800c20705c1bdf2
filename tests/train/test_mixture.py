"""Conversations to learn from: true to the case, silent about what is unknown, never a film of another split."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from mllm.boxes import Frame, decode
from mllm.prompts import read_answer
from radiology.errors import SightlineError
from radiology.findings import PHANTOM_FINDINGS
from radiology.imaging.letterbox import Letterbox
from radiology.reading.report import read_report
from radiology.study import Case, Certainty, Finding, Projection, Question, Study, View
from train.lessons import draw_cases, films_of, plan
from train.mixture import NEIGHBOURS, SHARES, Mixture, neighbours
from train.shelf import COPY, Shard, coverage, film_key, load, split_of_case, stock_phantoms, thumbnails
from train.targets import IMAGE_FINDINGS, answer_classes, make_targets

SIZE = 48


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("shelf")
    stock_phantoms(folder, 1000, 30, SIZE, 1, lambda done: None)
    return folder


@pytest.fixture(scope="module")
def phantoms(shelf: Path) -> Shard:
    return load(shelf, ["phantom-1000"])


def real(source: str, *findings: Finding) -> Case:
    view = View(id="frontal", path=f"{source}.png", projection=Projection.AP, width=20, height=30)
    return Case(study=Study(study_id=source, patient_id=source, views=(view,)), findings=findings, source=source)


def shard_of(case: Case, *questions: Question) -> Shard:
    return Shard(
        np.zeros((1, SIZE, SIZE), np.uint8),
        np.zeros((1, 3, 3, len(PHANTOM_FINDINGS)), np.uint8),
        (film_key(case.study.study_id, "frontal"),),
        (case,),
        questions,
    )


def test_a_shelf_is_stocked_once(shelf: Path, phantoms: Shard) -> None:
    before = (shelf / "phantom-1000.npz").stat().st_mtime_ns
    stock_phantoms(shelf, 1000, 30, SIZE, 1, lambda done: None)
    assert (shelf / "phantom-1000.npz").stat().st_mtime_ns == before
    assert (
        len(phantoms.images) == len(phantoms.keys) == 54
    )  # of ten patients: 6 with one view, 4 with two, and of three a second visit


def test_a_shard_of_other_findings_is_refused(tmp_path: Path) -> None:
    np.savez(tmp_path / "old.npz", images=np.zeros((1, 16, 16)), dense=np.zeros((1, 1, 1, 9)), keys=np.array(["a/b"]))
    with pytest.raises(SightlineError, match="made for 9 findings"):
        load(tmp_path, ["old"])


@pytest.mark.parametrize("first", [799_999_990, 899_999_990, 900_000_000])
def test_evaluation_seeds_are_refused(tmp_path: Path, first: int) -> None:
    with pytest.raises(SightlineError, match=str(first)):
        stock_phantoms(tmp_path, first, 20, SIZE, 1, lambda done: None)


def test_coverage_is_the_share_of_each_patch() -> None:
    mask = np.zeros((32, 32), bool)
    mask[:16, 16:24] = True
    assert coverage({"nodule": mask}, 32)[..., 3].tolist() == [[0, 128], [0, 0]]


def test_reports_say_what_is_true_and_boxes_where(phantoms: Shard) -> None:
    mixture = Mixture(phantoms, SIZE)
    grounded = 0
    for index, case in enumerate(phantoms.cases):
        conversation = mixture.conversation(index, "report", 3)
        assert conversation.messages[0].text.count("<image>") == len(conversation.images)
        frames = [
            Frame("F", "frontal", Letterbox(SIZE, SIZE, SIZE)),
            Frame("L", "lateral", Letterbox(SIZE, SIZE, SIZE)),
        ]
        answer = decode(conversation.messages[1].text, frames)
        assert answer.dropped == 0
        said = {f.name for f in read_report(read_answer(answer.text).findings) if f.certainty is Certainty.PRESENT}
        assert said == {finding.name for finding in case.present}
        grounded += bool(answer.boxes)
    assert grounded > 3


def test_turns_alternate_and_end_with_an_answer(phantoms: Shard) -> None:
    mixture = Mixture(phantoms, SIZE)
    for index in range(len(phantoms.cases)):
        for task in SHARES[True]:
            roles = [message.role for message in mixture.conversation(index, task, 1).messages]
            assert roles == ["user", "assistant"] * (len(roles) // 2)


def test_lists_name_what_is_present_with_its_boxes(phantoms: Shard) -> None:
    mixture = Mixture(phantoms, SIZE)
    for index, case in enumerate(phantoms.cases):
        messages = mixture.conversation(index, "list", 2).messages
        assert messages[0].text.endswith("List the findings with boxes.")
        assert messages[1].text.count("<obj>") == sum(1 for finding in case.present if finding.boxes)
        assert (messages[1].text == "no findings") == (not case.present)


def test_a_batch_holds_one_task_and_equally_many_films(phantoms: Shard) -> None:
    lessons = plan(phantoms, draw_cases(phantoms, {}, 3, 0), SHARES, 4, 0)
    kinds = [(task, films_of(phantoms.cases[case])) for case, task in zip(lessons.cases, lessons.tasks, strict=True)]
    assert len(kinds) == 3 * len(phantoms.cases)  # nothing is left out
    whole = sum(kinds.count(kind) // 4 for kind in set(kinds))
    assert all(len(set(kinds[i : i + 4])) == 1 for i in range(0, 4 * whole, 4))
    assert len(set(kinds)) > 3


def test_real_films_are_never_shown_twice_in_the_same_way() -> None:
    shard = shard_of(real("nih", Finding(name="mass")))
    shard.images[:] = np.random.default_rng(0).integers(0, 256, shard.images.shape)
    mixture = Mixture(shard, SIZE)
    first, again, other = (mixture.conversation(0, "questions", seed).images[0] for seed in (1, 1, 2))
    assert (first == again).all()
    assert (first != other).any()


def test_real_films_are_silent_about_what_is_unknown() -> None:
    mixture = Mixture(shard_of(real("nih", Finding(name="mass"))), SIZE)
    for seed in range(40):
        messages = mixture.conversation(0, "report", seed).messages
        assert {finding.name for finding in read_report(messages[1].text)} == {"mass"}


def test_question_sets_answer_their_own_questions() -> None:
    question = Question(study_id="vqa_rad", text="Is this a CT?", answer="no", kind="closed", topic="CHEST")
    messages = Mixture(shard_of(real("vqa_rad"), question), SIZE).conversation(0, "questions", 5).messages
    assert messages[0].text.endswith("Is this a CT?")
    assert messages[1].text == "no"


def test_neighbours_are_phantoms_like_it_and_never_itself(phantoms: Shard) -> None:
    rng = np.random.default_rng(0)
    embeddings = rng.normal(size=(len(phantoms.cases), 5)).astype(np.float32)
    embeddings /= np.linalg.norm(embeddings, axis=1, keepdims=True)
    near = neighbours(embeddings, phantoms.cases)
    assert near.shape == (len(phantoms.cases), NEIGHBOURS)
    best = np.argsort(-(embeddings @ embeddings.T), axis=1)[:, 1]
    assert (near[:, 0] == best).all()


def test_similar_cases_are_never_of_the_same_patient(phantoms: Shard) -> None:
    near = neighbours(np.ones((len(phantoms.cases), 2), np.float32) / 2**0.5, phantoms.cases)
    mixture = Mixture(phantoms, SIZE, near)
    rng = np.random.default_rng(4)
    for index, case in enumerate(phantoms.cases):
        others = [one.case.study.patient_id for one in mixture._similar(index, rng)]
        assert case.study.patient_id not in others


def test_only_training_cases_are_drawn(phantoms: Shard) -> None:
    held = [case.model_copy(update={"split": "val"}) for case in phantoms.cases[:7]]
    shard = Shard(phantoms.images, phantoms.dense, phantoms.keys, (*held, *phantoms.cases[7:]), phantoms.questions)
    drawn = draw_cases(shard, {"phantom": 2.5}, 1, 0)
    assert set(drawn.tolist()) == set(range(7, len(phantoms.cases)))
    assert 2 <= len(drawn) / (len(phantoms.cases) - 7) <= 3


def test_published_test_films_are_never_learnt_from() -> None:
    case = real("nih").model_copy(update={"split": "test"})
    assert split_of_case(case) == "test"


def test_targets_know_and_do_not_know() -> None:
    targets = make_targets(shard_of(real("nih", Finding(name="mass"))), ())
    row = dict(zip(IMAGE_FINDINGS, targets.findings[0], strict=True))
    assert row["mass"] == 1
    assert row["edema"] == 0
    assert np.isnan(row["pacemaker"])
    assert targets.gate[0].tolist() == [1, 0, 1]
    assert not targets.has_dense[0]


def test_another_organ_is_no_chest_film() -> None:
    case = real("vqa_med_2019")
    said = [
        Question(study_id="vqa_med_2019", text="?", answer="spine and contents", kind="open", topic="organ"),
        Question(study_id="vqa_med_2019", text="?", answer="sagittal", kind="open", topic="plane"),
    ]
    targets = make_targets(shard_of(case, *said), (("plane", "axial"), ("plane", "sagittal"), ("modality", "t2")))
    assert targets.gate[0, 0] == 0
    assert targets.answers[0, :2].tolist() == [0, 1]
    assert np.isnan(targets.answers[0, 2])


def test_rare_and_yes_no_answers_are_no_classes() -> None:
    asked = [
        Question(study_id="a", text="?", answer=a, kind="open", topic="plane") for a in ["axial"] * 12 + ["yes"] * 20
    ]
    assert answer_classes([*asked, asked[0].model_copy(update={"answer": "rare"})]) == (("plane", "axial"),)


def test_a_copy_of_a_measured_film_is_told_from_another_film(phantoms: Shard) -> None:
    film, other = phantoms.images[0], phantoms.images[1]
    noisy = np.clip(film.astype(int) + np.random.default_rng(0).integers(-3, 4, film.shape), 0, 255).astype(np.uint8)
    likeness = thumbnails([noisy, other]) @ thumbnails([film]).T
    assert likeness[0, 0] > COPY > likeness[1, 0]
