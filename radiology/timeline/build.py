"""From a case and its priors, and what heads see in their films, to the timeline of its findings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from radiology.findings import FINDINGS
from radiology.imaging.chosen import film_of
from radiology.study import Case, Certainty, Finding, Projection, Side
from radiology.timeline.change import step
from radiology.timeline.known import Key, keys_of, known_findings, stated
from radiology.timeline.record import Cell, Row, Seen, Timeline, Visit
from radiology.timeline.views import likeness

_SIDES = (None, Side.RIGHT, Side.LEFT)


@dataclass(frozen=True)
class FilmRead:
    """One visit's film through the heads: its projection as far as known, what they see, or why they did not look."""

    projection: Projection
    seen: Mapping[Key, Seen] = field(default_factory=dict)
    unread: str = ""


@dataclass(frozen=True)
class _Known:
    """All that is known of one visit."""

    visit: Visit
    findings: tuple[Finding, ...]
    seen: Mapping[Key, Seen]


def timeline_of(case: Case, films: Sequence[FilmRead | None] = ()) -> Timeline:
    """Every finding that was there, or may have been, at a prior or now, oldest visit first.

    `films` are those of the priors and, last, of the case itself: None for a visit without one, empty without heads.
    The report or the findings of `case` are what is known of the latest visit; a case without either is told by its
    film alone. Only what is stated is taken from a report, so a finding that it does not mention is unknown.
    """
    visits = (*case.study.priors, case)
    known = [
        _known(each, film, each is case) for each, film in zip(visits, films or (None,) * len(visits), strict=True)
    ]
    return Timeline(
        study_id=case.study.study_id,
        visits=tuple(each.visit for each in known),
        rows=tuple(_row(key, known) for key in _keys(known)),
        notes=tuple(_notes(known)),
    )


def _known(case: Case, film: FilmRead | None, current: bool) -> _Known:
    view, told = film_of(case.study), known_findings(case)
    written = bool(case.report and (case.report.findings or case.report.impression))
    compared = (case.report.comparison if case.report else "") or case.study.comparison
    visit = Visit(
        study_id=case.study.study_id,
        current=current,
        date=case.study.date,
        projection=film.projection if film else view.projection if view else None,
        source="listed" if case.findings else "report" if written else None,
        compared_with=" ".join(compared.split()),
        unread=film.unread if film else "",
    )
    return _Known(visit, told, film.seen if film else {})


def _keys(known: Sequence[_Known]) -> list[Key]:
    """In the order of the vocabulary. A row without a side gives way to those with one."""
    found = {key for each in known for key in (*keys_of(each.findings), *_present(each.seen))}
    sided = {name for name, side in found if side is not None}
    order = {name: i for i, name in enumerate(FINDINGS)}
    kept = [(name, side) for name, side in found if side is not None or name not in sided]
    return sorted(kept, key=lambda key: (order.get(key[0], len(order)), key[0], _SIDES.index(key[1])))


def _present(seen: Mapping[Key, Seen]) -> Iterator[Key]:
    """What heads alone call for: only what a map shows, so that it can be pointed at."""
    return (key for key, each in seen.items() if each.certainty is Certainty.PRESENT and each.amount is not None)


def _row(key: Key, known: Sequence[_Known]) -> Row:
    cells = [_cell(key, each) for each in known]
    steps = [
        step(
            key[0],
            (earlier.visit, later.visit),
            (before, now),
            likeness(key[0], earlier.visit.projection, later.visit.projection),
        )
        for (earlier, later), (before, now) in zip(pairwise(known), pairwise(cells), strict=True)
    ]
    return Row(name=key[0], side=key[1], cells=tuple(cells), steps=tuple(steps))


def _cell(key: Key, known: _Known) -> Cell:
    told, seen = stated(known.findings, key), _seen(known.seen, key)
    if told is None:
        return Cell(certainty=seen.certainty if seen else None, source="heads" if seen else None, seen=seen)
    return Cell(
        certainty=told.certainty,
        source=known.visit.source,
        severity=told.severity,
        size_mm=told.size_mm,
        position=told.position,
        change=told.change,
        seen=seen,
    )


def _seen(seen: Mapping[Key, Seen], key: Key) -> Seen | None:
    """What heads see on a side; where they know no sides, absence holds for both and presence for neither, but that of
    a device, which is the same one."""
    own, whole = seen.get(key), seen.get((key[0], None))
    device = key[0] in FINDINGS and FINDINGS[key[0]].device
    if own is not None or whole is None or device or whole.certainty is Certainty.ABSENT:
        return own or whole
    return whole.model_copy(update={"certainty": Certainty.UNCERTAIN, "amount": None})


def _notes(known: Sequence[_Known]) -> Iterator[str]:
    undated = sum(each.visit.date is None for each in known[:-1])
    if undated:
        yield f"priors without a date: {undated} of {len(known) - 1}, in the order given"
    for each in known:
        if each.visit.unread:
            yield f"film not read ({each.visit.day}): {each.visit.unread}"
    if len(known) == 1:
        yield "there is no prior to compare with"
