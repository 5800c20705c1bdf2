"""What an index costs beside plain FAISS, and what it finds: python -m benchmarks.index [--rows 250000] [--million]

The rows are embeddings of phantoms by the bundled tower, brought to the width by a seeded random rotation, and copied
with noise that is as long as the median distance from one film to the next, so that copies of neighbours mix; the
queries are further copies. Everything runs by turns in one process.

1. Flat: time of a search beside FAISS's IndexFlatIP over the same rows, one query at a time and 100 at once.
2. IVF-PQ with exact re-ranking: recall@10, and time of one query beside the same IndexFlatIP.
3. The same within selections of the rows: recall@10.
With --million instead: a million rows added in parts, saved, searched; the peak of the process's memory.

Exits with 1 where a limit is missed; those on time hold from `FULL` rows on.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import numpy as np

from benchmarks.retrieval.films import embedded, phantoms
from radiology.phantom.cohort import PHANTOM_VERSION
from retrieval.embedders.tower import open_tower
from retrieval.vectors.disk import load, save
from retrieval.vectors.exact import nearest, nearest_among
from retrieval.vectors.header import Header, read_header
from retrieval.vectors.library import faiss
from retrieval.vectors.local import LocalIndex
from retrieval.vectors.protocol import Ids, Selection, Vectors

SEED, K, PART, FULL = 900_300_000, 10, 50_000, 250_000
MOST_FLAT, MOST_IVFPQ, LEAST_RECALL, MOST_BYTES = 1.15, 0.05, 0.98, 8e9
SHARES = (0.01, 0.1, 0.5)
"""Of the rows that a search may give; the limit on recall is for the first."""


@dataclass(frozen=True)
class Copies:
    """Noisy copies of films."""

    films: Vectors
    noise: float

    def rows(self, count: int, seed: int) -> Vectors:
        """[count, D] of unit length."""
        rng = np.random.default_rng(seed)
        made: Vectors = self.films[rng.integers(0, len(self.films), count)]
        width = made.shape[1]
        made += rng.standard_normal(made.shape, dtype=np.float32) * np.float32(self.noise / np.sqrt(width))
        made /= np.linalg.norm(made, axis=1, keepdims=True)
        return made

    def parts(self, count: int) -> Iterator[tuple[Ids, Vectors]]:
        for start in range(0, count, PART):
            many = min(PART, count - start)
            yield np.arange(start, start + many, dtype=np.int64), self.rows(many, start)


def copies(films: int, width: int, work: Path) -> Copies:
    vectors = embedded(phantoms(work, films, SEED, PHANTOM_VERSION, 1), [open_tower("")])[0]
    if width < vectors.shape[1]:
        sys.exit(f"--width {width}: the tower's embeddings have {vectors.shape[1]} numbers, take at least as many.")
    turned = np.linalg.qr(np.random.default_rng(1).standard_normal((width, vectors.shape[1])))[0]
    likeness = vectors @ vectors.T
    np.fill_diagonal(likeness, -1)
    noise = float(np.median(np.sqrt(np.maximum(2 - 2 * likeness.max(axis=1), 0))))
    print(f"{films} films, {vectors.shape[1]} numbers turned to {width}, noise of length {noise:.3f}", flush=True)
    return Copies((vectors @ turned.T).astype(np.float32), noise)


def by_turns(works: Sequence[Callable[[Vectors], object]], queries: Sequence[Vectors]) -> list[float]:
    """Median milliseconds of each work over the queries; which goes first changes."""
    times: list[list[float]] = [[] for _ in works]
    for number, query in enumerate(queries):
        for i in range(len(works)) if number % 2 else reversed(range(len(works))):
            start = time.perf_counter()
            works[i](query)
            times[i].append(1000 * (time.perf_counter() - start))
    return [median(own) for own in times]


def recall(found: Ids, truth: Ids) -> float:
    return float(np.mean([len(set(a) & set(b)) / K for a, b in zip(found.tolist(), truth.tolist(), strict=True)]))


def compare(made: Copies, count: int, folder: Path) -> list[str]:
    """Prints; returns the limits that were missed."""
    index, raw = LocalIndex("benchmark", made.films.shape[1], "flat"), faiss().IndexFlatIP(made.films.shape[1])
    for ids, vectors in made.parts(count):
        index.add(ids, vectors)
        save(index, folder)
        raw.add(vectors)
    queries = made.rows(200, -1 % 2**32)
    single, many = [queries[i : i + 1] for i in range(100)], [queries[100:]] * 5
    works = (lambda query: index.search(query, K), lambda query: raw.search(query, K))
    missed = []
    for name, sets in (("1 query", single), ("100 at once", many)):
        ours, theirs = by_turns(works, sets)
        print(f"flat, {name}: {ours:.2f} ms, IndexFlatIP {theirs:.2f} ms, ratio {ours / theirs:.3f}", flush=True)
        if ours > MOST_FLAT * theirs and count >= FULL:
            missed.append(f"flat, {name}")
    truth = index.search(queries, K).ids
    index.asked = "ivfpq"
    start = time.perf_counter()
    save(index, folder)
    print(f"{index.kind}: learnt and filled in {time.perf_counter() - start:.1f} s", flush=True)
    print(f"on disk, bytes a row: {sizes(folder)}", flush=True)
    ours, theirs = by_turns(works, single)
    found = recall(index.search(queries, K).ids, truth)
    print(
        f"{index.kind}, 1 query: recall@{K} {found:.4f}, {ours:.2f} ms, ratio to flat {ours / theirs:.3f}", flush=True
    )
    if found < LEAST_RECALL:
        missed.append("recall")
    if ours > MOST_IVFPQ * theirs and count >= FULL:
        missed.append("time of one query")
    return missed + filtered(index, queries)


def sizes(folder: Path) -> str:
    header = read_header(folder)
    assert isinstance(header, Header)
    return ", ".join(f"{role} {file.size / header.rows:.0f}" for role, file in header.files.items())


def filtered(index: LocalIndex, queries: Vectors) -> list[str]:
    missed = []
    for share in SHARES:
        rows = len(index)
        chosen = np.sort(np.random.default_rng(2).permutation(rows)[: int(share * rows)])  # ids are positions here
        truth = nearest_among(queries, index.rows.mapped, chosen, K).ids
        start = time.perf_counter()
        found = recall(index.search(queries, K, Selection(chosen)).ids, truth)
        each = 1000 * (time.perf_counter() - start) / len(queries)
        print(f"{index.kind} within {share:.0%} of the rows: recall@{K} {found:.4f}, {each:.2f} ms a query", flush=True)
        if share == SHARES[0] and found < LEAST_RECALL:
            missed.append("recall within a selection")
    return missed


def million(made: Copies, count: int, folder: Path) -> list[str]:
    """Prints; returns the limits that were missed."""
    index, start = LocalIndex("benchmark", made.films.shape[1]), time.perf_counter()
    for ids, vectors in made.parts(count):
        index.add(ids, vectors)
        save(index, folder)
    print(f"{count} rows in {time.perf_counter() - start:.0f} s, saved every {PART}", flush=True)
    del index
    start = time.perf_counter()
    loaded = load(folder, "benchmark")
    assert isinstance(loaded, LocalIndex)
    print(f"loaded as {loaded.kind} and checked in {time.perf_counter() - start:.1f} s", flush=True)
    queries = made.rows(100, -1 % 2**32)
    (each,) = by_turns([lambda query: loaded.search(query, K)], [queries[i : i + 1] for i in range(len(queries))])
    found = recall(loaded.search(queries, K).ids, nearest(queries, loaded.rows.mapped, K).ids)
    peak = 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(f"recall@{K} {found:.4f}, {each:.2f} ms a query, peak memory {peak / 1e9:.2f} GB", flush=True)
    return [name for name, bad in (("recall", found < LEAST_RECALL), ("memory", peak > MOST_BYTES)) if bad]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, help=f"default {FULL}, with --million 1000000")
    parser.add_argument("--width", type=int, default=768)
    parser.add_argument("--films", type=int, default=1000, help="phantoms that the rows are copies of")
    parser.add_argument("--million", action="store_true")
    parser.add_argument("--work", type=Path, help="where phantoms are kept for another run")
    options = parser.parse_args()
    rows = options.rows or (1_000_000 if options.million else FULL)
    with tempfile.TemporaryDirectory() as folder:
        made = copies(options.films, options.width, options.work or Path(folder))
        missed = (million if options.million else compare)(made, rows, Path(folder) / "index")
    if missed:
        sys.exit(f"Missed: {', '.join(missed)}.")


if __name__ == "__main__":
    main()
