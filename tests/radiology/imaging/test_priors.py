from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from radiology.errors import SightlineError
from radiology.imaging.intake import read_studies
from radiology.imaging.priors import with_priors
from radiology.study import Study
from tests.radiology.imaging.films import film, ramp, save

REPORT = "FINDINGS: Small left pleural effusion.\nIMPRESSION: Effusion."


def _dicom(path: Path, seed: int, day: str | None, uid: str, **tags: Any) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    return save(film(ramp(seed, 200, "uint8"), StudyDate=day, StudyInstanceUID=uid, ViewPosition="PA", **tags), path)


def _picture(path: Path, level: int) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("L", (44, 36), level).save(path, format="PNG")
    return path


def _text(path: Path, text: str = REPORT) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


@pytest.fixture
def study(tmp_path: Path) -> Study:
    return read_studies([_dicom(tmp_path / "now.dcm", 1, "20210301", "1.1")])[0]


def _told(study: Study) -> list[tuple[date | None, int, str]]:
    """Date, number of films and findings of each prior."""
    return [(p.study.date, len(p.study.views), p.report.findings if p.report else "") for p in study.priors]


def test_films_and_report_of_one_folder_are_one_prior(study: Study, tmp_path: Path) -> None:
    _dicom(tmp_path / "old" / "a.dcm", 2, "20200102", "1.2")
    _text(tmp_path / "old" / "report.txt")
    known = with_priors(study, [str(tmp_path / "old")])
    assert _told(known) == [(date(2020, 1, 2), 1, "Small left pleural effusion.")]
    assert known.priors[0].study.patient_id == study.patient_id
    assert "4711" not in known.model_dump_json()


def test_a_report_joins_the_films_of_its_date_and_priors_are_ordered_by_date(study: Study, tmp_path: Path) -> None:
    late, early = _picture(tmp_path / "b_PA.png", 3), _picture(tmp_path / "a.png", 4)
    report, other = _text(tmp_path / "r.txt"), _text(tmp_path / "o.txt", "Clear lungs.")
    given = [f"{late}@2021-02-01", f"{report}@2020-01-01", f"{early}@2020-01-01", f"{other}@2019-05-05"]
    assert _told(with_priors(study, given)) == [
        (date(2019, 5, 5), 0, "Clear lungs."),
        (date(2020, 1, 1), 1, "Small left pleural effusion."),
        (date(2021, 2, 1), 1, ""),
    ]


def test_what_has_no_date_comes_first_in_the_order_given(study: Study, tmp_path: Path) -> None:
    texts = [_text(tmp_path / f"{name}.txt", f"{name}.") for name in ("second", "first", "dated")]
    given = [str(texts[0]), f"{texts[2]}@2001-01-01", str(texts[1])]
    assert [told[2] for told in _told(with_priors(study, given))] == ["second.", "first.", "dated."]


def test_priors_join_those_the_study_has(study: Study, tmp_path: Path) -> None:
    first = with_priors(study, [f"{_text(tmp_path / 'a.txt', 'A.')}@2020-01-01"])
    both = with_priors(first, [f"{_text(tmp_path / 'b.txt', 'B.')}@2019-01-01"])
    assert [told[2] for told in _told(both)] == ["B.", "A."]


def test_a_report_joins_the_films_that_the_study_has_as_prior(study: Study, tmp_path: Path) -> None:
    film = _dicom(tmp_path / "old.dcm", 2, "20200101", "2.25.2")
    first = with_priors(study, [str(film)])
    both = with_priors(first, [f"{_text(tmp_path / 'a.txt', 'A.')}@2020-01-01"])
    assert _told(both) == [(date(2020, 1, 1), 1, "A.")]


def test_a_film_that_the_study_has_as_prior_is_not_given_again(study: Study, tmp_path: Path) -> None:
    film = str(_dicom(tmp_path / "old.dcm", 2, "20200101", "2.25.2"))
    with pytest.raises(SightlineError, match="twice"):
        with_priors(with_priors(study, [film]), [film])


def test_several_examinations_in_one_folder_are_several_priors(study: Study, tmp_path: Path) -> None:
    _dicom(tmp_path / "old" / "a.dcm", 2, "20200102", "1.2")
    _dicom(tmp_path / "old" / "b.dcm", 3, "20190102", "1.3")
    known = with_priors(study, [str(tmp_path / "old")])
    assert [told[0] for told in _told(known)] == [date(2019, 1, 2), date(2020, 1, 2)]
    assert all(prior.study.priors == () for prior in known.priors)


def test_an_at_sign_in_a_name_is_part_of_it(study: Study, tmp_path: Path) -> None:
    odd = _text(tmp_path / "scan@2020.txt")
    ends = _picture(tmp_path / "film@12", 5)
    assert [told[0] for told in _told(with_priors(study, [str(odd), f"{ends}@2020-01-31"]))] == [
        None,
        date(2020, 1, 31),
    ]
    assert with_priors(study, [str(ends)]).priors[0].study.date is None


def test_nothing_given_changes_nothing(study: Study) -> None:
    assert with_priors(study, []) == study


@pytest.mark.parametrize(
    ("day", "uid", "tags", "words"),
    [
        ("20200101", "1.2", {"PatientID": "9"}, "not of the same patient"),
        ("20210302", "1.2", {}, "after the study of 2021-03-01"),
        ("20210301", "1.1", {}, "of the study itself"),
        ("20200101", "1.2", {"Modality": "CT"}, "Modality is CT"),
    ],
)
def test_films_that_are_no_prior(
    study: Study, tmp_path: Path, day: str, uid: str, tags: dict[str, str], words: str
) -> None:
    path = _dicom(tmp_path / "x.dcm", 2, day, uid, **tags)
    with pytest.raises(SightlineError, match=words):
        with_priors(study, [str(path)])


def test_the_same_film_or_report_twice(study: Study, tmp_path: Path) -> None:
    picture, report = _picture(tmp_path / "p.png", 9), _text(tmp_path / "r.txt")
    now = read_studies([_picture(tmp_path / "q.png", 9)])[0]
    for of, given in ((now, [picture]), (study, [picture, picture]), (study, [report, f"{report}@2020-01-01"])):
        with pytest.raises(SightlineError, match=r"given twice|study itself"):
            with_priors(of, [str(each) for each in given])


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("gone.png", "is not there"),
        ("gone.txt", "cannot be read"),
        ("empty.txt", "is empty"),
        ("binary.txt", "cannot be read as text"),
        ("long.txt", "at most 100000"),
        ("report.txt@2020-13-40", "is no date, write it as 2020-01-31"),
        ("report.txt@01.02.2020", "is no date"),
        ("two", "holds 2 reports"),
        ("nothing", "holds no DICOM"),
        ("many", "lies beside 2 examinations"),
        ("old.dcm@2020-01-01", "its header says 2019-01-02"),
        ("list.jsonl", "list of studies"),
    ],
)
def test_bad_priors(study: Study, tmp_path: Path, given: str, words: str) -> None:
    _text(tmp_path / "report.txt")
    _text(tmp_path / "empty.txt", " \n")
    (tmp_path / "binary.txt").write_bytes(b"\xff\xfe\x00\x81")
    _text(tmp_path / "long.txt", "a " * 60_000)
    _text(tmp_path / "two" / "a.txt")
    _text(tmp_path / "two" / "b.txt")
    (tmp_path / "nothing").mkdir()
    _text(tmp_path / "many" / "a.txt")
    for i in (2, 3):
        _dicom(tmp_path / "many" / f"{i}.dcm", i, f"2019010{i}", f"1.{i}")
    _dicom(tmp_path / "old.dcm", 4, "20190102", "1.9")
    with pytest.raises(SightlineError, match=words):
        with_priors(study, [str(tmp_path / given)])


def test_a_report_that_fits_two_examinations_of_its_date(study: Study, tmp_path: Path) -> None:
    given = [f"{_picture(tmp_path / f'{i}.png', i)}@2020-01-01" for i in (1, 2)]
    with pytest.raises(SightlineError, match="2 examinations are of 2020-01-01"):
        with_priors(study, [*given, f"{_text(tmp_path / 'r.txt')}@2020-01-01"])
