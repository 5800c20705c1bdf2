from __future__ import annotations

import pytest

from tests.radiology.checks.reports import flagged, followed

CHECK = "comparison without a prior"


@pytest.mark.parametrize(
    "text",
    [
        "The left pleural effusion has increased since the prior study.",
        "There is a new nodule.",
        "The heart is unchanged.",
        "No interval change.",
        "Interval mild improvement in aeration.",
        "Compared with the last film there is less edema.",
        "The lungs are better aerated than before.",
        "Small effusion, decreased.",
        "Stable appearance of the chest.",
        "Similar to the prior study.",
        "The previously described opacity has cleared.",
    ],
)
def test_a_comparison_needs_a_prior(text: str) -> None:
    assert flagged(CHECK, text) == [0]
    assert flagged(CHECK, text, study=followed()) == []


@pytest.mark.parametrize(
    "text",
    [
        "No prior study is available for comparison.",
        "Comparison: None.",
        "Recommend comparison with prior films.",
        "There is a left pleural effusion.",
        "Changes of prior sternotomy.",
        "Old fractures from previous trauma.",
        "Increased interstitial markings are present.",
        "The right base is denser compared to the left.",
        "Similar nodules lie in both lungs.",
        "The fracture is better seen on the oblique view.",
        "Follow-up at an appropriate interval is recommended.",
    ],
)
def test_what_compares_with_no_earlier_film(text: str) -> None:
    assert flagged(CHECK, text) == []
