from __future__ import annotations

import math

import pytest

from mllm.boxes import Frame
from mllm.draft.claims import read_claims
from mllm.draft.transcript import Transcript
from mllm.engine.protocol import Completion, Piece
from radiology.imaging.letterbox import Letterbox

FRAMES = (Frame("F", "frontal", Letterbox(100, 100, 50)),)
TEXT = (
    "There is a <obj>12.5 mm nodule<box view=F>12,40,55,73</box></obj>. No pneumothorax. No pleural effusion.\n"
    "Impression: Nodule."
)


@pytest.mark.parametrize(("width", "before_the_end"), [(1, 3), (3, 3), (7, 3), (1000, 0)])
def test_sentences_come_once_in_order_whatever_the_pieces(width: int, before_the_end: int) -> None:
    transcript = Transcript(FRAMES)
    early: list[str] = []
    for i in range(0, len(TEXT), width):
        transcript.add(Piece(TEXT[i : i + width]))
        early += [claim.text for claim in transcript.completed()]
    late = [claim.text for claim in transcript.rest()]
    assert early + late == [claim.text for claim in read_claims(TEXT, FRAMES)]
    assert late[-1] == "Nodule."
    assert len(early) == before_the_end


def test_a_sentence_owns_the_probabilities_of_its_words() -> None:
    box = Piece("<box view=F>1,2,3,4</box>", 0.01)
    pieces = (Piece("Nodule", 0.5), box, Piece(".", 0.25), Piece(" No edema.", 0.1))
    transcript = Transcript.of(Completion(pieces), FRAMES)
    first, second = transcript.rest()
    assert transcript.log_probabilities(first) == pytest.approx([math.log(0.5), math.log(0.25)])
    assert transcript.log_probabilities(second) == pytest.approx([math.log(0.1)])
    assert transcript.probability() == pytest.approx(0.0125)


def test_what_is_added_never_holds_markup() -> None:
    transcript = Transcript(FRAMES)
    shown = "".join(transcript.add(Piece(character)) for character in TEXT)
    assert shown == transcript.text
    assert "<" not in shown


def test_an_engine_that_tells_nothing_has_no_probability() -> None:
    transcript = Transcript.of(Completion((Piece("Nodule."),)), FRAMES)
    assert transcript.probability() is None
    assert transcript.log_probabilities(transcript.rest()[0]) == ()
