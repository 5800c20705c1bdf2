"""Full-text search in paragraphs: SQLite's FTS5 in memory, BM25 for the order, a share of the words for the floor.

It is made anew from the paragraphs whenever they change, so nothing of it can be lost or damaged.
"""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from threading import Lock

from mllm.draft.knowledge import Passage
from retrieval.knowledge.words import spelt

_TABLE = "CREATE VIRTUAL TABLE words USING fts5 (title, names, heading, body, tokenize = 'porter unicode61')"
_WEIGHTS = (4.0, 3.0, 1.0, 1.0)
"""Of a word in the title, in the names, in the heading and in the text."""


@dataclass(frozen=True)
class Indexed:
    """A paragraph, and the phrases by which its subject is known."""

    passage: Passage
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Hit:
    """`share` is that of the question's words that the paragraph has, weighed by how rare they are, 0 to 1; `told` is
    the same of its text alone. `score` is BM25 (Robertson and Zaragoza 2009), larger is better."""

    indexed: Indexed
    share: float
    told: float
    score: float


class Index:
    """Any number of threads may search."""

    def __init__(self, everything: Iterable[Indexed]) -> None:
        self._all = tuple(everything)
        self._lock = Lock()
        self._table = sqlite3.connect(":memory:", check_same_thread=False)
        self._table.execute(_TABLE)
        self._table.executemany(
            "INSERT INTO words (rowid, title, names, heading, body) VALUES (?, ?, ?, ?, ?)",
            ((number, *_columns(each)) for number, each in enumerate(self._all)),
        )

    def search(self, words: Sequence[str]) -> list[Hit]:
        """Every paragraph with at least one of `words`, in no order. What the words hold is never query syntax."""
        if not words:
            return []
        with self._lock:
            having, told = ([self._having(column + _phrase(word)) for word in words] for column in ("", "body : "))
            ranks = ", ".join(map(str, _WEIGHTS))
            found = self._table.execute(
                f"SELECT rowid, -bm25(words, {ranks}) FROM words WHERE words MATCH ?",
                (" OR ".join(map(_phrase, words)),),
            ).fetchall()
        rarity = [math.log((len(self._all) + 1) / (len(rows) + 0.5)) for rows in having]
        return [
            Hit(self._all[row], _share(row, having, rarity), _share(row, told, rarity), score) for row, score in found
        ]

    def _having(self, query: str) -> set[int]:
        return {row for (row,) in self._table.execute("SELECT rowid FROM words WHERE words MATCH ?", (query,))}


def _columns(each: Indexed) -> tuple[str, str, str, str]:
    passage = each.passage
    return spelt(passage.title), spelt(" . ".join(each.names)), spelt(passage.heading), spelt(passage.text)


def _phrase(word: str) -> str:
    """As a string of FTS5, in which nothing but a quotation mark means anything."""
    return '"' + word.replace('"', '""').replace("\0", " ") + '"'


def _share(row: int, having: Sequence[set[int]], rarity: Sequence[float]) -> float:
    total = sum(rarity)
    if total <= 0:
        return 1.0
    return sum(weight for rows, weight in zip(having, rarity, strict=True) if row in rows) / total
