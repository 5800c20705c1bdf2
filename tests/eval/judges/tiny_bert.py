"""A BERT of a few thousand random weights with a word-piece vocabulary, for judges that need an encoder."""

from __future__ import annotations

from pathlib import Path

import torch
from transformers import BertConfig, BertModel

PIECES = (
    *("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "no", "small", "large", "left", "right", "heart", "lung", "lungs"),
    *("clear", "effusion", "pneumo", "##thorax", "##s", "the", "is", "are", ".", ",", "(", ")", "/", "a", "b"),
)


def tiny_bert(layers: int = 2) -> BertModel:
    """The same random weights at every call, large enough that words differ."""
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(PIECES),
        hidden_size=32,
        num_hidden_layers=layers,
        num_attention_heads=1,
        intermediate_size=48,
        max_position_embeddings=40,
    )
    encoder = BertModel(config)
    encoder.train(False)
    for weight in encoder.parameters():
        if weight.dim() > 1:
            torch.nn.init.normal_(weight, std=0.3)
    return encoder


def write_vocabulary(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "vocab.txt").write_text("\n".join(PIECES), encoding="utf-8")


def write_encoder(folder: Path, layers: int = 2) -> BertModel:
    """Configuration, weights and vocabulary in `folder`."""
    encoder = tiny_bert(layers)
    encoder.save_pretrained(folder)
    write_vocabulary(folder)
    return encoder
