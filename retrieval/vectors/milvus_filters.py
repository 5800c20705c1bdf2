"""A selection of rows as filters that Milvus takes: https://milvus.io/docs/filtering-templating.md."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrieval.vectors.protocol import Hits, Ids, Selection


@dataclass(frozen=True)
class Clause:
    """A filter `text`, in which `{ids}` stands for `ids`."""

    text: str
    ids: Ids

    def arguments(self, templates: bool) -> dict[str, object]:
        """For a call of pymilvus: a server is sent the ids beside the text, milvus-lite reads them in the text only."""
        ids = self.ids.tolist()
        if not templates or not ids:
            return {"filter": self.text.format(ids=ids)}
        return {"filter": self.text, "filter_params": {"ids": ids}}


def clauses(within: Selection | None, most: int) -> Iterator[Clause]:
    """Filters with at most `most` ids each that no two rows share and that together let `within` through.

    Rows to give are split into lists. Rows to leave out are split too, each list with the span of ids that it rules.
    """
    ids = np.unique(within.ids) if within is not None else np.empty(0, np.int64)
    parts = np.split(ids, range(most, len(ids), most)) if len(ids) else []
    if within is None or (within.inverted and not parts):
        yield Clause("", ids)
    elif within.inverted:
        yield from map(_all_but, parts, [None, *parts[:-1]], [*[False] * (len(parts) - 1), True])
    else:
        yield from (Clause("id in {ids}", part) for part in parts)


def best(found: list[Hits], queries: int, k: int) -> Hits:
    """The `k` best of each of Q queries over the answers to several filters; -1 and -inf where there are no more."""
    nothing = Hits(np.full((queries, k), -1, np.int64), np.full((queries, k), -np.inf, np.float32))
    ids = np.concatenate([nothing.ids, *(hits.ids for hits in found)], axis=1)
    scores = np.concatenate([nothing.scores, *(hits.scores for hits in found)], axis=1)
    order: NDArray[np.intp] = np.argsort(-scores, axis=1, kind="stable")[:, :k]
    return Hits(np.take_along_axis(ids, order, axis=1), np.take_along_axis(scores, order, axis=1))


def _all_but(part: Ids, before: Ids | None, last: bool) -> Clause:
    span = [] if before is None else [f"id > {before[-1]}"]
    span += [] if last else [f"id <= {part[-1]}"]
    return Clause(" and ".join([*span, "id not in {ids}"]), part)
