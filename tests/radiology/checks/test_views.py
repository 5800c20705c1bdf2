from __future__ import annotations

import pytest

from radiology.study import Projection
from tests.radiology.checks.reports import FRONTAL, LATERAL, STUDY, flagged

CHECK = "view not in the study"
FRONTAL_ONLY = STUDY.model_copy(update={"views": (FRONTAL,)})
LATERAL_ONLY = STUDY.model_copy(update={"views": (LATERAL,)})
UNTOLD = STUDY.model_copy(update={"views": (FRONTAL.model_copy(update={"projection": Projection.UNKNOWN}),)})


@pytest.mark.parametrize(
    "text",
    [
        "On the lateral view the spine is clear.",
        "The opacity lies behind the heart on the lateral.",
        "The lateral film shows no collapse.",
        "PA and lateral views show clear lungs.",
        "The AP view is rotated.",
    ],
)
def test_a_view_that_was_not_taken(text: str) -> None:
    assert flagged(CHECK, text, study=FRONTAL_ONLY) == [0]


@pytest.mark.parametrize(
    "text",
    [
        "The PA view shows clear lungs.",
        "No lateral view was obtained.",
        "A lateral view was not obtained.",
        "A lateral view is recommended.",
        "Opacity on the lateral chest wall.",
        "Lateral rib fracture.",
        "The AP window is clear.",
    ],
)
def test_what_speaks_of_no_missing_view(text: str) -> None:
    assert flagged(CHECK, text, study=FRONTAL_ONLY) == []


def test_the_views_of_the_study_decide() -> None:
    text = "On the lateral view the spine is clear."
    assert flagged(CHECK, text) == flagged(CHECK, text, study=UNTOLD) == []
    assert flagged(CHECK, "The frontal view shows clear lungs.", study=LATERAL_ONLY) == [0]
