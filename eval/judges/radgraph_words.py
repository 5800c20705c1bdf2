"""How a report is cut into words for RadGraph: each published model was trained on a cut of its own."""

from __future__ import annotations

import re
from collections.abc import Callable

Cut = Callable[[str], list[str]]

_ALONE = re.compile(r"([/,:.!?()])")
_RUNS = re.compile(r"\w+|[^\w\s]+")
_PARTED = ((").", ") ."), ("%.", "% ."), (".'", ". '"), ("%,", "% ,"), ("%)", "% )"))
"""Runs of punctuation that stand apart after all."""
_ESCAPES = (("\\n", "  "), ("\\f", "  "), ("\\u2122", "      "), ('\\"', "``"))
"""Escapes that were written out, as they stand in exports of report systems."""


def first_cut(report: str) -> list[str]:
    """Of RadGraph 2021: at blanks, and around each mark of punctuation but hyphens."""
    return _ALONE.sub(r" \1 ", report).split()


def xl_cut(report: str) -> list[str]:
    """Of RadGraph-XL (2024): runs of letters and digits, and runs of anything else."""
    for written, meant in _ESCAPES:
        report = report.replace(written, meant)
    joined = " ".join(_RUNS.findall(report))
    for run, parted in _PARTED:
        joined = joined.replace(run, parted)
    return joined.split()


def cut_for(training_set: str) -> Cut:
    """The cut of the model that was trained on `training_set`, as its vocabulary names it."""
    return xl_cut if training_set in {"radgraph-xl", "modern-radgraph-xl", "echograph"} else first_cut
