from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from mllm.engine.limits import Limits
from mllm.engine.local import LocalEngine
from mllm.engine.protocol import GrayImage, Message, Piece, Request
from mllm.model.loading import Loaded, load_model
from radiology.errors import SightlineError


@pytest.fixture(scope="module")
def engine(loaded: Loaded) -> LocalEngine:
    return LocalEngine(loaded, Limits(rows=3))


def images(count: int, size: int) -> tuple[GrayImage, ...]:
    random = np.random.default_rng(count)
    return tuple(random.integers(0, 256, (size, size), dtype=np.uint8) for _ in range(count))


def asked(engine: LocalEngine, text: str, count: int = 1) -> Request:
    return Request((Message("user", "Frontal: <image>\n" * count + text),), images(count, engine.image_size))


def follow_up(first: Request, answer: str, text: str) -> Request:
    return Request((*first.messages, Message("assistant", answer), Message("user", text)), first.images)


def texts(pieces: list[Piece]) -> list[str]:
    return [piece.text for piece in pieces]


def plain_generate(engine: LocalEngine, request: Request, steps: int) -> str:
    inputs = engine.inputs([engine.chat.render(request)], [request.images])
    model: Any = engine.model
    ids = model.generate(**inputs, max_new_tokens=steps, do_sample=False, eos_token_id=sorted(engine.stops))
    text = engine.chat.tokenizer.decode(ids[0, inputs["input_ids"].shape[1] :], skip_special_tokens=True)
    return str(text)


def test_it_says_what_plain_generation_says(engine: LocalEngine) -> None:
    request = asked(engine, "Write the report.", 2)
    pieces = list(engine.session().stream(request, 30))
    assert "".join(texts(pieces)).rstrip("\ufffd") == plain_generate(engine, request, 30).rstrip("\ufffd")
    assert len(pieces) > 5
    assert all(piece.probability is not None and 0 < piece.probability <= 1 for piece in pieces)


def test_a_batch_says_what_each_request_says_alone(engine: LocalEngine) -> None:
    requests = [
        asked(engine, "Write the report.", 2),
        asked(engine, "Is there a nodule?"),
        Request((Message("user", "What is a nodule?"),)),
        asked(engine, "Is there a small left pleural effusion in the right lower lung?"),
        asked(engine, "Write the report with boxes."),
        asked(engine, "left", 2),
    ]
    together = engine.complete(requests, 12)
    for request, completion in zip(requests, together, strict=True):
        alone = list(engine.session().stream(request, 12))
        assert texts(list(completion.pieces)) == texts(alone)
        probabilities = [piece.probability for piece in completion.pieces]
        assert probabilities == pytest.approx([piece.probability for piece in alone], rel=1e-3)


def test_a_second_turn_reuses_the_cache_and_changes_nothing(engine: LocalEngine) -> None:
    first = asked(engine, "Write the report.", 2)
    session = engine.session()
    answer = "".join(texts(list(session.stream(first, 9))))
    second = follow_up(first, answer, "Is there a nodule?")
    encoded: list[int] = []
    watch = engine.model.get_input_embeddings().register_forward_hook(lambda _m, x, _y: encoded.append(x[0].shape[1]))
    cached = list(session.stream(second, 9))
    watch.remove()
    fresh = list(engine.session().stream(second, 9))
    assert texts(cached) == texts(fresh)
    assert [p.probability for p in cached] == pytest.approx([p.probability for p in fresh], rel=1e-3)
    assert encoded[0] < 25  # the question and at most a piece of the answer, not the pictures


def test_another_task_on_the_same_images_keeps_them(engine: LocalEngine) -> None:
    session = engine.session()
    list(session.stream(asked(engine, "Write the report.", 2), 7))
    other = asked(engine, "Is there a nodule?", 2)
    seen: list[int] = []
    watch = engine.model.get_input_embeddings().register_forward_hook(lambda _m, x, _y: seen.append(x[0].shape[1]))
    again = texts(list(session.stream(other, 7)))
    watch.remove()
    assert seen[0] < 15
    assert again == texts(list(engine.session().stream(other, 7)))


def test_another_image_is_never_answered_from_the_cache(engine: LocalEngine) -> None:
    session = engine.session()
    first = asked(engine, "Is there a nodule?")
    list(session.stream(first, 7))
    other = Request(first.messages, (255 - first.images[0],))
    swapped = list(session.stream(other, 7))
    fresh = list(engine.session().stream(other, 7))
    assert texts(swapped) == texts(fresh)
    assert [p.probability for p in swapped] == pytest.approx([p.probability for p in fresh], rel=1e-4)


def test_two_sessions_do_not_mix(engine: LocalEngine) -> None:
    one, two = asked(engine, "Write the report.", 2), asked(engine, "Is there a nodule?")
    expected = [texts(list(engine.session().stream(request, 8))) for request in (one, two)]
    first, second = engine.session().stream(one, 8), engine.session().stream(two, 8)
    mixed: list[list[str]] = [[], []]
    for _ in range(8):
        for said, stream in zip(mixed, (first, second), strict=True):
            said += [piece.text for piece in [next(stream, None)] if piece]
    assert mixed == expected


def test_choices_have_probabilities_that_sum_to_one_and_agree_alone_and_together(engine: LocalEngine) -> None:
    requests = [asked(engine, "Is there a nodule?"), asked(engine, "left or right?"), asked(engine, "both", 2)]
    choices = [("yes", "no"), ("left lung", "left base", "right"), ("both", "no", "yes")]
    together = engine.choose_many(requests, choices)
    for request, given, row in zip(requests, choices, together, strict=True):
        assert sum(row) == pytest.approx(1)
        assert row == pytest.approx(engine.choose(request, given), rel=1e-3, abs=1e-6)


def test_several_questions_about_one_image_are_answered_as_one_by_one(engine: LocalEngine) -> None:
    requests = [asked(engine, text) for text in ("Is there a nodule?", "Is the heart normal in size?", "no", "right?")]
    together = engine.choose_many(requests, [("yes", "no")] * 4)
    alone = [engine.choose(request, ("yes", "no")) for request in requests]
    assert [row[0] for row in together] == pytest.approx([row[0] for row in alone], rel=1e-3, abs=1e-6)
    assert len({round(row[0], 6) for row in together}) > 1


def test_images_that_questions_share_are_read_once(llava: Path) -> None:
    engine = LocalEngine(load_model(llava, "llava"))
    requests = [asked(engine, text) for text in ("Is there a nodule?", "right?")] + [asked(engine, "left", 2)]
    read: list[int] = []
    tower: Any = engine.model.base_model.vision_tower
    tower.register_forward_hook(lambda _m, x, _y: read.append(x[0].shape[0]))
    engine.choose_many(requests, [("yes", "no")] * 3)
    assert sorted(read) == [1, 2]


def test_first_tokens_decide_as_the_next_token_does(engine: LocalEngine) -> None:
    request = asked(engine, "Is there a nodule?")
    yes, no = engine.choose(request, ("yes", "no"))
    inputs = engine.inputs([engine.chat.render(request)], [request.images])
    with torch.inference_mode():
        logits = engine.model(**inputs).logits[0, -1]

    def mass(word: str) -> float:
        spelled = (word, word.capitalize(), f" {word}", f" {word.capitalize()}")
        tokens = {engine.chat.more(spelling)[0] for spelling in spelled}
        others = {"yes": "no", "no": "yes"}[word]
        other = {engine.chat.more(s)[0] for s in (others, others.capitalize(), f" {others}", f" {others.capitalize()}")}
        return float(logits.softmax(-1)[sorted(tokens - other)].sum())

    assert yes / no == pytest.approx(mass("yes") / mass("no"), rel=1e-3)


def test_a_conversation_longer_than_the_model_is_refused(engine: LocalEngine) -> None:
    with pytest.raises(SightlineError, match="start a new one"):
        engine.session().stream(asked(engine, "zebra 12 " * 300), 5)


def test_marks_without_images_are_a_programming_error(engine: LocalEngine) -> None:
    with pytest.raises(ValueError, match="1 <image> marks for 0 images"):
        engine.complete([Request((Message("user", "<image>"),))], 3)


def test_what_the_engine_says_of_itself(llava: Path, gemma: Path) -> None:
    ours, theirs = LocalEngine(load_model(llava, "a")), LocalEngine(load_model(gemma, "b"))
    assert (ours.image_size, theirs.image_size) == (56, 42)
    assert ours.info.id == "a"
    assert len(ours.info.hash) == 64
    assert ours.info.hash != theirs.info.hash
    assert ours.box_tokens


def test_one_of_the_choices_is_all_that_is_written(engine: LocalEngine) -> None:
    choices = ("left", "left pleural", "right")
    asked_for = asked(engine, "Is there a nodule?")
    request = Request(asked_for.messages, asked_for.images, choices)
    said = "".join(texts(list(engine.session().stream(request, 30))))
    assert said in choices
    assert engine.complete([request, asked_for], 30)[0].text == said
