"""Several users of one model at once."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mllm.engine import reading
from mllm.engine.kept import Kept
from mllm.engine.limits import Limits
from mllm.engine.local import LocalEngine
from mllm.engine.protocol import Message, Piece, Request
from mllm.engine.reading import Prompt
from mllm.model.bundled import MINI
from mllm.model.loading import Loaded, load_model
from mllm.prompts import report_request, study_images
from radiology.datasets.jsonl import read_cases
from radiology.errors import SightlineError
from radiology.phantom.cohort import Cohort, write_cohort

WORDS = ("Is there a nodule?", "Write the report.", "left or right? heart", "Impression: consolidation", "both", "no")


@pytest.fixture(scope="module")
def tiny(llava: Path) -> Loaded:
    return load_model(llava, "tiny")


def ask(engine: LocalEngine, text: str, seed: int = 0) -> Request:
    image = np.random.default_rng(seed).integers(0, 256, (engine.image_size, engine.image_size), dtype=np.uint8)
    return Request((Message("user", f"Frontal: <image>\n{text}"),), (image,))


def told(pieces: Iterator[Piece]) -> str:
    return "".join(piece.text for piece in pieces)


def generated(engine: LocalEngine, request: Request, steps: int) -> str:
    """What plain generation writes, a character that the end cuts left out."""
    inputs = engine.inputs([engine.chat.render(request)], [request.images])
    model: Any = engine.model
    ids = model.generate(**inputs, max_new_tokens=steps, do_sample=False, eos_token_id=sorted(engine.stops))
    return engine.chat.decode(ids[0, inputs["input_ids"].shape[1] :].tolist()).rstrip("\ufffd")


def until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.002)


def idle(engine: LocalEngine) -> bool:
    return engine.status().running == engine.status().waiting == 0


def test_conversations_at_once_say_what_plain_generation_says(loaded: Loaded) -> None:
    engine = LocalEngine(loaded, Limits(rows=3))

    def talk(i: int) -> list[tuple[Request, str, int]]:
        session, request, turns = engine.session(), ask(engine, WORDS[i], i % 4), []
        for turn in range(3):
            steps = 4 + 5 * ((i + turn) % 3)
            turns.append((request, told(session.stream(request, steps)), steps))
            said = (Message("assistant", turns[-1][1]), Message("user", WORDS[(i + turn) % 6]))
            request = Request((*request.messages, *said), request.images)
        return turns

    with ThreadPoolExecutor(6) as pool:
        talks = list(pool.map(talk, range(6)))
    for request, answer, steps in (turn for turns in talks for turn in turns):
        assert answer.rstrip("\ufffd") == generated(engine, request, steps)
    until(lambda: idle(engine))


def test_many_prompts_in_one_batch_say_what_plain_generation_says(tiny: Loaded) -> None:
    engine = LocalEngine(tiny, Limits(rows=8))
    requests = [ask(engine, f"{WORDS[i % 6]} {'heart ' * (i % 7)}", i) for i in range(40)]
    for request, completion in zip(requests, engine.complete(requests, 20), strict=True):
        assert completion.text == generated(engine, request, 20)


def test_the_bundled_model_says_to_many_what_it_says_alone(tmp_path: Path) -> None:
    engine = LocalEngine(load_model(MINI, "mini"), Limits(rows=4))
    studies = [case.study for case in read_cases(write_cohort(tmp_path, Cohort(4, 900_000_777)))]
    requests = [report_request(study, study_images(study, engine.image_size)) for study in studies]
    for request, completion in zip(requests, engine.complete(requests, 60), strict=True):
        assert completion.text == generated(engine, request, 60)


def test_a_model_that_remembers_more_than_tokens_answers_one_after_the_other(
    tiny: Loaded, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "has_plain_cache", lambda model: False)
    engine = LocalEngine(tiny, Limits(rows=3))
    requests, most = [ask(engine, words) for words in WORDS], []
    watch = engine.model.register_forward_hook(lambda *_: most.append(engine.status().running))
    said = [completion.text for completion in engine.complete(requests, 6)]
    watch.remove()
    assert said == [generated(engine, request, 6) for request in requests]
    assert max(most) == 1
    assert len(engine.store) == 1  # the image's features


def test_a_closed_answer_frees_its_slot_and_changes_no_other(tiny: Loaded) -> None:
    engine = LocalEngine(tiny, Limits(rows=2))
    requests = [ask(engine, words) for words in WORDS[:3]]
    expected = generated(engine, requests[1], 40)
    first, second, third = (engine.session().stream(request, 40) for request in requests)
    other = next(second).text
    next(first)
    first.close()  # type: ignore[attr-defined]
    next(third)  # would wait for a slot for ever
    third.close()  # type: ignore[attr-defined]
    assert other + told(second) == expected
    until(lambda: idle(engine))


def test_an_answer_cancelled_from_another_thread_ends_for_its_reader(tiny: Loaded) -> None:
    engine = LocalEngine(tiny, Limits(ahead=1))
    session = engine.session()
    stream = session.stream(ask(engine, WORDS[0]), 400)
    next(stream)
    with ThreadPoolExecutor(1) as pool:
        pool.submit(session.cancel).result()
    assert len(list(stream)) <= 1
    until(lambda: idle(engine))


@pytest.mark.parametrize("cache_bytes", [2**20, 0])
def test_a_reader_that_stops_holds_up_nobody_and_can_go_on(tiny: Loaded, cache_bytes: int) -> None:
    engine = LocalEngine(tiny, Limits(rows=1, ahead=4, cache_bytes=cache_bytes))
    slow, quick = ask(engine, WORDS[1], 1), ask(engine, WORDS[2], 2)
    stream = engine.session().stream(slow, 30)
    begun = next(stream).text
    assert told(engine.session().stream(quick, 30)) == generated(engine, quick, 30)
    assert begun + told(stream) == generated(engine, slow, 30)


def test_the_first_token_must_come_in_time(tiny: Loaded) -> None:
    engine = LocalEngine(tiny, Limits(first_seconds=0.0))
    with pytest.raises(SightlineError, match="first word within 0 seconds"):
        next(engine.session().stream(ask(engine, WORDS[0]), 5))
    until(lambda: idle(engine))


def test_an_answer_nobody_reads_is_ended_in_time(tiny: Loaded) -> None:
    engine = LocalEngine(tiny, Limits(ahead=2, all_seconds=3.0))
    stream = engine.session().stream(ask(engine, WORDS[1]), 200)
    next(stream)
    until(lambda: idle(engine))
    with pytest.raises(SightlineError, match="its end within 3 seconds"):
        list(stream)


def test_a_prompt_that_cannot_be_read_fails_alone(tiny: Loaded, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = LocalEngine(tiny)
    good, bad = ask(engine, WORDS[0], 1), ask(engine, "broken", 2)
    read, marked = engine.reader.read, engine.prompt(engine.chat.render(bad), bad.images).ids

    def breaking(prompt: Prompt, said: Any = ()) -> Any:
        if prompt.ids == marked:
            raise RuntimeError("out of memory")
        return read(prompt, said)

    monkeypatch.setattr(engine.reader, "read", breaking)
    stream = engine.session().stream(good, 12)
    begun = next(stream).text
    with pytest.raises(RuntimeError, match="out of memory"):
        told(engine.session().stream(bad, 12))
    assert begun + told(stream) == generated(engine, good, 12)


def test_a_step_that_fails_ends_all_answers_and_the_engine_goes_on(
    tiny: Loaded, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine, request = LocalEngine(tiny), ask(LocalEngine(tiny), WORDS[0])

    def failing(*_: Any, **__: Any) -> Any:
        raise RuntimeError("out of memory")

    with monkeypatch.context() as patch:
        patch.setattr(engine.reader, "forward", failing)
        with pytest.raises(RuntimeError, match="out of memory"):
            told(engine.session().stream(request, 12))
    assert told(engine.session().stream(request, 12)) == generated(engine, request, 12)


def test_two_users_share_an_image_and_none_of_their_words(tiny: Loaded) -> None:
    engine = LocalEngine(tiny)
    request = ask(engine, "Indication: a secret word. Write the report.")
    first = engine.session()
    told(first.stream(request, 10))
    read = engine.status().counts["tokens read"]
    prompt = engine.prompt(engine.chat.render(request), request.images)
    pictures = engine.reader.end_of_pictures(prompt.ids)
    second = engine.session()
    told(second.stream(request, 10))
    counts = engine.status().counts
    assert counts["images read"] == 1
    assert counts["tokens reused"] == pictures
    assert counts["tokens read"] - read == len(prompt.ids) - pictures
    shared = [value for value in engine.store._values.values() if isinstance(value, Kept)]
    assert min(len(kept.ids) for kept in shared) == pictures


def test_what_a_conversation_said_goes_with_it(tiny: Loaded) -> None:
    engine = LocalEngine(tiny)
    session, request = engine.session(), ask(engine, WORDS[0])
    told(session.stream(request, 10))
    before = engine.status()
    del session
    gc.collect()
    after = engine.status()
    assert after.kept == before.kept - 1
    assert after.kept_bytes < before.kept_bytes


def test_an_image_is_encoded_once_whatever_stands_before_it(tiny: Loaded) -> None:
    engine = LocalEngine(tiny)
    request = ask(engine, WORDS[0])
    other = Request(
        (Message("user", "Lateral: <image>\nFrontal: <image>\nno"),), (255 - request.images[0], *request.images)
    )
    for each in (request, other):
        assert told(engine.session().stream(each, 10)) == generated(engine, each, 10)
    assert engine.status().counts["images read"] == 2
    assert engine.status().counts["images reused"] == 1


def test_what_is_kept_stays_under_its_limit(tiny: Loaded) -> None:
    engine = LocalEngine(tiny, Limits(cache_bytes=300_000))
    sessions = [engine.session() for _ in range(4)]
    for i in range(40):
        told(sessions[i % 4].stream(ask(engine, f"{WORDS[i % 6]} {i}", i % 7), 3))
        assert engine.status().kept_bytes <= 300_000
    assert engine.status().evicted > 0
