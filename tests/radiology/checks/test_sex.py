from __future__ import annotations

import pytest

from tests.radiology.checks.reports import STUDY, flagged

CHECK = "other sex"


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("She is rotated.", "F"),
        ("The uterus is gravid.", "F"),
        ("He is rotated.", "M"),
        ("Metastatic prostatic cancer.", "M"),
    ],
)
def test_what_fits_one_sex_only(text: str, fits: str) -> None:
    other = "M" if fits == "F" else "F"
    assert flagged(CHECK, text, study=STUDY.model_copy(update={"sex": other})) == [0]
    assert flagged(CHECK, text, study=STUDY.model_copy(update={"sex": fits})) == []
    assert flagged(CHECK, text) == []


@pytest.mark.parametrize("text", ["Left mastectomy.", "Breast implants.", "The chest is normal.", "Manubrium intact."])
def test_what_fits_both(text: str) -> None:
    assert flagged(CHECK, text, study=STUDY.model_copy(update={"sex": "M"})) == []
