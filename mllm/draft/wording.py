"""How evidence and flags put numbers and findings into words."""

from __future__ import annotations

from radiology.findings import FINDINGS
from radiology.study import Finding, Side


def figure(value: float) -> str:
    """Two digits without a leading zero: ".93", "1.00"."""
    return f"{value:.2f}".removeprefix("0")


def named(name: str) -> str:
    """The words for a finding's name."""
    return FINDINGS[name].text if name in FINDINGS else name.replace("_", " ")


def on_side(side: Side | None) -> str:
    """What follows a finding: " on the left", " on both sides" or nothing."""
    if side is None:
        return ""
    return " on both sides" if side is Side.BILATERAL else f" on the {side}"


def stated(finding: Finding) -> str:
    """A finding as a phrase: "pleural effusion on the left"."""
    return named(finding.name) + on_side(finding.side)
