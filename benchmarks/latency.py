"""What the assistant adds to the bare model: python -m benchmarks.latency [--model FOLDER]

1. A warm draft with five similar cases in the prompt, beside plain `model.generate` on the same prompt.
2. The first token of a second question beside the first token of the first one, in one conversation about a study that
   the model has read nothing of before.

Times depend on the machine and are only reported; their ratios are held against the limits. The assistant's time holds
everything from the file to the checked draft, the model's only generation, its inputs ready.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import numpy as np
import torch
from numpy.typing import NDArray

from mllm.draft.assistant import REPORT_TOKENS, Assistant
from mllm.draft.opening import open_assistant
from mllm.draft.retriever import SimilarCase
from mllm.engine.local import LocalEngine
from mllm.engine.protocol import Request
from mllm.prompts import report_request
from radiology.datasets.jsonl import read_cases
from radiology.phantom.cohort import Cohort, write_cohort
from radiology.study import Case, Study

SEED, CASES_SEED = 900_000_001, 700_000_001
CASES = 5
DRAFT_LIMIT, TOKEN_LIMIT = 1.25, 0.3
QUESTIONS = ("What abnormalities are seen?", "Is there a pleural effusion?")


@dataclass(frozen=True)
class Shelf:
    """The same few cases for every film."""

    cases: tuple[Case, ...]

    def similar(self, study: Study, embedding: NDArray[np.float32], k: int) -> tuple[SimilarCase, ...]:
        return tuple(SimilarCase(case, 0.9) for case in self.cases[:k])


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def drafting(assistant: Assistant, engine: LocalEngine, study: Study) -> tuple[float, float]:
    """(seconds of a draft with its cases, seconds of plain generation on the same prompt)."""
    shown, sight = assistant.see(study)
    request = report_request(study, shown, assistant.similar(study, sight, CASES), explained=not engine.box_tokens)
    return seconds(lambda: assistant.draft(study, k=CASES)), generation(engine, request)


def generation(engine: LocalEngine, request: Request) -> float:
    """Seconds of `model.generate` alone, greedy, to the same stop."""
    inputs = engine.inputs([engine.chat.render(request)], [request.images])
    stops = sorted(engine.stops)

    def work() -> None:
        engine.model.generate(  # type: ignore[operator]
            **inputs, max_new_tokens=REPORT_TOKENS, do_sample=False, eos_token_id=stops, pad_token_id=stops[0]
        )

    return seconds(lambda: engine.scheduler.run(work))  # on the model thread: one OpenMP team for both


def talking(assistant: Assistant, study: Study) -> tuple[float, float]:
    """Seconds to the first token of a first and of a second question; both answers are read to their end."""
    conversation = assistant.converse(study)
    first, second = (first_token(conversation.ask(question)) for question in QUESTIONS)
    return first, second


def first_token(pieces: Iterator[object]) -> float:
    taken = seconds(lambda: next(pieces))
    for _ in pieces:
        pass
    return taken


def compared(what: str, ours: Sequence[float], theirs: Sequence[float], limit: float) -> bool:
    """Print both medians and the ratio of them; whether it keeps to the limit."""
    quotient = median(ours) / median(theirs)
    print(
        f"{what}: {1000 * median(ours):.0f} ms beside {1000 * median(theirs):.0f} ms, n={len(ours)}, "
        f"ratio {quotient:.2f}, limit {limit}"
    )
    return quotient <= limit


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-n", type=int, default=15, help="studies of each part")
    parser.add_argument("--model", default="mini", help="folder or hub id of a local model")
    parser.add_argument("--threads", type=int, default=2, help="CPU threads")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    with tempfile.TemporaryDirectory() as folder:
        shelf = Shelf(tuple(read_cases(write_cohort(Path(folder) / "cases", Cohort(CASES, CASES_SEED)))))
        studies = [
            case.study for case in read_cases(write_cohort(Path(folder) / "studies", Cohort(2 * options.n + 1, SEED)))
        ]
        assistant = open_assistant(options.model, retriever=shelf)
        if not isinstance(assistant.engine, LocalEngine):
            parser.error(f"--model {options.model} is a server; only local models are timed")
        warm, drafted, talked = studies[0], studies[1 : options.n + 1], studies[options.n + 1 :]
        drafting(assistant, assistant.engine, warm)
        drafts = [drafting(assistant, assistant.engine, study) for study in drafted]
        talks = [talking(assistant, study) for study in talked]
    kept = [
        compared("draft beside generate", [d for d, _ in drafts], [g for _, g in drafts], DRAFT_LIMIT),
        compared(
            "second question's first token beside the first's",
            [s for _, s in talks],
            [f for f, _ in talks],
            TOKEN_LIMIT,
        ),
    ]
    if not all(kept):
        raise SystemExit(1)


if __name__ == "__main__":
    main()
