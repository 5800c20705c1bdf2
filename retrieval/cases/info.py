"""What a case base holds."""

from __future__ import annotations

from pathlib import Path

from radiology.study import Noun
from retrieval.cases.base import store_file
from retrieval.cases.index import indexed
from retrieval.store.store import CaseStore


class Info(Noun):
    """`sources` counts cases by "source (licence)", `views` by the projection of the film they are found by, `splits`
    by the part of their set; `indexed` are the vectors on disk; `embedder` opens what made them, "" for the model's
    own tower."""

    folder: str
    count: int
    patients: int
    indexed: int
    revision: int
    embedder_id: str
    embedder: str
    sources: dict[str, int]
    views: dict[str, int]
    splits: dict[str, int]


def info(folder: Path) -> Info:
    """Raises SightlineError when `folder` is no case base."""
    store = CaseStore(store_file(folder))
    about = store.about
    return Info(
        folder=str(folder),
        count=len(store),
        patients=store.patients(),
        indexed=indexed(folder, about),
        revision=about.revision,
        embedder_id=about.embedder,
        embedder=about.spec,
        sources=store.counts("source || ' (' || licence || ')'"),
        views=store.counts("view"),
        splits=store.counts("split"),
    )
