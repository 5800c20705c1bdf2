"""How well a text side finds films by words: recall among the first ten, and that of a random order."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from mllm.model.text_head import LocalText
from train.claims import Claim, draw_query, fits, report_claim
from train.described import Described

PLACES = 10
RARE = 0.1
"""A query counts where it fits at most this share of the films: to find one without a pneumothorax is no feat."""


def recall(text: LocalText, described: Described, k: int = PLACES) -> dict[str, float]:
    """The share of reports and of short queries with a film they fit among the first `k`, and that by chance.

    `described` are films that were not learnt from; without any there are no scores.
    """
    scores = dict[str, float]()
    for name, claims in (("report", list(_reports(described))), ("query", list(_queries(described)))):
        relevant = fits([claim.facts for claim in claims], described.facts).numpy() > 0 if claims else np.zeros((0, 0))
        chosen = [i for i, row in enumerate(relevant) if name == "report" or row.mean() <= RARE]
        if not chosen:
            continue
        relevant = relevant[chosen]
        order = np.argsort(-(text.embed([claims[i].text for i in chosen]) @ described.films.T), axis=1)
        scores[f"{name}_recall@{k}"] = float(np.take_along_axis(relevant, order[:, :k], 1).any(1).mean())
        chances = [by_chance(int(n), relevant.shape[1], k) for n in relevant.sum(1)]
        scores[f"{name}_recall@{k}_by_chance"] = float(np.mean(chances))
    return scores


def _reports(described: Described) -> Iterator[Claim]:
    for case in described.cases:
        claim = report_claim(case)
        if claim is not None:
            yield claim


def _queries(described: Described) -> Iterator[Claim]:
    rng = np.random.default_rng(0)
    for case in described.cases:
        yield draw_query(case.findings, rng)


def by_chance(relevant: int, of: int, k: int) -> float:
    """The probability that a random draw of `k` out of `of` holds one of `relevant`."""
    left = np.arange(min(k, of))
    return float(1 - np.prod(np.clip((of - relevant - left) / (of - left), 0, None)))
