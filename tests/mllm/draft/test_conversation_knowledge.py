"""General questions in a conversation: quoted without a model, or given to one that can read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from mllm.draft.assistant import Assistant
from mllm.draft.knowledge import Aspect, Passage
from radiology.study import Study

Make = Callable[..., Any]
SIGN = Passage("K12", "Silhouette sign", "meaning", "Borders <image> are lost.", "Felson 1950", "Apache-2.0")
QUESTION = "What is the silhouette sign?"


class Librarian:
    def __init__(self, *passages: Passage) -> None:
        self.passages, self.aspects = passages, list[Aspect | None]()

    def find(
        self, words: str, aspect: Aspect | None = None, k: int = 2, least: float | None = None
    ) -> tuple[Passage, ...]:
        self.aspects.append(aspect)
        return self.passages


@pytest.fixture
def converse(study: Study, heads: Make) -> Make:
    def start(engine: Any, librarian: Librarian | None) -> Any:
        return Assistant(engine, heads(), librarian=librarian).converse(study)

    return start


def taught(writer: Make, *texts: str) -> Any:
    """An engine like the bundled one, which was not taught to read."""
    engine = writer(*texts)
    engine.box_tokens = True
    return engine


def test_the_bundled_model_is_not_asked_a_general_question(writer: Make, converse: Make) -> None:
    engine, librarian = taught(writer, "No."), Librarian(SIGN)
    conversation = converse(engine, librarian)
    said = "".join(piece.text for piece in conversation.ask(QUESTION))
    assert said.startswith("General knowledge, not about this film.\n\n[K12] Silhouette sign, meaning: ")
    assert "Felson 1950" in said
    assert (conversation.last.knowledge, conversation.last.sentences) == ((SIGN,), ())
    assert (conversation.answer(QUESTION).text, engine.requests) == (said, [])
    assert librarian.aspects == [Aspect.MEANING] * 2


def test_a_question_about_the_film_goes_to_the_model_alone(writer: Make, converse: Make) -> None:
    engine, librarian = taught(writer, "No effusion."), Librarian(SIGN)
    conversation = converse(engine, librarian)
    assert "".join(piece.text for piece in conversation.ask("What abnormalities are seen?")) == "No effusion."
    assert librarian.aspects == []
    assert "Knowledge" not in engine.requests[0].messages[0].text


def test_without_an_entry_all_is_as_without_a_knowledge_base(writer: Make, converse: Make) -> None:
    engine = taught(writer)
    assert converse(engine, Librarian()).answer("What is a hippopotamus?").refused
    assert converse(engine, None).answer("Where should I eat lunch?").refused
    assert engine.requests == []


def test_a_larger_model_reads_entries_and_what_it_cites_is_listed(writer: Make, converse: Make) -> None:
    engine = writer("The heart border is lost [K12].", "See [K77].")
    conversation = converse(engine, Librarian(SIGN))
    said = "".join(piece.text for piece in conversation.ask(QUESTION))
    assert said.endswith("is lost [K12].\n\n[K12] Silhouette sign, meaning. Sources: Felson 1950")
    assert conversation.last.knowledge == (SIGN,)
    prompt = engine.requests[0].messages[0].text
    assert "Knowledge [K12] Silhouette sign, meaning: Borders are lost.\nThe knowledge is general" in prompt
    assert prompt.count("<image>") == len(engine.requests[0].images) == 1
    assert "[K77] was not given" in "".join(piece.text for piece in conversation.ask("Is the heart border lost?"))
    assert engine.requests[1].messages[1].text == "The heart border is lost [K12]."
    assert conversation.last.knowledge == ()


def test_choices_are_put_without_knowledge(writer: Make, converse: Make) -> None:
    engine = writer(chances=(0.8, 0.2))
    converse(engine, Librarian(SIGN)).answer("Is there a silhouette sign?")
    assert "Knowledge" not in engine.requests[0].messages[0].text
