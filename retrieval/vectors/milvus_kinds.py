"""The indexes that Milvus builds, with our parameters: https://milvus.io/docs/index-explained.md."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

MOST_HITS = 16_384
"""Rows that a search gives at most: https://milvus.io/docs/limitations.md."""


def _none(_: int) -> dict[str, int]:
    return {}


@dataclass(frozen=True)
class Kind:
    """How the index that Milvus calls `index_type` is built for vectors of a width and searched for k rows.

    `candidates` rows are fetched for each row wanted and ranked by their own vectors, where the index keeps
    approximations. `local`: milvus-lite has it too.
    """

    index_type: str
    build: Callable[[int], dict[str, int]] = _none
    search: Callable[[int], dict[str, int]] = _none
    candidates: int = 1
    local: bool = True


KINDS = {
    "flat": Kind("FLAT"),
    "hnsw": Kind("HNSW", lambda _: {"M": 32, "efConstruction": 200}, lambda k: {"ef": max(64, 2 * k)}),
    "ivfsq8": Kind("IVF_SQ8", lambda _: {"nlist": 1024}, lambda _: {"nprobe": 32}, candidates=4),
    "ivfpq": Kind(
        "IVF_PQ",
        lambda width: {"nlist": 1024, "m": _parts(width), "nbits": 8},
        lambda _: {"nprobe": 32},
        candidates=20,
        local=False,
    ),
    "diskann": Kind("DISKANN", search=lambda k: {"search_list": max(100, 2 * k)}, local=False),
}
"""By name."""


def kind_of(index_type: str) -> Kind:
    """The kind that Milvus says an index is; one that is not in the table is searched as the server does by itself."""
    return next((kind for kind in KINDS.values() if kind.index_type == index_type), Kind(index_type))


def _parts(width: int) -> int:
    """One byte for about eight numbers: the most parts, up to an eighth of the width, that it falls into evenly."""
    return next(parts for parts in range(max(width // 8, 1), 0, -1) if width % parts == 0)
