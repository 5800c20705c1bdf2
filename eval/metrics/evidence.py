"""Sentences of drafts, each with the flag it carries and whether what it says is right.

`topic` is "supported" or "unsupported", `reference` "right" or "wrong", `probability` the sentence's confidence.
"""

from __future__ import annotations

from eval.metrics.ranking import auroc
from eval.metrics.weighting import Array, Rows
from eval.prediction import Prediction


def supported(row: Prediction) -> tuple[bool, bool]:
    """A sentence is supported; every sentence counts."""
    return row.topic == "supported", True


def supported_right(row: Prediction) -> tuple[bool, bool]:
    """A supported sentence is right."""
    flagged = row.topic == "supported"
    return flagged and row.reference == "right", flagged


def unsupported_wrong(row: Prediction) -> tuple[bool, bool]:
    """An unsupported sentence is wrong, so the flag is deserved."""
    flagged = row.topic == "unsupported"
    return flagged and row.reference == "wrong", flagged


def sentence_auroc(rows: Rows, weights: Array) -> Array:
    """P(the confidence of a right sentence is above that of a wrong one); sentences without a confidence have no rank
    and are left out."""
    ranked = [
        (i, row.probability, row.reference == "right") for i, row in enumerate(rows) if row.probability is not None
    ]
    at = [i for i, _, _ in ranked]
    return auroc([p for _, p, _ in ranked], [right for _, _, right in ranked], weights[:, at])


def ranked_sentences(rows: Rows) -> int:
    return sum(row.probability is not None for row in rows)
