"""The text side of the tower's embedding: words to the unit vectors that the films they describe have.

The film's side is frozen, so the text side is fitted to one space: `text.safetensors` and `text.json` lie beside the
heads and name it, and are refused beside another. A text is read sentence by sentence, for a sentence keeps its
negations and sides to itself, and all sentences are pooled; a query is a report of one sentence.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from pydantic import Field, ValidationError
from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import Tensor, nn

from mllm.model.compute import compute
from mllm.model.heads import LocalPerception
from mllm.model.text_words import LONGEST, Words, open_words
from radiology.errors import SightlineError
from radiology.study import Noun

BATCH = 64
ALIKE = 128
"""Sentences of like length that are read at a time, so that little of it is padding."""
FIRST_SCALE = 14.0
"""Log odds for each unit of cosine before training: a temperature of 0.07 (Wu et al., CVPR 2018)."""


class TextCard(Noun):
    """What `text.json` holds. `space` names the film's side, `tokens` the vocabulary of the tokenizer, `weights` the
    file beside it. `scores` are those of the validation films that the stage was measured on."""

    space: str
    tokens: str
    vocabulary: int
    embedding: int
    width: int = 96
    layers: int = 2
    heads: int = 4
    weights: str = ""
    scores: dict[str, float] = Field(default_factory=dict)


class TextHead(nn.Module):
    """Token embeddings, light attention layers within each sentence, mean and maximum over a text, one linear layer."""

    def __init__(self, card: TextCard) -> None:
        super().__init__()
        self.tokens = nn.Embedding(card.vocabulary + 2, card.width)
        self.places = nn.Parameter(torch.randn(LONGEST + 1, card.width) * 0.02)
        layer = nn.TransformerEncoderLayer(
            card.width, card.heads, 2 * card.width, activation="gelu", batch_first=True, norm_first=True
        )
        self.layers = nn.TransformerEncoder(
            layer, card.layers, norm=nn.LayerNorm(card.width), enable_nested_tensor=False
        )
        self.out = nn.Linear(2 * card.width, card.embedding)
        self.log_scale = nn.Parameter(torch.tensor(FIRST_SCALE).log())
        self.pad = card.vocabulary + 1

    @property
    def scale(self) -> Tensor:
        """Log odds for each unit of cosine, at most 100 (Radford et al., CLIP, ICML 2021)."""
        return self.log_scale.exp().clamp(max=100.0)

    def forward(self, tokens: Tensor, owner: Tensor) -> Tensor:
        """Sentences [S, T] of the texts `owner` [S] in 0..N-1, in order, none left out, to [N, E] of unit length."""
        length = (tokens != self.pad).sum(1)
        read = [self._states(tokens, owner, length, rows) for rows in torch.split(length.argsort(), ALIKE)]
        states, owners = (torch.cat(parts) for parts in zip(*read, strict=True))
        count = int(owner[-1]) + 1
        pooled = torch.cat([_mean(states, owners, count), _largest(states, owners, count)], dim=-1)
        return nn.functional.normalize(self.out(pooled), dim=-1)

    def _states(self, tokens: Tensor, owner: Tensor, length: Tensor, rows: Tensor) -> tuple[Tensor, Tensor]:
        """The states [K, D] of all tokens of the sentences `rows`, and which text each is of [K]."""
        own = tokens[rows, : int(length[rows].max())]
        kept = own != self.pad
        states = self.layers(self.tokens(own) + self.places[: own.shape[1]], src_key_padding_mask=~kept)
        return states[kept], owner[rows, None].expand_as(own)[kept]


def _mean(states: Tensor, owner: Tensor, count: int) -> Tensor:
    """[K, D] -> [count, D]."""
    total = states.new_zeros(count, states.shape[1]).index_add(0, owner, states)
    return total / torch.bincount(owner, minlength=count)[:, None]


def _largest(states: Tensor, owner: Tensor, count: int) -> Tensor:
    """[K, D] -> [count, D]."""
    index = owner[:, None].expand_as(states)
    return states.new_zeros(count, states.shape[1]).scatter_reduce(0, index, states, "amax", include_self=False)


class LocalText:
    """The text side of one model folder. `scale` times a difference of cosines is a difference of log odds."""

    def __init__(self, head: TextHead, words: Words, card: TextCard) -> None:
        self.head, self.words, self.card = head.eval(), words, card
        self.scale = float(head.scale.detach())

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """[N, E], each row of unit length."""
        parts = [texts[i : i + BATCH] for i in range(0, len(texts), BATCH)]
        rows = [compute(partial(self._batch, part)) for part in parts]
        return np.concatenate(rows) if rows else np.zeros((0, self.card.embedding), np.float32)

    @torch.inference_mode()
    def _batch(self, texts: Sequence[str]) -> NDArray[np.float32]:
        tokens, owner = self.words.batch(texts)
        device = self.head.places.device
        vectors: NDArray[np.float32] = self.head(tokens.to(device), owner.to(device)).float().cpu().numpy()
        return vectors


def space_hash(perception: LocalPerception) -> str:
    """Names the space that films are embedded in: the tower and those layers of the heads that embed, not the gate."""
    digest = hashlib.sha256(perception.card.tower_hash.encode())
    for name, weight in sorted(perception.heads.state_dict().items()):
        if name.startswith(("norm.", "embed.")):
            digest.update(weight.detach().cpu().to(torch.bfloat16).view(torch.int16).numpy().tobytes())
    return digest.hexdigest()[:16]


def save_text(folder: Path, head: TextHead, card: TextCard) -> None:
    """Write weights, then card; each is replaced whole, and weights without their own card are refused."""
    content = save({name: weight.detach().cpu().to(torch.bfloat16) for name, weight in head.state_dict().items()})
    own = card.model_copy(update={"weights": hashlib.sha256(content).hexdigest()[:16]})
    for name, written in (("text.safetensors", content), ("text.json", own.model_dump_json(indent=1).encode())):
        draft = folder / f".{name}.draft"
        draft.write_bytes(written)
        draft.replace(folder / name)


def open_text(folder: Path, perception: LocalPerception) -> LocalText:
    """The text side that goes with the heads of `folder`.

    Raises SightlineError where there is none, or where it belongs to other heads, another tokenizer or other weights.
    """
    return compute(partial(_open, folder, perception))


def _open(folder: Path, perception: LocalPerception) -> LocalText:
    if not (folder / "text.json").is_file():
        raise SightlineError(f"`{folder}`: has no text side; train it with `python -m train.text CONFIG`.")
    try:
        card = TextCard.model_validate_json((folder / "text.json").read_bytes())
        content = (folder / "text.safetensors").read_bytes()
    except (OSError, ValidationError) as error:
        raise SightlineError(f"`{folder / 'text.json'}`: does not describe a text side, train it again.") from error
    words = open_words(folder)
    made_for = (card.space, card.tokens, card.weights)
    if made_for != (space_hash(perception), words.hash, hashlib.sha256(content).hexdigest()[:16]):
        raise SightlineError(
            f"`{folder}`: its text side belongs to another tower, tokenizer or set of weights; train it again."
        )
    return LocalText(_head(folder, card, content, perception.heads.norm.weight.device), words, card)


def _head(folder: Path, card: TextCard, content: bytes, device: torch.device) -> TextHead:
    head = TextHead(card)
    try:
        head.load_state_dict({name: weight.float() for name, weight in load(content).items()})
    except (RuntimeError, SafetensorError) as error:
        raise SightlineError(f"`{folder / 'text.safetensors'}`: does not fit its card, train it again.") from error
    return head.to(device)
