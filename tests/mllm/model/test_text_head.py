"""The text side on a tiny tower: what it reads, that it is saved whole, and whose it is."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from mllm.model.heads import GridGate, Heads, LocalPerception, open_perception, save_heads
from mllm.model.text_head import LocalText, TextCard, TextHead, open_text, save_text
from mllm.model.text_words import LONGEST, Words, open_words
from radiology.errors import SightlineError
from tests.mllm.model.tiny_text import CORPUS, EMBEDDING, WIDTH, save_model, save_side, write_tokenizer


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    save_model(tmp_path)
    return tmp_path


@pytest.fixture
def text(folder: Path) -> LocalText:
    return save_side(folder)


def same(text: LocalText, one: str, other: str) -> bool:
    a, b = text.embed([one, other])
    return bool(np.allclose(a, b, atol=1e-4))


def test_rows_are_of_unit_length_and_as_wide_as_a_film(text: LocalText) -> None:
    rows = text.embed([*CORPUS, "", "   \n\n ", "\U0001fac1 12.5 <pad>"])
    assert rows.shape == (6, EMBEDDING)
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
    assert text.embed([]).shape == (0, EMBEDDING)


def test_batches_do_not_change_what_is_read(text: LocalText) -> None:
    texts = [" ".join(CORPUS[i % 3].split()[: 1 + i % 6]) + ". " * (i % 2) + CORPUS[i % 2] for i in range(70)]
    alone = np.concatenate([text.embed([one]) for one in texts[:9]])
    assert np.allclose(text.embed(texts)[:9], alone, atol=1e-4)


def test_case_and_the_order_of_sentences_do_not_matter(text: LocalText) -> None:
    assert same(text, "No right pneumothorax. The HEART is large.", "the heart is large.\nNo right pneumothorax.")


def test_the_order_of_words_within_a_sentence_matters(text: LocalText) -> None:
    one, other = "small left effusion and large right pneumothorax", "small right effusion and large left pneumothorax"
    assert not same(text, one, other)


def test_a_sentence_without_an_end_is_read_to_its_last_word(text: LocalText) -> None:
    endless = "lung " * (3 * LONGEST)
    assert not same(text, f"{endless} effusion", f"{endless} pneumothorax")


def test_the_bundled_size_is_light() -> None:
    head = TextHead(TextCard(space="", tokens="", vocabulary=2600, embedding=128))
    assert sum(weight.numel() for weight in head.parameters()) < 600_000


def test_what_is_saved_is_what_is_read(folder: Path) -> None:
    first = save_side(folder)
    again = open_text(folder, open_perception(folder))
    assert np.array_equal(first.embed(CORPUS), again.embed(CORPUS))
    assert {file.name for file in folder.iterdir() if file.name.startswith((".", "text"))} == {
        "text.json",
        "text.safetensors",
    }


def test_another_gate_leaves_the_text_side_as_it_is(folder: Path) -> None:
    save_side(folder)
    perception: LocalPerception = open_perception(folder)
    card = perception.card.model_copy(update={"gate_cells": 3})
    heads = Heads(WIDTH, card)
    kept = {name: w for name, w in perception.heads.state_dict().items() if not name.startswith("gate.")}
    gate = GridGate(WIDTH, len(card.gate), 3)
    heads.load_state_dict({**kept, **{f"gate.{name}": weight for name, weight in gate.state_dict().items()}})
    save_heads(folder, heads, card)
    assert open_text(folder, open_perception(folder)).card.embedding == EMBEDDING


@pytest.mark.parametrize("changed", ["tower", "heads", "tokenizer", "weights"])
def test_the_text_side_of_something_else_is_refused(folder: Path, changed: str) -> None:
    save_side(folder)
    if changed == "tower":
        save_model(folder, seed=1)
    elif changed == "heads":
        heads = open_perception(folder).card
        save_heads(folder, Heads(WIDTH, heads), heads)
    elif changed == "tokenizer":
        write_tokenizer(folder, "another corpus of other words altogether" * 3)
    else:
        before = (folder / "text.json").read_bytes()
        torch.manual_seed(8)
        card = TextCard.model_validate_json(before)
        save_text(folder, TextHead(card), card)
        (folder / "text.json").write_bytes(before)
    with pytest.raises(SightlineError, match=r"belongs to another tower, tokenizer or set of weights"):
        open_text(folder, open_perception(folder))


@pytest.mark.parametrize("content", [b"", b"\xff", b'{"space": 3}', b"[]"])
def test_a_damaged_card_is_refused(folder: Path, content: bytes) -> None:
    save_side(folder)
    (folder / "text.json").write_bytes(content)
    with pytest.raises(SightlineError, match="does not describe a text side"):
        open_text(folder, open_perception(folder))


def test_weights_of_another_shape_than_the_card_says_are_refused(folder: Path) -> None:
    save_side(folder)
    card = TextCard.model_validate_json((folder / "text.json").read_bytes())
    (folder / "text.json").write_text(card.model_copy(update={"layers": 2}).model_dump_json())
    with pytest.raises(SightlineError, match="does not fit its card"):
        open_text(folder, open_perception(folder))


def test_a_folder_without_what_it_takes_says_so(folder: Path) -> None:
    with pytest.raises(SightlineError, match=r"train\.text"):
        open_text(folder, open_perception(folder))
    (folder / "tokenizer.json").write_text("{")
    with pytest.raises(SightlineError, match="cannot be read as a tokenizer"):
        open_words(folder)
    (folder / "tokenizer.json").unlink()
    with pytest.raises(SightlineError, match="stage align"):
        open_words(folder)


def test_every_sentence_opens_with_a_token_that_no_word_has(folder: Path) -> None:
    words: Words = open_words(folder)
    tokens, owner = words.batch(["The heart is large. The lungs are clear.", "", "No effusion"])
    assert owner.tolist() == [0, 0, 1, 2]
    assert (tokens[:, 0] == words.vocabulary).all()
    assert (tokens[:, 1:] != words.vocabulary).all()
