"""A known name, id or place goes in whatever way it is written."""

from __future__ import annotations

import pytest

from radiology.imaging.deid.known import Known, name_parts
from radiology.imaging.deid.text import scrubbed

KNOWN = Known(
    names=frozenset({"Müller", "José", "Weiß", "Roemer", "O'Brien", "Quillfeather", "山田", "太郎"}),
    ids=frozenset({"QZ-778123", "44556677", "0012345"}),
    places=frozenset({"Wexcombe Infirmary"}),
)


@pytest.mark.parametrize(
    "text",
    [
        "Mueller",
        "muller",
        "Mu\u0308ller",
        "Jose\u0301",
        "JOSE",
        "WEISS",
        "Römer",
        "O\u2019Brien",
        "OBrien",
        "Quill-\n  feather",
        "Quill\u00adfeather",
        "Quill\u200bfeather",
        "\uff31uillfeather",
        "山田 太郎",
        "患者山田太郎",
        "QZ778123",
        "qz 778123",
        "4455-6677",
        "44 55 66 77",
        "12345",
        "Wexcombe\nInfirmary",
    ],
)
def test_every_spelling_is_found(text: str) -> None:
    clean = scrubbed(f"Seen: {text}.", KNOWN, lambda _: None)
    assert clean.startswith("Seen: ")
    assert set(clean.removeprefix("Seen: ").replace("[name]", "").replace("[id]", "").replace("[place]", "")) <= set(
        " 患者."
    )


def test_words_that_only_begin_alike_stay() -> None:
    text = "Roemers, miller, josephine, 445566778, 123456 and the rest."
    assert "[name]" not in scrubbed(text, KNOWN, lambda _: None)
    assert scrubbed("We do not.", Known(names=frozenset({"Doe"})), lambda _: None) == "We do not."


def test_an_ideographic_family_name_of_one_letter_goes_with_the_whole() -> None:
    known = Known(names=frozenset(name_parts("Wang^XiaoDong=王^小东")))
    assert scrubbed("患者王小东 stable", known, lambda _: None) == "患者[name] stable"
