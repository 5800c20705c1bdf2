"""Do attribution maps depend on what the model learnt? python -m benchmarks.attribution [-n 50] [--model FOLDER]

For the first finding with a box of each unseen phantom: the rank correlation of the map of its phrase with that of the
same model after its weights were shuffled (Adebayo et al., NeurIPS 2018), and the share of the map that lies in the
finding's box beside the box's share of the film.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from mllm.draft.attribution import Map, Phrase, attribute, likeness_to_random
from mllm.engine.opening import open_engine
from mllm.engine.protocol import Engine
from mllm.prompts import finding_line, report_request, study_images
from radiology.datasets.jsonl import read_cases
from radiology.phantom.cohort import Cohort, write_cohort
from radiology.study import Box, Case
from train.shelf import LEARNT_VERSION

SEED = 900_480_000


def phrases(cases: list[Case], engine: Engine) -> Iterator[tuple[Phrase, Box]]:
    """The first finding of each film that has a box on it, as an impression would name it, and the box."""
    for case in cases:
        shown = study_images(case.study, engine.image_size)
        boxed = [finding for finding in case.present if finding.boxes]
        if boxed:
            text = f"There is {finding_line(boxed[0]).partition(',')[0]}"
            yield Phrase(report_request(case.study, shown, (), grounded=False), "", text), boxed[0].boxes[0]


def inside(patches: Map, box: Box) -> tuple[float, float]:
    """(share of the map in the box, share of the film in it), by the patches' centres; phantoms fill their square."""
    centres = (np.arange(len(patches)) + 0.5) / len(patches)
    rows, columns = (centres >= box.y0) & (centres <= box.y1), (centres >= box.x0) & (centres <= box.x1)
    within = np.outer(rows, columns)
    return float(patches[within].sum() / max(patches.sum(), 1e-9)), float(within.mean())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-n", type=int, default=50, help="phantoms")
    parser.add_argument("--model", default="mini", help="folder or hub id of a local model of the LLaVA kind")
    options = parser.parse_args()
    engine = open_engine(options.model)
    with tempfile.TemporaryDirectory() as folder:
        films = write_cohort(Path(folder), Cohort(options.n, SEED, engine.image_size, version=LEARNT_VERSION))
        asked = list(phrases(read_cases(films), engine))
        shares = np.array([inside(attribute(engine, phrase), box) for phrase, box in asked])
        alike = np.array(likeness_to_random(engine, [phrase for phrase, _ in asked]))
    print(f"{engine.info.id} {engine.info.hash[:12]}, {len(asked)} findings of phantoms of version {LEARNT_VERSION}")
    low, middle, high = np.quantile(alike, [0.05, 0.5, 0.95])
    print(f"rank correlation with the maps of shuffled weights: {middle:.2f} (nine tenths in {low:.2f} to {high:.2f})")
    print(
        f"share of the map inside the finding's box: {shares[:, 0].mean():.2f}; of the film: {shares[:, 1].mean():.2f}"
    )


if __name__ == "__main__":
    main()
