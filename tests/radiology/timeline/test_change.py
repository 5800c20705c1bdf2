from __future__ import annotations

from datetime import date

import pytest

from radiology.study import Certainty, Change, Projection, Severity
from radiology.timeline.change import GROWTH_MM, MARGIN, by_heads, step
from radiology.timeline.record import Basis, Cell, Seen, Source, Step, Visit
from radiology.timeline.views import Likeness, likeness

PRESENT, ABSENT, UNCERTAIN = Certainty.PRESENT, Certainty.ABSENT, Certainty.UNCERTAIN
BEFORE = Visit(study_id="a", date=date(2020, 1, 1), source="report")
NOW = Visit(study_id="b", date=date(2020, 2, 1), source="report", compared_with="2020-01-01")


def told(
    certainty: Certainty | None, change: Change | None = None, severity: Severity | None = None, mm: float | None = None
) -> Cell:
    source: Source | None = "report" if certainty else None
    return Cell(certainty=certainty, source=source, change=change, severity=severity, size_mm=mm)


def seen(certainty: Certainty, amount: float | None = 0.0) -> Cell:
    return Cell(certainty=certainty, source="heads", seen=Seen(certainty=certainty, probability=0.5, amount=amount))


def became(before: Cell, now: Cell, like: Likeness = Likeness(), name: str = "pleural_effusion") -> Step:  # noqa: B008
    return step(name, (BEFORE, NOW), (before, now), like)


@pytest.mark.parametrize(
    ("before", "now", "change", "basis"),
    [
        (told(ABSENT), told(PRESENT), Change.NEW, "presence"),
        (told(PRESENT), told(ABSENT), Change.RESOLVED, "presence"),
        (told(ABSENT), seen(PRESENT), Change.NEW, "presence"),
        (told(PRESENT, severity=Severity.SMALL), told(PRESENT, severity=Severity.LARGE), Change.WORSE, "severity"),
        (told(PRESENT, severity=Severity.LARGE), told(PRESENT, severity=Severity.SMALL), Change.BETTER, "severity"),
        (told(PRESENT, severity=Severity.SMALL), told(PRESENT, severity=Severity.SMALL), Change.STABLE, "severity"),
        (told(PRESENT, mm=9), told(PRESENT, mm=9 + GROWTH_MM), Change.WORSE, "size"),
        (told(PRESENT, mm=9), told(PRESENT, mm=8), Change.STABLE, "size"),
        (told(None), told(PRESENT, Change.WORSE), Change.WORSE, "report"),
        (seen(PRESENT), seen(PRESENT, MARGIN + 0.01), Change.WORSE, "heads"),
        (seen(PRESENT), seen(PRESENT, -MARGIN - 0.01), Change.BETTER, "heads"),
        (seen(PRESENT), seen(PRESENT, MARGIN - 0.01), Change.STABLE, "heads"),
        (seen(ABSENT), seen(PRESENT), Change.NEW, "presence"),
    ],
)
def test_the_first_rule_with_an_answer_gives_it(before: Cell, now: Cell, change: Change, basis: Basis) -> None:
    found = became(before, now)
    assert (found.change, found.basis) == (change, basis)


@pytest.mark.parametrize(
    ("before", "now", "reason"),
    [
        (told(None), told(PRESENT), "nothing is known of it (2020-01-01)"),
        (told(PRESENT), told(None), "nothing is known of it (2020-02-01)"),
        (told(UNCERTAIN), told(PRESENT), "uncertain (2020-01-01)"),
        (told(PRESENT, severity=Severity.SMALL), told(PRESENT), "present on both, with neither grade nor measure"),
        (seen(UNCERTAIN), seen(PRESENT), "uncertain (2020-01-01)"),
        (seen(PRESENT, None), seen(PRESENT, None), "present on both"),
    ],
)
def test_unknown_is_not_absent_and_not_comparable(before: Cell, now: Cell, reason: str) -> None:
    found = became(before, now)
    assert (found.change, found.basis) == (None, None)
    assert found.reason.startswith(reason)


def test_absent_on_both_is_no_change_and_no_lack_of_knowledge() -> None:
    found = became(told(ABSENT), seen(ABSENT))
    assert (found.change, found.basis, found.reason) == (None, "presence", "absent on both")


def test_words_name_what_they_compare_with_and_are_held_against_the_prior() -> None:
    found = became(told(ABSENT), told(PRESENT, Change.WORSE))
    assert found.reason == "the report says so, comparing with 2020-01-01"
    assert found.caveat == "before, it was absent"
    assert became(told(PRESENT), told(PRESENT, Change.WORSE)).caveat == ""
    assert became(told(PRESENT), told(PRESENT, Change.NEW)).caveat == "before, it was present"


def test_what_the_heads_say_stands_beside_the_report_and_does_not_replace_it() -> None:
    before = told(PRESENT, severity=Severity.SMALL).model_copy(update={"seen": seen(PRESENT).seen})
    now = told(PRESENT, severity=Severity.SMALL).model_copy(update={"seen": seen(PRESENT, 2).seen})
    found = became(before, now)
    assert (found.change, found.heads) == (Change.STABLE, Change.WORSE)


def test_heads_do_not_decide_against_what_is_told() -> None:
    denied = told(PRESENT).model_copy(update={"seen": seen(ABSENT).seen})
    assert denied.disagrees
    assert became(denied, seen(PRESENT)).change is None


def test_a_report_and_the_heads_are_compared_only_where_they_agree_on_a_film() -> None:
    for doubt in (PRESENT, UNCERTAIN):
        denied = told(ABSENT).model_copy(update={"seen": seen(doubt).seen})
        found = became(denied, seen(PRESENT))
        assert (found.change, found.reason) == (None, "the heads do not see what was told (2020-01-01)")
    assert became(told(ABSENT).model_copy(update={"seen": seen(ABSENT).seen}), seen(PRESENT)).change is Change.NEW


def test_a_device_is_there_or_not() -> None:
    assert by_heads("pacemaker", seen(PRESENT).seen, seen(PRESENT, 9).seen) is Change.STABLE
    assert "position is not compared" in became(seen(PRESENT), seen(PRESENT, 9), name="pacemaker").reason


PA, AP, LATERAL, UNKNOWN = Projection.PA, Projection.AP, Projection.LATERAL, Projection.UNKNOWN


@pytest.mark.parametrize(
    ("name", "before", "now", "refused"),
    [
        ("cardiomegaly", PA, AP, "PA against AP: an AP film draws heart and mediastinum larger"),
        ("cardiomegaly", AP, PA, "AP against PA: an AP film draws heart and mediastinum larger"),
        ("pleural_effusion", PA, LATERAL, "PA against LATERAL: unlike views are not compared"),
        ("nodule", LATERAL, UNKNOWN, "LATERAL against a film of unknown view: unlike views are not compared"),
        ("pleural_effusion", PA, AP, ""),
        ("cardiomegaly", AP, AP, ""),
        ("pacemaker", AP, PA, ""),
        ("cardiomegaly", None, AP, ""),
    ],
)
def test_unlike_views_are_refused(name: str, before: Projection | None, now: Projection | None, refused: str) -> None:
    like = likeness(name, before, now)
    assert like.refused == refused
    found = became(told(ABSENT), told(PRESENT), like, name)
    assert found.change is (None if refused else Change.NEW)
    assert became(seen(ABSENT), seen(PRESENT), like, name).heads is (None if refused else Change.NEW)


def test_between_pa_and_ap_presence_is_compared_with_a_caveat_and_extent_is_not() -> None:
    like = likeness("pleural_effusion", PA, AP)
    assert became(told(ABSENT), told(PRESENT), like).caveat.startswith("PA against AP: fluid spreads")
    assert became(seen(PRESENT), seen(PRESENT, 5), like).change is None


def test_a_film_of_unknown_view_is_compared_with_a_caveat() -> None:
    like = likeness("cardiomegaly", UNKNOWN, PA)
    assert became(seen(PRESENT), seen(PRESENT, 5), like).change is Change.WORSE
    assert like.caveat == "nothing says whether one of the films is PA or AP"
    assert likeness("edema", UNKNOWN, UNKNOWN).caveat


def test_the_authors_of_reports_may_compare_what_we_do_not() -> None:
    found = became(told(PRESENT), told(PRESENT, Change.WORSE), likeness("cardiomegaly", PA, AP), "cardiomegaly")
    assert found.change is Change.WORSE
    assert "AP film" in found.caveat
