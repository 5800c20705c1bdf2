"""Training data on disk: films as arrays, with their cases and questions, one shard a source.

A shard NAME is `NAME.npz` (images [N, S, S] uint8; dense [N, G, G, F] uint8, the share of each patch that each phantom
finding covers in 255ths; keys [N] "STUDY/VIEW"), `NAME.cases.jsonl` and `NAME.questions.jsonl`. Shards are written
whole or not at all, so stocking can be stopped and started again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from radiology.datasets.split import split_of
from radiology.datasets.table import SOURCES
from radiology.errors import SightlineError
from radiology.findings import PHANTOM_FINDINGS
from radiology.imaging.letterbox import letterbox
from radiology.imaging.pixels import read_pixels
from radiology.phantom.cohort import make_phantom
from radiology.phantom.record import Phantom
from radiology.study import Case, Noun, Projection, Question, View

SHARD = 250
LEARNT_VERSION = "2"
"""Version of the phantoms that models learn from most, and are calibrated and stressed on."""
PATCH = 16
"""Side in px of the squares that the dense head answers for: the stride of the tower's convolutions."""
TRAIN_SEEDS = range(800_000_000)
THUMBNAIL = 24
COPY = 0.995
"""Correlation of two thumbnails above which two films are one picture."""
VALIDATION_SEEDS = range(800_000_000, 900_000_000)


@dataclass(frozen=True)
class Shard:
    """Films and what is known of them, in memory."""

    images: NDArray[np.uint8]
    dense: NDArray[np.uint8]
    keys: tuple[str, ...]
    cases: tuple[Case, ...]
    questions: tuple[Question, ...]


def film_key(study_id: str, view: str) -> str:
    return f"{study_id}/{view}"


def coverage(masks: dict[str, NDArray[np.bool_]], size: int) -> NDArray[np.uint8]:
    """[G, G, F]: the share of each patch that each finding's mask covers, times 255."""
    grid = size // PATCH
    dense = np.zeros((grid, grid, len(PHANTOM_FINDINGS)), np.uint8)
    for name, mask in masks.items():
        share = mask.reshape(grid, PATCH, grid, PATCH).mean((1, 3))
        dense[:, :, PHANTOM_FINDINGS.index(name)] = np.ceil(255 * share).astype(np.uint8)
    return dense


PROJECTIONS = (
    *[(Projection.PA,)] * 4,
    *[(Projection.AP,)] * 2,
    *[(Projection.PA, Projection.LATERAL)] * 3,
    (Projection.AP, Projection.LATERAL),
)
"""The views of ten patients; of three of them, one a kind, there is a second visit with the first as prior."""


def _visits(seed: int, size: int, version: str) -> list[Phantom]:
    kind = seed % len(PROJECTIONS)
    return make_phantom(seed, size, PROJECTIONS[kind], 2 if kind in (3, 5, 8) else 1, version)


def _save(folder: Path, name: str, shard: Shard) -> None:
    _write_lines(folder / f"{name}.cases.jsonl", shard.cases)
    _write_lines(folder / f"{name}.questions.jsonl", shard.questions)
    partial = folder / f"{name}.partial.npz"
    np.savez(partial, images=shard.images, dense=shard.dense, keys=np.array(shard.keys))
    partial.replace(folder / f"{name}.npz")


def _write_lines(path: Path, nouns: Iterable[Noun]) -> None:
    path.write_text("".join(noun.model_dump_json(exclude_defaults=True) + "\n" for noun in nouns))


def _phantom_shard(folder: Path, name: str, seeds: Sequence[int], size: int, version: str) -> str:
    phantoms = [phantom for seed in seeds for phantom in _visits(seed, size, version)]
    films = [(phantom, view) for phantom in phantoms for view in phantom.images]
    shard = Shard(
        np.stack([phantom.images[view] for phantom, view in films]),
        np.stack([coverage(phantom.masks[view], size) for phantom, view in films]),
        tuple(film_key(phantom.case.study.study_id, view) for phantom, view in films),
        tuple(phantom.case for phantom in phantoms),
        tuple(question for phantom in phantoms for question in phantom.questions),
    )
    _save(folder, name, shard)
    return name


def stock_phantoms(
    folder: Path,
    first: int,
    count: int,
    size: int,
    workers: int,
    progress: Callable[[int], None],
    version: str = LEARNT_VERSION,
) -> list[str]:
    """Shards of phantoms with seeds `first`..`first + count - 1`, kept where they exist; `progress` gets seeds done.

    Seeds of two versions must differ: they name the studies.
    """
    last = first + count - 1
    if not any(first in seeds and last in seeds for seeds in (TRAIN_SEEDS, VALIDATION_SEEDS)):
        raise SightlineError(
            f"phantom seeds {first} to {last}: training takes seeds below 800000000, validation those up to 899999999."
        )
    folder.mkdir(parents=True, exist_ok=True)
    starts = range(first, first + count, SHARD)
    names = [f"phantom-{start}" for start in starts]
    todo = [(n, s) for n, s in zip(names, starts, strict=True) if not (folder / f"{n}.npz").exists()]
    done = count - len(todo) * SHARD
    with ProcessPoolExecutor(workers) as pool:
        jobs = [
            pool.submit(_phantom_shard, folder, name, range(start, min(start + SHARD, first + count)), size, version)
            for name, start in todo
        ]
        for job in jobs:
            job.result()
            done += SHARD
            progress(done)
    return names


def thumbnails(films: Sequence[NDArray[np.uint8]]) -> NDArray[np.float32]:
    """[N, 576]: each film averaged down to 24 x 24, zero mean and unit length, so that a product is a correlation."""
    small = [Image.fromarray(film).resize((THUMBNAIL, THUMBNAIL), Image.Resampling.BOX) for film in films]
    rows = np.stack([np.asarray(image, np.float32).ravel() for image in small])
    rows -= rows.mean(1, keepdims=True)
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-6), np.float32)


def measured_films(source: str, path: Path, workdir: Path, size: int) -> NDArray[np.float32]:
    """Thumbnails of all films of a data set that a model is measured on."""
    data = SOURCES[source].load(path, workdir)
    return thumbnails([_film(view, size) for case in data.cases for view in case.study.views])


def _film(view: View, size: int) -> NDArray[np.uint8]:
    return letterbox(read_pixels(Path(view.path)), size)[0]


def stock_source(folder: Path, source: str, path: Path, size: int, barred: NDArray[np.float32] | None = None) -> str:
    """The shard of a real source: every film letterboxed, dense maps unknown (all zero and never scored).

    A study is left out whose film is a copy, however compressed, of one in `barred`, on which a model is measured.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if (folder / f"{source}.npz").exists():
        return source
    data = SOURCES[source].load(path, folder / "work" / source)
    films = {case.study.study_id: [_film(view, size) for view in case.study.views] for case in data.cases}
    cases = tuple(case for case in data.cases if not _copies(films[case.study.study_id], barred))
    kept = {case.study.study_id for case in cases}
    views = [(case, view) for case in cases for view in case.study.views]
    images = np.stack([film for case in cases for film in films[case.study.study_id]])
    grid = size // PATCH
    dense = np.zeros((len(views), grid, grid, len(PHANTOM_FINDINGS)), np.uint8)
    keys = tuple(film_key(case.study.study_id, view.id) for case, view in views)
    asked = tuple(question for question in data.questions if question.study_id in kept)
    _save(folder, source, Shard(images, dense, keys, cases, asked))
    return source


def _copies(films: Sequence[NDArray[np.uint8]], barred: NDArray[np.float32] | None) -> bool:
    return barred is not None and bool((thumbnails(films) @ barred.T > COPY).any())


def load(folder: Path, names: Sequence[str]) -> Shard:
    """Several shards as one. Raises SightlineError for one that was stocked with other findings."""
    arrays = [np.load(folder / f"{name}.npz") for name in names]
    for name, array in zip(names, arrays, strict=True):
        if array["dense"].shape[-1] != len(PHANTOM_FINDINGS):
            raise SightlineError(
                f"`{folder / name}.npz`: made for {array['dense'].shape[-1]} findings, phantoms now have "
                f"{len(PHANTOM_FINDINGS)}; delete the folder and stock it again."
            )
    return Shard(
        np.concatenate([a["images"] for a in arrays]),
        np.concatenate([a["dense"] for a in arrays]),
        tuple(str(key) for a in arrays for key in a["keys"]),
        tuple(Case.model_validate_json(x) for n in names for x in _lines(folder / f"{n}.cases.jsonl")),
        tuple(Question.model_validate_json(x) for n in names for x in _lines(folder / f"{n}.questions.jsonl")),
    )


def _lines(path: Path) -> list[str]:
    return path.read_text().splitlines()


def split_of_case(case: Case) -> str:
    """train, val or test: what the publisher or the seed says, else by the patient."""
    return case.split if case.split != "custom" else split_of(case.study.patient_id)
