"""What raw pixels give away: logistic regression on 32x32 phantoms, finding micro-F1 with its interval.

Phantoms are to be hard enough that this stays under .45: python -m benchmarks.pixel_baseline
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from eval.metrics.bootstrap import interval, plain
from eval.metrics.table import METRICS
from eval.prediction import Prediction
from radiology.findings import PHANTOM_FINDINGS
from radiology.phantom.cohort import VERSIONS, make_phantom
from radiology.phantom.record import split_of_seed
from radiology.study import Case, Finding

SIDE = 32
LIMIT = 0.45
TRAIN_SEED, TEST_SEED = 700_000_001, 900_000_001

Sample = tuple[NDArray[np.float32], tuple[str, ...]]
"""([32 * 32] grey levels, present findings)."""


def sample(seed: int, version: str) -> Sample:
    """One 224 px phantom, averaged down."""
    phantom = make_phantom(seed, 224, version=version)[0]
    small = Image.fromarray(phantom.images["frontal"]).resize((SIDE, SIDE), Image.Resampling.BOX)
    return np.asarray(small, dtype=np.float32).ravel(), _names(phantom.case)


def _names(case: Case) -> tuple[str, ...]:
    return tuple(finding.name for finding in case.present)


def samples(seed: int, n: int, version: str, workers: int) -> list[Sample]:
    with ProcessPoolExecutor(workers) as pool:
        return list(pool.map(partial(sample, version=version), range(seed, seed + n), chunksize=50))


def predict(train: Sequence[Sample], test: Sequence[Sample], strength: float) -> list[Prediction]:
    """One classifier a finding at .5, both classes as they come."""
    scale = StandardScaler().fit(np.stack([pixels for pixels, _ in train]))
    known, unseen = (scale.transform(np.stack([pixels for pixels, _ in part])) for part in (train, test))
    said: dict[str, NDArray[np.bool_]] = {}
    for name in sorted({name for _, names in train for name in names}):
        model = LogisticRegression(C=strength, max_iter=2000)
        said[name] = model.fit(known, [name in names for _, names in train]).predict(unseen)
    return [
        Prediction(
            id=str(i),
            study_id=str(i),
            task="report",
            prediction="",
            reference="",
            findings=tuple(Finding(name=name) for name in said if said[name][i]),
            truth=tuple(Finding(name=name) for name in names),
        )
        for i, (_, names) in enumerate(test)
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--train", type=int, default=4000, help="training phantoms")
    parser.add_argument("--test", type=int, default=500, help="evaluation phantoms")
    parser.add_argument("--phantom-version", choices=VERSIONS, default=max(VERSIONS), help="version of the generator")
    parser.add_argument("--workers", type=int, default=2, help="processes")
    options = parser.parse_args()
    if split_of_seed(TRAIN_SEED + options.train - 1) != "train":
        parser.error(f"--train {options.train} leaves the training seeds")
    train, test = (
        samples(seed, n, options.phantom_version, options.workers)
        for seed, n in ((TRAIN_SEED, options.train), (TEST_SEED, options.test))
    )
    learnt, tested = f"{options.train} training phantoms from seed {TRAIN_SEED}", f"{options.test} of seed {TEST_SEED}"
    print(f"version {options.phantom_version}: {learnt}, {tested}")
    scores = []
    for strength in (1e-4, 1e-3, 1e-2, 1e-1):
        rows = predict(train, test, strength)
        score = METRICS["finding_micro_f1"].score
        low, high = interval(rows, score)
        scores.append(plain(rows, score))
        print(f"C={strength:g}: finding micro-F1 {scores[-1]:.3f} ({low:.3f} to {high:.3f}), n={len(rows)}")
        for name in PHANTOM_FINDINGS:
            print(f"    {name:22s} {plain(rows, METRICS[f'finding_f1:{name}'].score):.3f}")
    if max(scores) >= LIMIT:
        raise SystemExit(f"the best of them reaches {max(scores):.3f}, the limit is {LIMIT}")


if __name__ == "__main__":
    main()
