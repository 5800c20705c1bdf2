from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from radiology.datasets.jsonl import NO_STUDY, read_cases, read_questions, write_cases, write_questions
from radiology.datasets.patients import OTHER_SPLIT
from radiology.datasets.table import SOURCES
from radiology.errors import SightlineError
from radiology.study import Case, Question, Study, View


def _case(path: str, *priors: Case) -> Case:
    view = View(id="frontal", path=path, width=7, height=9)
    return Case(study=Study(study_id=path, patient_id="p", views=(view,), priors=priors))


def test_paths_are_relative_on_disk_and_absolute_in_memory(tmp_path: Path) -> None:
    prior = _case(str(tmp_path / "elsewhere" / "old.png"))
    case = _case(str(tmp_path / "set" / "images" / "new.png"), prior)
    file = tmp_path / "set" / "studies.jsonl"
    write_cases(file, [case])
    text = file.read_text()
    assert '"path":"images/new.png"' in text
    assert '"path":"../elsewhere/old.png"' in text
    assert read_cases(file) == [case]
    (tmp_path / "set").rename(tmp_path / "moved")
    assert read_cases(tmp_path / "moved" / "studies.jsonl")[0].study.views[0].path == str(
        tmp_path / "moved" / "images" / "new.png"
    )


def test_a_relative_path_is_taken_from_the_working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_cases(Path("set/studies.jsonl"), [_case("set/images/a.png")])
    assert read_cases(Path("set/studies.jsonl"))[0].study.views[0].path == str(tmp_path / "set" / "images" / "a.png")


def test_questions_come_back(tmp_path: Path) -> None:
    questions = [Question(study_id="s", text="Größe?", answer="42", kind="choice", choices=("1", "42"))]
    write_questions(tmp_path / "q.jsonl", questions)
    assert read_questions(tmp_path / "q.jsonl") == questions


def test_an_interrupted_write_leaves_what_was_there(tmp_path: Path) -> None:
    file = tmp_path / "studies.jsonl"
    write_cases(file, [_case("a")])
    before = file.read_bytes()

    def broken() -> Iterator[Case]:
        yield _case("b")
        raise RuntimeError("power")

    with pytest.raises(RuntimeError, match="power"):
        write_cases(file, broken())
    assert file.read_bytes() == before
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"{}\n", r"line 1 is no case \(study"),
        (b"\n\nnot json\n", "line 3 is no case"),
        (b'{"study": {"study_id": "s", "patient_id": "p"}, "colour": 1}', r"line 1 is no case \(colour"),
        (b"\xff\xfe\x00", "not UTF-8"),
    ],
)
def test_what_is_no_case_is_named_by_line(content: bytes, words: str, tmp_path: Path) -> None:
    file = tmp_path / "studies.jsonl"
    file.write_bytes(content)
    with pytest.raises(SightlineError, match=words) as raised:
        read_cases(file)
    assert "\n" not in str(raised.value)


def test_the_source_takes_a_folder_or_a_file_with_the_questions_beside_it(tmp_path: Path) -> None:
    write_cases(tmp_path / "studies.jsonl", [_case("a"), _case("b")])
    write_questions(
        tmp_path / "questions.jsonl",
        [Question(study_id=name, text="?", answer="no", kind="closed") for name in ("b", "gone")],
    )
    for path in (tmp_path, tmp_path / "studies.jsonl"):
        data = SOURCES["jsonl"].load(path, tmp_path)
        assert [case.study.study_id for case in data.cases] == ["a", "b"]
        assert [question.study_id for question in data.questions] == ["b"]


def test_a_patient_in_two_splits_is_counted_and_so_are_lost_questions(tmp_path: Path) -> None:
    tested = _case(str(tmp_path / "a.png")).model_copy(update={"split": "test"})
    study = tested.study.model_copy(update={"study_id": "again"})
    write_cases(tmp_path / "studies.jsonl", [tested, tested.model_copy(update={"study": study, "split": "train"})])
    asked = [Question(study_id=name, text="?", answer="yes", kind="closed") for name in ("again", "nowhere")]
    write_questions(tmp_path / "questions.jsonl", asked)
    data = SOURCES["jsonl"].load(tmp_path, tmp_path)
    assert [case.split for case in data.cases] == ["test"]
    assert (data.questions, data.skipped) == ((), {OTHER_SPLIT: 1, NO_STUDY: 1})


def test_questions_about_studies_that_are_not_there_are_counted(tmp_path: Path) -> None:
    write_cases(tmp_path / "studies.jsonl", [_case(str(tmp_path / "a.png"))])
    known, lost = (
        Question(study_id=study, text="?", answer="yes", kind="closed") for study in (str(tmp_path / "a.png"), "b")
    )
    write_questions(tmp_path / "questions.jsonl", [known, lost, lost])
    data = SOURCES["jsonl"].load(tmp_path, tmp_path)
    assert data.questions == (known,)
    assert data.skipped == {NO_STUDY: 2}
