"""Which cases a search may give, as one noun, and as SQL over the table `cases`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date as Date
from hashlib import sha256

from radiology.imaging.identity import patient_name
from radiology.study import Noun, Projection, Side

Condition = tuple[str, tuple[str, ...]]
"""SQL with question marks, and what they stand for."""


class Filter(Noun):
    """What is left empty filters nothing. Patients and studies are named as their source names them.

    `since` and `until` include their days, and no case without a date. `views` are projections of the film by which a
    case is found. `finding` is present, on `side` or on both. The fields `without_...` take cases out.
    """

    patient: str = ""
    study: str = ""
    since: Date | None = None
    until: Date | None = None
    views: tuple[Projection, ...] = ()
    finding: str = ""
    side: Side | None = None
    sources: tuple[str, ...] = ()
    without_patient: str = ""
    without_study: str = ""
    without_pixels: str = ""
    without_sources: tuple[str, ...] = ()
    without_splits: tuple[str, ...] = ()

    @property
    def empty(self) -> bool:
        return self == Filter()


EVERYTHING = Filter()


def patient_hash(patient_id: str) -> str:
    """A one-way name of a patient, 32 hexadecimal digits: the same for an id and for the name that the readers of films
    make of it."""
    return sha256(f"sightline patient {patient_name(patient_id)}".encode()).hexdigest()[:32]


def included(wanted: Filter) -> list[Condition]:
    """All of these hold for a case that may be given."""
    return list(_included(wanted))


def excluded(wanted: Filter) -> list[Condition]:
    """None of these holds for a case that may be given."""
    return list(_excluded(wanted))


def where(wanted: Filter) -> Condition:
    """Both as one condition."""
    kept, out = included(wanted), excluded(wanted)
    parts = [text for text, _ in kept] + [f"NOT ({text})" for text, _ in out]
    return " AND ".join(parts) or "1", values(kept + out)


def values(conditions: list[Condition]) -> tuple[str, ...]:
    return tuple(value for _, own in conditions for value in own)


def _included(wanted: Filter) -> Iterator[Condition]:
    if wanted.patient:
        yield "patient = ?", (patient_hash(wanted.patient),)
    if wanted.study:
        yield "study = ?", (wanted.study,)
    if wanted.since:
        yield "date >= ?", (wanted.since.isoformat(),)
    if wanted.until:
        yield "date <= ?", (wanted.until.isoformat(),)
    if wanted.views:
        yield _one_of("view", wanted.views)
    if wanted.sources:
        yield _one_of("source", wanted.sources)
    if wanted.finding or wanted.side:
        yield _finding(wanted)


def _excluded(wanted: Filter) -> Iterator[Condition]:
    if wanted.without_patient:
        yield "patient = ?", (patient_hash(wanted.without_patient),)
    if wanted.without_study:
        yield "study = ?", (wanted.without_study,)
    if wanted.without_pixels:
        yield "pixels = ?", (wanted.without_pixels,)
    if wanted.without_sources:
        yield _one_of("source", wanted.without_sources)
    if wanted.without_splits:
        yield _one_of("split", wanted.without_splits)


def _one_of(column: str, names: tuple[str, ...]) -> Condition:
    return f"{column} IN ({', '.join('?' * len(names))})", tuple(str(name) for name in names)


def _finding(wanted: Filter) -> Condition:
    parts, bound = ["certainty = 'present'"], list[str]()
    if wanted.finding:
        parts.append("name = ?")
        bound.append(wanted.finding)
    if wanted.side:
        parts.append("side IN (?, 'bilateral')")
        bound.append(wanted.side)
    return f"id IN (SELECT id FROM findings WHERE {' AND '.join(parts)})", tuple(bound)
