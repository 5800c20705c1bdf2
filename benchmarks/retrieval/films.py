"""The films that are searched, and what embeds them: never more than one batch of them in memory."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import torch
from transformers import AutoModel

from mllm.engine.protocol import GrayImage
from mllm.model.heads import Heads, LocalPerception
from radiology.datasets.jsonl import read_cases
from radiology.datasets.processes import spread
from radiology.imaging.letterbox import letterbox
from radiology.phantom.cohort import Cohort, write_cohort
from radiology.study import Case
from retrieval.cases.films import read_film
from retrieval.embedders.protocol import ImageEmbedder, Vectors
from retrieval.embedders.tower import TowerEmbedder

PART, BATCH = 25, 64
SIDE = 32


def phantoms(work: Path, n: int, seed: int, version: str, workers: int | None) -> list[Case]:
    """`n` phantoms, written below `work` in parts by several processes; parts that are there are not made again."""
    parts = [(start, min(PART, seed + n - start)) for start in range(seed, seed + n, PART)]
    make = partial(_part, work / f"phantoms-{version}", version)
    return list(chain.from_iterable(read_cases(file) for file in spread(make, parts, workers)))


def _part(folder: Path, version: str, part: tuple[int, int]) -> Path:
    start, count = part
    out = folder / f"{start}-{count}"
    file = out / "studies.jsonl"  # it is written last
    return file if file.is_file() else write_cohort(out, Cohort(count, start, version=version))


class Pixels:
    """32 x 32 grey levels without their mean: what can be told without any learning."""

    id, width = f"pixels-{SIDE}", SIDE * SIDE

    def images(self, images: Sequence[GrayImage]) -> Vectors:
        flat = np.stack([letterbox(image, SIDE)[0].ravel() for image in images]).astype(np.float32)
        flat -= flat.mean(axis=1, keepdims=True)
        return np.asarray(flat / np.maximum(np.linalg.norm(flat, axis=1, keepdims=True), 1e-6), dtype=np.float32)


def untrained(like: LocalPerception, folder: Path) -> TowerEmbedder:
    """The same tower and heads with random weights."""
    torch.manual_seed(0)
    config: Any = like.tower.config
    card = like.card.model_copy(update={"tower_hash": "untrained"})
    tower = AutoModel.from_config(config)  # type: ignore[no-untyped-call]
    return TowerEmbedder(LocalPerception(tower, Heads(config.hidden_size, card), card, like.image_size), None, folder)


def embedded(cases: Sequence[Case], embedders: Sequence[ImageEmbedder]) -> list[Vectors]:
    """[N, D] of each embedder; every film is read once."""
    made: list[list[Vectors]] = [[] for _ in embedders]
    for start in range(0, len(cases), BATCH):
        images = [read_film(case.study) for case in cases[start : start + BATCH]]
        for own, embedder in zip(made, embedders, strict=True):
            own.append(embedder.images(images))
    return [np.concatenate(own) for own in made]
