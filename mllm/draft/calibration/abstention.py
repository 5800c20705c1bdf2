"""From what confidence on may a sentence stand, if at most a stated share of those that stand may be wrong?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

SHARES = np.linspace(1.0, 0.05, 20)
"""How many of the most certain sentences to keep: the candidates, largest first."""
LEVEL = 0.95
LEAST = 0.5
"""What is more likely wrong than right never stands."""


def abstain_below(confidences: Sequence[float], right: Sequence[bool], risk: float) -> float:
    """The confidence that keeps the largest share of sentences whose error rate is, with probability `LEVEL`, below
    `risk`; above every confidence where no share is that good.

    The bound is Clopper and Pearson's, corrected for as many candidates as there are (Bonferroni): the simplest form of
    Learn then Test (Angelopoulos et al., arXiv:2110.01052). `confidences` must come from a fit that has not seen them.
    """
    ranked, wrong = _ranked(confidences, right)
    for share in SHARES:
        kept = round(share * len(ranked))
        cut = float(ranked[kept - 1]) if kept else 1.0
        kept = int((ranked >= cut).sum())
        if kept and upper_bound(int(wrong[:kept].sum()), kept, (1 - LEVEL) / len(SHARES)) < risk:
            return max(cut if share < 1 else 0.0, LEAST)
    return 1.0


def upper_bound(errors: int, n: int, alpha: float) -> float:
    """The error rate above which so few errors in `n` have a probability below `alpha` (Clopper and Pearson, 1934)."""
    from scipy.stats import beta

    return 1.0 if errors == n else float(beta.ppf(1 - alpha, errors + 1, n - errors))


def _ranked(confidences: Sequence[float], right: Sequence[bool]) -> tuple[np.ndarray, np.ndarray]:
    order = np.argsort(-np.asarray(confidences, float), kind="stable")
    return np.asarray(confidences, float)[order], ~np.asarray(right, bool)[order]
