from __future__ import annotations

import pytest

from eval.report.diff import Piece, word_diff


def same(text: str) -> Piece:
    return Piece(text, True)


def own(text: str) -> Piece:
    return Piece(text, False)


@pytest.mark.parametrize(
    ("reference", "prediction", "left", "right"),
    [
        ("No nodule.", "No nodule.", (same("No nodule."),), (same("No nodule."),)),
        ("A left effusion.", "A right effusion.", (same("A "), own("left"), same(" effusion.")),
         (same("A "), own("right"), same(" effusion."))),
        ("The heart, enlarged", "the Heart enlarged.", (same("The heart, enlarged"),), (same("the Heart enlarged."),)),
        ("Nodule", "", (own("Nodule"),), ()),
        ("", "", (), ()),
        ("one\ntwo", "one\nthree", (same("one\n"), own("two")), (same("one\n"), own("three"))),
    ],
)  # fmt: skip
def test_words_that_only_one_text_has(
    reference: str, prediction: str, left: tuple[Piece, ...], right: tuple[Piece, ...]
) -> None:
    assert word_diff(reference, prediction) == (left, right)


def test_the_pieces_are_the_whole_text() -> None:
    texts = "No  acute disease.\nImpression: - normal", "Small effusion .\n\nImpression: - no acute disease "
    for text, pieces in zip(texts, word_diff(*texts), strict=True):
        assert "".join(piece.text for piece in pieces) == text.rstrip()
