"""How reasons put findings into words."""

from __future__ import annotations

from radiology.findings import FINDINGS
from radiology.study import Certainty, Finding, Side


def named(name: str) -> str:
    """The words for a finding's name."""
    return FINDINGS[name].text if name in FINDINGS else name.replace("_", " ")


def on_side(side: Side | None) -> str:
    """What follows a finding: " on the left", " on both sides" or nothing."""
    if side is None:
        return ""
    return " on both sides" if side is Side.BILATERAL else f" on the {side}"


def said(finding: Finding) -> str:
    """A finding as it is stated: "no pleural effusion on the left"."""
    certainty = {Certainty.ABSENT: "no ", Certainty.UNCERTAIN: "possible "}.get(finding.certainty, "")
    return f"{certainty}{named(finding.name)}{on_side(finding.side)}"
