"""Texts to the rows of tokens that the text side reads, one row a sentence, by the tokenizer of the language model."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch import Tensor

from radiology.errors import SightlineError
from radiology.reading.sentences import split_sentences

LONGEST = 48
"""Tokens of a sentence that are read together; a longer one is read in parts."""
Row = tuple[int, ...]


class Words:
    """Texts to the rows of tokens that `TextHead` reads; upper and lower case are the same to it."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self.tokenizer = tokenizer
        self.vocabulary = tokenizer.get_vocab_size()
        listing = repr(sorted(tokenizer.get_vocab().items()))
        self.hash = hashlib.sha256(listing.encode()).hexdigest()[:16]
        self._rows = lru_cache(maxsize=65_536)(self._read)

    def batch(self, texts: Sequence[str]) -> tuple[Tensor, Tensor]:
        """Tokens [S, T] of all sentences and which text each is of [S]; an empty text is one empty sentence."""
        rows = [(i, row) for i, text in enumerate(texts) for row in self._rows_of(text)]
        tokens = torch.full((len(rows), max(len(row) for _, row in rows)), self.vocabulary + 1)
        for at, (_, row) in enumerate(rows):
            tokens[at, : len(row)] = torch.tensor(row)
        return tokens, torch.tensor([i for i, _ in rows])

    def _rows_of(self, text: str) -> list[Row]:
        return [row for sentence in split_sentences(text) for row in self._rows(sentence)] or [(self.vocabulary,)]

    def _read(self, sentence: str) -> tuple[Row, ...]:
        """One row, opened by a token of its own, for each `LONGEST` tokens."""
        ids: list[int] = self.tokenizer.encode(f" {sentence.lower()}", add_special_tokens=False).ids
        return tuple((self.vocabulary, *ids[i : i + LONGEST]) for i in range(0, len(ids), LONGEST))


def open_words(folder: Path) -> Words:
    """The tokenizer of a model folder. Raises SightlineError where there is none."""
    path = folder / "tokenizer.json"
    if not path.is_file():
        raise SightlineError(f"`{folder}`: no tokenizer.json there, name the folder of a model that stage align made.")
    try:
        return Words(Tokenizer.from_file(str(path)))
    except Exception as error:  # tokenizers raises nothing more special
        raise SightlineError(f"`{path}`: cannot be read as a tokenizer, copy the model again.") from error
