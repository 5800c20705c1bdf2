"""Losses against values worked by hand."""

from __future__ import annotations

import math

import pytest
import torch

from train.losses import dense_loss, jaccard, likeness_loss, masked_bce, rarity


def test_unknown_targets_take_no_part() -> None:
    logits = torch.tensor([[0.0, 50.0], [0.0, -50.0]])
    targets = torch.tensor([[1.0, math.nan], [0.0, math.nan]])
    assert masked_bce(logits, targets).item() == pytest.approx(math.log(2))


def test_nothing_known_costs_nothing() -> None:
    assert masked_bce(torch.ones(2, 3), torch.full((2, 3), math.nan)).item() == 0


def test_films_without_masks_are_not_scored() -> None:
    logits = torch.zeros(2, 5, 3)
    coverage = torch.ones(2, 5, 3)
    one = dense_loss(logits, coverage, torch.tensor([True, False]), torch.tensor([4.0, 4.0, 4.0]))
    assert one.item() == pytest.approx(4 * math.log(2))
    assert dense_loss(logits, coverage, torch.tensor([False, False]), torch.ones(3)).item() == 0


def test_jaccard_of_sets() -> None:
    signs = torch.tensor([[1.0, 1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 0.0]])
    expected = torch.tensor([[1.0, 0.5, 0.0], [0.5, 1.0, 0.0], [0.0, 0.0, 1.0]])
    assert torch.equal(jaccard(signs), expected)


def test_embeddings_that_match_their_sets_cost_nothing() -> None:
    embedding = torch.tensor([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
    signs = torch.tensor([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
    assert likeness_loss(embedding, signs, torch.tensor([1, 1, 1])).item() == pytest.approx(0)
    assert likeness_loss(embedding, signs.flip(0), torch.tensor([1, 1, 1])).item() > 0.1
    assert likeness_loss(embedding, signs.flip(0), torch.tensor([1, 2, 0])).item() == 0


def test_rare_findings_weigh_more() -> None:
    shares = torch.tensor([0.5, 0.1, 0.0])
    assert rarity(shares, 1.0)[:2].tolist() == pytest.approx([1.0, 9.0])
    assert rarity(shares, 0.5)[1].item() == pytest.approx(3.0)
    assert torch.equal(rarity(shares, 0.0), torch.ones(3))
    assert torch.isfinite(rarity(shares, 1.0)).all()
