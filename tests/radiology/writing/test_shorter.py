from __future__ import annotations

from radiology.reading.mentions import read_sentence
from radiology.study import DraftSentence
from radiology.writing.shorter import shortened


def _sentence(text: str, section: str) -> DraftSentence:
    return DraftSentence.model_validate({"text": text, "section": section, "findings": read_sentence(text)})


EFFUSION, NO_NODULE = _sentence("Small left effusion.", "findings"), _sentence("No nodule.", "findings")
CONCLUDED, NO_MASS = _sentence("Left effusion.", "impression"), _sentence("No mass.", "impression")
GONE, WELL = _sentence("Resolved left effusion.", "impression"), _sentence("No acute abnormality.", "impression")


def test_the_impression_stays_without_its_denials() -> None:
    assert shortened([EFFUSION, NO_NODULE, CONCLUDED, NO_MASS]) == (CONCLUDED,)


def test_without_an_impression_the_findings_stay() -> None:
    assert shortened([EFFUSION, NO_NODULE]) == (EFFUSION,)


def test_news_and_conclusions_are_no_denials() -> None:
    assert shortened([EFFUSION, GONE, WELL, NO_MASS]) == (GONE, WELL)


def test_something_is_always_left() -> None:
    assert shortened([EFFUSION, NO_MASS]) == (NO_MASS,)
    assert shortened([NO_NODULE]) == (NO_NODULE,)
    assert shortened([]) == ()
