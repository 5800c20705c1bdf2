"""Findings of films that no head was trained for: from the cosines of films to descriptors, present against absent.

Each descriptor d gives a log odds, `scale * (cos(film, "there is d") - cos(film, "there is no d"))`: the probability of
d as a softmax over the two. The finding's log odds are the mean over its descriptors, which is Xplainer's mean of log
probabilities (Pellegrini et al., MICCAI 2023), so every descriptor's share is known and the shares add up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from mllm.engine.protocol import GrayImage
from retrieval.embedders.joint import JointEmbedder
from retrieval.embedders.protocol import Vectors
from retrieval.zeroshot.descriptors import DESCRIPTORS

HERE, NOT_HERE = "there is {}", "there is no {}"


@dataclass(frozen=True)
class Share:
    """What one descriptor adds to the log odds of its finding; above 0 speaks for it."""

    descriptor: str
    log_odds: float


@dataclass(frozen=True)
class ZeroShot:
    """Findings F of N films. `probabilities` [N, F] hold where a finding is as likely as not beforehand: they rank
    films, and are not calibrated. `shares`: finding -> [N, D] log odds of its descriptors, in their order."""

    findings: tuple[str, ...]
    probabilities: NDArray[np.float32]
    shares: dict[str, NDArray[np.float32]]
    descriptors: Mapping[str, tuple[str, ...]]

    def why(self, film: int, finding: str) -> tuple[Share, ...]:
        """What each descriptor says of `finding` on film number `film`, the weightiest first."""
        told = zip(self.descriptors[finding], self.shares[finding][film].tolist(), strict=True)
        return tuple(sorted((Share(text, odds) for text, odds in told), key=lambda share: -abs(share.log_odds)))


def zero_shot(
    embedder: JointEmbedder,
    films: Sequence[GrayImage],
    descriptors: Mapping[str, tuple[str, ...]] = DESCRIPTORS,
) -> ZeroShot:
    """The findings of `descriptors` on each film, [H, W] uint8 of any size."""
    return read(embedder, embedder.images(films), descriptors)


def read(embedder: JointEmbedder, films: Vectors, descriptors: Mapping[str, tuple[str, ...]] = DESCRIPTORS) -> ZeroShot:
    """`zero_shot` for films that are embedded already, [N, D]."""
    signs = [sign for own in descriptors.values() for sign in own]
    here = embedder.texts([HERE.format(sign) for sign in signs])
    not_here = embedder.texts([NOT_HERE.format(sign) for sign in signs])
    odds = embedder.scale * films @ (here - not_here).T
    ends = np.cumsum([len(own) for own in descriptors.values()])[:-1]
    shares = {
        finding: np.asarray(own / own.shape[1], np.float32)
        for finding, own in zip(descriptors, np.split(odds, ends, axis=1), strict=True)
    }
    logits = np.stack([own.sum(axis=1) for own in shares.values()], axis=1)
    return ZeroShot(tuple(descriptors), np.asarray(expit(logits), np.float32), shares, descriptors)
