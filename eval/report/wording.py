"""Numbers and findings as the page writes them."""

from __future__ import annotations

from collections.abc import Iterable

from radiology.findings import FINDINGS
from radiology.study import Certainty, Finding

NONE = "–"
"""What stands where there is no value."""


def number(value: float | None, signed: bool = False) -> str:
    """Three decimals below 10, fewer above."""
    if value is None:
        return NONE
    digits = 3 if abs(value) < 10 else 1
    text = f"{value:+.{digits}f}" if signed else f"{value:.{digits}f}"
    return text.replace("-", "−")


def share(part: int, whole: int) -> str:
    return f"{part / whole:.3f}" if whole else NONE


def counted(n: int, one: str, many: str = "") -> str:
    """One or many, as in 1,483 cases."""
    return f"{n:,} {one if n == 1 else many or one + 's'}"


def word(name: str) -> str:
    """How a sentence names the finding `name`."""
    return FINDINGS[name].text if name in FINDINGS else name.replace("_", " ")


def details(finding: Finding) -> str:
    """Everything but the name: "uncertain, left, lower zone, small, 12 mm"."""
    said = (
        None if finding.certainty is Certainty.PRESENT else finding.certainty.value,
        finding.side and finding.side.value,
        finding.location,
        finding.severity and finding.severity.value,
        finding.size_mm and f"{finding.size_mm:g} mm",
        finding.count and f"count {finding.count}",
        finding.position,
        finding.change and finding.change.value,
    )
    return ", ".join(str(part) for part in said if part)


def described(findings: Iterable[Finding]) -> str:
    """The details of all that is said under one name; "stated" where a finding has none."""
    return " + ".join(dict.fromkeys(details(finding) or "stated" for finding in findings))
