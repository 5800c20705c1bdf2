"""The words by which a case is found, and what a person types as a query of SQLite's FTS5."""

from __future__ import annotations

import re
from collections.abc import Iterable

from mllm.prompts import finding_line
from radiology.study import Case, Certainty, Finding

MOST = 64
"""Words of a query; of a longer one the first."""
_WORD = re.compile(r"[^\W_]+")


def any_of(text: str) -> str:
    """Every word of `text` quoted, so that nothing is syntax, joined by OR; "" when it holds none."""
    found = dict.fromkeys(word.casefold() for word in _WORD.findall(text))
    return " OR ".join(f'"{word}"' for word in list(found)[:MOST])


def words_of(case: Case, findings: Iterable[Finding]) -> tuple[str, str]:
    """What of the case's known `findings` is present, as a prompt says it, and the report: findings and impression."""
    present = (each for each in findings if each.certainty is Certainty.PRESENT)
    report = case.report
    said = (report.findings, report.impression) if report else ()
    return "; ".join(map(finding_line, present)), "\n".join(part for part in said if part)
