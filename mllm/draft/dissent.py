"""Similar cases that say the opposite of a claim: shown as disagreement, never averaged away."""

from __future__ import annotations

from mllm.draft.precedents import Precedents
from radiology.checks.wording import named
from radiology.study import Certainty, Finding

FEWEST = 3
"""Cases that must object; fewer may be chance."""
_OPPOSITE = {Certainty.PRESENT: Certainty.ABSENT, Certainty.ABSENT: Certainty.PRESENT}


def dissent(finding: Finding, precedents: Precedents) -> str | None:
    """The flag for a claim that at least `FEWEST` similar cases contradict and none bears out; else None.

    A case that does not mention the finding has no say. Sides differ from case to case and are not compared.
    """
    if finding.certainty not in _OPPOSITE:
        return None
    said = [{other.certainty for other in known.findings if other.name == finding.name} for known in precedents.similar]
    against = sum(_OPPOSITE[finding.certainty] in certainties for certainties in said)
    borne_out = any(finding.certainty in certainties for certainties in said)
    if against < FEWEST or borne_out:
        return None
    outcome = named(finding.name) if finding.certainty is Certainty.ABSENT else f"no {named(finding.name)}"
    return f"disagreement: {against} similar cases have {outcome}"
