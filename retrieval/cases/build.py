"""Build a case base, or add to one: read, embed, store, batch by batch.

Each batch is one transaction, told only once it is on the disk. While one batch is embedded the next are read, so a
build takes as long as the slower of the two. What was interrupted goes on when it is started again.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

from radiology.datasets.processes import processors
from radiology.errors import SightlineError
from radiology.study import Case, Noun
from retrieval.cases.base import store_file
from retrieval.cases.films import film_or_none
from retrieval.cases.index import write_index
from retrieval.embedders.protocol import ImageEmbedder
from retrieval.store.record import Record, given_as, record_of
from retrieval.store.store import CaseStore
from retrieval.store.writer import Embedder, writer_of

BATCH = 16
WITHHELD = ("test",)
"""Splits that are evaluated on, and so are in no case base where a data set of real films states them."""
_MOST_WORKERS = 8

Progress = Callable[[int, int], None]
Told = Callable[[Sequence[str]], None]
"""Gets the study ids of a batch once it is on the disk."""


class Summary(Noun):
    """What a build did with every case given: `known` is stored as it is, `updated` replaced what was known of its
    study, a `duplicate` shows a film that another study has, `withheld` is of a split that is evaluated, `failed` has
    no film that can be read."""

    added: int = 0
    updated: int = 0
    known: int = 0
    duplicate: int = 0
    withheld: int = 0
    failed: int = 0
    total: int
    """Cases in the base afterwards."""


def build_cases(
    cases: Sequence[Case],
    embedder: ImageEmbedder,
    folder: Path,
    progress: Progress = lambda done, total: None,
    told: Told = lambda studies: None,
    spec: str = "",
    withheld: Sequence[str] = WITHHELD,
    place: str = "",
) -> Summary:
    """Put the cases that are new or have changed into the base in `folder`, which is made when it is not there.

    progress: gets (done, of how many). spec: what opens `embedder` again, "" for the model's own tower. withheld:
    stated splits whose films of real patients are left out. place: the Milvus that a new base keeps its vectors on, see
    `retrieval.vectors.milvus_place`, "" for the folder itself. told: see `Told`.

    Raises SightlineError when the folder's cases were embedded by another model or are being written by another
    process, and when not one image could be read.
    """
    store = CaseStore(store_file(folder))
    with writer_of(store.path) as writer:
        writer.embedded_by(Embedder(embedder.id, spec, embedder.width), place)
        new, counts = _new(cases, store.known(), withheld)
        done = len(cases) - len(new)
        with closing(_records(new, embedder)) as batches:
            for part, records in batches:
                counts.update(writer.add(records))
                counts["failed"] += len(part) - len(records)
                done += len(part)
                told([record.case.study.study_id for record in records])
                progress(done, len(cases))
        if counts["failed"] == len(cases) > 0:
            raise SightlineError(f"`{cases[0].study.study_id}`: no image of it or of any other case could be read.")
        write_index(folder, store)
    return Summary(**counts, total=len(store))


def _new(cases: Sequence[Case], known: dict[str, str], withheld: Sequence[str]) -> tuple[list[Case], Counter[str]]:
    """What has to be read, the first case of each study, and counts of the rest."""
    first: dict[str, Case] = {}
    for case in cases:
        first.setdefault(case.study.study_id, case)
    wanted = [case for case in first.values() if case.phantom_version or case.split not in withheld]
    new = [case for case in wanted if known.get(case.study.study_id) != given_as(case)]
    left = len(first) - len(wanted)
    return new, Counter(withheld=left, known=len(cases) - left - len(new))


def _records(
    cases: Sequence[Case], embedder: ImageEmbedder
) -> Generator[tuple[Sequence[Case], list[Record]], None, None]:
    """Batch by batch in order, several at work; models run one at a time (`mllm.model.compute`), so the others read."""
    workers = min(max(2, processors()), _MOST_WORKERS)
    pool, waiting = ThreadPoolExecutor(workers, "sightline-cases"), deque[tuple[Sequence[Case], Future[list[Record]]]]()
    try:
        for start in range(0, len(cases), BATCH):
            part = cases[start : start + BATCH]
            waiting.append((part, pool.submit(_batch, part, embedder)))
            if len(waiting) > workers:
                first, work = waiting.popleft()
                yield first, work.result()
        while waiting:
            first, work = waiting.popleft()
            yield first, work.result()
    finally:
        pool.shutdown(cancel_futures=True)


def _batch(cases: Sequence[Case], embedder: ImageEmbedder) -> list[Record]:
    """Records of the cases whose film can be read."""
    readable = [(case, film) for case in cases if (film := film_or_none(case.study)) is not None]
    vectors = embedder.images([film for _, film in readable]) if readable else ()
    return [record_of(case, film, vector) for (case, film), vector in zip(readable, vectors, strict=True)]
