"""Calibrates a model on validation cases whose findings are completely known: draft, judge each sentence, fit."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from mllm.draft.assistant import REPORT_TOKENS, Assistant
from mllm.draft.calibration import Calibration, Row, features
from mllm.draft.evidence import weigh_claim
from mllm.draft.precedents import read_precedents
from mllm.draft.sight import Sight
from mllm.draft.transcript import Transcript
from mllm.draft.truth import is_right
from mllm.engine.protocol import Completion
from mllm.prompts import Shown, report_request
from radiology.study import Case

BATCH = 16
Look = tuple[tuple[Shown, ...], Sight]


def calibrate(
    assistant: Assistant,
    cases: Sequence[Case],
    precision: float = 0.9,
    batch: int = BATCH,
    progress: Callable[[int, int], None] | None = None,
) -> Calibration:
    """Fit the confidence of `assistant`'s sentences on `cases`, which it must not have been trained on.

    What a case does not list as present counts as absent, so the cases must be completely known, as phantoms are.
    `precision` is explained in `Calibration.fit`; `progress` is told (cases done, cases in all).
    """
    rows: list[Row] = []
    labels: list[bool] = []
    films: list[NDArray[np.float32]] = []
    for first in range(0, len(cases), batch):
        group = cases[first : first + batch]
        looks = [assistant.see(case.study, force=True) for case in group]
        films += [sight.embedding for _, sight in looks]
        for row, right in _judged(assistant, group, looks):
            rows.append(row)
            labels.append(right)
        if progress:
            progress(min(first + batch, len(cases)), len(cases))
    return Calibration.fit(rows, labels, assistant.engine.info.hash, precision).with_films(np.stack(films))


def _judged(assistant: Assistant, cases: Sequence[Case], looks: Sequence[Look]) -> Iterator[tuple[Row, bool]]:
    """Features and truth of every sentence of the drafts of one batch."""
    engine = assistant.engine
    similar = [assistant.similar(case.study, sight) for case, (_, sight) in zip(cases, looks, strict=True)]
    requests = [
        report_request(case.study, shown, near, explained=not engine.box_tokens)
        for case, (shown, _), near in zip(cases, looks, similar, strict=True)
    ]
    completions: Sequence[Completion] = engine.complete(requests, REPORT_TOKENS)
    for case, (_, sight), near, completion in zip(cases, looks, similar, completions, strict=True):
        transcript, precedents = Transcript.of(completion, sight.frames), read_precedents(case.study, near)
        for claim in transcript.rest():
            sentence = weigh_claim(claim, sight, precedents)
            right = is_right(sentence, case.findings)
            if right is not None:
                yield features(sentence, sight, transcript.log_probabilities(claim)), right
