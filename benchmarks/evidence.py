"""Is evidence independent of the text? On phantoms: python -m benchmarks.evidence [--model FOLDER]

1. Drafts of the model, weighed: how often is a sentence wrong that is flagged "unsupported", how often a supported one?
2. The same texts under a normal film: what share of the positive sentences turns "unsupported"?

No similar cases and no priors take part: what supports a sentence is what the heads see in the film.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator
from itertools import count, cycle, islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from eval.metrics.bootstrap import LEVEL
from eval.metrics.weighting import Array, ratio
from eval.stress.sentences import Written, is_positive, look_with, weigh_report, write_reports
from mllm.draft.evidence import UNSUPPORTED
from mllm.draft.truth import is_right
from mllm.engine.opening import open_engine
from mllm.model.heads import open_perception
from mllm.model.perception import Perception
from radiology.datasets.jsonl import read_cases
from radiology.phantom.cohort import Cohort, make_phantom, write_cohort
from radiology.study import Case

SEED = 900_000_001
NORMAL_SEED = 900_150_000
RATIO, TURNED = 3.0, 0.8
RESAMPLES = 1000


def normal_seeds() -> Iterator[int]:
    return (seed for seed in count(NORMAL_SEED) if not make_phantom(seed, 32)[0].case.present)


def tally(written: Written, normal: Case, perception: Perception) -> tuple[int, ...]:
    """(unsupported sentences, wrong ones of them, supported, wrong ones, positive, those of them unsupported under
    the normal film, positive and supported, those of them unsupported under the normal film), without sentences that
    state nothing to judge."""
    case, said = written.case, written.completion
    own = weigh_report(said, case.study, look_with(perception, case.study))
    swapped = case.study.model_copy(update={"views": normal.study.views})
    other = weigh_report(said, swapped, look_with(perception, swapped))
    verdicts = [is_right(sentence, case.findings) for sentence in own]
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


def cohort(folder: Path, n: int) -> tuple[list[Case], list[Case]]:
    """`n` evaluation phantoms and a handful of normal ones, written below `folder`."""
    cases = read_cases(write_cohort(folder / "evaluated", Cohort(n, SEED)))
    normals = []
    for seed in islice(normal_seeds(), 20):
        normals += read_cases(write_cohort(folder / f"normal-{seed}", Cohort(1, seed)))
    return cases, normals


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-n", type=int, default=300, help="evaluation phantoms")
    parser.add_argument("--model", default="mini", help="folder, hub id or URL of the model that drafts")
    parser.add_argument("--heads", type=Path, default=None, help="model folder of the heads, the bundled one without")
    options = parser.parse_args()
    engine, perception = open_engine(options.model), open_perception(options.heads)
    with tempfile.TemporaryDirectory() as folder:
        cases, normals = cohort(Path(folder), options.n)
        rows = [
            tally(written, normal, perception)
            for written, normal in zip(write_reports(cases, engine), cycle(normals), strict=False)
        ]
    flagged, flagged_wrong, held, held_wrong, positive, turned, stood, fell = resampled(np.array(rows))
    unsupported, supported = ratio(flagged_wrong, flagged), ratio(held_wrong, held)
    print(f"{engine.info.id} {engine.info.hash[:12]}, {options.n} phantoms of seed {SEED}")
    told("error rate of unsupported sentences", unsupported, flagged[0])
    told("error rate of supported sentences", supported, held[0])
    times = told("unsupported are wrong more often by a factor of", ratio(unsupported, supported), flagged[0] + held[0])
    share = told("positive sentences unsupported under a normal film", ratio(turned, positive), positive[0])
    told("of the supported positive sentences, those that turn", ratio(fell, stood), stood[0])
    if times < RATIO or share < TURNED:
        raise SystemExit(f"asked for: a factor of {RATIO} and a share of {TURNED}")


if __name__ == "__main__":
    main()
