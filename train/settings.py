"""Configurations: one YAML a stage, read once at the door; unknown keys are errors."""

from __future__ import annotations

import hashlib
import subprocess
from pathlib import Path
from typing import Any, Literal, Self

import torch
import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from torch import nn
from torch.optim import Optimizer
from transformers import TrainingArguments
from transformers.trainer_utils import get_last_checkpoint

from radiology.errors import SightlineError
from train.optimizer import muon_and_adamw


class StageSettings(BaseModel):
    """What every stage has. Paths are relative to the folder the command runs in."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    out: Path = Field(description="folder for checkpoints, metrics and the result")
    shelf: Path = Field(description="folder of data shards")
    shards: list[str] = Field(default=[], description="shards to learn from; empty: every shard of the shelf")
    source_weights: dict[str, float] = Field(default={}, description="how often a source is drawn; 1 where not named")
    epochs: float = Field(gt=0, description="passes over the data")
    max_steps: int = Field(default=-1, description="stop after so many steps; -1: by epochs")
    batch: int = Field(gt=0, description="samples a step")
    learning_rate: float = Field(gt=0)
    warmup: int = Field(default=100, ge=0, description="steps of linear warm-up; then cosine decay to zero")
    weight_decay: float = Field(default=0.05, ge=0)
    optimizer: Literal["adamw", "muon"] = Field(default="adamw", description="muon: for networks trained from nothing")
    bf16: bool = Field(default=True, description="bfloat16 autocast, on the CPU too")
    save_steps: int = Field(default=500, gt=0, description="steps between resumable checkpoints")
    seed: int = 0

    @classmethod
    def read(cls, path: Path) -> Self:
        """Raises SightlineError naming the file and its first wrong key."""
        try:
            return cls.model_validate(yaml.safe_load(path.read_text()))
        except FileNotFoundError:
            raise SightlineError(f"`{path}`: no such file; the shipped ones are in train/configs.") from None
        except (yaml.YAMLError, ValidationError) as error:
            first = error.errors()[0] if isinstance(error, ValidationError) else {"loc": (), "msg": "not YAML"}
            where = ".".join(str(part) for part in first["loc"])
            raise SightlineError(f"`{path}`: {where}: {first['msg']}; correct that line.") from None

    def all_shards(self) -> list[str]:
        """The shards named, or all on the shelf."""
        names = self.shards or sorted(path.stem for path in self.shelf.glob("*.npz"))
        if not names:
            raise SightlineError(f"`{self.shelf}`: no shards there; stock it with `sightline train stock CONFIG`.")
        return names

    def resume(self) -> str | None:
        """The last checkpoint of an interrupted run."""
        return last_checkpoint(self.out)

    def trainer_arguments(self) -> dict[str, Any]:
        """What transformers' and TRL's trainers are told alike."""
        return {
            "output_dir": str(self.out / "checkpoints"),
            "num_train_epochs": self.epochs,
            "max_steps": self.max_steps,
            "per_device_train_batch_size": self.batch,
            "learning_rate": self.learning_rate,
            "warmup_steps": self.warmup,
            "lr_scheduler_type": "cosine",
            "weight_decay": self.weight_decay,
            "bf16": self.bf16,
            "use_cpu": not torch.cuda.is_available(),
            "logging_steps": 25,
            "save_steps": self.save_steps,
            "save_total_limit": 1,
            "seed": self.seed,
            "report_to": "none",
            "remove_unused_columns": False,
            "label_names": [],
            "dataloader_pin_memory": False,
            "disable_tqdm": False,
        }

    def record(self) -> None:
        """Write the settings, the git revision and the fingerprint of the data beside the run."""
        self.out.mkdir(parents=True, exist_ok=True)
        record = self.model_dump(mode="json") | {"revision": _revision(), "data": fingerprint(self.shelf)}
        (self.out / "run.yaml").write_text(yaml.safe_dump(record, sort_keys=False))

    def arguments(self) -> TrainingArguments:
        return TrainingArguments(**self.trainer_arguments())

    def make_optimizer(self, model: nn.Module) -> Optimizer | None:
        """The optimizer to hand to a trainer; None leaves it to the trainer, which takes AdamW."""
        if self.optimizer == "adamw":
            return None
        return muon_and_adamw(model, self.learning_rate, self.weight_decay)


class EncoderSettings(StageSettings):
    """Stages `encoder` and `sharpen`."""

    start: Path | None = Field(default=None, description="folder of an encoder run to go on from; none: from nothing")
    image_size: int = Field(default=224, gt=0, description="side of the letterboxed square in px")
    width: int = Field(default=192, gt=0)
    layers: int = Field(default=4, gt=0, description="attention layers behind the convolutions")
    heads: int = Field(default=6, gt=0)
    rarity: float = Field(default=0.75, ge=0, le=1, description="how much a patch with a rare finding outweighs others")


class LanguageSettings(StageSettings):
    """Stages `align` and `sft`: the model that a stage starts from and what is trained of it."""

    start: Path = Field(description="folder of the stage before: the encoder's for align, a LLaVA's for sft")
    vocabulary: int = Field(default=2600, gt=500, description="tokens, if the tokenizer is made here")
    lm_width: int = Field(default=256, gt=0)
    lm_layers: int = Field(default=4, gt=0)
    lm_heads: int = Field(default=4, gt=0)
    train_projector_only: bool = Field(default=False)
    lora_rank: int = Field(default=0, ge=0, description="0 trains all of the language model; else LoRA of that rank")

    @model_validator(mode="after")
    def _adapters_take_adamw(self) -> Self:
        if self.lora_rank and self.optimizer == "muon":
            raise ValueError("optimizer muon is for networks trained from nothing; set adamw beside lora_rank")
        return self


def last_checkpoint(run: Path) -> str | None:
    """The last checkpoint of the run in a folder, None without any."""
    folder = run / "checkpoints"
    last: str | None = get_last_checkpoint(str(folder)) if folder.is_dir() else None  # type: ignore[no-untyped-call]
    return last


def _revision() -> str:
    done = subprocess.run(["git", "rev-parse", "HEAD"], capture_output=True, text=True, check=False)
    return done.stdout.strip() or "unknown"


def fingerprint(shelf: Path) -> str:
    """sha256 over names and sizes of the shards."""
    listing = "".join(f"{path.name}:{path.stat().st_size};" for path in sorted(shelf.glob("*.npz")))
    return hashlib.sha256(listing.encode()).hexdigest()[:16]
