"""One run of TRL's `SFTTrainer` over a mixture: what stages `align` and `sft` share."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from peft import LoraConfig
from transformers import LlavaForConditionalGeneration, Trainer
from trl.trainer.sft_config import SFTConfig
from trl.trainer.sft_trainer import SFTTrainer

from mllm.model.heads import open_perception
from train.conversations import dataset
from train.mixture import Mixture, neighbours
from train.settings import LanguageSettings
from train.shelf import Shard, film_key, split_of_case

LANGUAGE_LAYERS = r".*language_model.*\.(q_proj|k_proj|v_proj|o_proj|gate_proj|up_proj|down_proj)"


def embed_cases(shard: Shard, folder: Path) -> NDArray[np.int64]:
    """[C, K] the cases most like each case, by the first film's embedding under the heads in `folder`."""
    perception = open_perception(folder)
    index = {key: row for row, key in enumerate(shard.keys)}
    rows = [index[film_key(case.study.study_id, case.study.views[0].id)] for case in shard.cases]
    phantom = [case.source == "phantom" for case in shard.cases]
    embeddings = np.zeros((len(rows), perception.card.embedding), np.float32)
    chosen = np.flatnonzero(phantom)
    seen = perception.see([shard.images[rows[i]] for i in chosen])
    embeddings[chosen] = np.stack([percept.embedding for percept in seen])
    return neighbours(embeddings, shard.cases)


def draw_cases(shard: Shard, weights: dict[str, float], epochs: float, seed: int) -> NDArray[np.int64]:
    """Indices of training cases, each as often as its source weighs (1 where not named) times `epochs`."""
    rng = np.random.default_rng(seed)
    train = [i for i, case in enumerate(shard.cases) if split_of_case(case) == "train"]
    times = np.array([weights.get(shard.cases[i].source, 1.0) * epochs for i in train])
    whole = np.floor(times).astype(int) + (rng.random(len(times)) < times % 1)
    return rng.permutation(np.repeat(train, whole))


def alike_together(cases: NDArray[np.int64], images: NDArray[np.int64], batch: int, seed: int) -> NDArray[np.int64]:
    """`cases` reordered so that a batch holds studies with equally many images, since padding is paid for in full.

    `images` [C] counts the films of each case. The order of the batches is random.
    """
    rng = np.random.default_rng(seed)
    groups = [cases[images[cases] == count] for count in np.unique(images[cases])]
    batches = [group[i : i + batch] for group in groups for i in range(0, len(group), batch)]
    whole = [one for one in batches if len(one) == batch]
    rest = [one for one in batches if len(one) < batch]
    return np.concatenate([*(whole[i] for i in rng.permutation(len(whole))), *rest])


class Tuner(SFTTrainer):
    """TRL's trainer without its running entropy and accuracy, which cost more than a step of a small model."""

    compute_loss = Trainer.compute_loss


def tune(
    model: LlavaForConditionalGeneration, processor: Any, mixture: Mixture, settings: LanguageSettings
) -> LlavaForConditionalGeneration:
    """Train the language model and projector (or the projector alone, or LoRA); the tower stays as it is.

    Only the assistant's turns are scored. Gives the model to save, adapters merged.
    """
    settings.record()
    model.requires_grad_(not settings.train_projector_only)
    model.model.vision_tower.requires_grad_(False)
    model.model.vision_tower.register_forward_pre_hook(lambda tower, _: tower.eval() and None)
    model.model.multi_modal_projector.requires_grad_(True)
    drawn = draw_cases(mixture.shard, settings.source_weights, settings.epochs, settings.seed)
    films = np.array([len(case.study.views) + len(case.study.priors[-1:]) for case in mixture.shard.cases])
    cases = alike_together(drawn, films, settings.batch, settings.seed)
    arguments = settings.trainer_arguments() | {
        "num_train_epochs": 1,
        "train_sampling_strategy": "sequential",
        "dataloader_num_workers": 1,  # the next batch is written while this one is learnt
    }
    trainer = Tuner(
        model=model,
        args=SFTConfig(**arguments, max_length=None, assistant_only_loss=True, gradient_checkpointing=False),
        train_dataset=dataset(mixture, cases, settings.seed),
        processing_class=processor,
        peft_config=_adapter(settings),
    )
    trainer.train(resume_from_checkpoint=settings.resume())
    trained: Any = trainer.model
    merged: LlavaForConditionalGeneration = trained.merge_and_unload() if settings.lora_rank else trained
    return merged


def _adapter(settings: LanguageSettings) -> LoraConfig | None:
    if not settings.lora_rank:
        return None
    return LoraConfig(
        r=settings.lora_rank,
        lora_alpha=2 * settings.lora_rank,
        target_modules=LANGUAGE_LAYERS,
        modules_to_save=["multi_modal_projector"],
    )
