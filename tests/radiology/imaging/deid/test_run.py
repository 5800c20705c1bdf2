from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from pydicom import dcmread

from radiology.datasets.jsonl import read_cases, read_questions, write_cases, write_questions
from radiology.errors import SightlineError
from radiology.imaging.deid import treat
from radiology.imaging.deid.film import clean_film
from radiology.imaging.deid.place import check_key
from radiology.imaging.deid.run import REPORT, deidentify
from radiology.imaging.deid.secret import Secret
from radiology.imaging.intake import read_studies
from radiology.study import Case, Question, Study, View
from tests.radiology.imaging.deid.plants import document
from tests.radiology.imaging.films import film, ramp, save

SECRET = Secret(b"k" * 32)


def _film(path: Path, number: int, **tags: Any) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    return save(film(ramp(number, 200, "uint8"), **tags), path)


def test_studies_of_a_patient_stay_together_and_their_interval(tmp_path: Path) -> None:
    given = tmp_path / "in"
    for number, (study, day) in enumerate((("1.2.3", "20240301"), ("1.2.3", "20240301"), ("1.2.9", "20240410"))):
        _film(given / f"{number}.dcm", number, StudyInstanceUID=study, StudyDate=day, PatientID="77")
    deidentify(given, tmp_path / "out", SECRET)
    studies = read_studies([tmp_path / "out"])
    first, second = (study.date for study in studies)
    assert [len(study.views) for study in studies] == [2, 1]
    assert first is not None
    assert second is not None
    assert (second - first, first == date(2024, 3, 1)) == (timedelta(40), False)


def test_another_key_gives_other_names(tmp_path: Path) -> None:
    _film(tmp_path / "in" / "a.dcm", 0)
    for key in (b"k", b"q"):
        deidentify(tmp_path / "in", tmp_path / key.decode(), Secret(key * 32))
    kept, other = (next((tmp_path / name).rglob("*.dcm")) for name in "kq")
    assert kept.name != other.name
    assert dcmread(kept).PatientID != dcmread(other).PatientID
    assert dcmread(kept).StudyInstanceUID != dcmread(other).StudyInstanceUID


def test_the_pixels_of_a_film_without_text_stay(tmp_path: Path) -> None:
    pixels = ramp(0, 4000)
    save(film(pixels, bits=12), tmp_path / "a.dcm")
    deidentify(tmp_path / "a.dcm", tmp_path / "out", SECRET)
    assert (dcmread(next((tmp_path / "out").rglob("*.dcm"))).pixel_array == pixels).all()


def test_a_document_is_refused_and_counted_by_place(tmp_path: Path) -> None:
    _film(tmp_path / "in" / "a.dcm", 0)
    document(tmp_path / "in" / "b_doe.dcm")
    outcome = deidentify(tmp_path / "in", tmp_path / "out", SECRET)
    assert outcome.refused == ("file 2 of 2 by name: holds a document, which is not de-identified",)
    with pytest.raises(SightlineError, match="holds a document"):
        deidentify(tmp_path / "in" / "b_doe.dcm", tmp_path / "other", SECRET)
    assert list((tmp_path / "other").rglob("*")) == []


def test_places_that_cannot_be_used(tmp_path: Path) -> None:
    _film(tmp_path / "in" / "a.dcm", 0)
    (tmp_path / "file").write_text("")
    for source, target, message in (
        ("none", "out", "is not there"),
        ("in", "in", "folder of the originals"),
        ("in", "in/below", "folder of the originals"),
        ("in", ".", "holds the originals"),
        ("in/a.dcm", "in", "folder of the originals"),
        ("in", "file", "is a file"),
    ):
        with pytest.raises(SightlineError, match=message):
            deidentify(tmp_path / source, tmp_path / target, SECRET)
    (tmp_path / "empty").mkdir()
    with pytest.raises(SightlineError, match="holds no DICOM"):
        deidentify(tmp_path / "empty", tmp_path / "out", SECRET)


def test_a_stopped_run_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(4):
        _film(tmp_path / "in" / f"{number}.dcm", number)
    seen = Counter[str]()

    def counted(path: Path, *rest: Any) -> object:
        seen[path.name] += 1
        if sum(seen.values()) == 3:
            raise KeyboardInterrupt
        return clean_film(path, *rest)

    monkeypatch.setattr(treat, "clean_film", counted)
    with pytest.raises(KeyboardInterrupt):
        deidentify(tmp_path / "in", tmp_path / "out", SECRET)
    assert not (tmp_path / "out" / REPORT).exists()
    outcome = deidentify(tmp_path / "in", tmp_path / "out", SECRET)
    assert seen == {"0.dcm": 1, "1.dcm": 1, "2.dcm": 2, "3.dcm": 1}
    assert outcome.tally.files["written"] == 4
    assert outcome.tally.tags["pseudonym: PatientID"] == 4
    assert sorted(path.suffix for path in (tmp_path / "out").iterdir()) == [".dcm"] * 4 + [".json"]


def test_a_list_alone_brings_its_images_and_questions_follow(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    Image.new("L", (64, 64), 9).save(tmp_path / "elsewhere" / "doe.png")
    view = View(id="frontal", path=str(tmp_path / "elsewhere" / "doe.png"), width=64, height=64)
    case = Case(study=Study(study_id="study-of-doe", patient_id="doe-1", views=(view,)))
    (tmp_path / "in").mkdir()
    write_cases(tmp_path / "in" / "studies.jsonl", [case])
    question = Question(study_id="study-of-doe", text="Is Dr. Roe right?", answer="yes", kind="closed")
    write_questions(tmp_path / "in" / "questions.jsonl", [question])
    deidentify(tmp_path / "in", tmp_path / "out", SECRET)
    (clean,), (asked,) = read_cases(tmp_path / "out/studies.jsonl"), read_questions(tmp_path / "out/questions.jsonl")
    assert Path(clean.study.views[0].path).is_file()
    assert clean.study.study_id == asked.study_id != "study-of-doe"
    assert asked.text == "Is Dr. [name] right?"


def test_questions_know_what_the_films_of_their_study_say(tmp_path: Path) -> None:
    path = _film(tmp_path / "in" / "a.dcm", 0, PatientName="Quillfeather^Zebediah")
    view = View(id="frontal", path=str(path), width=44, height=36)
    case = Case(study=Study(study_id="one", patient_id="4711", views=(view,)), split="quillfeather")
    write_cases(tmp_path / "in" / "studies.jsonl", [case])
    question = Question(study_id="one", text="Has quillfeather one?", answer="no", kind="closed", name="zebediah")
    write_questions(tmp_path / "in" / "questions.jsonl", [question])
    deidentify(tmp_path / "in", tmp_path / "out", SECRET)
    (clean,), (asked,) = read_cases(tmp_path / "out/studies.jsonl"), read_questions(tmp_path / "out/questions.jsonl")
    assert (asked.text, asked.name, clean.split) == ("Has [name] one?", "[name]", "[name]")


def test_the_same_given_twice_is_the_same_written_twice(tmp_path: Path) -> None:
    _film(tmp_path / "in" / "doe" / "a.dcm", 0)
    Image.new("L", (64, 64), 9).save(tmp_path / "in" / "b.png")
    for name in ("one", "two"):
        deidentify(tmp_path / "in", tmp_path / name, SECRET)
    one, two = (
        {
            path.relative_to(tmp_path / name): path.read_bytes()
            for path in (tmp_path / name).rglob("*")
            if path.is_file()
        }
        for name in ("one", "two")
    )
    assert one == two


def test_the_key_is_not_given_away(tmp_path: Path) -> None:
    with pytest.raises(SightlineError, match="keep it outside"):
        check_key(tmp_path / "out" / "deid.key", tmp_path / "out")
    check_key(tmp_path / "deid.key", tmp_path / "out")
