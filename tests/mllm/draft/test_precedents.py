from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from mllm.draft.assistant import Assistant
from mllm.draft.precedents import from_prior, read_precedents
from radiology.study import Case, Change, Finding, Report, Side, Study

Make = Callable[..., Any]
EFFUSION = Finding(name="pleural_effusion", side=Side.LEFT)
TEXT = "There is a left pleural effusion."


def prior(study: Study, day: date | None, film: bool, text: str) -> Case:
    views = study.views if film else ()
    earlier = Study(study_id=f"of {day}", patient_id=study.patient_id, date=day, views=views)
    return Case(study=earlier, report=Report(findings=text) if text else None)


@pytest.mark.parametrize(
    ("priors", "images", "told"),
    [
        ([(None, False, TEXT)], 1, True),
        ([(date(2020, 1, 1), True, "")], 2, False),
        ([(date(2019, 1, 1), True, TEXT), (date(2020, 1, 1), True, ""), (date(2021, 1, 1), False, TEXT)], 2, True),
        ([(None, False, "")], 1, False),
    ],
)
def test_any_number_of_priors_drafts_with_films_and_reports_or_either_alone(
    study: Study, heads: Make, writer: Make, priors: list[tuple[date | None, bool, str]], images: int, told: bool
) -> None:
    known = study.model_copy(update={"priors": tuple(prior(study, *each) for each in priors)})
    engine = writer(TEXT)
    draft = Assistant(engine, heads(lit=[("pleural_effusion", 0.75, 0.7)])).draft(known)
    assert [sentence.text for sentence in draft.sentences] == [TEXT]
    assert len(engine.requests[0].images) == images
    assert ("Prior report" in engine.requests[0].messages[0].text) is told


def test_the_prior_is_the_latest_of_which_anything_is_known(study: Study) -> None:
    told, silent = prior(study, date(2019, 1, 1), False, TEXT), prior(study, date(2020, 1, 1), True, "")
    known = read_precedents(study.model_copy(update={"priors": (told, silent)}), ())
    (evidence,) = from_prior(EFFUSION.model_copy(update={"change": Change.STABLE}), known)
    assert evidence.id == told.study.study_id
    assert evidence.text.startswith("the prior has pleural effusion on the left")


def test_a_draft_says_how_long_ago_a_prior_was_and_not_on_which_day(study: Study, heads: Make, writer: Make) -> None:
    priors = tuple(prior(study, date(year, 1, 6), film, TEXT) for year, film in ((2019, True), (2020, False)))
    known = study.model_copy(update={"date": date(2020, 2, 2), "priors": priors})
    text = "The left pleural effusion is unchanged since the prior study."
    draft = Assistant(writer(text), heads(lit=[("pleural_effusion", 0.75, 0.7)])).draft(known)
    (told,) = (each.text for each in draft.sentences[0].evidence if each.kind == "prior")
    assert told.startswith("the prior of 27 days before has pleural effusion on the left")
    assert {"prior film of 392 days before", "prior report of 27 days before"} <= set(draft.flags)
    written = draft.model_dump_json(exclude={"sentences": {"__all__": {"evidence": {"__all__": {"id"}}}}})
    assert not re.search("20(19|20)-0", written)


def test_films_alone_do_not_bear_out_that_something_is_new(study: Study) -> None:
    silent = study.model_copy(update={"priors": (prior(study, date(2020, 1, 1), True, ""),)})
    assert read_precedents(silent, ()).prior is None
    assert from_prior(EFFUSION.model_copy(update={"change": Change.NEW}), read_precedents(silent, ())) == ()
