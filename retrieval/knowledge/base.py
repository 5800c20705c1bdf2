"""The knowledge base: our own entries and the documents that a user added, searched together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from threading import Lock

from mllm.draft.knowledge import QUOTED, Aspect, Passage
from radiology.errors import SightlineError
from retrieval.knowledge.entry import own_entries
from retrieval.knowledge.index import Hit, Index, Indexed
from retrieval.knowledge.store import KnowledgeStore, default_file
from retrieval.knowledge.words import all_words, subject_words

FLOOR = 0.6
"""Share of the question's words, weighed by how rare they are, that a paragraph must have: below it is not shown."""
CLOSE = 0.8
"""A further paragraph is shown only if its rank is this share of the best one's."""
_INSTEAD = {
    Aspect.MEANING: Aspect.APPEARANCE,
    Aspect.APPEARANCE: Aspect.MEANING,
    Aspect.POSITION: Aspect.APPEARANCE,
    Aspect.MEASURE: Aspect.POSITION,
    Aspect.REPORTING: Aspect.MEASURE,
}
"""What is told where an entry has no paragraph on what is asked."""


class KnowledgeBase:
    """A `mllm.draft.knowledge.Librarian`. Raises SightlineError, here and later, for a file that cannot be read.

    What is added or removed by another program is seen with the next question.
    """

    def __init__(self, file: Path | None = None) -> None:
        self.store = KnowledgeStore(file or default_file())
        self._lock = Lock()
        self._state: object = None
        self._index = self._current()

    def find(
        self, words: str, aspect: Aspect | None = None, k: int = QUOTED, least: float | None = None
    ) -> tuple[Passage, ...]:
        """As `Librarian.find`: paragraphs of different entries and documents, the best of each kind first."""
        asked = all_words(words)
        hits = [(hit, _named(hit.indexed, asked)) for hit in self._current().search(subject_words(words))]
        kept = [(_rank(hit, named, aspect), hit) for hit, named in hits if _relevant(hit, named, least)]
        ranked = sorted(kept, key=lambda each: each[0], reverse=True)
        best: dict[str, tuple[float, Hit]] = {}
        for rank, hit in ranked:
            passage = hit.indexed.passage
            best.setdefault(passage.id if passage.own else passage.title, (rank, hit))
        return tuple(
            replace(hit.indexed.passage, score=round(hit.share, 3)) for hit in _chosen(list(best.values()))[:k]
        )

    def show(self, number: str) -> tuple[Passage, ...]:
        """The paragraphs of an id such as K12. Raises SightlineError where there is none."""
        own = (passage for entry in own_entries() for passage in entry.passages)
        found = tuple(each for each in (*own, *self.store.passages()) if each.id == number.strip().upper())
        if not found:
            raise SightlineError(f"`{number}`: is no entry of the knowledge base, see `sightline knowledge list`.")
        return found

    def _current(self) -> Index:
        with self._lock:
            state = self.store.state()
            if state != self._state or self._state is None:
                own = [Indexed(passage, entry.names) for entry in own_entries() for passage in entry.passages]
                self._index = Index([*own, *map(Indexed, self.store.passages())])
                self._state = state
            return self._index


def _named(indexed: Indexed, asked: frozenset[str]) -> int:
    """How many words the longest of its names has that a question holds in full; two more if that is the title."""
    title = all_words(indexed.passage.title)
    names = (all_words(name) for name in indexed.names)
    return max(len(title) + 2 if title <= asked else 0, *(len(name) for name in names if name <= asked), 0)


def _relevant(hit: Hit, named: int, least: float | None) -> bool:
    """A question has to name the entry: a text that merely mentions something is not about it. Without a question, when
    the caller says how much is enough, the words alone decide."""
    about = least is not None or not hit.indexed.passage.own or named > 0
    return about and hit.share >= (FLOOR if least is None else least)


def _rank(hit: Hit, named: int, aspect: Aspect | None) -> float:
    """BM25, times what the paragraph is worth: named by more words, on what is asked, in its own text."""
    heading, asked = hit.indexed.passage.heading, 1.0
    if aspect is not None:
        asked = 2.0 if heading == aspect else 1.5 if heading == _INSTEAD.get(aspect) else 1.0
    return hit.score * (1 + named) * asked * (1 + hit.told / 2)


def _chosen(ranked: Sequence[tuple[float, Hit]]) -> list[Hit]:
    """The best entry of ours and the best of the user's documents, then what comes close to the first of all."""
    own = [each for each in ranked if each[1].indexed.passage.own]
    added = [each for each in ranked if not each[1].indexed.passage.own]
    first = own[:1] + added[:1]
    rest = [each for each in ranked if each not in first and each[0] >= CLOSE * ranked[0][0]]
    return [hit for _, hit in (*first, *rest)]
