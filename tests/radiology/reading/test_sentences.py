from __future__ import annotations

import pytest

from radiology.reading.sentences import split_sentences


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("No effusion. Heart size is normal.", ["No effusion.", "Heart size is normal."]),
        ("A 1.5 cm nodule. No mass.", ["A 1.5 cm nodule.", "No mass."]),
        ("1. Cardiomegaly. 2. No edema.", ["Cardiomegaly.", "No edema."]),
        ("Opacity in the apex.There is an effusion.", ["Opacity in the apex.", "There is an effusion."]),
        ("Mass vs. scar.\n- No edema\n- No effusion", ["Mass vs. scar.", "No edema", "No effusion"]),
        ("Mass VS. scar. E.g. atelectasis.", ["Mass VS. scar.", "E.g. atelectasis."]),
        ("See no. 3 first. Effusion: no. Heart: NO.", ["See no. 3 first.", "Effusion: no.", "Heart: NO."]),
        ("A small\nleft effusion.\nNo mass", ["A small\nleft effusion.", "No mass"]),
        ("Nodule in segment (6) is stable.", ["Nodule in segment (6) is stable."]),
        ("Scar vs.mass at 9 p.m.today.", ["Scar vs.mass at 9 p.m.today."]),
        ("NO EFFUSION.HEART NORMAL.", ["NO EFFUSION.", "HEART NORMAL."]),
        ("", []),
        (" \n 3. ", []),
    ],
)
def test_sentences_end_where_a_reader_ends_them(text: str, sentences: list[str]) -> None:
    assert split_sentences(text) == sentences


def test_a_text_without_stops_is_cut_at_spaces_and_loses_no_word() -> None:
    text = "left effusion and " * 400
    pieces = split_sentences(text)
    assert max(map(len, pieces)) <= 600
    assert " ".join(pieces).split() == text.split()
