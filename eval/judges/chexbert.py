"""CheXbert: the 14 CheXpert labels of a report, read by a BERT (Smit et al., "CheXbert", EMNLP 2020).

Shapes: B reports, T word pieces, D hidden.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from torch.nn import functional as F
from transformers import AutoTokenizer, BertConfig, BertModel, BertTokenizer

from eval.judges.protocol import texts
from eval.judges.weights import (
    check_pieces,
    device,
    find_file,
    first_line,
    load_exactly,
    name_file,
    read_tensors,
    under,
)
from eval.metrics.judged import CHEXBERT_LABELS
from eval.prediction import Prediction
from radiology.errors import SightlineError

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

FILE = "chexbert.pth"
TOKENIZER = "bert-base-uncased"
BATCH = 16
HEAD_WIDTH = 64
"""Every published BERT has attention heads of this width; the checkpoint does not say how many they are."""


@dataclass(frozen=True)
class CheXbert:
    """Verdict: 14 predicted classes, 14 reference classes, cosine of the two reports' CLS vectors.

    Classes are 0 blank, 1 positive, 2 negative, 3 uncertain; No Finding, the last, is 0 or 1.
    """

    identity: str
    encoder: BertModel
    heads: tuple[tuple[torch.Tensor, torch.Tensor], ...]
    tokenizer: PreTrainedTokenizerBase
    name: str = "chexbert"

    def judge(self, rows: Sequence[Prediction]) -> list[tuple[float, ...]]:
        verdicts: list[tuple[float, ...]] = []
        for start in range(0, len(rows), BATCH):
            predictions, references = texts(rows[start : start + BATCH])
            predicted, true = self.encode(predictions), self.encode(references)
            likeness = F.cosine_similarity(predicted, true)[:, None]
            joined = torch.cat([self.classify(predicted), self.classify(true), likeness], dim=1)
            verdicts += [tuple(row) for row in joined.tolist()]
        return verdicts

    @torch.inference_mode()
    def encode(self, reports: Sequence[str]) -> torch.Tensor:
        """[B, D] vectors of the CLS token."""
        clean = [" ".join(report.split()) for report in reports]
        inputs = self.tokenizer(clean, padding=True, truncation=True, max_length=self._room, return_tensors="pt")
        inputs = inputs.to(self.encoder.device)
        hidden = self.encoder(input_ids=inputs["input_ids"], attention_mask=inputs["attention_mask"])
        return torch.as_tensor(hidden.last_hidden_state[:, 0])

    @property
    def _room(self) -> int:
        return int(self.encoder.config.max_position_embeddings)

    def classify(self, vectors: torch.Tensor) -> torch.Tensor:
        """[B, D] -> [B, 14] classes."""
        return torch.stack([F.linear(vectors, *head).argmax(dim=1) for head in self.heads], dim=1)


def open_chexbert(where: str) -> CheXbert:
    """The checkpoint `where`: a file, a folder with chexbert.pth, or the hub id StanfordAIMI/RRG_scorers.

    The tokenizer is read from the same folder (tokenizer.json or vocab.txt), else by its hub id bert-base-uncased.
    Raises SightlineError for what is missing or no CheXbert.
    """
    path = find_file(where, FILE)
    tensors = {name.removeprefix("module."): each for name, each in read_tensors(path, "model_state_dict").items()}
    where_to = device()
    encoder = _encoder(under(tensors, "bert."), path).to(where_to)  # type: ignore[arg-type]
    tokenizer = _tokenizer(path.parent)
    check_pieces(str(path.parent), tokenizer, encoder.config.vocab_size)
    return CheXbert(name_file(path), encoder, _heads(tensors, path, where_to), tokenizer)


def _encoder(tensors: Mapping[str, torch.Tensor], path: Path) -> BertModel:
    try:
        config = _config(tensors)
    except KeyError as error:
        raise SightlineError(
            f"`{path}`: lacks the weight bert.{error.args[0]}, it is no CheXbert checkpoint."
        ) from None
    encoder = BertModel(config, add_pooling_layer=False)
    load_exactly(encoder, tensors, path)
    encoder.train(False)
    return encoder


def _config(tensors: Mapping[str, torch.Tensor]) -> BertConfig:
    """The shape of the encoder as its weights show it."""
    words, width = tensors["embeddings.word_embeddings.weight"].shape
    return BertConfig(
        vocab_size=words,
        hidden_size=width,
        num_hidden_layers=len({name.split(".")[2] for name in tensors if name.startswith("encoder.layer.")}),
        num_attention_heads=max(1, width // HEAD_WIDTH),
        intermediate_size=len(tensors["encoder.layer.0.intermediate.dense.bias"]),
        max_position_embeddings=len(tensors["embeddings.position_embeddings.weight"]),
    )


def _heads(
    tensors: Mapping[str, torch.Tensor], path: Path, where_to: torch.device
) -> tuple[tuple[torch.Tensor, torch.Tensor], ...]:
    names = [f"linear_heads.{i}" for i in range(len(CHEXBERT_LABELS))]
    lacking = [name for name in names if f"{name}.weight" not in tensors or f"{name}.bias" not in tensors]
    if lacking:
        raise SightlineError(f"`{path}`: lacks the weight {lacking[0]}, it is no CheXbert checkpoint.")
    return tuple((tensors[f"{name}.weight"].to(where_to), tensors[f"{name}.bias"].to(where_to)) for name in names)


def _tokenizer(folder: Path) -> PreTrainedTokenizerBase:
    beside = (folder / "tokenizer.json").is_file() or (folder / "vocab.txt").is_file()
    try:
        tokenizer: PreTrainedTokenizerBase = (
            BertTokenizer.from_pretrained(str(folder)) if beside else AutoTokenizer.from_pretrained(TOKENIZER)
        )
    except (OSError, ValueError) as error:
        raise SightlineError(
            f"`{folder}`: has no tokenizer ({first_line(error)}), put vocab.txt of the hub's {TOKENIZER} there."
        ) from error
    return tokenizer
