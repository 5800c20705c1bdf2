from __future__ import annotations

import base64
import io
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from mllm.engine.protocol import Message, Request
from radiology.errors import SightlineError
from radiology.study import Study
from tests.mllm.engine.fake_remote import FakeServer, delta, serving, streams

FILM = np.arange(11 * 13, dtype=np.uint8).reshape(13, 11)
STUDY = Study(study_id="s", patient_id="p")
QUESTION = Request((Message("user", "Frontal: <image>\nIs there a nodule?"),), (FILM,), study=STUDY)


@pytest.fixture
def server() -> Iterator[FakeServer]:
    with serving() as fake:
        yield fake


def test_it_streams_pieces_with_probabilities(server: FakeServer) -> None:
    pieces = list(server.open().session().stream(QUESTION, 9))
    assert [piece.text for piece in pieces] == ["No", " nodule", "."]
    assert [piece.probability for piece in pieces] == pytest.approx([0.75, 0.5, 0.25])


def test_only_pixels_and_text_are_sent_in_order(server: FakeServer) -> None:
    list(server.open().session().stream(QUESTION, 5))
    sent = server.asked[0]
    before, picture, after = sent["messages"][0]["content"]
    assert (before["text"], after["text"]) == ("Frontal: ", "\nIs there a nodule?")
    kind, data = picture["image_url"]["url"].split(",")
    assert kind == "data:image/png;base64"
    with Image.open(io.BytesIO(base64.b64decode(data))) as image:
        assert image.info == {}
        assert (np.asarray(image) == FILM).all()
    assert set(sent) == {"model", "messages", "max_tokens", "temperature", "stream", "logprobs"}
    assert (sent["model"], sent["max_tokens"], sent["temperature"]) == ("reader", 5, 0)


def test_turns_without_images_are_plain_text(server: FakeServer) -> None:
    turns = (*QUESTION.messages, Message("assistant", "No."), Message("user", "Sure?"))
    server.open().complete([Request(turns, QUESTION.images, study=STUDY)], 4)
    assert server.asked[0]["messages"][1:] == [
        {"role": "assistant", "content": "No."},
        {"role": "user", "content": "Sure?"},
    ]


def test_answers_of_a_batch_are_in_order(server: FakeServer) -> None:
    answers = server.open().complete([QUESTION] * 11, 2)
    assert [answer.text for answer in answers] == ["No nodule"] * 11


def test_a_cancelled_answer_ends_with_its_next_piece_and_the_next_one_is_whole(server: FakeServer) -> None:
    session = server.open().session()
    stream = session.stream(QUESTION, 9)
    assert next(stream).text == "No"
    session.cancel()
    assert list(stream) == []
    assert "".join(piece.text for piece in session.stream(QUESTION, 9)) == "No nodule."


def test_choices_by_first_token(server: FakeServer) -> None:
    assert server.open().choose(QUESTION, ("yes", "no")) == pytest.approx((1 / 3, 2 / 3))
    assert server.asked[0]["top_logprobs"] == 20


def test_choices_that_start_alike_are_matched_by_text(server: FakeServer) -> None:
    engine = server.open()
    assert engine.choose(QUESTION, ("no effusion", "no nodule", "yes")) == (0.0, 1.0, 0.0)
    assert engine.choose_many([QUESTION] * 2, [("no nodule", "nope")] * 2) == [(1.0, 0.0)] * 2


def test_an_answer_that_is_no_choice_says_nothing(server: FakeServer) -> None:
    server.logprobs = False
    assert server.open().choose(QUESTION, ("left", "right")) == (0.5, 0.5)


def test_given_answers_are_the_only_ones(server: FakeServer) -> None:
    server.structured = True
    asked = replace(QUESTION, choices=("left", "on both sides"))
    (piece,) = server.open().session().stream(asked, 9)
    assert (piece.text, piece.probability) == ("on both sides", 0.5)
    assert server.asked[0]["structured_outputs"] == {"choice": ["left", "on both sides"]}
    server.logprobs = False
    assert server.open().choose(QUESTION, ("left", "right")) == (0.0, 1.0)


@pytest.mark.parametrize("structured", [False, None])
def test_an_answer_is_compared_with_those_given(server: FakeServer, structured: bool | None) -> None:
    server.structured = structured
    engine = server.open()
    (piece,) = engine.stream(replace(QUESTION, choices=("yes", "no nodule")), 9)
    assert piece.text == "no nodule"  # the server said "No nodule."
    assert piece.probability == pytest.approx(0.75 * 0.5 * 0.25)
    with pytest.raises(SightlineError, match="`reader` answered none of yes, no"):
        list(engine.stream(replace(QUESTION, choices=("yes", "no")), 9))
    assert engine.complete([replace(QUESTION, choices=("yes", "no"))], 9)[0].text == ""
    refused = structured is None
    assert ["structured_outputs" in each for each in server.asked] == [True, *([False] * 3 if refused else [True] * 2)]


def test_a_server_may_refuse_every_extra(server: FakeServer) -> None:
    server.structured, server.logprobs = None, False
    (piece,) = server.open().stream(replace(QUESTION, choices=("no nodule",)), 9)
    assert (piece.text, piece.probability, len(server.asked)) == ("no nodule", None, 3)


def test_a_choice_that_names_the_patient_does_not_leave(server: FakeServer) -> None:
    server.structured = True
    study = Study(study_id="s", patient_id="MRN-4711-88")
    asked = Request((Message("user", "Whose?"),), choices=("nobody", "MRN-4711-88"), study=study)
    assert [piece.text for piece in server.open().stream(asked, 9)] == ["MRN-4711-88"]
    assert b"4711" not in server.heard


def test_a_server_without_probabilities_still_answers(server: FakeServer) -> None:
    server.logprobs = False
    engine = server.open()
    pieces = list(engine.session().stream(QUESTION, 9))
    assert "".join(piece.text for piece in pieces) == "No nodule."
    assert [piece.probability for piece in pieces] == [None] * 3
    engine.complete([QUESTION], 3)
    assert len(server.asked) == 3  # refused once, then never asked for them again


@pytest.mark.parametrize("told", [[], [{"token": "No", "logprob": float("nan")}]])
def test_a_probability_that_is_not_told_is_unknown(server: FakeServer, told: list[object]) -> None:
    server.faults = [streams(delta("No", logprobs=told), delta(None, end="stop"))]
    (piece,) = server.open().stream(QUESTION, 9)
    assert piece.probability is None


def test_several_tokens_in_a_chunk_are_one_piece(server: FakeServer) -> None:
    told = [{"token": "No ", "logprob": -1.0}, {"token": "nodule", "logprob": -0.5}]
    server.faults = [streams(delta("No nodule", end="length", logprobs=told))]
    (piece,) = server.open().stream(QUESTION, 2)
    assert piece.probability == pytest.approx(np.exp(-1.5))


def test_the_model_is_chosen_by_name_among_several(server: FakeServer) -> None:
    server.models = ["reader", "writer"]
    assert server.open("#writer").info.id == "writer"
    with pytest.raises(SightlineError, match=r"it serves reader, writer, name one as http.*#MODEL"):
        server.open()
    with pytest.raises(SightlineError, match="no model `editor`, it serves reader, writer"):
        server.open("#editor")


def test_marks_and_images_must_match(server: FakeServer) -> None:
    with pytest.raises(ValueError, match="1 <image> marks for 2 images"):
        list(server.open().stream(Request(QUESTION.messages, (FILM, FILM), study=STUDY), 3))


def test_a_film_does_not_leave_without_its_study(server: FakeServer) -> None:
    with pytest.raises(ValueError, match="films without their study"):
        list(server.open().stream(Request(QUESTION.messages, QUESTION.images), 3))
    assert server.asked == []
