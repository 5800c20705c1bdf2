"""CheXbert F1, RadGraph F1, BERTScore and RadCliQ from the verdicts of their judges.

Every report counts, one the model failed to write as empty text. Where a row has no verdict there is no score (NaN).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

import numpy as np

from eval.metrics.agreement import f1
from eval.metrics.averaging import mean
from eval.metrics.weighting import Array, Rows, Score, tally
from radiology.findings import CHEXPERT_LABELS

CHEXBERT_LABELS = (*CHEXPERT_LABELS[1:], CHEXPERT_LABELS[0])
"""In the order of CheXbert's classes: "No Finding" comes last."""
POSITIVE = (1.0, 3.0)
"""CheXbert's classes "positive" and "uncertain"; both count as found, as in the published scores."""
SEMB = 2 * len(CHEXBERT_LABELS)
"""Where the cosine of the CLS vectors stands in CheXbert's verdict."""

RADGRAPH_SIMPLE, RADGRAPH_PARTIAL, RADGRAPH_COMPLETE, RADGRAPH_COMBINED = range(4)
BERTSCORE_PRECISION, BERTSCORE_RECALL, BERTSCORE_F1 = range(3)

_BERTSCORE_BASELINE = 0.8473319
"""F1 of unrelated sentences at layer 5 of distilroberta-base, published with bert-score."""
_RADCLIQ_V1 = (
    (-0.377083683, 0.53792312, 0.30282584),
    (-0.370300100, 0.61757256, 0.22430938),
    (-0.252616218, 0.76479421, 0.25394391),
)
"""Weight, mean and standard deviation of RadGraph, BERTScore and CheXbert's cosine."""


def mean_of(judge: str, index: int) -> Score:
    """Mean over the reports of entry `index` of the verdicts of `judge`."""
    return _mean((judge,), lambda verdict: verdict[index])


def chexbert_f1(averaging: Literal["micro", "macro"], labels: Sequence[str] = CHEXBERT_LABELS) -> Score:
    """F1 of CheXbert's labels, of all together or the mean of each label's; a label nobody finds has F1 0."""
    places = [CHEXBERT_LABELS.index(label) for label in labels]

    def score(rows: Rows, weights: Array) -> Array:
        verdicts = _verdicts(rows, "chexbert")
        if verdicts is None:
            return _nothing(weights)
        found = np.isin(verdicts[:, :SEMB], POSITIVE)
        said, known = found[:, places], found[:, [place + len(CHEXBERT_LABELS) for place in places]]
        counts = [tally(hits.tolist(), len(places), weights) for hits in (said & known, said & ~known, known & ~said)]
        if averaging == "micro":
            return f1(*(count.sum(axis=0) for count in counts))
        return np.where(weights.sum(axis=1) > 0, np.nan_to_num(f1(*counts)).mean(axis=0), np.nan)

    return score


def radcliq_v1(rows: Rows, weights: Array) -> Array:
    """Mean RadCliQ-v1, lower is better; leaderboards print 1 / it.

    Needs the verdicts of CheXbert, of the first RadGraph (not XL) and of BERTScore with distilroberta-base#5.
    """
    judges = ("radgraph", "bertscore", "chexbert")
    return _mean(judges, lambda r, b, c: radcliq_v1_of(r[RADGRAPH_COMBINED], b[BERTSCORE_F1], c[SEMB]))(rows, weights)


def radcliq_v1_of(radgraph: Array, bertscore: Array, semb: Array) -> Array:
    """RadCliQ-v1 (Yu et al., Patterns 2023) of RadGraph's combined F1, plain BERTScore F1 and CheXbert's cosine.

    A regression on standardised scores; the coefficients are those of RadEval (Xu et al. 2025), and reproduce what the
    ReXrank leaderboard prints. BERTScore is rescaled by its baseline. BLEU-2 has a weight of 4e-12 and is left out.
    """
    rescaled = (bertscore - _BERTSCORE_BASELINE) / (1 - _BERTSCORE_BASELINE)
    terms = zip((radgraph, rescaled, semb), _RADCLIQ_V1, strict=True)
    return np.asarray(sum(weight * (value - centre) / spread for value, (weight, centre, spread) in terms))


def _mean(judges: Sequence[str], value: Callable[..., Array]) -> Score:
    """Mean of `value`, a function of each judge's verdicts [width, N]."""

    def score(rows: Rows, weights: Array) -> Array:
        verdicts = [_verdicts(rows, judge) for judge in judges]
        if any(each is None for each in verdicts):
            return _nothing(weights)
        return mean(value(*(each.T for each in verdicts if each is not None)).tolist(), weights)

    return score


def _verdicts(rows: Rows, judge: str) -> Array | None:
    """[N, width] verdicts, None where a row has none."""
    if not rows or any(judge not in row.judged for row in rows):
        return None
    return np.array([row.judged[judge] for row in rows], dtype=np.float64)


def _nothing(weights: Array) -> Array:
    return np.full(len(weights), np.nan)
