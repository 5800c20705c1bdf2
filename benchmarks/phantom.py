"""How many PA phantoms a second one core makes, at 224 and at 518 px: python -m benchmarks.phantom

CPU time is counted, over all threads, so that a busy machine does not matter.
"""

from __future__ import annotations

import argparse
import time

from radiology.phantom.cohort import VERSIONS, make_phantom

WANTED = {224: 20.0, 518: 4.0}
"""Side in px -> views a second of one core that making a training set within minutes takes."""
FIRST_SEED = 1


def rate(n: int, size: int, version: str) -> float:
    """PA views a second of CPU time, report and questions included."""
    make_phantom(0, size, version=version)
    start = time.process_time()
    for seed in range(FIRST_SEED, FIRST_SEED + n):
        make_phantom(seed, size, version=version)
    return n / (time.process_time() - start)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-n", type=int, default=100, help="phantoms to make of each size")
    parser.add_argument("--phantom-version", choices=VERSIONS, default=max(VERSIONS), help="version of the generator")
    options = parser.parse_args()
    slow = []
    for size, wanted in WANTED.items():
        made = rate(options.n, size, options.phantom_version)
        print(f"version {options.phantom_version}, {size} px: {made:.1f} PA views a second of one core, n={options.n}")
        if made < wanted:
            slow.append(f"{size} px at {made:.1f} instead of {wanted:.0f}")
    if slow:
        raise SystemExit(f"too slow: {', '.join(slow)}")


if __name__ == "__main__":
    main()
