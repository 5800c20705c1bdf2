"""Dates moved by whole days, ages capped: intervals between a patient's studies stay, when they took place does not.

Option "Retain Longitudinal Temporal Information with Modified Dates" of PS3.15 E.3.6. Times of day stay. Ages above 89
become 90, as 45 CFR 164.514(b)(2)(i)(C) (HIPAA, Safe Harbor) asks.
"""

from __future__ import annotations

import re
from datetime import date as Date

OLDEST = 90
_DATE = re.compile(r"(\d{4})[.:/-]?(\d{2})[.:/-]?(\d{2})")
_CLOCK = r"(?:[01]\d|2[0-3])(?::?[0-5]\d(?::?(?:[0-5]\d|60)(?:\.\d{1,6})?)?)?"
_DATETIME = re.compile(rf"(\d{{4}})(\d{{2}})(\d{{2}})((?:{_CLOCK})?(?:[+-][01]\d[0-5]\d)?)")
_TIME = re.compile(_CLOCK)
_AGE = re.compile(r"(\d{1,3})([DWMY]?)")
_PER_YEAR = {"": 1.0, "D": 365.25, "W": 52.18, "M": 12.0, "Y": 1.0}


def earlier(day: Date, days: int) -> Date:
    """`day` moved into the past, not before year 1."""
    return Date.fromordinal(max(1, day.toordinal() - days))


def shifted(value: str, vr: str, days: int) -> str:
    """The DA, DT or TM `value` as it is to be written; empty where it is none, for it may hold anything."""
    text = value.strip()
    if vr == "TM":
        return text.replace(":", "") if _TIME.fullmatch(text) else ""
    found = (_DATE if vr == "DA" else _DATETIME).fullmatch(text)
    if found is None:
        return ""
    try:
        day = earlier(Date(int(found[1]), int(found[2]), int(found[3])), days)
    except ValueError:
        return ""
    return f"{day.year:04d}{day.month:02d}{day.day:02d}" + (found[4] if vr == "DT" else "")


def capped_age(value: str) -> str:
    """The age string `value` (nnnD, nnnW, nnnM, nnnY, or years alone), at most 090Y; empty where it is none."""
    found = _AGE.fullmatch(value.strip().upper())
    if found is None:
        return ""
    count, unit = int(found[1]), found[2]
    return f"{OLDEST:03d}Y" if count / _PER_YEAR[unit] >= OLDEST else f"{count:03d}{unit or 'Y'}"


def capped_years(age: int | None) -> int | None:
    return None if age is None else min(age, OLDEST)
