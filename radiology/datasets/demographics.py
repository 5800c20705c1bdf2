"""A patient's sex and age as data sets write them."""

from __future__ import annotations

import re
from typing import Literal

OLDEST = 130
_AGE = re.compile(r"0*(\d+)(?:\.\d+)?([YMWD]?)", re.IGNORECASE)
_PER_YEAR = {"": 1, "Y": 1, "M": 12, "W": 52, "D": 365}


def sex_of(word: object) -> Literal["F", "M"] | None:
    """Of `F`, `m`, `Female`, ...; None for anything else."""
    first = str(word or "").strip().upper()
    if first in ("F", "FEMALE"):
        return "F"
    return "M" if first in ("M", "MALE") else None


def age_of(value: object) -> int | None:
    """Whole years of 58, `58`, `58.0`, `058Y`, `013M` or `200D`; None where it is missing or beyond a human life."""
    told = _AGE.fullmatch(str("" if value is None else value).strip())
    if told is None:
        return None
    years = int(told[1]) // _PER_YEAR[told[2].upper()]
    return years if years <= OLDEST else None
