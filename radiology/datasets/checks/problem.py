"""One thing that is wrong with a data set. It says where, and never quotes a text: that may name somebody."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """`kind` is what problems are counted by; `where` names the study, and within it the view, finding or section."""

    kind: str
    where: str
