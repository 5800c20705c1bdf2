"""Questions of version 1: closed (balanced yes and no for each finding), open, choice, where, side, change."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from radiology.findings import FINDINGS
from radiology.phantom.questions import closed_question
from radiology.study import Case, Certainty, Finding, Question, Side

ABSENT_SHARE = 0.147 / (1 - 0.147)
"""Share of absent findings that are asked about, so that yes and no come equally often; .147 is the prevalence."""
SIDE_WORDS = {Side.LEFT: "left", Side.RIGHT: "right", Side.BILATERAL: "both"}
NONE = "none of these"


def _choice(study_id: str, present: Sequence[Finding], absent: Sequence[Finding], rng: np.random.Generator) -> Question:
    wrong = [FINDINGS[absent[i].name].text for i in rng.choice(len(absent), 3 if not present else 2, replace=False)]
    right = FINDINGS[present[int(rng.integers(len(present)))].name].text if present else NONE
    options = [*wrong, right] if present else wrong
    choices = (*[options[i] for i in rng.permutation(len(options))], NONE)
    text = "Which of these is present?"
    return Question(study_id=study_id, text=text, answer=right, kind="choice", choices=choices, topic="choice")


def _about(study_id: str, finding: Finding) -> list[Question]:
    """Side, place and change of one present finding."""
    name, asked = FINDINGS[finding.name].text, []
    if finding.side:
        text = f"On which side is the {name}?"
        asked.append((text, SIDE_WORDS[finding.side], "side"))
    if finding.location:
        side = "both lungs" if finding.side is Side.BILATERAL else f"the {finding.side} lung"
        asked.append((f"Where is the {name}?", f"{finding.location} of {side}", "where"))
    if finding.change:
        asked.append((f"How has the {name} changed?", str(finding.change), "change"))
    return [
        Question(study_id=study_id, text=t, answer=a, kind="open", topic=topic, name=finding.name)
        for t, a, topic in asked
    ]


def ask(case: Case, rng: np.random.Generator) -> tuple[Question, ...]:
    """The questions about one case whose findings are completely known."""
    study_id, present = case.study.study_id, case.present
    absent = [f for f in case.findings if f.certainty is Certainty.ABSENT]
    asked = [closed_question(study_id, f.name, True, int(rng.integers(3))) for f in present]
    asked += [
        closed_question(study_id, f.name, False, int(rng.integers(3))) for f in absent if rng.random() < ABSENT_SHARE
    ]
    names = ", ".join(FINDINGS[f.name].text for f in present) or "none"
    asked.append(
        Question(study_id=study_id, text="What abnormalities are seen?", answer=names, kind="open", topic="open")
    )
    asked.append(_choice(study_id, present, absent, rng))
    for finding in present:
        asked += _about(study_id, finding)
    return tuple(asked)
