"""Vectors by position with their ids: those of a file as it is mapped, behind them those added since."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

import numpy as np

from retrieval.vectors.exact import Mask
from retrieval.vectors.protocol import Ids, Selection, Vectors
from retrieval.vectors.structure import chunks


class Rows:
    """`ids` [N] of `mapped` [M, D] and `fresh` [N - M, D]; a row that was removed keeps its position until it is
    rewritten, `live` [N] says which were not."""

    def __init__(self, ids: Ids, mapped: Vectors, live: Mask) -> None:
        self.ids, self.mapped, self.live = ids, mapped, live
        self.count = int(np.count_nonzero(live))
        self._fresh: list[Vectors] = [mapped[:0]]
        self._highest = int(ids.max(initial=-1))

    @property
    def fresh(self) -> Vectors:
        if len(self._fresh) > 1:
            self._fresh = [np.concatenate(self._fresh)]
        return self._fresh[0]

    @property
    def removed(self) -> Ids:
        """Positions."""
        return np.flatnonzero(~self.live)

    def append(self, ids: Ids, vectors: Vectors) -> None:
        """Rows [N] whose ids differ; what was known by the same ids is removed."""
        if int(ids.min(initial=self._highest + 1)) <= self._highest:
            self.remove(ids)
        self.ids = np.concatenate([self.ids, ids])
        self.live = np.concatenate([self.live, np.ones(len(ids), dtype=np.bool_)])
        self._fresh.append(vectors)
        self.count += len(ids)
        self._highest = max(self._highest, int(ids.max(initial=-1)))
        self._forget_order()

    def remove(self, ids: Ids) -> int:
        """How many of these rows were there."""
        found = self.positions(np.unique(ids))
        self.live[found] = False
        self.count -= len(found)
        return len(found)

    def positions(self, ids: Ids) -> Ids:
        """Where these rows are, without those that are not there."""
        if not len(self.ids):
            return np.empty(0, dtype=np.int64)
        order, ordered = self._order
        last = np.maximum(np.searchsorted(ordered, ids, side="right") - 1, 0)
        found: Ids = order[last[ordered[last] == ids]]
        return found[self.live[found]]

    def mask(self, within: Selection | None) -> Mask | None:
        """Which positions a search may give, None for all."""
        if within is None:
            return None if self.count == len(self.ids) else self.live
        mask = self.live.copy() if within.inverted else np.zeros_like(self.live)
        mask[self.positions(within.ids)] = not within.inverted
        return mask

    def since(self, position: int) -> Iterator[Vectors]:
        """The vectors from a position on, removed ones too."""
        yield from chunks(self.mapped[position:])
        yield from chunks(self.fresh[max(position - len(self.mapped), 0) :])

    def parts(self) -> Iterator[tuple[Ids, Vectors]]:
        """Ids and vectors of the rows that are there."""
        start = 0
        for vectors in self.since(0):
            live = self.live[start : start + len(vectors)]
            yield self.ids[start : start + len(vectors)][live], vectors[live]
            start += len(vectors)

    @cached_property
    def _order(self) -> tuple[Ids, Ids]:
        """Positions in the order of their ids, the newest of the same id last, and these ids."""
        order = np.argsort(self.ids, kind="stable")
        return order, self.ids[order]

    def _forget_order(self) -> None:
        self.__dict__.pop("_order", None)


def no_rows(width: int) -> Rows:
    return Rows(np.empty(0, np.int64), np.empty((0, width), np.float32), np.empty(0, np.bool_))
