"""How evidence and flags put numbers and findings into words."""

from __future__ import annotations

from radiology.checks.wording import named, on_side
from radiology.study import Finding


def figure(value: float) -> str:
    """Two digits without a leading zero: ".93", "1.00"."""
    return f"{value:.2f}".removeprefix("0")


def stated(finding: Finding) -> str:
    """A finding as a phrase: "pleural effusion on the left"."""
    return named(finding.name) + on_side(finding.side)
