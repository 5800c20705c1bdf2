"""Is a case base whole? The store against itself, its words and its index against the store."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from radiology.study import Noun
from retrieval.cases.base import store_file
from retrieval.cases.index import caught_up, open_kept, write_index
from retrieval.store.inspect import damaged, faults
from retrieval.store.store import CaseStore
from retrieval.store.writer import writer_of
from retrieval.vectors.protocol import VectorIndex

SAMPLE = 64
"""Rows that are looked for by their own vectors."""
CLOSE = 0.02
"""How far the similarity that an index tells may be from the true one."""
NAMED = 5
"""Damaged cases that are named."""


class Verdict(Noun):
    """Of `count` cases: what was wrong and is made good, and what is wrong still, a sentence each."""

    count: int
    repaired: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()


def verify_cases(folder: Path) -> Verdict:
    """Look at everything and make good from the store what can be. Writes nothing where nothing is wrong.

    The index is looked at only where the store is whole.

    Raises SightlineError when `folder` is no case base, is being written, or holds a store that cannot be read at all.
    """
    store = CaseStore(store_file(folder))
    store.revision()  # what is no base is not made one
    with writer_of(store.path) as writer:
        problems = [*faults(store.path), *_damaged(store.path)]
        repaired = ["the words did not fit the cases: made again"] if writer.repair_words() else []
        said = "" if problems else _index_fault(folder, store)
        if said and store.about.place:
            problems.append(f"{said}: drop the collection and verify again")
        elif said:
            write_index(folder, store, anew=True)
            repaired.append(f"{said}: made again")
    return Verdict(count=len(store), repaired=tuple(repaired), problems=tuple(problems))


def _damaged(path: Path) -> Iterator[str]:
    studies = damaged(path)
    if studies:
        named = ", ".join(studies[:NAMED]) + (", ..." if len(studies) > NAMED else "")
        yield f"{len(studies)} cases are not as they were stored ({named}), remove them and add them again"


def _index_fault(folder: Path, store: CaseStore) -> str:
    """What is wrong with the index, "" when nothing is; one that is behind the store only is no fault."""
    kept = open_kept(folder, store.about, check=True)
    if kept.index is None:
        return kept.why
    index, _ = caught_up(store, kept)
    if len(index) != len(store):
        return f"the index holds {len(index)} vectors of {len(store)} cases"
    return "" if _tells_the_truth(store, index) else "the index does not hold the vectors of the store"


def _tells_the_truth(store: CaseStore, index: VectorIndex) -> bool:
    """Whether vectors of the store find themselves, or what is as near, and at the right similarity."""
    rows = store.some_rows(SAMPLE)
    if not rows:
        return True
    queries = store.embeddings(rows)
    hits = index.search(queries, 1)
    found = [int(row) for row in hits.ids[:, 0]]
    if len(store.looks(found)) < len(set(found)):
        return False
    true = np.einsum("qd,qd->q", queries, store.embeddings(found))
    return bool((np.abs(true - hits.scores[:, 0]) < CLOSE).all() and (true > 1 - CLOSE).mean() > 0.9)
