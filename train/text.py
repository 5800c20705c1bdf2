"""Stage `text`: a text side for the frozen embedding of films, so that words find films and films find words.

Films are embedded once. Reports and short queries then learn to point at the films they fit and away from all others
of their batch, both ways (symmetric InfoNCE: Zhang et al., ConVIRT, MLHC 2022; Radford et al., CLIP, ICML 2021), each
text with all of its films as positives (Yang et al., UniCL, CVPR 2022). It takes phantoms only: the truth says which
film a text fits.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import torch
from pydantic import Field
from torch import Tensor, nn
from torch.utils.data import Dataset
from transformers import Trainer, TrainingArguments

from mllm.model.heads import LocalPerception, open_perception
from mllm.model.text_head import LocalText, TextCard, TextHead, save_text, space_hash
from mllm.model.text_words import Words, open_words
from radiology.errors import SightlineError
from radiology.study import Case
from train.claims import Claim, draw_query, fits, report_claim
from train.described import Described, describe, refuse_evaluation
from train.recall import recall
from train.settings import StageSettings
from train.shelf import load


class TextSettings(StageSettings):
    """Stage `text`."""

    start: Path = Field(description="folder of the model with tokenizer and heads that gets the text side")
    width: int = Field(default=96, gt=0)
    layers: int = Field(default=2, gt=0)
    heads: int = Field(default=4, gt=0)


class Pairs(Dataset[int]):
    """Films by number; what is said of them is drawn where the batch is made."""

    def __init__(self, count: int) -> None:
        self.count = count

    def __len__(self) -> int:
        return self.count

    def __getitem__(self, index: int) -> int:
        return index


class Collator:
    """A batch of films with, for each, its report and a query."""

    def __init__(self, described: Described, words: Words) -> None:
        self.described, self.words = described, words

    def __call__(self, rows: list[int]) -> dict[str, Tensor]:
        """`films` [B, E]; `tokens` [S, T] and `owner` [S] of the texts; `fits` [T, B]."""
        known = self.described
        rng = np.random.default_rng(int(torch.randint(2**31, ())))  # a resumed run goes on with the same texts
        claims = [claim for row in rows for claim in self._said(known.cases[row], rng)]
        tokens, owner = self.words.batch([claim.text for claim in claims])
        matches = fits([claim.facts for claim in claims], [known.facts[row] for row in rows])
        return {"films": torch.from_numpy(known.films[rows]), "tokens": tokens, "owner": owner, "fits": matches}

    @staticmethod
    def _said(case: Case, rng: np.random.Generator) -> Iterator[Claim]:
        report = report_claim(case)
        if report is not None:
            yield report
        yield draw_query(case.findings, rng)


class Matching(nn.Module):
    """The text side under its loss."""

    def __init__(self, card: TextCard) -> None:
        super().__init__()
        self.head = TextHead(card)

    def forward(self, films: Tensor, tokens: Tensor, owner: Tensor, fits: Tensor) -> dict[str, Tensor]:
        logits = self.head.scale * self.head(tokens, owner) @ films.T
        return {"loss": (towards(logits, fits) + towards(logits.T, fits.T)) / 2, "logits": logits}


def towards(logits: Tensor, positive: Tensor) -> Tensor:
    """Cross-entropy of rows [N, M] with an even share for every positive; rows without one take no part."""
    share = positive / positive.sum(1, keepdim=True).clamp(min=1)
    loss = -(share * logits.log_softmax(1)).sum(1)
    return loss.sum() / (positive.sum(1) > 0).sum().clamp(min=1)


def run(settings: TextSettings) -> Path:
    """Train the text side and write it beside the heads in `settings.start`; resumes from its checkpoints.

    Every space has a run folder of its own in `settings.out`, for the words of one tower mean nothing to another.
    """
    perception, words = open_perception(settings.start), open_words(settings.start)
    shard = load(settings.shelf, settings.all_shards())
    refuse_evaluation(shard)
    card = new_card(settings, perception, words)
    settings = settings.model_copy(update={"out": settings.out / card.space})
    described = describe(shard, perception, "train")
    if not described.cases:
        raise SightlineError(f"`{settings.shelf}`: no frontal phantom to learn from, stock it with phantoms.")
    settings.record()
    torch.manual_seed(settings.seed)
    matching = Matching(card)
    trainer = Trainer(
        model=matching,
        args=TrainingArguments(**settings.trainer_arguments() | {"use_cpu": True}),  # GPUs could not share a batch
        train_dataset=Pairs(len(described.cases)),
        data_collator=Collator(described, words),
        optimizers=(settings.make_optimizer(matching), None),
    )
    trainer.train(resume_from_checkpoint=settings.resume())
    if trainer.is_world_process_zero():
        scores = recall(LocalText(matching.head, words, card), describe(shard, perception, "val"))
        save_text(settings.start, matching.head, card.model_copy(update={"scores": scores}))
    return settings.start


def new_card(settings: TextSettings, perception: LocalPerception, words: Words) -> TextCard:
    return TextCard(
        space=space_hash(perception),
        tokens=words.hash,
        vocabulary=words.vocabulary,
        embedding=perception.card.embedding,
        width=settings.width,
        layers=settings.layers,
        heads=settings.heads,
    )


def main(arguments: Sequence[str]) -> None:
    """`python -m train.text CONFIG`."""
    run(TextSettings.read(Path(arguments[0])))


if __name__ == "__main__":
    main(sys.argv[1:])
