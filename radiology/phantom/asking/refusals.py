"""Questions that the film cannot answer, each with the one sentence that says why."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from radiology.findings import FINDINGS
from radiology.phantom.asking.wording import open_question
from radiology.phantom.language.nouns import is_plural
from radiology.study import Finding, Question, Study

ELSEWHERE = "The film shows the chest and not that part of the body."
LABORATORY = "A chest film holds no laboratory values."
NO_LATERAL = "There is no lateral view in this study."
NO_PRIOR = "There is no prior study to compare with."
NOT_SEEN = "That is not seen on this film."

_PARTS = ("hip", "knee", "brain", "wrist", "pelvis")
_VALUES = ("hemoglobin", "potassium", "creatinine", "white cell count")


def refused(
    study: Study, present: Sequence[Finding], absent: Sequence[Finding], rng: np.random.Generator
) -> Question | None:
    """One such question, three times in five. What depends on the study is asked more often than what never holds."""
    if rng.random() >= 0.6:
        return None
    options = [_not_seen(asked, rng)] * 2 if (asked := [f.name for f in absent if _has_place(f.name)]) else []
    options += [(f"What does the {_PARTS[int(rng.integers(len(_PARTS)))]} show?", ELSEWHERE)]
    options += [(f"What is the {_VALUES[int(rng.integers(len(_VALUES)))]}?", LABORATORY)]
    if study.view(False) is None:
        options.append(("What does the lateral view show?", NO_LATERAL))
    if not study.priors:
        options += [_no_prior(present, rng)] * 2
    text, answer = options[int(rng.integers(len(options)))]
    return open_question(study.study_id, text, answer, "unanswerable")


def _has_place(name: str) -> bool:
    return FINDINGS[name].sided or FINDINGS[name].device


def _not_seen(names: Sequence[str], rng: np.random.Generator) -> tuple[str, str]:
    """A question that takes for granted what is not there."""
    name = names[int(rng.integers(len(names)))]
    term, be = FINDINGS[name], "are" if is_plural(Finding(name=name)) else "is"
    if term.device and be == "is":
        return f"Where is the tip of the {term.text}?", NOT_SEEN
    if term.sided and rng.random() < 0.5:
        return f"On which side {be} the {term.text}?", NOT_SEEN
    return f"Where {be} the {term.text}?", NOT_SEEN


def _no_prior(present: Sequence[Finding], rng: np.random.Generator) -> tuple[str, str]:
    if not present or rng.random() < 0.4:
        return "What has changed since the prior study?", NO_PRIOR
    finding = present[int(rng.integers(len(present)))]
    have = "have" if is_plural(Finding(name=finding.name)) else "has"
    return f"How {have} the {FINDINGS[finding.name].text} changed?", NO_PRIOR
