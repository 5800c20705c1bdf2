"""Cells of tables as what they mean: text, numbers of labels, dates, projections, lists."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date as Date
from datetime import datetime
from functools import lru_cache
from typing import Any

from radiology.study import Certainty, Projection

_PRESENT = frozenset({"1", "true", "yes", "present", "positive"})
_ABSENT = frozenset({"0", "false", "no", "absent", "negative"})
_UNCERTAIN = frozenset({"-1", "uncertain"})
_UNKNOWN = frozenset({"", "nan", "none", "null", "na", "n/a", "unlabeled", "unlabelled", "unmentioned", "unknown"})
_WORDS = {"pa": Projection.PA, "ap": Projection.AP, "lateral": Projection.LATERAL, "frontal": Projection.UNKNOWN} | {
    "lat": Projection.LATERAL,
    "ll": Projection.LATERAL,
    "l": Projection.LATERAL,
    "rl": Projection.LATERAL,
    "unknown": Projection.UNKNOWN,
    "": Projection.UNKNOWN,
}
"""Words of view columns. Others (oblique, decubitus, lordotic, swimmer's) are no standard views."""
OTHER_VIEW = "view of no standard projection"
_FORMATS = ("%Y-%m-%d", "%Y%m%d", "%Y/%m/%d", "%Y.%m.%d")


def text_of(value: Any) -> str:
    """The text of a cell, free of outer blanks: "" for None and NaN, `12` for 12.0."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def words_of(value: Any, separator: str) -> list[str]:
    """A list, or a text cut at `separator`, as texts."""
    parts = value if isinstance(value, (list, tuple)) else text_of(value).split(separator)
    return [text_of(part) for part in parts]


def certainty_of(value: Any) -> Certainty | None:
    """Of a label's cell, such as 1, 0.0, -1, yes, true or empty; None where it says nothing.

    Raises ValueError for any other cell.
    """
    word = text_of(value).lower().removesuffix(".0")
    if word in _PRESENT:
        return Certainty.PRESENT
    if word in _ABSENT:
        return Certainty.ABSENT
    if word in _UNCERTAIN:
        return Certainty.UNCERTAIN
    if word in _UNKNOWN:
        return None
    raise ValueError(word)


def projection_of_word(word: str, names: Mapping[str, Projection] = {}) -> Projection | None:
    """What `names`, else custom, calls so; None for a view that is no standard one."""
    return names[word] if word in names else _WORDS.get(word.lower())


def pa_or_ap(word: str) -> Projection:
    """What a column of frontal films says, in any case; unknown for every other word."""
    told = word.strip().upper()
    return Projection(told) if told in ("PA", "AP") else Projection.UNKNOWN


def date_of(value: Any, form: str | None = None) -> Date | None:
    """Of a date, or of 2024-02-03, 20240203, 2024-02-03T10:11:12, or what `form` (as of strptime) describes.

    Raises ValueError for any other cell; None for an empty one.
    """
    if isinstance(value, Date):
        return value.date() if isinstance(value, datetime) else value
    text = text_of(value)
    if text.lower() in _UNKNOWN:
        return None
    return _parsed(text, form)


@lru_cache(maxsize=65536)
def _parsed(text: str, form: str | None) -> Date:
    if form is not None:
        return datetime.strptime(text, form).date()  # noqa: DTZ007
    day = text.replace("T", " ").split(" ")[0]
    for known in _FORMATS:
        try:
            return datetime.strptime(day, known).date()  # noqa: DTZ007
        except ValueError:
            continue
    raise ValueError(text)
