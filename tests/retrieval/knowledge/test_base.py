from __future__ import annotations

from pathlib import Path

import pytest

from mllm.draft.knowledge import Aspect
from radiology.errors import SightlineError
from retrieval.knowledge.base import KnowledgeBase
from retrieval.knowledge.document import read_document


def test_what_a_user_adds_stands_beside_our_own(base: KnowledgeBase, guideline: Path) -> None:
    question = "When should a parapneumonic pleural effusion be tapped?"
    assert base.find(question, Aspect.MEASURE) == ()
    base.store.add([read_document(guideline)])
    found = base.find(question, Aspect.MEASURE)
    assert {passage.id for passage in found if not passage.own} == {"K1001"}
    assert found[-1].where == "house.md, Drainage of effusions"
    base.store.remove("house.md")
    assert base.find(question, Aspect.MEASURE) == ()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "?",
        "the of and",
        '"',
        '"" OR body:*',
        "NEAR(pleural effusion)",
        "pleural* AND ^effusion",
        "a\0b'); DROP TABLE words; --",
        "{title names} : effusion",
        "effusion " * 2000,
        " ".join(f"word{n}" for n in range(5000)),
        "\u202e\u200b\ud7ff",
    ],
)
def test_whatever_is_typed_is_words_and_never_syntax(base: KnowledgeBase, text: str) -> None:
    base.find(text)
    base.find(text, Aspect.MEANING, 3, 0.5)
    assert base.find("pleural effusion", Aspect.CAUSES)[0].id == "K1"


def test_nothing_is_better_than_something_beside_the_point(base: KnowledgeBase) -> None:
    assert base.find("tax law of the moon") == ()
    assert base.find("effusion of joy at the carnival parade") == ()


def test_spelling_and_abbreviation_do_not_matter(base: KnowledgeBase) -> None:
    for words in ("pulmonary oedema", "pulmonary edema", "Pulmonary EDEMA"):
        assert base.find(words, Aspect.CAUSES)[0].id == "K16"
    assert base.find("ETT", Aspect.POSITION)[0].id == "K85"


def test_paragraphs_are_of_different_entries_and_no_more_than_asked(base: KnowledgeBase) -> None:
    found = base.find("pneumothorax", least=0.1, k=5)
    assert len({passage.id for passage in found}) == len(found) <= 5
    assert len(base.find("pneumothorax", k=1)) == 1


def test_an_entry_is_shown_whole(base: KnowledgeBase, guideline: Path) -> None:
    base.store.add([read_document(guideline)])
    assert {passage.heading for passage in base.show(" k12 ")} >= {"meaning", "mimics", "reporting"}
    assert [passage.title for passage in base.show("K1001")] == ["house.md"]
    with pytest.raises(SightlineError, match="`K999`: is no entry"):
        base.show("K999")


def test_a_damaged_file_is_named_when_it_is_opened(tmp_path: Path) -> None:
    path = tmp_path / "documents.sqlite"
    path.write_bytes(b"damaged " * 500)
    with pytest.raises(SightlineError, match=r"documents\.sqlite"):
        KnowledgeBase(path)
