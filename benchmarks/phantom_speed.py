"""How many PA phantoms a second one core makes at 224 px: python -m benchmarks.phantom_speed

CPU time is counted, over all threads, so that a busy machine does not matter.
"""

from __future__ import annotations

import argparse
import time

from radiology.phantom.cohort import make_phantom


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-n", type=int, default=200, help="phantoms to make")
    parser.add_argument("--size", type=int, default=224, help="side in px")
    options = parser.parse_args()
    make_phantom(0, options.size)
    start = time.process_time()
    for seed in range(1, options.n + 1):
        make_phantom(seed, options.size)
    seconds = time.process_time() - start
    print(
        f"{options.n / seconds:.1f} PA views a second of CPU time ({options.n} at {options.size} px, report included)"
    )


if __name__ == "__main__":
    main()
