"""Stage `encoder`: a tower from scratch under dense masks of phantoms and image-level labels of real films.

Image-level labels alone do not train a small tower on a laptop; masks do. Afterwards the tower stays frozen, so that
heads, index and calibration remain valid while the language model is tuned.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.utils.data import Dataset, WeightedRandomSampler
from transformers import Trainer

from mllm.model.heads import Heads, HeadsCard, Pool, new_tower, patch_tokens, save_heads, tower_hash
from radiology.errors import SightlineError
from train.augment import vary
from train.losses import SEEN, dense_loss, likeness_loss, masked_bce, rarity
from train.settings import EncoderSettings, last_checkpoint
from train.shelf import Shard, load, split_of_case
from train.targets import IMAGE_FINDINGS, Targets, answer_classes, make_targets


class Encoder(nn.Module):
    """Tower, heads, and a training-only pool for common answers about modality, plane and organ."""

    weight: Tensor

    def __init__(self, settings: EncoderSettings, classes: int, shares: Tensor) -> None:
        """`shares` [F]: of all patches of phantoms, those that show each finding."""
        super().__init__()
        self.tower = new_tower(settings.width, settings.layers, settings.heads, settings.image_size)
        self.card = HeadsCard(image=IMAGE_FINDINGS)
        self.heads = Heads(settings.width, self.card)
        self.answers = Pool(settings.width, max(classes, 1))
        self.register_buffer("weight", rarity(shares, settings.rarity), persistent=False)

    def forward(
        self,
        pixels: Tensor,
        dense: Tensor,
        has_dense: Tensor,
        findings: Tensor,
        gate: Tensor,
        answers: Tensor,
        likeness: Tensor,
        signs: Tensor,
    ) -> dict[str, Tensor]:
        """`pixels` [B, 3, S, S]; targets as in `Targets`; gives the summed loss."""
        patches = patch_tokens(self.tower, pixels)
        out = self.heads(patches)
        loss = 2.0 * dense_loss(out.dense, dense.flatten(1, 2), has_dense, self.weight)
        loss = loss + masked_bce(out.image, findings) + 0.5 * masked_bce(out.gate, gate)
        loss = loss + 0.5 * likeness_loss(out.embedding, signs, likeness)
        if answers.shape[1]:
            loss = loss + 2.0 * masked_bce(self.answers(self.heads.norm(patches)), answers)
        return {"loss": loss, "logits": out.image}


class Films(Dataset[dict[str, Any]]):
    """Films with their targets; a real film is shown in changing position, size and exposure."""

    def __init__(self, shard: Shard, targets: Targets, rows: np.ndarray, augment: bool) -> None:
        self.shard, self.targets, self.rows, self.augment = shard, targets, rows, augment

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, index: int) -> dict[str, Any]:
        row, targets = int(self.rows[index]), self.targets
        film = self.shard.images[row]
        if self.augment:
            rng = np.random.default_rng(int(torch.randint(2**31, ())))  # a resumed run goes on with the same films
            film = vary(film, rng, moved=not targets.has_dense[row])
        return {
            "image": film,
            "dense": self.shard.dense[row],
            "has_dense": targets.has_dense[row],
            "findings": targets.findings[row],
            "gate": targets.gate[row],
            "answers": targets.answers[row],
            "likeness": targets.likeness[row],
            "signs": targets.signs[row],
            "augment": self.augment,
        }


def collate(samples: list[dict[str, Any]]) -> dict[str, Tensor]:
    """Stack samples; images [S, S] uint8 become pixels [B, 3, S, S] in -1..1."""
    images = torch.from_numpy(np.stack([s["image"] for s in samples])).float()[:, None] / 127.5 - 1.0
    batch = {
        name: torch.from_numpy(np.stack([s[name] for s in samples]))
        for name in ("has_dense", "findings", "gate", "answers", "likeness", "signs")
    }
    batch["dense"] = torch.from_numpy(np.stack([s["dense"] for s in samples])).float() / 255.0
    if samples[0]["augment"]:
        blank = torch.rand(len(samples)) < 0.02
        images, batch = _spoil(images, batch, blank)
    batch["pixels"] = images.expand(-1, 3, -1, -1)
    return batch


def _spoil(images: Tensor, batch: dict[str, Tensor], chosen: Tensor) -> tuple[Tensor, dict[str, Tensor]]:
    """Turn the chosen films into noise or blanks that are no chest film and of which nothing else is known."""
    for i in torch.nonzero(chosen).flatten().tolist():
        images[i] = torch.rand(1) * 2 - 1 + torch.randn_like(images[i]) * torch.rand(1)
        images[i].clamp_(-1, 1)
        for name in ("findings", "gate", "answers"):
            batch[name][i] = float("nan")
        batch["gate"][i, 0] = 0
        batch["has_dense"][i], batch["likeness"][i] = False, 0
    return images, batch


class EncoderTrainer(Trainer):
    """Draws films by weight, so that small sources are seen more often than once an epoch."""

    def __init__(self, *args: Any, weights: np.ndarray, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.weights = weights

    def _get_train_sampler(self, train_dataset: Any = None) -> WeightedRandomSampler:
        generator = torch.Generator().manual_seed(self.args.seed)
        return WeightedRandomSampler(self.weights.tolist(), len(self.weights), generator=generator)


def draw_weights(shard: Shard, rows: np.ndarray, weights: dict[str, float]) -> np.ndarray:
    """[len(rows)] sampling weight of each film by its source; sources not named weigh 1."""
    cases = {case.study.study_id: case for case in shard.cases}
    return np.array([weights.get(cases[shard.keys[r].rsplit("/", 1)[0]].source, 1.0) for r in rows])


def rows_of(shard: Shard, split: str) -> np.ndarray:
    """Films of one split."""
    splits = {case.study.study_id: split_of_case(case) for case in shard.cases}
    return np.array([i for i, key in enumerate(shard.keys) if splits[key.rsplit("/", 1)[0]] == split], int)


def run(settings: EncoderSettings) -> Path:
    """Train and save `tower/` and the heads to `settings.out`; resumes from its checkpoints."""
    shard = load(settings.shelf, settings.all_shards())
    classes = answer_classes([q for q in shard.questions if q.topic.lower() in ("modality", "plane", "organ")])
    targets = make_targets(shard, classes)
    train_rows = rows_of(shard, "train")
    known = shard.dense[train_rows[targets.has_dense[train_rows]]]
    shares = (
        torch.from_numpy((known > 255 * SEEN).mean((0, 1, 2))).float() if len(known) else torch.ones(known.shape[-1])
    )
    encoder = Encoder(settings, len(classes), shares)
    if settings.start is not None:
        _go_on(encoder, settings.start)
    settings.record()
    trainer = EncoderTrainer(
        model=encoder,
        args=settings.arguments(),
        train_dataset=Films(shard, targets, train_rows, augment=True),
        data_collator=collate,
        weights=draw_weights(shard, train_rows, settings.source_weights),
        optimizers=(settings.make_optimizer(encoder), None),
    )
    trainer.train(resume_from_checkpoint=settings.resume())
    out = settings.out
    if not trainer.is_world_process_zero():
        return out
    encoder.tower.save_pretrained(out / "tower")
    save_heads(out, encoder.heads, encoder.card.model_copy(update={"tower_hash": tower_hash(encoder.tower)}))
    return out


def _go_on(encoder: Encoder, start: Path) -> None:
    """Take over the weights that another run ended with."""
    last = last_checkpoint(start)
    if last is None:
        raise SightlineError(f"`{start}`: no checkpoints there, name the folder of a finished stage `encoder`.")
    try:
        encoder.load_state_dict(load_file(Path(last) / "model.safetensors"))
    except RuntimeError:
        raise SightlineError(f"`{start}`: an encoder of another shape, give both stages the same settings.") from None


def main(arguments: Sequence[str]) -> None:
    """`sightline train encoder CONFIG`."""
    run(EncoderSettings.read(Path(arguments[0])))


if __name__ == "__main__":
    main(sys.argv[1:])
