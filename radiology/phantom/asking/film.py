"""Questions about the film as a whole: its view, whether it is normal, and what is on it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from radiology.findings import FINDINGS
from radiology.phantom.asking.wording import names, open_question, yes_no
from radiology.phantom.language.places import Placement, placement_of
from radiology.study import Certainty, Finding, Projection, Question, Study

_ABNORMAL_ODDS = 0.55
"""Chance that an abnormal film is asked whether it is normal; a normal one always is."""


def film_questions(study: Study, findings: Sequence[Finding], rng: np.random.Generator) -> Iterator[Question]:
    """The view or views, normality where it is beyond doubt, and the abnormalities."""
    study_id = study.study_id
    known = [view.projection for view in study.views if view.projection is not Projection.UNKNOWN]
    if len(known) == 1:
        yield open_question(study_id, "Which view is this?", str(known[0]), "view")
    elif known and len(known) == len(study.views):
        yield open_question(study_id, "Which views are these?", " and ".join(known), "view")
    there = [finding for finding in findings if finding.certainty is not Certainty.ABSENT]
    abnormal = [finding for finding in there if _is_abnormal(finding)]
    if not any(map(_in_doubt, there)) and (not abnormal or rng.random() < _ABNORMAL_ODDS):
        yield yes_no(study_id, "Is this film normal?", not abnormal, "normal")
    certain = [finding for finding in abnormal if finding.certainty is Certainty.PRESENT]
    yield open_question(study_id, "What abnormalities are seen?", names(certain), "open")


def _is_abnormal(finding: Finding) -> bool:
    return FINDINGS[finding.name].abnormal and not FINDINGS[finding.name].device


def _in_doubt(finding: Finding) -> bool:
    """What may or may not make a film abnormal: the uncertain, and a device that is not where it belongs."""
    wrong = placement_of(finding.name, finding.position) not in (None, Placement.RIGHT)
    return finding.certainty is Certainty.UNCERTAIN or wrong
