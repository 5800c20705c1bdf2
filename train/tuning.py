"""One run of TRL's `SFTTrainer` over a mixture: what stages `align` and `sft` share."""

from __future__ import annotations

from pathlib import Path
from shutil import copy
from typing import Any

import numpy as np
import torch
from accelerate import PartialState
from accelerate.utils import gather_object
from numpy.typing import NDArray
from peft import LoraConfig
from torch.nn.functional import cross_entropy
from transformers import LlavaForConditionalGeneration
from trl.trainer.sft_config import SFTConfig
from trl.trainer.sft_trainer import SFTTrainer

from mllm.model.heads import open_perception
from mllm.model.saving import save_model
from train.conversations import dataset
from train.lessons import draw_cases, plan
from train.mixture import Mixture, Task, neighbours
from train.settings import LanguageSettings
from train.shelf import Shard, film_key

IGNORED = -100
LANGUAGE_LAYERS = r".*language_model.*\.(q_proj|k_proj|v_proj|o_proj|gate_proj|up_proj|down_proj)"


def embed_cases(shard: Shard, folder: Path) -> NDArray[np.int64]:
    """[C, K] the cases most like each case, by the first film's embedding under the heads in `folder`.

    Each process embeds its share.
    """
    perception = open_perception(folder)
    index = {key: row for row, key in enumerate(shard.keys)}
    rows = [index[film_key(case.study.study_id, case.study.views[0].id)] for case in shard.cases]
    phantom = [case.source == "phantom" for case in shard.cases]
    embeddings = np.zeros((len(rows), perception.card.embedding), np.float32)
    chosen = np.flatnonzero(phantom)
    with PartialState(cpu=not torch.cuda.is_available()).split_between_processes(chosen.tolist()) as share:
        seen = perception.see([shard.images[rows[i]] for i in share])
        embeddings[chosen] = np.stack(gather_object([percept.embedding for percept in seen]))
    return neighbours(embeddings, shard.cases)


class Tuner(SFTTrainer):
    """TRL's trainer with the loss of the answers alone.

    TRL's own also reports entropy and accuracy of every token, which costs more than a step of a small model.
    """

    def compute_loss(
        self, model: Any, inputs: dict[str, Any], return_outputs: bool = False, num_items_in_batch: Any = None
    ) -> Any:
        """Mean cross-entropy over the tokens whose label is not -100; logits are made from the first of them on."""
        labels = inputs.pop("labels")
        scored = (labels != IGNORED).any(dim=0).nonzero()
        kept = labels.shape[1] - int(scored.min()) + 1  # token t is predicted at t - 1
        outputs = model(**inputs, logits_to_keep=kept, use_cache=False)
        logits = outputs.logits[:, :-1].flatten(0, 1).float()
        loss = cross_entropy(logits, labels[:, 1 - kept :].flatten(), ignore_index=IGNORED, reduction="sum")
        if num_items_in_batch is None:
            loss = loss / (labels != IGNORED).sum()
        else:  # of all processes, over which gradients are averaged
            loss = loss * self.accelerator.num_processes / num_items_in_batch
        return (loss, outputs) if return_outputs else loss


def tune(
    model: LlavaForConditionalGeneration,
    processor: Any,
    mixture: Mixture,
    shares: dict[bool, dict[Task, float]],
    settings: LanguageSettings,
) -> LlavaForConditionalGeneration | None:
    """Train the language model and projector (or the projector alone, or LoRA); the tower stays as it is.

    Only the assistant's turns are scored. Gives the model to save, adapters merged; None where another process does.
    """
    settings.record()
    model.requires_grad_(not settings.train_projector_only)
    model.model.vision_tower.requires_grad_(False)
    model.model.vision_tower.register_forward_pre_hook(lambda tower, _: tower.eval() and None)
    model.model.multi_modal_projector.requires_grad_(True)
    drawn = draw_cases(mixture.shard, settings.source_weights, settings.epochs, settings.seed)
    arguments = SFTConfig(
        **settings.trainer_arguments()
        | {
            "num_train_epochs": 1,
            "train_sampling_strategy": "sequential",
            "dataloader_num_workers": 1,  # the next batch is written while this one is learnt
            "max_length": None,
            "assistant_only_loss": True,
            "gradient_checkpointing": False,
            "ddp_find_unused_parameters": False,
        }
    )
    together = settings.batch * arguments.world_size
    lessons = plan(mixture.shard, drawn, shares, together, settings.seed)
    trainer = Tuner(
        model=model,
        args=arguments,
        train_dataset=dataset(mixture, lessons, settings.seed),
        processing_class=processor,
        peft_config=_adapter(settings),
        optimizers=(settings.make_optimizer(model), None),
    )
    trainer.train(resume_from_checkpoint=settings.resume())
    if not trainer.is_world_process_zero():
        return None
    trained: Any = trainer.accelerator.unwrap_model(trainer.model)
    merged: LlavaForConditionalGeneration = trained.merge_and_unload() if settings.lora_rank else trained
    return merged


def save_with_heads(model: LlavaForConditionalGeneration, processor: Any, settings: LanguageSettings) -> None:
    """The model in `settings.out` with the heads of the stage before, which hold as long as the tower is frozen."""
    save_model(model, processor, settings.out)
    for name in ("heads.safetensors", "heads.json"):
        copy(settings.start / name, settings.out / name)


def _adapter(settings: LanguageSettings) -> LoraConfig | None:
    if not settings.lora_rank:
        return None
    return LoraConfig(
        r=settings.lora_rank,
        lora_alpha=2 * settings.lora_rank,
        target_modules=LANGUAGE_LAYERS,
        modules_to_save=["multi_modal_projector"],
    )
