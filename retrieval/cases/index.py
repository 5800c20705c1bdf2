"""The vector index of a case base: made from its store, caught up by the difference of two revisions, kept on disk or,
where the base names one, on a Milvus server."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from radiology.errors import SightlineError
from retrieval.store.store import About, CaseStore
from retrieval.vectors.disk import load, save
from retrieval.vectors.header import NAME, Damaged, Header, read_header
from retrieval.vectors.local import LocalIndex
from retrieval.vectors.milvus import MilvusIndex
from retrieval.vectors.milvus_place import read_place
from retrieval.vectors.protocol import VectorIndex

FOLDER = "index"
"""Beside the store."""
UNSAVED = 50_000
"""Rows that a writer holds in memory before it saves."""


@dataclass
class Kept:
    """An index that holds the vectors of the store as of `revision`, or None and why there is none."""

    index: VectorIndex | None
    revision: int = 0
    why: str = ""


def open_kept(folder: Path, about: About, check: bool = False) -> Kept:
    """What is kept for the store in `folder`; with `check` every byte of it is looked at.

    Raises SightlineError when a server is away or its collection is another base's.
    """
    if about.place:
        server = MilvusIndex(read_place(about.place), about.embedder, about.width, about.id)
        return Kept(server, server.revision)
    try:
        found = load(folder / FOLDER, about.embedder, check=check)
    except SightlineError:
        return Kept(None, why="the index is of another embedder")
    if found is None:
        return Kept(None, why="there is no index")
    if isinstance(found, Damaged):
        return Kept(None, why=f"`{found.file}` of the index is damaged ({found.why})")
    if found.stamp.get("store") != about.id or not found.stamp.get("revision", "").isdecimal():
        return Kept(None, why="the index is of another base")
    return Kept(found, int(found.stamp["revision"]))


def caught_up(store: CaseStore, kept: Kept) -> tuple[VectorIndex, int]:
    """The index after what the store did since, in memory; made anew where there is none. With its revision."""
    about = store.about
    index, revision = _start(about, kept)
    if revision != about.revision:
        *_, (_, revision) = _steps(store, index, revision)
    return index, revision


def write_index(folder: Path, store: CaseStore, anew: bool = False) -> None:
    """Bring what is kept up to the store, or with `anew` make it again. For the one writer of the base.

    What cannot be read is made again. Until all is there the old revision stands, so what is interrupted is done again.
    """
    about = store.about
    if anew and not about.place:
        (folder / FOLDER / NAME).unlink(missing_ok=True)
    kept = open_kept(folder, about)
    if kept.index is not None and kept.revision == about.revision:
        return
    index, revision = _start(about, kept)
    waiting, last = 0, revision
    for rows, now in _steps(store, index, revision):
        waiting, last = waiting + rows, now
        if waiting >= UNSAVED:
            _save(index, folder, about, revision)
            waiting = 0
    _save(index, folder, about, last)


def _start(about: About, kept: Kept) -> tuple[VectorIndex, int]:
    """An empty one where there is none, or one that is ahead of its store, which was put back to an older copy.

    Raises SightlineError where that one is on a server.
    """
    if about.place and kept.revision > about.revision:
        shown = read_place(about.place).shown
        raise SightlineError(f"`{shown}`: is ahead of the case store, which is an older copy; drop the collection.")
    if kept.index is None or kept.revision > about.revision:
        return LocalIndex(about.embedder, about.width), 0
    return kept.index, kept.revision


def _steps(store: CaseStore, index: VectorIndex, revision: int) -> Iterator[tuple[int, int]]:
    """Take the changes over; gives the rows of each part and the revision that the last one leads to."""
    for part in store.since(revision):
        if len(part.removed):
            index.remove(part.removed)
        if len(part.ids):
            index.add(part.ids, part.vectors)
        yield len(part.ids), part.revision


def _save(index: VectorIndex, folder: Path, about: About, revision: int) -> None:
    if isinstance(index, MilvusIndex):
        index.revision = revision
    elif isinstance(index, LocalIndex):
        index.stamp = {"store": about.id, "revision": str(revision)}
        save(index, folder / FOLDER)


def indexed(folder: Path, about: About) -> int:
    """How many vectors are kept; nothing is loaded for it."""
    if about.place:
        return len(MilvusIndex(read_place(about.place), about.embedder, about.width, about.id))
    header = read_header(folder / FOLDER)
    return header.count if isinstance(header, Header) else 0
