"""Put all cases of one base into another."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from radiology.errors import SightlineError
from retrieval.cases.base import store_file
from retrieval.cases.build import Progress, Summary
from retrieval.cases.index import write_index
from retrieval.store.store import CaseStore
from retrieval.store.writer import Embedder, writer_of


def merge_cases(source: Path, target: Path, progress: Progress = lambda done, total: None) -> Summary:
    """Nothing is embedded again; `target` is made when it is not there. A study of both is as `source` has it.

    Raises SightlineError when `source` is no base, when both are one, or when another model embedded `target`.
    """
    store, held = CaseStore(store_file(source)), CaseStore(store_file(target))
    about, total, counts = store.about, len(store), Counter[str]()
    if source.resolve() == target.resolve():
        raise SightlineError(f"`{source}`: cannot be merged into itself, name two bases.")
    with writer_of(held.path) as writer:
        writer.embedded_by(Embedder(about.embedder, about.spec, about.width))
        for records in store.records():
            counts.update(writer.add(records))
            progress(counts.total(), total)
        write_index(target, held)
    return Summary(**counts, total=len(held))
