"""What a score was measured on and how: two scores compare only where their signatures agree."""

from __future__ import annotations

import platform
from collections import Counter
from importlib.metadata import PackageNotFoundError, version
from typing import Literal

from eval.metrics.answers import NORMALISATION, TOKENISATION
from eval.metrics.bootstrap import LEVEL, RESAMPLES
from eval.selection import split_hash
from radiology.datasets.table import Dataset
from radiology.study import Case, ModelInfo, Noun

_PACKAGES = ("sightline", "numpy", "torch", "transformers")


class Baselines(Noun):
    """Where the majority's knowledge is from, and the number of studies both baselines rest on."""

    majority_from: Literal["train split", "evaluated set, other studies"]
    majority_n: int
    blank_n: int


class Signature(Noun):
    """`n` counts studies, `questions` the questions about them, `skipped` rows of the data that held no usable study.

    `views` counts the studies that show a frontal, a lateral and a prior frontal film.
    """

    split: str
    split_hash: str
    n: int
    questions: int
    skipped: dict[str, int]
    limit: int | None
    seed: int
    views: dict[str, int]
    report: str = "findings and impression, read into findings by radiology.reading; no similar cases in the prompt"
    normalisation: str = NORMALISATION
    tokenisation: str = TOKENISATION
    interval: str = f"percentile {LEVEL:.0%} of {RESAMPLES} bootstraps over studies"
    phantom_version: str | None
    model: ModelInfo
    baselines: Baselines
    versions: dict[str, str]


def sign(data: Dataset, split: str, limit: int | None, seed: int, model: ModelInfo, baselines: Baselines) -> Signature:
    """The signature of scores on `data`, as evaluated."""
    phantoms = sorted({case.phantom_version for case in data.cases if case.phantom_version})
    return Signature(
        split=split,
        split_hash=split_hash(data),
        n=len(data.cases),
        questions=len(data.questions),
        skipped=dict(data.skipped),
        limit=limit,
        seed=seed,
        views=_views(data.cases),
        phantom_version=", ".join(phantoms) or None,
        model=model,
        baselines=baselines,
        versions=_versions(),
    )


def _views(cases: tuple[Case, ...]) -> dict[str, int]:
    shown: Counter[str] = Counter()
    for study in (case.study for case in cases):
        shown["frontal"] += study.view(True) is not None
        shown["lateral"] += study.view(False) is not None
        shown["prior frontal"] += bool(study.priors) and study.priors[-1].study.view(True) is not None
    return dict(shown)


def _versions() -> dict[str, str]:
    found = {"python": platform.python_version()}
    for package in _PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "not installed"
    return found
