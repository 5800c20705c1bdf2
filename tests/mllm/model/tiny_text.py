"""A model folder with a tiny tower, heads, a tokenizer and a text side, all of random weights."""

from __future__ import annotations

from pathlib import Path

import torch
from tokenizers import Tokenizer, models, pre_tokenizers, trainers

from mllm.model.heads import Heads, HeadsCard, new_tower, open_perception, save_heads, tower_hash
from mllm.model.text_head import LocalText, TextCard, TextHead, open_text, save_text, space_hash
from mllm.model.text_words import open_words

SIZE, WIDTH, EMBEDDING = 48, 32, 7
CORPUS = ("there is a small left pleural effusion", "no right pneumothorax", "the heart is large and the lungs clear")


def write_tokenizer(folder: Path, *more: str) -> None:
    tokenizer = Tokenizer(models.BPE(byte_fallback=True))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(vocab_size=330, initial_alphabet=alphabet, special_tokens=["<pad>"])
    tokenizer.train_from_iterator([*CORPUS, *more], trainer)
    tokenizer.save(str(folder / "tokenizer.json"))


def save_model(folder: Path, seed: int = 0) -> None:
    torch.manual_seed(seed)
    tower = new_tower(WIDTH, 1, 2, SIZE)
    card = HeadsCard(image=("nodule",), embedding=EMBEDDING, tower_hash=tower_hash(tower))
    tower.save_pretrained(folder / "tower")
    save_heads(folder, Heads(WIDTH, card), card)
    write_tokenizer(folder)


def save_side(folder: Path, **options: int) -> LocalText:
    torch.manual_seed(5)
    perception, words = open_perception(folder), open_words(folder)
    shape = {"width": 12, "layers": 1, "heads": 3, **options}
    card = TextCard(
        space=space_hash(perception), tokens=words.hash, vocabulary=words.vocabulary, embedding=EMBEDDING, **shape
    )
    save_text(folder, TextHead(card), card)
    return open_text(folder, perception)
