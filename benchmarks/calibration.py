"""Do confidences mean what they say, and do prediction sets cover? python -m benchmarks.calibration [--model FOLDER]

Drafts and reports with a planted error on unseen phantoms of both versions and on NIH films of validation patients that
the calibration has not seen; no similar cases take part. Writes `trust.json` and `trust.md` with all tables: evidence,
reliability, risk and coverage, prediction sets.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from eval.trust.run import PHANTOMS, trust
from train.calibration import nih_sets


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-n", type=int, default=PHANTOMS, help="phantoms of each version")
    parser.add_argument("--films", type=int, default=None, help="NIH films, all without")
    parser.add_argument("--model", default="mini", help="model folder")
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("SIGHTLINE_DATA", "../shared/data")))
    parser.add_argument("-o", "--out", type=Path, default=Path("runs/trust"), help="folder to write")
    options = parser.parse_args()
    real = nih_sets(options.out / "work", options.data, False, options.films)
    print(trust(options.model, options.out, options.n, real).read_text())


if __name__ == "__main__":
    main()
