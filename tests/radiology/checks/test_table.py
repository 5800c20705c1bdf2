from __future__ import annotations

import pytest

from radiology.checks.table import CHECKS, checked
from radiology.study import DraftSentence, Study, View
from tests.radiology.checks.reports import STUDY, report, sentence

HOSTILE = (
    "",
    ".",
    "\x00\x1b[31m",
    "no " * 400,
    "left right " * 200,
    "12 mm " * 200,
    "no " + "very " * 3000 + "effusion",
    "interval " + "a " * 3000,
    "(" * 500 + ")" * 500,
    "\u202eeffusion \N{COMBINING ACUTE ACCENT}" * 50,
    "9" * 5000 + " mm",
    "1/1/" * 800,
)


def test_flags_that_were_there_stay_and_come_once() -> None:
    before = sentence("There is a new nodule.").model_copy(update={"flags": ("unsupported", next(iter(CHECKS)))})
    assert checked([before], STUDY)[0].flags == ("unsupported", "comparison without a prior")


def test_checking_twice_finds_nothing_more() -> None:
    once = report("There is a new nodule.", "There is a left chest tube.", "Impression: Normal chest.")
    assert any(each.faults for each in once)
    assert checked(once, STUDY) == once


def test_every_fault_has_the_flag_of_its_check_and_a_reason() -> None:
    for each in report("No effusion, but a left effusion is 900 mm wide.", "Mr. Miller has a new mass."):
        assert each.faults
        assert {fault.check for fault in each.faults} == set(each.flags) <= set(CHECKS)
        assert all(fault.reason[0].isupper() or fault.reason[0] == '"' for fault in each.faults)
        assert all(fault.reason.endswith((".", "?")) for fault in each.faults)


def test_a_faultless_report_stays_as_it_is() -> None:
    sentences = [
        sentence("There is a moderate left pleural effusion."),
        sentence("The heart is normal in size."),
        sentence("No pneumothorax."),
        sentence("Impression: Moderate left pleural effusion."),
    ]
    assert checked(sentences, STUDY) == tuple(sentences)
    assert checked([], STUDY) == ()


def test_a_study_of_which_nothing_is_known_judges_nothing() -> None:
    bare = Study(study_id="S", patient_id="P")
    unknown = bare.model_copy(update={"views": (View(id="v", path="v.png", width=3, height=4),)})
    for study in (bare, unknown):
        assert not report("She has clear lungs on the lateral view.", study=study)[0].flags


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_breaks_a_check(text: str) -> None:
    odd = [DraftSentence(text=text, section="findings"), DraftSentence(text=text, section="impression")]
    assert len(checked(odd, STUDY)) == 2
