"""Batches to one array, on the thread of all models."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeVar

import numpy as np

from mllm.model.compute import compute
from retrieval.embedders.protocol import Vectors

T = TypeVar("T")
BATCH = 16


def in_batches(items: Sequence[T], work: Callable[[Sequence[T]], Vectors], width: int) -> Vectors:
    """`work` [n, D] of at most `BATCH` items at a time, as rows [N, D] of unit length; D is `width` without any."""
    parts = [items[i : i + BATCH] for i in range(0, len(items), BATCH)]
    rows = [compute(partial(work, part)) for part in parts]
    return unit(np.concatenate(rows)) if rows else np.zeros((0, width), np.float32)


def unit(rows: Vectors) -> Vectors:
    """[N, D], each row scaled to length 1; a row of nothing stays as it is."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.maximum(lengths, 1e-12), np.float32)
