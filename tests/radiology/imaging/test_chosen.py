from __future__ import annotations

from datetime import date

import pytest

from radiology.imaging.chosen import (
    film_of,
    frontal_of,
    prior_with_film,
    prior_with_report,
    reading_flags,
    time_before,
)
from radiology.study import Case, Finding, Projection, Report, Study, View


def _view(name: str, projection: Projection) -> View:
    return View(id=name, path=f"{name}.png", projection=projection, width=30, height=20)


AP, PA = _view("frontal", Projection.AP), _view("frontal2", Projection.PA)
OTHER, SIDE = _view("frontal3", Projection.UNKNOWN), _view("lateral", Projection.LATERAL)


def _prior(name: str, *views: View, day: date | None = date(2020, 1, 1), text: str = "") -> Case:
    study = Study(study_id=name, patient_id="p", date=day, views=views)
    return Case(study=study, report=Report(findings=text) if text else None)


def _study(*views: View, priors: tuple[Case, ...] = ()) -> Study:
    return Study(study_id="s", patient_id="p", date=date(2023, 1, 1), views=views, priors=priors)


def test_a_pa_is_read_before_any_other_frontal_and_a_lateral_only_without_one() -> None:
    assert frontal_of(_study(SIDE, AP, OTHER, PA)) == PA
    assert frontal_of(_study(OTHER, AP)) == OTHER
    assert frontal_of(_study(SIDE)) is None
    assert film_of(_study(SIDE, AP)) == AP
    assert film_of(_study(SIDE)) == SIDE
    assert film_of(_study()) is None


def test_films_that_are_not_read_are_named() -> None:
    assert reading_flags(_study(AP, SIDE, PA, OTHER)) == ("film not read: frontal (AP)", "film not read: frontal3")
    assert reading_flags(_study(PA, SIDE)) == ()


def test_film_and_report_come_from_the_latest_prior_that_has_them() -> None:
    films, told = _prior("a", PA), _prior("b", day=date(2021, 1, 1), text="Clear.")
    study = _study(PA, priors=(films, told, _prior("c", SIDE, day=date(2022, 1, 1))))
    assert prior_with_film(study) == films
    assert prior_with_report(study) == told
    assert reading_flags(study) == ("prior film of 1096 days before", "prior report of 730 days before")


@pytest.mark.parametrize(
    ("day", "words"), [(date(2022, 12, 5), "27 days before"), (date(2022, 12, 31), "1 day before"), (None, "")]
)
def test_a_prior_is_so_long_before_the_study(day: date | None, words: str) -> None:
    assert time_before(_prior("a", day=day).study, _study()) == words
    assert time_before(_study(), _study()) == "the same day"


def test_listed_findings_are_as_good_as_a_report() -> None:
    listed = Case(study=Study(study_id="a", patient_id="p"), findings=(Finding(name="nodule"),))
    assert prior_with_report(_study(PA, priors=(listed, _prior("b", PA)))) == listed


def test_a_whole_dated_prior_needs_no_words_and_every_lack_is_told() -> None:
    assert reading_flags(_study(PA, priors=(_prior("a", PA, text="Clear."),))) == ()
    assert reading_flags(_study(PA, priors=(_prior("a", text="Clear."),))) == ("no prior film",)
    assert reading_flags(_study(PA, priors=(_prior("a", PA),))) == ("no prior report",)
    assert reading_flags(_study(PA, priors=(_prior("a", PA, day=None, text="Clear."),))) == ("prior without a date",)
    two = (_prior("a", PA, day=None, text="Clear."), _prior("b", PA, text="Clear."))
    assert reading_flags(_study(PA, priors=two))[-1] == "priors without a date: 1 of 2, in the order given"
