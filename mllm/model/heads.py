"""Small trained layers on the frozen tower: finding maps, image-level findings, input gate, image embedding.

They read the tower's last hidden state before its final norm, the same features the projector gets, and are saved
beside the model with the tower's hash: `heads.safetensors` and `heads.json`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from pydantic import Field, ValidationError
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from transformers import AutoModel, LevitConfig, LevitModel, LlavaForConditionalGeneration, PreTrainedModel

from mllm.engine.protocol import GrayImage
from mllm.model.bundled import MINI
from mllm.model.compute import compute
from mllm.model.perception import Percept, Thresholds
from mllm.model.towers import leading_tokens
from radiology.errors import SightlineError
from radiology.findings import PHANTOM_FINDINGS
from radiology.study import Noun

GATE = ("chest", "lateral", "AP")
"""What the gate of stage `encoder` tells."""
CHECKS = (*GATE, "medical", "upside_down", "turned", "mirrored", "inverted")
"""What the gate of stage `gate` tells: also whether the picture is of a patient, and how the film lies."""
BATCH = 16


class HeadsCard(Noun):
    """What `heads.json` holds. `image` names the image-level findings, `dense` those with maps."""

    dense: tuple[str, ...] = PHANTOM_FINDINGS
    image: tuple[str, ...]
    gate: tuple[str, ...] = GATE
    gate_cells: int = 0
    """Cells a side that the gate sees the film in; 0: a gate of one attention pool, which knows no places."""
    embedding: int = 128
    tower_hash: str = ""
    thresholds: dict[str, Thresholds] = Field(default_factory=dict)


class Pool(nn.Module):
    """One attention over the patches for each class: logit = sum_n softmax_n(a_n) v_n + bias."""

    def __init__(self, width: int, classes: int) -> None:
        super().__init__()
        self.attend = nn.Linear(width, classes)
        self.value = nn.Linear(width, classes)

    def forward(self, tokens: Tensor) -> Tensor:
        """[B, N, D] -> [B, classes]."""
        weights = self.attend(tokens).softmax(dim=1)
        pooled: Tensor = (weights * self.value(tokens)).sum(dim=1)
        return pooled


class GridGate(nn.Module):
    """What lies where: patches averaged over a coarse grid, each cell made narrow, then all cells read together.

    A pool cannot tell top from bottom, as attention does not weigh places; this can.
    """

    def __init__(self, width: int, classes: int, cells: int, narrow: int = 24, hidden: int = 64) -> None:
        super().__init__()
        self.cells = cells
        self.narrow = nn.Linear(width, narrow)
        self.hidden = nn.Linear(narrow * cells**2, hidden)
        self.drop = nn.Dropout(0.3)
        self.out = nn.Linear(hidden, classes)

    def forward(self, tokens: Tensor) -> Tensor:
        """[B, N, D] -> [B, classes]."""
        return self.read(on_grid(tokens, self.cells))

    def read(self, grid: Tensor) -> Tensor:
        """[B, cells^2, D] -> [B, classes]."""
        narrow = nn.functional.gelu(self.narrow(grid)).flatten(1)
        logits: Tensor = self.out(self.drop(nn.functional.gelu(self.hidden(self.drop(narrow)))))
        return logits


def on_grid(tokens: Tensor, cells: int) -> Tensor:
    """[B, N, D] patches of a square -> [B, cells^2, D], averaged."""
    side = round(tokens.shape[1] ** 0.5)
    square = tokens.transpose(1, 2).reshape(len(tokens), -1, side, side)
    return nn.functional.adaptive_avg_pool2d(square, cells).flatten(2).transpose(1, 2)


@dataclass(frozen=True)
class HeadOutput:
    """Logits: dense [B, N, F], image [B, F'], gate [B, G]; embedding [B, E] of unit length."""

    dense: Tensor
    image: Tensor
    gate: Tensor
    embedding: Tensor


class Heads(nn.Module):
    """All heads over patch tokens of width `width`."""

    def __init__(self, width: int, card: HeadsCard) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.dense = nn.Linear(width, len(card.dense))
        self.image = nn.Linear(2 * width + 2 * len(card.dense), len(card.image))
        gates = len(card.gate)
        self.gate = GridGate(width, gates, card.gate_cells) if card.gate_cells else Pool(width, gates)
        self.embed = nn.Linear(2 * width, card.embedding)

    def forward(self, patches: Tensor) -> HeadOutput:
        """`patches` [B, N, D] without CLS."""
        tokens = self.norm(patches)
        pooled = torch.cat([tokens.mean(dim=1), tokens.amax(dim=1)], dim=-1)
        dense = self.dense(tokens)
        seen = torch.cat([pooled, dense.mean(dim=1), dense.amax(dim=1)], dim=-1)
        embedding = nn.functional.normalize(self.embed(pooled), dim=-1)
        return HeadOutput(dense, self.image(seen), self.gate(tokens), embedding)


def patch_tokens(tower: PreTrainedModel, pixels: Tensor) -> Tensor:
    """[B, 3, S, S] -> [B, N, D]: the last hidden state before the final norm, CLS and registers dropped."""
    states: Any = tower(pixel_values=pixels, output_hidden_states=True).hidden_states
    patches: Tensor = states[-1][:, leading_tokens(tower.config) :]
    return patches


def to_pixels(images: Sequence[GrayImage]) -> Tensor:
    """Letterboxed [S, S] uint8 squares to [B, 3, S, S] in -1..1, as the model's image processor makes them."""
    stacked = torch.from_numpy(np.stack(images)).float() / 127.5 - 1.0
    return stacked[:, None].expand(-1, 3, -1, -1)


def tower_hash(tower: PreTrainedModel) -> str:
    """sha256 of the weights in bfloat16, in the order of their names."""
    digest = hashlib.sha256()
    for name, weight in sorted(tower.state_dict().items()):
        if weight.is_floating_point():
            digest.update(name.encode())
            digest.update(weight.detach().cpu().to(torch.bfloat16).view(torch.int16).numpy().tobytes())
    return digest.hexdigest()[:16]


def save_heads(folder: Path, heads: Heads, card: HeadsCard) -> None:
    save_file(
        {n: w.to(torch.bfloat16).contiguous() for n, w in heads.state_dict().items()}, folder / "heads.safetensors"
    )
    (folder / "heads.json").write_text(card.model_dump_json(indent=1))


class LocalPerception:
    """The heads over the tower of one model folder, on the CPU or a GPU."""

    def __init__(self, tower: PreTrainedModel, heads: Heads, card: HeadsCard, image_size: int) -> None:
        tower.train(False)
        self.tower, self.heads, self.card = tower, heads.eval(), card
        self.image_size = image_size
        self.embedder_id = f"mini-tower:{card.tower_hash}:{image_size}px-letterbox"
        self.thresholds = card.thresholds

    def see(self, images: Sequence[GrayImage]) -> list[Percept]:
        """One percept an image, in order; images are [S, S] uint8 squares of `image_size`."""
        batches = [images[i : i + BATCH] for i in range(0, len(images), BATCH)]
        return [percept for batch in batches for percept in compute(partial(self._batch, batch))]

    @torch.inference_mode()
    def _batch(self, images: Sequence[GrayImage]) -> list[Percept]:
        device = self.heads.norm.weight.device
        out = self.heads(patch_tokens(self.tower, to_pixels(images).to(device)))
        grid = round(out.dense.shape[1] ** 0.5)
        maps = out.dense.sigmoid().reshape(-1, grid, grid, len(self.card.dense)).float().cpu().numpy()
        image, gate = out.image.sigmoid().float().cpu(), out.gate.sigmoid().float().cpu()
        embedding = out.embedding.float().cpu().numpy()
        return [
            Percept(
                maps={name: maps[i, :, :, f] for f, name in enumerate(self.card.dense)},
                probabilities=dict(zip(self.card.image, image[i].tolist(), strict=True)),
                gate=dict(zip(self.card.gate, gate[i].tolist(), strict=True)),
                embedding=embedding[i],
            )
            for i in range(len(images))
        ]


def open_perception(folder: Path | None = None) -> LocalPerception:
    """The tower and heads of a model folder, the bundled model's without one.

    The tower may lie in `folder/tower` (as stage `encoder` leaves it) or inside the LLaVA saved in `folder`.
    Raises SightlineError where the folder has no heads or they belong to another tower.
    """
    return compute(partial(_open, folder or MINI))


def _open(folder: Path) -> LocalPerception:
    if not (folder / "heads.safetensors").exists():
        raise SightlineError(f"`{folder}`: no heads.safetensors there; train it with `sightline train encoder CONFIG`.")
    card = read_card(folder)
    tower = _tower(folder)
    if card.tower_hash != tower_hash(tower):
        raise SightlineError(
            f"`{folder}`: the heads belong to tower {card.tower_hash}, not this one; train them again."
        )
    heads = Heads(tower.config.hidden_size, card)
    heads.load_state_dict({name: weight.float() for name, weight in load_file(folder / "heads.safetensors").items()})
    return LocalPerception(tower, heads, card, image_size_of(tower))


def read_card(folder: Path) -> HeadsCard:
    """What `heads.json` in `folder` holds. Raises SightlineError where it is missing or none of ours."""
    path = folder / "heads.json"
    try:
        return HeadsCard.model_validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise SightlineError(f"`{path}`: does not describe the heads of a model, train them again.") from error


def perception_of(model: str) -> LocalPerception:
    """The heads that go with what `--model` names: those in its folder, else the bundled ones."""
    return own_perception(model) or open_perception(None)


def own_perception(model: str) -> LocalPerception | None:
    """The heads in the folder of the model itself, None where it has none."""
    folder = MINI if model == "mini" else Path(model).expanduser()
    return open_perception(folder) if (folder / "heads.safetensors").is_file() else None


def image_size_of(tower: PreTrainedModel) -> int:
    """Side in px of the squares that `tower` takes."""
    size = tower.config.image_size
    assert isinstance(size, int)
    return size


def _tower(folder: Path) -> PreTrainedModel:
    """A saved vision tower in float32."""
    if (folder / "tower").is_dir():
        return load_tower(folder / "tower")
    model = LlavaForConditionalGeneration.from_pretrained(folder, dtype=torch.float32)
    tower: PreTrainedModel = model.model.vision_tower
    return tower


def load_tower(folder: Path) -> PreTrainedModel:
    """A tower saved on its own, in float32."""
    tower: PreTrainedModel = AutoModel.from_pretrained(folder, dtype=torch.float32)
    tower.config.name_or_path = ""  # where it lay is nobody's business once it is part of a model
    return tower


def new_tower(width: int, layers: int, heads: int, image_size: int) -> PreTrainedModel:
    """A randomly initialised LeViT of one stage: four strided convolutions to patches of 16 px, then attention layers.

    Convolutions first let a small tower learn from scratch where a plain ViT of the same cost does not
    (Graham et al., LeViT, ICCV 2021; Xiao et al., Early convolutions help transformers see better, NeurIPS 2021).
    """
    one_stage: dict[str, Any] = {"down_ops": [[""]], "hidden_size": width}  # nothing is subsampled
    config = LevitConfig(
        hidden_sizes=[width, width],
        depths=[layers],
        num_attention_heads=[heads],
        key_dim=[16],
        mlp_ratio=[2],
        attention_ratio=[2],
        image_size=image_size,
        **one_stage,
    )
    return LevitModel(config)
