"""Answers that are written together: one forward pass gives each of them its next token."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch.nn.functional import pad
from transformers import DynamicCache

from mllm.engine.kept import Read
from mllm.engine.reading import Reader
from mllm.engine.ticket import Ticket


@dataclass(eq=False)
class Row:
    """`ids` are in the cache, `token` is the newest one and is not; `delta`: see `Read`."""

    ticket: Ticket
    ids: list[int]
    delta: int
    token: int


class Rows:
    """Rows [B] of one cache, aligned on the right: every row's next token has the same column, and columns are as far
    apart as positions, which sliding windows rely on. Rows come and go without being read again."""

    def __init__(self, reader: Reader) -> None:
        self.rows: list[Row] = []
        self._reader = reader
        self._cache = DynamicCache()

    def join(self, ticket: Ticket, read: Read, token: int) -> None:
        """Go on with `token` after what was `read`, whose cache is taken over."""
        if self.rows:
            pairs = list(zip(self._cache, read.cache, strict=True))
            joined = [(_below(ours[0], theirs[0]), _below(ours[1], theirs[1])) for ours, theirs in pairs]
            self._cache = DynamicCache(joined)  # at once: no memory for it leaves the rows as they were
        else:
            self._cache = read.cache
        self.rows.append(Row(ticket, read.ids, read.delta, token))

    def leave(self, row: Row) -> Read:
        """What was read and written of `row`, which is not continued."""
        if len(self.rows) == 1:
            self.rows.clear()
            return Read(row.ids, self._cache, row.delta)
        i, length = self.rows.index(row), len(row.ids)
        left = DynamicCache()
        self.rows.remove(row)
        others = [j for j in range(len(self.rows) + 1) if j != i]
        width = max(len(other.ids) for other in self.rows)
        layers: list[Any] = self._cache.layers
        for n, layer in enumerate(layers):
            left.update(layer.keys[i : i + 1, :, -length:], layer.values[i : i + 1, :, -length:], n)
            layer.keys, layer.values = layer.keys[others, :, -width:], layer.values[others, :, -width:]
        return Read(row.ids, left, row.delta)

    def step(self) -> torch.Tensor:
        """Read every row's newest token; logits [B, V] of the one after it."""
        lengths = torch.tensor([[len(row.ids)] for row in self.rows])
        tokens, deltas = zip(*((row.token, row.delta) for row in self.rows), strict=True)
        for row in self.rows:
            row.ids.append(row.token)
        return self._reader.forward(
            self._cache,
            torch.tensor(tokens)[:, None],
            lengths,
            torch.tensor(deltas)[:, None],
            self._mask(lengths),
            keep=1,
        )[:, -1]

    def _mask(self, lengths: torch.Tensor) -> torch.Tensor | None:
        """[B, W + 1]: 1 where a row has a token; None where all are of one length."""
        width = int(lengths.max())
        if bool((lengths == width).all()):
            return None
        return (torch.arange(width + 1) >= width - lengths).long()


def _below(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    """[B, H, N, D] over [1, H, M, D], the shorter one padded on the left."""
    width = max(a.shape[2], b.shape[2])
    return torch.cat([pad(each, (0, 0, width - each.shape[2], 0)) for each in (a, b)])
