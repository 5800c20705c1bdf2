"""Reports with one error, written from findings of which one is changed: what a check or a confidence must notice."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mllm.draft.truth import state_of
from mllm.prompts import report_answer
from radiology.findings import FINDINGS, NIH_LABELS
from radiology.phantom.language.statement import report_of
from radiology.phantom.language.write import write_statements
from radiology.study import Case, Certainty, Finding, Side

OTHER = {Side.LEFT: Side.RIGHT, Side.RIGHT: Side.LEFT}


def planted_report(case: Case, rng: np.random.Generator) -> str:
    """The text of a report of `case` with one error: a finding missed, invented or, where sides are known, on the wrong
    side. What is not known of the case is not mentioned."""
    return report_answer(report_of(write_statements(falsified(stated_findings(case), rng), rng, negatives=1.0)))


def stated_findings(case: Case) -> tuple[Finding, ...]:
    """What the case lists, and as absent what its source would have listed (NIH's fourteen)."""
    listed = {finding.name for finding in case.findings}
    absent = [name for name in NIH_LABELS.values() if name not in listed and state_of(name, case) is False]
    return (*case.findings, *(Finding(name=name, certainty=Certainty.ABSENT) for name in absent))


def falsified(findings: Sequence[Finding], rng: np.random.Generator) -> tuple[Finding, ...]:
    """`findings` with one of them turned into its opposite, or onto the other side; unchanged where nothing can be."""
    present = [i for i, f in enumerate(findings) if f.certainty is Certainty.PRESENT]
    absent = [i for i, f in enumerate(findings) if f.certainty is Certainty.ABSENT and f.change is None]
    sided = [i for i in present if findings[i].side in OTHER]
    kinds = [some for some in (present, absent, sided) if some]
    if not kinds:
        return tuple(findings)
    chosen = kinds[int(rng.integers(len(kinds)))]
    at = chosen[int(rng.integers(len(chosen)))]
    return (*findings[:at], _false(findings[at], chosen is sided, rng), *findings[at + 1 :])


def _false(finding: Finding, other_side: bool, rng: np.random.Generator) -> Finding:
    if other_side and finding.side is not None:
        return Finding(name=finding.name, severity=finding.severity, side=OTHER[finding.side])
    if finding.certainty is Certainty.PRESENT:
        return Finding(name=finding.name, certainty=Certainty.ABSENT)
    sided = finding.name in FINDINGS and FINDINGS[finding.name].sided
    return Finding(name=finding.name, side=(Side.LEFT, Side.RIGHT)[int(rng.integers(2))] if sided else None)
