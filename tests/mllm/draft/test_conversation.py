from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from mllm.draft.assistant import Assistant
from mllm.draft.conversation import answer_claims
from radiology.study import Certainty, Side, Study

Make = Callable[..., Any]
LIT = [("pleural_effusion", 0.75, 0.7)]


def test_only_the_first_turn_carries_the_images(study: Study, heads: Make, writer: Make) -> None:
    engine = writer("A left pleural effusion.", "Left.")
    conversation = Assistant(engine, heads(lit=LIT)).converse(study)
    assert "".join(piece.text for piece in conversation.ask("What is seen?")) == "A left pleural effusion."
    assert "".join(piece.text for piece in conversation.ask("On which side is the effusion?")) == "Left."
    first, second = engine.requests
    assert [message.role for message in second.messages] == ["user", "assistant", "user"]
    assert second.messages[:1] == first.messages
    assert second.messages[1].text == "A left pleural effusion."
    assert "<image>" not in second.messages[2].text
    assert len(second.images) == 1


def test_what_is_streamed_has_no_markup_and_brings_its_evidence(study: Study, heads: Make, writer: Make) -> None:
    engine = writer("A <obj>left pleural effusion<box view=F>60,50,95,90</box></obj>.")
    conversation = Assistant(engine, heads(lit=LIT)).converse(study)
    assert "".join(piece.text for piece in conversation.ask("What is seen?")) == "A left pleural effusion."
    assert conversation.last is not None
    assert [e.kind for e in conversation.last.sentences[0].evidence] == ["region"]
    assert conversation.last.sentences[0].boxes != ()


def test_a_refusal_reaches_neither_engine_nor_history(study: Study, heads: Make, writer: Make) -> None:
    engine = writer("Nothing.")
    conversation = Assistant(engine, heads()).converse(study)
    refused = conversation.answer("What is the capital of France?")
    assert refused.refused
    assert "Is there a pleural effusion?" in refused.text
    assert "".join(piece.text for piece in conversation.ask("Wie geht es dir heute?")) == refused.text
    assert engine.requests == []
    list(conversation.ask("What is seen?"))
    assert len(engine.requests[0].messages) == 1


def test_a_closed_question_has_a_probability_and_evidence(study: Study, heads: Make, writer: Make) -> None:
    conversation = Assistant(writer(chances=(0.8, 0.2)), heads(lit=LIT)).converse(study)
    answer = conversation.answer("Is there a left pleural effusion?")
    assert (answer.text, answer.probability) == ("yes", 0.8)
    assert answer.distribution == {"yes": 0.8, "no": 0.2}
    assert [e.kind for e in answer.sentences[0].evidence] == ["region"]


def test_a_yes_against_the_heads_says_so(study: Study, heads: Make, writer: Make) -> None:
    answer = Assistant(writer(chances=(0.8, 0.2)), heads()).converse(study).answer("Is there a nodule?")
    assert answer.sentences[0].flags == ("unsupported", "disagreement: heads see no nodule (.03, below .10)")


def test_choices_are_shown_to_the_model_and_chosen_from(study: Study, heads: Make, writer: Make) -> None:
    engine = writer(chances=(0.3, 0.7))
    answer = Assistant(engine, heads()).converse(study).answer("Which of these is present?", ("nodule", "edema"))
    assert (answer.text, answer.probability) == ("edema", 0.7)
    assert "Options: nodule; edema." in engine.requests[0].messages[0].text


def test_an_open_answer_has_the_probability_of_its_words(study: Study, heads: Make, writer: Make) -> None:
    answer = Assistant(writer("left"), heads()).converse(study).answer("On which side is the nodule?")
    assert answer.text == "left"
    assert answer.probability == pytest.approx(0.5)
    assert "unsupported" in answer.sentences[0].flags


def test_a_reader_who_stops_leaves_what_was_said(study: Study, heads: Make, writer: Make) -> None:
    engine = writer("A left pleural effusion.", "Left.")
    conversation = Assistant(engine, heads()).converse(study)
    stream = conversation.ask("What is seen?")
    next(stream)
    stream.close()
    list(conversation.ask("Where is it?"))
    assert engine.requests[1].messages[1].text == "A lef"


def test_two_conversations_share_nothing(study: Study, heads: Make, writer: Make) -> None:
    engine = writer("Nothing.", "Nothing.")
    assistant = Assistant(engine, heads())
    list(assistant.converse(study).ask("What is seen?"))
    list(assistant.converse(study).ask("What is seen?"))
    assert len(engine.requests[1].messages) == 1


@pytest.mark.parametrize(
    ("question", "answer", "certainty", "side"),
    [
        ("Is there a pleural effusion?", "yes", Certainty.PRESENT, None),
        ("Is there a left pleural effusion?", "No.", Certainty.ABSENT, Side.LEFT),
        ("On which side is the pleural effusion?", "both", Certainty.PRESENT, Side.BILATERAL),
        ("Where is the pleural effusion?", "base of the right lung", Certainty.PRESENT, Side.RIGHT),
    ],
)
def test_a_bare_answer_states_what_was_asked(
    question: str, answer: str, certainty: Certainty, side: Side | None
) -> None:
    (claim,) = answer_claims(question, answer)
    (mention,) = claim.mentions
    assert (mention.finding.name, mention.finding.certainty, mention.finding.side) == (
        "pleural_effusion",
        certainty,
        side,
    )


def test_other_answers_speak_for_themselves() -> None:
    assert answer_claims("Is there an effusion?", "There is a nodule.") == ()
    assert answer_claims("What plane is this?", "frontal") == ()
    assert answer_claims("Is this a PA film?", "yes") == ()
    assert answer_claims("Is the chest free of pneumothorax?", "no") == ()
