from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from mllm.engine.pieces import pieces_of
from mllm.model.assembly import train_tokenizer


@pytest.fixture(scope="module")
def words() -> Any:
    return train_tokenizer(["small left pleural effusion"] * 9, 500)


def spelling(words: Any) -> Any:
    return partial(words.decode, skip_special_tokens=True)


def test_pieces_spell_the_text_and_a_character_is_never_cut(words: Any) -> None:
    text = "left é 漢 effusion 🫁."
    ids = words(text)["input_ids"]
    pieces = list(pieces_of(spelling(words), ((token, 0.5) for token in ids)))
    assert "".join(piece.text for piece in pieces) == text
    assert not any("\ufffd" in piece.text for piece in pieces)
    lung = next(piece for piece in pieces if "🫁" in piece.text)
    assert lung.probability == pytest.approx(0.5**4)  # four bytes, four tokens


def test_a_piece_comes_as_soon_as_it_is_whole(words: Any) -> None:
    taken: list[int] = []

    def tokens() -> Any:
        for token in words("left effusion")["input_ids"]:
            taken.append(token)
            yield token, 1.0

    first = next(pieces_of(spelling(words), tokens()))
    assert "left".startswith(first.text)
    assert len(taken) == 1


def test_box_tokens_have_text_and_role_tokens_have_none(words: Any) -> None:
    ids = words("<obj>left<box view=F><x_12></box></obj><|assistant|><pad>")["input_ids"]
    said = "".join(piece.text for piece in pieces_of(spelling(words), ((token, 1.0) for token in ids)))
    assert said == "<obj>left<box view=F><x_12></box></obj>"


def test_half_a_character_at_the_end_is_left_out(words: Any) -> None:
    ids = words("left 漢")["input_ids"][:-1]
    assert (
        "".join(piece.text for piece in pieces_of(spelling(words), ((token, 1.0) for token in ids))).rstrip() == "left"
    )
