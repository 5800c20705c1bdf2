"""Does retrieval find what is alike? python -m benchmarks.retrieval [-n N] [--nih DATA] [--model FOLDER]

1. Image to image, on phantoms: precision@5, where two studies match whose findings with their sides have a Jaccard
   index of .5 or more; two normal studies match. Beside the model's embedding: chance, 32 x 32 pixels, and the same
   tower untrained.
2. Text to image: each set of findings that occurs, in words; what is relevant are the studies with just that set.
   recall@10 counts of at most ten that could be found, hit_rate@10 asks for one. By the findings that the words state
   among those that the store has read, by its words (BM25), by the text side of the embedder where there is one, and
   by all fused.
3. What the adaptive context shows beside a study, and how much of it fits.
4. NIH: precision@5 by label, where two films without a label match, on films of the test split, else of the
   patients that are kept from training.

Phantoms and case base stay below --work and are not made again. `--fit` looks for the limits of the context instead,
on validation phantoms. Neither this nor anything else learns from these seeds.
"""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from benchmarks.retrieval import by_words, shown
from benchmarks.retrieval.films import Pixels, embedded, phantoms, untrained
from benchmarks.retrieval.matching import Marks, Places, Told, by_chance, by_vectors, marks_of, ranked_rows, told
from eval.metrics.table import METRICS
from eval.prediction import write_text
from eval.selection import take_split
from mllm.model.bundled import MINI
from mllm.model.heads import open_perception
from radiology.datasets.split import stated_split
from radiology.datasets.table import SOURCES, Dataset
from radiology.phantom.cohort import VERSIONS
from radiology.study import Case
from retrieval.cases.base import CaseBase
from retrieval.cases.build import build_cases
from retrieval.embedders.protocol import Vectors
from retrieval.embedders.tower import TowerEmbedder, open_tower
from retrieval.vectors.protocol import Ids

SEED, FIT_SEED = 900_100_000, 800_100_000
NIH = Path("nih/trainval.parquet")
K = 5
EMBEDDER = "the model's embedding"
PRECISION = METRICS[f"precision@{K}"]


def by_film(
    part: str, cases: Sequence[Case], marks: Marks, own: Vectors, model: TowerEmbedder, folder: Path, queries: Places
) -> list[Told]:
    """Precision@5 of the model's vectors [N, D] and of every baseline."""
    pixels, random = embedded(cases, [Pixels(), untrained(open_perception(folder), folder)])
    ways = {
        "by chance": by_chance(len(cases)),
        Pixels.id: by_vectors(pixels),
        "the tower untrained": by_vectors(random),
        EMBEDDER: by_vectors(own),
    }
    return [told(part, way, PRECISION, ranked_rows(marks, scores, queries, K)) for way, scores in ways.items()]


@dataclass(frozen=True)
class Based:
    """A case base, the cases that are in it [N], their rows [N] and vectors [N, D]."""

    base: CaseBase
    cases: list[Case]
    rows: Ids
    vectors: Vectors


def based(cases: Sequence[Case], model: TowerEmbedder, folder: Path) -> Based:
    summary = build_cases(cases, model, folder, withheld=())
    base, known = CaseBase(folder), {case.study.study_id: case for case in cases}
    print(f"case base of {len(base)} cases: {summary.model_dump_json()}", flush=True)
    parts = list(base.store.since(0))
    rows, vectors = np.concatenate([part.ids for part in parts]), np.concatenate([part.vectors for part in parts])
    stored = base.store.cases(rows.tolist())
    return Based(base, [known[stored[row].study.study_id] for row in rows.tolist()], rows, vectors)


def on_phantoms(options: argparse.Namespace, model: TowerEmbedder, folder: Path) -> list[Told]:
    """Everything that is measured on phantoms."""
    seed = FIT_SEED if options.fit else SEED
    made = phantoms(options.work, options.n, seed, options.version, options.workers)
    print(f"{len(made)} phantoms of version {options.version}, seeds from {seed}", flush=True)
    place = options.work / f"base-{options.version}-{seed}-{options.n}-{model.id.replace(':', '-')}"
    known = based(made, model, place)
    marks, queries = marks_of(known.cases), _drawn(len(known.cases), options.queries)
    if options.fit:
        shown.fit(marks, known.vectors, _drawn(len(known.cases), options.queries // 4))
        return []
    print("image to image")
    scores = by_film("image to image", known.cases, marks, known.vectors, model, folder, queries)
    print(by_words.PART)
    scores += by_words.measured(known.base, marks, known.rows, f"tower:{folder}", options.queries)
    print(shown.PART)
    return scores + shown.measured(marks, known.vectors, queries)


def on_nih(options: argparse.Namespace, model: TowerEmbedder, folder: Path) -> list[Told]:
    """Precision@5 by label, where the films are there."""
    path = options.nih / NIH if options.nih.is_dir() else options.nih
    if not path.exists():
        print(f"{path}: no such file, so nothing is said of real films")
        return []
    work = options.work / "nih"
    work.mkdir(parents=True, exist_ok=True)
    data: Dataset = SOURCES["nih"].load(path, work)
    split = "test" if any(stated_split(case) == "test" for case in data.cases) else "val"
    cases = take_split(data, split, str(path)).cases
    print(f"NIH, {len(cases)} films of split {split}")
    vectors = embedded(cases, [model])[0]
    queries = _drawn(len(cases), options.queries)
    return by_film("NIH labels", cases, marks_of(cases, sided=False), vectors, model, folder, queries)


def _drawn(n: int, most: int) -> Places:
    """At most `most` of n places, the same ones each time."""
    return np.sort(np.random.default_rng(0).permutation(n)[:most])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-n", type=int, default=20_000, help="phantoms to search among")
    parser.add_argument("--version", choices=VERSIONS, default=max(VERSIONS), help="version of the phantoms")
    parser.add_argument("--queries", type=int, default=2000, help="of them, so many are looked for")
    parser.add_argument("--model", type=Path, default=None, help="model folder, the bundled one without")
    parser.add_argument("--nih", type=Path, default=Path(os.environ.get("SIGHTLINE_DATA", "../shared/data")))
    parser.add_argument("--work", type=Path, default=Path("runs/retrieval"), help="folder for phantoms and cases")
    parser.add_argument("--workers", type=int, default=None, help="processes, one a processor without")
    parser.add_argument("--fit", action="store_true", help="look for the limits of the context instead")
    parser.add_argument("-o", "--out", type=Path, default=None, help="JSON file for the numbers")
    options = parser.parse_args()
    if options.n < 2 * K:
        parser.error(f"-n {options.n}: at least {2 * K} are needed to search among")
    folder = options.model or MINI
    model = open_tower(str(folder))
    print(f"embedder {model.id}")
    scores = on_phantoms(options, model, folder)
    if not options.fit:
        scores += on_nih(options, model, folder)
    if options.out is not None:
        known = {"embedder": model.id, "phantoms": options.n, "version": options.version}
        write_text(options.out, json.dumps(known | {"scores": [asdict(score) for score in scores]}, indent=1) + "\n")


if __name__ == "__main__":
    main()
