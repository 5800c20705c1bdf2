"""Take cases out of a base."""

from __future__ import annotations

from pathlib import Path

from radiology.errors import SightlineError
from retrieval.cases.base import store_file
from retrieval.cases.index import write_index
from retrieval.store.filter import Filter
from retrieval.store.store import CaseStore
from retrieval.store.writer import writer_of


def remove_cases(folder: Path, wanted: Filter) -> int:
    """Take out what `wanted` gives, words, picture and vector too; how many cases that were.

    Raises SightlineError when `folder` is no case base, when it is being written, and for a filter that is empty.
    """
    if wanted.empty:
        raise SightlineError(f"`{folder}`: nothing says which cases to remove, name a study, a patient or a source.")
    store = CaseStore(store_file(folder))
    store.revision()  # what is no base is not made one
    with writer_of(store.path) as writer:
        removed = writer.remove(wanted)
        write_index(folder, store)
    return removed
