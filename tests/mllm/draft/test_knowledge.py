from __future__ import annotations

import pytest

from mllm.draft.knowledge import Aspect, Passage, cited, interpreted, quotation, sources
from radiology.reading.mentions import read_sentence
from radiology.study import DraftSentence, Evidence

ENTRY = Passage("K13", "Pneumonia", "appearance", "An opacity. Often lobar.", "A book, 2014", "Apache-2.0", score=0.9)
HOUSE = Passage("K1001", "house.pdf", "Rules", "Call first.", "house.pdf, page 2", "own", own=False, page=2)


class Shelf:
    def __init__(self, *passages: Passage) -> None:
        self.passages, self.asked = passages, list[str]()

    def find(
        self, words: str, aspect: Aspect | None = None, k: int = 2, least: float | None = None
    ) -> tuple[Passage, ...]:
        self.asked.append(words)
        return self.passages[:k]


def sentence(text: str) -> DraftSentence:
    return DraftSentence(text=text, section="findings", findings=read_sentence(text), flags=("unsupported",))


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("Opacity in the right base, suggesting pneumonia.", "opacity pneumonia"),
        ("The opacity is consistent with pneumonia.", "opacity pneumonia"),
        ("Opacities, probably due to pneumonia.", "opacity pneumonia"),
    ],
)
def test_what_a_finding_means_gets_knowledge(text: str, asked: str) -> None:
    shelf = Shelf(ENTRY)
    after = interpreted(sentence(text), shelf)
    assert shelf.asked == [asked]
    assert [(e.kind, e.id, e.source, e.score) for e in after.evidence] == [("knowledge", "K13", "A book, 2014", 0.9)]
    assert after.evidence[0].text == "[K13] Pneumonia, appearance: An opacity."


@pytest.mark.parametrize(
    "text",
    [
        "There is a pneumonia in the right lower lobe.",
        "No pneumothorax.",
        "Opacity and pneumonia on the right.",
        "Findings are consistent with pneumonia.",
        "This suggests that the tube is in place.",
    ],
)
def test_that_a_finding_is_there_gets_none(text: str) -> None:
    shelf = Shelf(ENTRY)
    assert interpreted(sentence(text), shelf) == sentence(text)
    assert shelf.asked == []


def test_a_paragraph_that_speaks_of_one_of_them_is_no_evidence() -> None:
    shelf = Shelf(ENTRY, HOUSE)
    assert interpreted(sentence("Opacity suggesting atelectasis."), shelf).evidence == ()
    assert interpreted(sentence("Effusion suggesting pneumonia."), shelf).evidence == ()


def test_it_takes_no_flag_away_and_no_evidence() -> None:
    region = Evidence(kind="region", id="frontal/opacity", text="seen", score=0.9)
    before = sentence("Opacity suggesting pneumonia.").model_copy(update={"evidence": (region,)})
    after = interpreted(before, Shelf(ENTRY))
    assert after.flags == ("unsupported",)
    assert after.evidence[0] == region
    assert interpreted(before, None) == before
    assert interpreted(before, Shelf()) == before


def test_a_quotation_names_id_place_and_source_and_says_what_it_is_not_about() -> None:
    assert quotation((ENTRY, HOUSE)).split("\n") == [
        "General knowledge, not about this film.",
        "",
        "[K13] Pneumonia, appearance: An opacity. Often lobar.",
        "Sources: A book, 2014",
        "",
        "[K1001] house.pdf, page 2, Rules (a document that was added here): \u201cCall first.\u201d",
    ]


def test_what_a_model_cites_is_resolved_and_what_it_makes_up_is_said() -> None:
    text = "It is lobar [K13, K1001], see [K99]. Not K13 or [13]."
    assert cited(text, (ENTRY, HOUSE)) == (ENTRY, HOUSE)
    assert [line.split("]")[0] for line in sources(text, (ENTRY, HOUSE)).split("\n")] == ["[K13", "[K1001", "[K99"]
    assert "was not given" in sources(text, (ENTRY, HOUSE)).split("\n")[2]
    assert sources("Nothing is cited.", (ENTRY,)) == ""
