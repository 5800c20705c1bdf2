"""Muon for the matrices inside a network and AdamW for all else, as one optimizer.

Muon takes fewer steps than AdamW where a network is trained from nothing (Jordan et al., Muon, 2024; scaled to AdamW's
step size as by Liu et al., arXiv 2502.16982). PyTorch's own class takes matrices alone, so two optimizers go together.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from torch.optim import AdamW, Muon, Optimizer
from transformers import PreTrainedModel

SMALLEST = 32
"""Matrices with a shorter side are classifiers of a few classes, which AdamW trains better."""


class MuonAndAdamW(Optimizer):
    """Two optimizers that step together and share one learning rate and schedule."""

    def __init__(self, matrices: list[Tensor], others: list[Tensor], lr: float, weight_decay: float) -> None:
        super().__init__([{"params": matrices}, {"params": others}], {"lr": lr, "weight_decay": weight_decay})
        self.parts: tuple[Optimizer, Optimizer] = (
            Muon(matrices, lr=lr, weight_decay=weight_decay, adjust_lr_fn="match_rms_adamw"),
            AdamW(others, lr=lr, weight_decay=weight_decay, betas=(0.9, 0.98)),
        )
        self._share_groups()

    def _share_groups(self) -> None:
        """What a scheduler sets here is what the parts step with."""
        self.param_groups = [group for part in self.parts for group in part.param_groups]

    @torch.no_grad()
    def step(self, closure: Any = None) -> Any:
        """One step of both; a closure is evaluated first."""
        loss = None if closure is None else torch.enable_grad()(closure)()
        for part in self.parts:
            part.step()
        return loss

    def state_dict(self) -> dict[str, Any]:
        return {"parts": [part.state_dict() for part in self.parts]}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        for part, state in zip(self.parts, state_dict["parts"], strict=True):
            part.load_state_dict(state)
        self._share_groups()


def muon_and_adamw(model: nn.Module, lr: float, weight_decay: float) -> MuonAndAdamW:
    """An optimizer of every trained parameter: Muon takes the weights of linear layers inside the network."""
    outer: Any = model.get_output_embeddings() if isinstance(model, PreTrainedModel) else None  # type: ignore[no-untyped-call]
    inner = {
        id(layer.weight)
        for layer in model.modules()
        if isinstance(layer, nn.Linear) and layer is not outer and min(layer.weight.shape) >= SMALLEST
    }
    trained = [p for p in model.parameters() if p.requires_grad]
    return MuonAndAdamW(
        [p for p in trained if id(p) in inner], [p for p in trained if id(p) not in inner], lr, weight_decay
    )
