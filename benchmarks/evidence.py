"""Is evidence worth anything, and is it independent of the text? python -m benchmarks.evidence [--model FOLDER]

1. Drafts, and reports with a planted error, on phantoms of both versions and on NIH films: how often is a supported
   sentence right, an unsupported one wrong, and how well does the confidence tell right from wrong? These are tables of
   `benchmarks/calibration.py`; what that has written to the same folder for the same model is not made again.
2. Drafts under a normal film instead of their own: what share of the positive sentences turns "unsupported"? These are
   phantoms of the version that `sightline phantom` makes and models are evaluated on; another with --version.

No similar cases and no priors take part: what supports a sentence is what the heads see in the film.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from collections.abc import Iterator
from itertools import count, cycle, islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from eval.metrics.bootstrap import LEVEL
from eval.metrics.weighting import Array, ratio
from eval.stress.sentences import Written, is_positive, look_with, weigh_report, write_reports
from eval.stress.table import StressRun
from eval.trust.run import PHANTOMS, TRUST, trust
from mllm.draft.evidence import UNSUPPORTED
from mllm.draft.truth import verdict
from mllm.engine.opening import open_engine
from mllm.engine.protocol import Engine
from mllm.model.heads import perception_of
from mllm.model.perception import Perception
from radiology.datasets.jsonl import read_cases
from radiology.phantom.cohort import PHANTOM_VERSION, VERSIONS, Cohort, make_phantom, write_cohort
from radiology.study import Case
from train.calibration import nih_sets

SEED = 900_000_001
NORMAL_SEED = 900_150_000
RATIO, TURNED = 3.0, 0.8
RESAMPLES = 1000


def normal_seeds(version: str) -> Iterator[int]:
    return (seed for seed in count(NORMAL_SEED) if not make_phantom(seed, 32, version=version)[0].case.present)


def tally(written: Written, normal: Case, perception: Perception) -> tuple[int, ...]:
    """(unsupported sentences, wrong ones of them, supported, wrong ones, positive, those of them unsupported under
    the normal film, positive and supported, those of them unsupported under the normal film), without sentences that
    state nothing to judge."""
    case, said = written.case, written.completion
    own = weigh_report(said, case.study, look_with(perception, case.study))
    swapped = case.study.model_copy(update={"views": normal.study.views})
    other = weigh_report(said, swapped, look_with(perception, swapped))
    verdicts = [verdict(sentence, case) for sentence in own]
    judged = [right is not None for right in verdicts]
    f = np.array([UNSUPPORTED in sentence.flags for sentence in own], dtype=bool)[judged]
    w = np.array([right is False for right in verdicts], dtype=bool)[judged]
    p = np.array([is_positive(sentence) for sentence in own], dtype=bool)[judged]
    t = np.array([UNSUPPORTED in sentence.flags for sentence in other], dtype=bool)[judged]
    return tuple(int(which.sum()) for which in (f, f & w, ~f, ~f & w, p, p & t, p & ~f, p & ~f & t))


def resampled(counts: NDArray[np.int64]) -> Array:
    """[S, 8] counts of each study -> [8, 1 + R]: their sums, and those of R resamples of the studies."""
    drawn = np.random.default_rng(0).multinomial(len(counts), np.full(len(counts), 1 / len(counts)), RESAMPLES)
    weights = np.concatenate([np.ones((1, len(counts)), dtype=np.int64), drawn])
    return np.asarray(counts.T @ weights.T, dtype=np.float64)


def told(name: str, values: Array, n: float) -> float:
    """Print the first of `values` with the interval of the others; give it back."""
    low, high = np.nanquantile(values[1:], [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    print(f"{name}: {values[0]:.3f} ({low:.3f} to {high:.3f}), n={n:.0f}")
    return float(values[0])


def cohort(folder: Path, n: int, version: str) -> tuple[list[Case], list[Case]]:
    """`n` evaluation phantoms of a version and a handful of normal ones, written below `folder`."""
    cases = read_cases(write_cohort(folder / "evaluated", Cohort(n, SEED, version=version)))
    normals = []
    for seed in islice(normal_seeds(version), 20):
        normals += read_cases(write_cohort(folder / f"normal-{seed}", Cohort(1, seed, version=version)))
    return cases, normals


def sentences_told(model: str, engine: Engine, out: Path, data: Path, n: int) -> None:
    """Print the tables of evidence and confidence, made where they are missing."""
    made = out / TRUST
    if not made.exists() or StressRun.model_validate_json(made.read_bytes()).model.hash != engine.info.hash:
        trust(model, out, n, nih_sets(out / "work", data, False))
    run = StressRun.model_validate_json(made.read_bytes())
    print(f"{run.model.id} {run.model.hash[:12]}: {run.part}\n")
    print("\n".join(table.to_markdown() for table in run.tables if table.name in ("trust-draft", "trust-report")))


def swapped_told(engine: Engine, perception: Perception, n: int, version: str) -> bool:
    """Print what becomes of drafts under a normal film; whether that is what is asked for."""
    with tempfile.TemporaryDirectory() as folder:
        cases, normals = cohort(Path(folder), n, version)
        rows = [
            tally(written, normal, perception)
            for written, normal in zip(write_reports(cases, engine), cycle(normals), strict=False)
        ]
    flagged, flagged_wrong, held, held_wrong, positive, turned, stood, fell = resampled(np.array(rows))
    unsupported, supported = ratio(flagged_wrong, flagged), ratio(held_wrong, held)
    print(f"{n} phantoms of version {version} and seed {SEED}, and their drafts under a normal film")
    told("error rate of unsupported sentences", unsupported, flagged[0])
    told("error rate of supported sentences", supported, held[0])
    times = told("unsupported are wrong more often by a factor of", ratio(unsupported, supported), flagged[0] + held[0])
    share = told("positive sentences unsupported under a normal film", ratio(turned, positive), positive[0])
    told("of the supported positive sentences, those that turn", ratio(fell, stood), stood[0])
    return times >= RATIO and share >= TURNED


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-n", type=int, default=PHANTOMS, help="phantoms of each version")
    parser.add_argument("--swapped", type=int, default=300, help="phantoms whose drafts are laid under a normal film")
    parser.add_argument("--version", choices=VERSIONS, default=PHANTOM_VERSION, help="version of these phantoms")
    parser.add_argument("--model", default="mini", help="model folder")
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("SIGHTLINE_DATA", "../shared/data")))
    parser.add_argument("-o", "--out", type=Path, default=Path("runs/trust"), help="folder with or for the tables")
    options = parser.parse_args()
    engine = open_engine(options.model)
    sentences_told(options.model, engine, options.out, options.data, options.n)
    if not swapped_told(engine, perception_of(options.model), options.swapped, options.version):
        raise SystemExit(f"asked for: a factor of {RATIO} and a share of {TURNED}")


if __name__ == "__main__":
    main()
