"""What was evaluated: the facts that head the page, and the signature line by line."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from eval.report.source import Source
from eval.report.wording import counted
from eval.signature import Signature

_TASKS = {
    "report": ("report", "reports"),
    "closed": ("closed question", "closed questions"),
    "choice": ("choice question", "choice questions"),
    "open": ("open question", "open questions"),
    "ground": ("phrase to locate", "phrases to locate"),
    "head": ("output of the heads", "outputs of the heads"),
    "sentence": ("sentence", "sentences"),
    "retrieval": ("search", "searches"),
}


def facts(source: Source) -> tuple[tuple[str, str], ...]:
    """Name and value; nothing that the files do not state."""
    signature = source.scores.signature
    predicted, scored = map(_when, source.written)
    stale = source.written[1] < source.written[0]
    failed = sum(row.failed for row in source.rows)
    skipped = ", ".join(f"{n:,} {reason}" for reason, n in signature.skipped.items())
    told = (
        ("Model", signature.model.id),
        ("Hash", signature.model.hash[:16]),
        ("Split", signature.split if signature.part == signature.split else f"{signature.split} ({signature.part})"),
        ("Studies", f"{signature.n:,}" + (f", a sample of at most {signature.limit:,}" if signature.limit else "")),
        ("Predictions", _counts(source)),
        ("Failed", f"{failed:,}, counted as wrong" if failed else "none"),
        ("Skipped rows of the data", skipped),
        ("Phantom version", signature.phantom_version or ""),
        ("Predicted", predicted),
        ("Scored", f"{scored}, before the predictions were written; score again" if stale else scored),
    )
    return tuple((name, value) for name, value in told if value)


def signature_lines(signature: Signature) -> tuple[tuple[str, str], ...]:
    """Every field; of a field that is a table its entries, as "field.entry"."""
    lines: list[tuple[str, str]] = []
    for field, value in signature.model_dump(mode="json").items():
        entries = {f"{field}.{key}": each for key, each in value.items()} if isinstance(value, dict) else {field: value}
        lines += [(name, "none" if each is None else str(each)) for name, each in entries.items()]
    return tuple(lines)


def _counts(source: Source) -> str:
    counts = Counter(row.task for row in source.rows)
    return ", ".join(counted(n, *_TASKS.get(task, (f"row of {task}", f"rows of {task}"))) for task, n in counts.items())


def _when(time: datetime) -> str:
    return f"{time:%Y-%m-%d %H:%M} UTC"
