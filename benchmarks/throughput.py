"""What a local model does for several users at once: python -m benchmarks.throughput [--model FOLDER]

1. Conversations at once, each a report and two questions about a film of its own, beside the same turns one after
   another through plain `model.generate`: tokens a second, and how many answers have the same text. Reports alone too.
2. The first token of a second question beside the first token of the first one.
3. How long a cancelled answer holds its slot while others go on.
4. Memory over many requests about many films, with a cache limit that is soon reached.

Times depend on the machine; what is compared runs by turns in one process, and the limits are on ratios where they can
be. Exits with 1 where a limit is missed.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from statistics import median
from typing import Any

import torch

from mllm.engine.limits import Limits
from mllm.engine.local import LocalEngine
from mllm.engine.protocol import Request
from mllm.model.bundled import MINI
from mllm.model.loading import Loaded, load_model
from mllm.prompts import next_question, question_request, report_request, study_images
from radiology.datasets.jsonl import read_cases
from radiology.phantom.cohort import Cohort, write_cohort
from radiology.study import Study

SEED, TOKENS = 900_000_001, 320
QUESTIONS = ("What abnormalities are seen?", "Is there a pleural effusion?")
LEAST_FASTER, MOST_SECOND, MOST_SLOT, MOST_GROWTH = 2.5, 0.3, 0.2, 1.02
"""Tokens a second; first token of the second turn; seconds to a free slot; memory at the end beside that at a fifth."""
SMALL_CACHE, SHORT = 4 * 2**20, 8
"""Bytes kept and tokens an answer while memory is watched."""

Answer = Callable[[Request], str]


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def plain(engine: LocalEngine) -> Answer:
    """What `generate` alone writes, greedily."""

    def generate(inputs: dict[str, Any]) -> torch.Tensor:
        return engine.model.generate(  # type: ignore[operator,no-any-return]
            **inputs, max_new_tokens=TOKENS, do_sample=False, eos_token_id=sorted(engine.stops), pad_token_id=0
        )

    def answer(request: Request) -> str:
        inputs = engine.inputs([engine.chat.render(request)], [request.images])
        ids = engine.scheduler.run(lambda: generate(inputs))  # on the model thread: one OpenMP team for both
        return engine.chat.decode(ids[0, inputs["input_ids"].shape[1] :].tolist())

    return answer


def streamed(engine: LocalEngine) -> Answer:
    """What a new session of the engine writes."""
    session = engine.session()
    return lambda request: "".join(piece.text for piece in session.stream(request, TOKENS))


def opening(study: Study, size: int) -> Request:
    return report_request(study, study_images(study, size))


def talk(request: Request, answer: Answer, questions: Sequence[str] = QUESTIONS) -> list[str]:
    """The answers of a conversation that begins with `request`."""
    said = [answer(request)]
    for question in questions:
        request = next_question(request, said[-1], question)
        said.append(answer(request))
    return said


def together(engine: LocalEngine, requests: Sequence[Request], questions: Sequence[str]) -> list[list[str]]:
    """All conversations at once, a thread each."""
    with ThreadPoolExecutor(len(requests)) as pool:
        return list(pool.map(lambda request: talk(request, streamed(engine), questions), requests))


@dataclass(frozen=True)
class Race:
    """Seconds and answers of the same conversations, at once and in turn."""

    at_once: float
    in_turn: float
    ours: list[list[str]]
    theirs: list[list[str]]


def race(engine: LocalEngine, requests: Sequence[Request], questions: Sequence[str], first: bool) -> Race:
    """Both ways; all at once goes `first` or last."""
    times = [0.0, 0.0]
    answers: list[list[list[str]]] = [[], []]

    def at_once() -> None:
        answers[0] = together(engine, requests, questions)

    def in_turn() -> None:
        answers[1] = [talk(request, plain(engine), questions) for request in requests]

    for i in (0, 1) if first else (1, 0):
        times[i] = seconds((at_once, in_turn)[i])
    return Race(times[0], times[1], answers[0], answers[1])


def faster(what: str, loaded: Loaded, groups: Sequence[Sequence[Study]], size: int, questions: Sequence[str]) -> float:
    """Tokens a second of all at once over those of plain generation, median over groups; prints them."""
    ratios, same = list[float](), list[bool]()
    for group in groups:
        engine = LocalEngine(loaded)  # a new one: nothing is kept of the group before
        won = race(engine, [opening(study, size) for study in group], questions, first=len(ratios) % 2 == 0)
        ours, theirs = tokens(engine, won.ours) / won.at_once, tokens(engine, won.theirs) / won.in_turn
        ratios.append(ours / theirs)
        same += [a == b for x, y in zip(won.ours, won.theirs, strict=True) for a, b in zip(x, y, strict=True)]
        print(f"  {tokens(engine, won.theirs)} tokens: {ours:.0f} a second at once, {theirs:.0f} one after another")
    print(f"{what}: {spread(ratios)} times as fast; {sum(same)} of {len(same)} answers the same", flush=True)
    return median(ratios)


def tokens(engine: LocalEngine, answers: Sequence[Sequence[str]]) -> int:
    return sum(len(engine.chat.more(text)) for said in answers for text in said)


def second_turn(loaded: Loaded, studies: Sequence[Study], size: int) -> float:
    """First token of a second question over the first's, median over studies."""
    ratios, firsts = [], []
    for study in studies:
        engine = LocalEngine(loaded)
        session, request = engine.session(), question_request(study, study_images(study, size), QUESTIONS[0])
        first, said = first_token(session.stream(request, TOKENS))
        second, _ = first_token(session.stream(next_question(request, said, QUESTIONS[1]), TOKENS))
        ratios.append(second / first)
        firsts.append(first)
    print(f"second turn's first token: {spread(ratios)} of the first's, which takes {1000 * median(firsts):.0f} ms")
    return median(ratios)


def first_token(pieces: object) -> tuple[float, str]:
    """Seconds to the first piece, and the whole text."""
    start, taken, text = time.perf_counter(), 0.0, ""
    for piece in pieces:  # type: ignore[attr-defined]
        taken = taken or time.perf_counter() - start
        text += piece.text
    return taken, text


def slot(loaded: Loaded, studies: Sequence[Study], size: int) -> float:
    """Seconds from closing one of many answers until its slot is free, the longest."""
    engine, waits = LocalEngine(loaded), []
    streams = [engine.session().stream(opening(study, size), TOKENS) for study in studies]
    for stream in streams:
        next(stream)
    for stream in streams:
        running = engine.status().running
        start = time.perf_counter()
        stream.close()  # type: ignore[attr-defined]
        while running and engine.status().running >= running:
            time.sleep(0.0005)
        waits.append(time.perf_counter() - start)
    print(f"cancelled: slot free after {1000 * median(waits):.0f} ms, at most {1000 * max(waits):.0f}, n={len(waits)}")
    return max(waits)


def growth(loaded: Loaded, studies: Sequence[Study], size: int, n: int) -> float:
    """Resident memory after `n` requests over that after a fifth of them."""
    engine, sizes = LocalEngine(loaded, Limits(cache_bytes=SMALL_CACHE)), []
    for i in range(n):
        study = studies[i % len(studies)]
        asked = question_request(study, study_images(study, size), f"{QUESTIONS[i % 2]} {i}")
        list(islice(engine.session().stream(asked, SHORT), SHORT - i % 3))
        if (i + 1) % (n // 5) == 0:
            sizes.append(resident())
            print(f"  {i + 1} requests: {sizes[-1]:.0f} MB; {engine.status()}", flush=True)
    print(f"memory: {sizes[-1] / sizes[0]:.3f} of what it was after {n // 5} requests")
    return sizes[-1] / sizes[0]


def resident() -> float:
    """Megabytes of this process in memory (Linux)."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024


def spread(values: Sequence[float]) -> str:
    return f"{median(values):.2f} ({min(values):.2f} to {max(values):.2f}, n={len(values)})"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default=str(MINI), help="folder of a local model")
    parser.add_argument("--conversations", type=int, default=8, help="at once")
    parser.add_argument("--repeats", type=int, default=5, help="each with films of its own")
    parser.add_argument("--requests", type=int, default=1000, help="while memory is watched")
    parser.add_argument("--threads", type=int, default=2, help="CPU threads")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    loaded = load_model(Path(options.model), options.model)
    size, many = LocalEngine(loaded).image_size, options.conversations
    with tempfile.TemporaryDirectory() as folder:
        cohort = Cohort(many * (options.repeats + 1), SEED)
        studies = [case.study for case in read_cases(write_cohort(Path(folder), cohort))]
        warm, *groups = [studies[i : i + many] for i in range(0, len(studies), many)]
        together(LocalEngine(loaded), [opening(study, size) for study in warm], ())
        print(f"{many} conversations on {options.threads} threads, {loaded.model.dtype}")
        kept = [
            faster("conversations", loaded, groups, size, QUESTIONS) >= LEAST_FASTER,
            faster("reports alone", loaded, groups, size, ()) > 1,
            second_turn(loaded, studies[many:], size) <= MOST_SECOND,
            slot(loaded, warm, size) <= MOST_SLOT,
            growth(loaded, studies, size, options.requests) <= MOST_GROWTH,
        ]
    if not all(kept):
        raise SystemExit(1)


if __name__ == "__main__":
    main()
