"""Losses as functions of arrays: unknown targets (NaN) take no part."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits as bce

SEEN = 0.04
"""Share of a patch a mask must cover for the patch to count as showing the finding."""


def masked_bce(logits: Tensor, targets: Tensor, weight: Tensor | None = None) -> Tensor:
    """Mean binary cross-entropy over the known targets [B, C], 0 when none is; `weight` [C] on positives."""
    known = ~torch.isnan(targets)
    loss = bce(logits, torch.nan_to_num(targets), pos_weight=weight, reduction="none")
    return (loss * known).sum() / known.sum().clamp(min=1)


def dense_loss(logits: Tensor, coverage: Tensor, known: Tensor, weight: Tensor) -> Tensor:
    """Patch-wise cross-entropy of maps [B, N, F] against masks `coverage` [B, N, F] (0..1) where `known` [B].

    `weight` [F] is that of a patch which shows the finding.
    """
    if not bool(known.any()):
        return logits.sum() * 0
    return bce(logits[known], (coverage[known] > SEEN).float(), pos_weight=weight)


def rarity(shares: Tensor, power: float) -> Tensor:
    """Weight [F] of a patch that shows a finding which a share `shares` [F] of all patches show: (1/share - 1)^power.

    Power 0 weighs all alike; power 1 gives a nodule's few patches as much to say as all the patches without one.
    """
    shares = shares.clamp(1e-5, 0.5)
    return ((1 - shares) / shares) ** power


def jaccard(signs: Tensor) -> Tensor:
    """[B, K] 0/1 sets to [B, B] Jaccard indices; two empty sets are alike."""
    both = signs @ signs.T
    size = signs.sum(1)
    either = size[:, None] + size[None, :] - both
    return torch.where(either > 0, both / either.clamp(min=1), torch.ones_like(both))


def likeness_loss(embedding: Tensor, signs: Tensor, group: Tensor) -> Tensor:
    """Squared distance of cosine to Jaccard over pairs of films of the same group; group 0 takes no part.

    Shapes [B, E], [B, K], [B].
    """
    pairs = (group[:, None] == group[None, :]) & (group[:, None] > 0)
    pairs = pairs & ~torch.eye(len(group), dtype=torch.bool, device=group.device)
    if not bool(pairs.any()):
        return embedding.sum() * 0
    wanted = jaccard(signs)
    weight = 1.0 + 3.0 * (wanted > 0)
    return (weight * (embedding @ embedding.T - wanted) ** 2)[pairs].mean()
