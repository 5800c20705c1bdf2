"""The kinds of index there are, and which suits how many rows."""

from __future__ import annotations

from radiology.errors import SightlineError
from retrieval.vectors.hnsw import Hnsw
from retrieval.vectors.ivfpq import IvfPq
from retrieval.vectors.protocol import Vectors
from retrieval.vectors.structure import Structure

FLAT = "flat"
KINDS: dict[str, type[Structure] | None] = {FLAT: None, "ivfpq": IvfPq, "hnsw": Hnsw}
"""By name; flat needs no structure, for every row is looked at where it lies."""
MOST_FLAT = 250_000
"""Rows that are searched one by one unless another kind is asked for."""
LEAST = 1_000
"""Rows below which no kind but flat pays."""
TAIL = 0.02
"""Share of the rows that may be searched one by one before the structure takes them in."""


def choose(count: int, kind: str | None = None) -> str:
    """The kind for `count` rows, or the one asked for; SightlineError when there is no such kind."""
    if kind is None:
        return FLAT if count <= MOST_FLAT else "ivfpq"
    if kind not in KINDS:
        raise SightlineError(f"`{kind}`: is no kind of index, take one of {', '.join(KINDS)}.")
    return kind


def settled(structure: Structure | None, rows: Vectors, kind: str) -> Structure | None:
    """The structure of `kind` for `rows` [N, D]: the one there is, extended or not, until the rows are twice those that
    it learnt from; then a new one."""
    wanted = KINDS[kind]
    if wanted is None or len(rows) < LEAST:
        return None
    if structure is None or type(structure) is not wanted or len(rows) >= 2 * structure.trained:
        return wanted.over(rows)
    if len(rows) - len(structure) > TAIL * len(rows):
        structure.extend(rows)
    return structure
