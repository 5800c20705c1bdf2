"""What a judge is: a model whose weights the user brings, weighing reports for metrics that need one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from eval.prediction import Prediction


class Judge(Protocol):
    """Weighs report rows with a model; `identity` goes into the signature.

    `name` is the key under which the verdicts stand in `Prediction.judged`. `identity` says what was used: the id or
    file name and a hash of the weights, such as "chexbert.pth 1a2b3c4d". A verdict is a tuple of fixed length.
    """

    @property
    def name(self) -> str: ...

    @property
    def identity(self) -> str: ...

    def judge(self, rows: Sequence[Prediction]) -> list[tuple[float, ...]]:
        """One verdict a row; the text of a failed row counts as empty."""
        ...


def texts(rows: Sequence[Prediction]) -> tuple[list[str], list[str]]:
    """Predictions and references of the rows; nothing predicted is empty text."""
    return [row.prediction or "" for row in rows], [row.reference for row in rows]
