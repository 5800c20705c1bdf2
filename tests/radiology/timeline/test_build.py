from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pydantic import ValidationError

from radiology.errors import SightlineError
from radiology.phantom.cohort import make_phantom
from radiology.study import Case, Certainty, Change, Finding, Projection, Report, Side, Study, View
from radiology.timeline.build import FilmRead, timeline_of
from radiology.timeline.plot import write_plot
from radiology.timeline.record import Row, Seen, Timeline
from radiology.timeline.text import WIDTH, to_text

EFFUSION = Finding(name="pleural_effusion", side=Side.LEFT)


def visit(
    name: str, text: str = "", view: Projection | None = Projection.PA, day: date | None = None, *priors: Case
) -> Case:
    views = (View(id="frontal", path="x.png", projection=view, width=30, height=20),) if view else ()
    study = Study(study_id=name, patient_id="p", date=day, views=views, priors=priors)
    return Case(study=study, report=Report(findings=text) if text else None)


FIRST = visit("a", "Small left pleural effusion. The heart is enlarged.", Projection.PA, date(2020, 1, 1))
SECOND = visit("b", "Large left pleural effusion. No pneumothorax.", Projection.AP, date(2020, 2, 1))
COURSE = visit("c", "New right pneumothorax. No pleural effusion.", Projection.PA, date(2020, 3, 1), FIRST, SECOND)


def seen(certainty: Certainty, amount: float | None = 1.0) -> Seen:
    return Seen(certainty=certainty, probability=0.71, amount=amount)


def row(timeline: Timeline, name: str, side: Side | None = None) -> Row:
    return next(each for each in timeline.rows if (each.name, each.side) == (name, side))


def test_reports_alone_make_a_timeline() -> None:
    drawn = timeline_of(COURSE)
    effusion = row(drawn, "pleural_effusion", Side.LEFT)
    assert [step.change for step in effusion.steps] == [Change.WORSE, Change.RESOLVED]
    assert [cell.certainty for cell in effusion.cells] == [Certainty.PRESENT, Certainty.PRESENT, Certainty.ABSENT]
    assert {cell.source for cell in effusion.cells} == {"report"}
    heart = row(drawn, "cardiomegaly")
    assert [cell.certainty for cell in heart.cells] == [Certainty.PRESENT, None, None]
    assert heart.steps[0].reason == "PA against AP: an AP film draws heart and mediastinum larger"
    assert heart.steps[1].change is None
    assert row(drawn, "pneumothorax", Side.RIGHT).steps[1].basis == "report"
    assert Timeline.model_validate_json(drawn.model_dump_json()) == drawn


def test_truth_of_phantoms_comes_back() -> None:
    for version in ("1", "2"):
        for seed in range(3):
            last = make_phantom(seed, 32, visits=3, version=version)[-1].case
            drawn = timeline_of(last)
            for finding in last.findings:
                if finding.change is not None and finding.side is not Side.BILATERAL:
                    assert row(drawn, finding.name, finding.side).steps[-1].change is finding.change


def test_films_alone_are_told_by_the_heads_and_a_map_must_show_a_finding() -> None:
    key = ("pleural_effusion", Side.LEFT)
    films = [
        FilmRead(Projection.PA, {key: seen(Certainty.ABSENT), ("mass", None): seen(Certainty.PRESENT, None)}),
        FilmRead(Projection.PA, {key: seen(Certainty.PRESENT)}),
    ]
    drawn = timeline_of(visit("b", "", Projection.PA, None, visit("a")), films)
    (only,) = drawn.rows
    assert (only.name, only.side, only.steps[0].change) == ("pleural_effusion", Side.LEFT, Change.NEW)


def test_heads_that_know_no_sides_tell_absence_for_both_and_presence_for_neither() -> None:
    films = [None, FilmRead(Projection.LATERAL, {("pleural_effusion", None): seen(Certainty.PRESENT)})]
    now = visit("b", "", Projection.LATERAL, None, visit("a", "Left pleural effusion.", None))
    cell = row(timeline_of(now, films), "pleural_effusion", Side.LEFT).cells[1]
    assert cell.certainty is Certainty.UNCERTAIN
    films[1] = FilmRead(Projection.LATERAL, {("pleural_effusion", None): seen(Certainty.ABSENT)})
    assert row(timeline_of(now, films), "pleural_effusion", Side.LEFT).steps[0].change is Change.RESOLVED


def test_a_row_needs_a_cell_for_each_visit() -> None:
    drawn = timeline_of(COURSE)
    cut = drawn.rows[0].model_copy(update={"cells": drawn.rows[0].cells[1:]})
    with pytest.raises(ValidationError, match="a cell for each visit"):
        Timeline(study_id="c", visits=drawn.visits, rows=(cut,))


def test_the_table_tells_states_steps_reasons_and_notes() -> None:
    undated = visit("u", "Left pleural effusion.", None)
    films = [None, FilmRead(Projection.PA, unread="it is blank"), None, None]
    told = COURSE.model_copy(update={"study": COURSE.study.model_copy(update={"priors": (undated, FIRST, SECOND)})})
    text = to_text(timeline_of(told, films))
    for words in (
        "Timeline of c: 4 visits, 3 findings",
        "undated, no film",
        "2020-02-01, AP",
        "large (report)",
        "> worse (severity) (",
        "> resolved (presence)",
        "> not compared (",
        "an AP film draws heart and mediastinum larger",
        "Note: priors without a date: 1 of 3, in the order given.",
        "Note: film not read (2020-01-01): it is blank.",
    ):
        assert words in text, words
    assert text.endswith("Draft, not for diagnosis.")
    assert max(map(len, text.splitlines())) <= WIDTH


def test_a_study_alone_has_a_timeline_that_says_so() -> None:
    text = to_text(timeline_of(visit("c")))
    assert "No finding is known or seen at any visit." in text
    assert "Note: there is no prior to compare with." in text


@pytest.mark.parametrize("case", [COURSE, visit("c"), make_phantom(2, 32, visits=6, version="2")[-1].case])
def test_a_plot_is_a_picture_with_something_on_it(tmp_path: Path, case: Case) -> None:
    write_plot(timeline_of(case), tmp_path / "plot.png")
    pixels = np.asarray(Image.open(tmp_path / "plot.png").convert("L"))
    assert pixels.shape[0] > 100
    assert (pixels < 128).any()
    assert list(tmp_path.iterdir()) == [tmp_path / "plot.png"]


def test_a_plot_that_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for name, words in (("plot.pdf", "ends in .png"), ("file/plot.png", "cannot be written")):
        with pytest.raises(SightlineError, match=words):
            write_plot(timeline_of(COURSE), tmp_path / name)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
