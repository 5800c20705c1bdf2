"""Predictions of a model, in batches: reports, chosen answers, generated answers, and what the heads say.

An item on which the engine raises, or to which it writes nothing, is a failed prediction; nothing is dropped.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import islice
from math import prod

from eval.grounded import drawn_boxes, written_report
from eval.items import Item, Look, Reports, grounding_items, question_items, report_items
from eval.journal import Journal
from eval.metrics.answers import normalise
from eval.prediction import Prediction
from mllm.draft.assistant import REPORT_TOKENS
from mllm.engine.protocol import Completion, Engine, Request
from radiology.datasets.table import Dataset
from radiology.errors import SightlineError

BATCH = 32
ANSWER_TOKENS = 48

Answer = Callable[[Engine, Sequence[Item]], list[Prediction]]
Progress = Callable[[str, int], None]
"""(stage, how many more of it are done)."""

_FAILURES = (SightlineError, RuntimeError, ValueError, OSError)
_log = logging.getLogger(__name__)


def predict(
    data: Dataset,
    engine: Engine,
    see: Look,
    reports: Reports | None,
    batch: int = BATCH,
    journal: Journal | None = None,
    progress: Progress = lambda what, n: None,
) -> list[Prediction]:
    """Every report (where `reports` says how they are asked for) and every answer to the data's questions.

    What `journal` knows already is not asked again.
    """
    size, explained = engine.image_size, not engine.box_tokens
    known = Journal() if journal is None else journal
    stages: list[tuple[str, Iterator[Item], Answer]] = [
        ("reports", report_items(data, size, see, explained, reports) if reports else iter(()), _reports),
        ("boxes", grounding_items(data, size, see, explained), _groundings),
        ("choices", question_items(data, size, see, chosen=True), _choices),
        ("answers", question_items(data, size, see, chosen=False), _answers),
    ]
    rows: list[Prediction] = []
    for name, items, answer in stages:
        for group in _groups(items, batch):
            begun = any(not row.failed for row in rows)
            rows += known.fill(group, partial(_robustly, engine, answer, begun))
            progress(name, len(group))
    return rows


def refuse_silence(rows: Sequence[Prediction], model: str) -> None:
    """Raises SightlineError when every item has failed: there is nothing to score."""
    if rows and all(row.failed for row in rows):
        raise SightlineError(
            f"`{model}`: no answer to any of {len(rows)} items, check that the films can be read and that it writes."
        )


def _groups(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    stream = iter(items)
    while group := list(islice(stream, size)):
        yield group


def _robustly(engine: Engine, answer: Answer, anything_yet: bool, items: Sequence[Item]) -> list[Prediction]:
    """Answer a batch; raises SightlineError when nothing of it, and nothing before it, could be answered: then it is
    the model that is at fault and not the items."""
    asked = [item for item in items if item.request is not None]
    rows, reason = _attempt(engine, asked, answer)
    if reason is not None and not rows and not anything_yet:
        raise SightlineError(f"`{engine.info.id}`: no answer to any of {len(items)} items, {reason}.") from reason
    if len(rows) < len(items):
        _log.warning("%d of %d items failed: %s", len(items) - len(rows), len(items), reason or "no readable image")
    answered = {row.id: row for row in rows}
    return [answered.get(item.blank.id, item.blank) for item in items]


def _attempt(engine: Engine, items: Sequence[Item], answer: Answer) -> tuple[list[Prediction], Exception | None]:
    """All items together or, where that raises, each alone; also the last thing raised."""
    try:
        return (answer(engine, items) if items else []), None
    except _FAILURES as error:
        reason: Exception = error
    rows: list[Prediction] = []
    for item in items if len(items) > 1 else ():
        try:
            rows += answer(engine, [item])
        except _FAILURES as error:
            reason = error
    return rows, reason


def _requests(items: Sequence[Item]) -> list[Request]:
    return [item.request for item in items if item.request is not None]


def _reports(engine: Engine, items: Sequence[Item]) -> list[Prediction]:
    written = engine.complete(_requests(items), REPORT_TOKENS)
    return [_report(item, completion) for item, completion in zip(items, written, strict=True)]


def _report(item: Item, completion: Completion) -> Prediction:
    return written_report(item.blank, item.section(completion.text), item.frames)


def _groundings(engine: Engine, items: Sequence[Item]) -> list[Prediction]:
    written = engine.complete(_requests(items), REPORT_TOKENS)
    return [_grounding(item, completion) for item, completion in zip(items, written, strict=True)]


def _grounding(item: Item, completion: Completion) -> Prediction:
    return drawn_boxes(item.blank, completion.text, item.frames)


def _answers(engine: Engine, items: Sequence[Item]) -> list[Prediction]:
    written = engine.complete(_requests(items), ANSWER_TOKENS)
    return [_answer(item, completion) for item, completion in zip(items, written, strict=True)]


def _answer(item: Item, completion: Completion) -> Prediction:
    """The text, and the product of its tokens' probabilities where the engine tells them all."""
    known = [piece.probability for piece in completion.pieces if piece.probability is not None]
    probability = prod(known) if known and len(known) == len(completion.pieces) else None
    if item.blank.task == "closed" and probability is not None:
        probability = {"yes": probability, "no": 1 - probability}.get(normalise(completion.text))
    return item.blank.model_copy(update={"prediction": completion.text.strip() or None, "probability": probability})


def _choices(engine: Engine, items: Sequence[Item]) -> list[Prediction]:
    chances = engine.choose_many(_requests(items), [item.choices for item in items])
    return [_choice(item, chance) for item, chance in zip(items, chances, strict=True)]


def _choice(item: Item, chances: Sequence[float]) -> Prediction:
    """The likeliest choice and its probability; of a closed question that of yes, where it is a choice."""
    best = max(range(len(chances)), key=chances.__getitem__)
    probability: float | None = chances[best]
    if item.blank.task == "closed":
        probability = dict(zip(item.choices, chances, strict=True)).get("yes")
    return item.blank.model_copy(update={"prediction": item.choices[best], "probability": probability})
