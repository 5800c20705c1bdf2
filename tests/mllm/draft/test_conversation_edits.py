"""Edit commands in a conversation, between its questions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from mllm.draft.assistant import Assistant
from mllm.draft.conversation import Conversation
from mllm.draft.editing.edit import Edit
from radiology.errors import SightlineError
from radiology.study import Draft, DraftSentence, Study

Make = Callable[..., Any]
REPORT = "Findings: A left pleural effusion. A right nodule. Impression: Left pleural effusion."


def _texts(conversation: Conversation) -> list[str]:
    draft = conversation.draft
    assert draft is not None
    return [sentence.text for sentence in draft.sentences]


def _say(conversation: Conversation, text: str) -> str:
    return "".join(piece.text for piece in conversation.ask(text))


@pytest.fixture
def talk(study: Study, heads: Make, writer: Make) -> Callable[..., Conversation]:
    """A conversation over the draft that the engine wrote, and what it will answer then."""

    def make(*answers: str, report: str = REPORT) -> Conversation:
        assistant = Assistant(writer(report, *answers), heads(lit=[("pleural_effusion", 0.75, 0.7)]))
        draft = assistant.draft(study)
        conversation = assistant.converse(study)
        conversation.draft = draft
        return conversation

    return make


def test_the_answer_to_a_command_is_the_diff(talk: Make) -> None:
    conversation = talk()
    before = conversation.draft
    said = _say(conversation, "remove the effusion")
    assert said.splitlines() == [
        "Findings",
        "- A left pleural effusion.",
        "Impression",
        "- Left pleural effusion.",
        "The impression now says nothing.",
    ]
    assert _texts(conversation) == ["A right nodule."]
    assert conversation.last is not None
    assert conversation.last.edit is not None
    assert conversation.last.edit.before is before
    assert not conversation.last.refused


def test_a_command_reaches_no_engine_and_a_question_still_does(talk: Make) -> None:
    conversation = talk("A right nodule.")
    assert conversation.answer("remove the effusion").edit is not None
    assert _say(conversation, "What is seen?") == "A right nodule."


@pytest.mark.parametrize("question", ["Where is the nodule?", "Is there a nodule?"])
def test_it_is_what_a_question_asked_about(talk: Make, question: str) -> None:
    conversation = talk("In the lung.")
    conversation.answer(question)
    _say(conversation, "it is on the left")
    assert _texts(conversation)[1] == "A left nodule."


def test_it_is_what_an_answer_spoke_of(talk: Make) -> None:
    conversation = talk("There is a left pleural effusion.")
    _say(conversation, "What abnormalities are seen?")
    _say(conversation, "call it possible")
    assert _texts(conversation)[0] == "Possible left pleural effusion."
    _say(conversation, "it is moderate")
    assert _texts(conversation)[0] == "Possible moderate left pleural effusion."


def test_two_candidates_get_the_choices(talk: Make) -> None:
    conversation = talk("A left pleural effusion and a right nodule.")
    _say(conversation, "What is seen?")
    said = _say(conversation, "remove it")
    assert said == "`it`: may be pleural effusion on the left or nodule on the right, say which one."
    assert conversation.last is not None
    assert conversation.last.refused
    assert len(_texts(conversation)) == 3


def test_undo_and_shorter(talk: Make) -> None:
    conversation = talk()
    _say(conversation, "shorter")
    assert _texts(conversation) == ["Left pleural effusion."]
    assert "+ A right nodule." in _say(conversation, "undo")
    assert len(_texts(conversation)) == 3
    assert "nothing to undo" in _say(conversation, "undo")


def test_without_a_draft_a_command_says_what_to_do(study: Study, heads: Make, writer: Make) -> None:
    conversation = Assistant(writer(), heads()).converse(study)
    assert "draft the report first" in _say(conversation, "remove the effusion")
    with pytest.raises(SightlineError, match="draft the report first"):
        conversation.edit("shorter")
    assert conversation.edit("What is seen?") is None


def test_the_first_command_may_make_the_draft(study: Study, heads: Make, writer: Make) -> None:
    assistant = Assistant(writer(REPORT), heads())
    conversation = assistant.converse(study)
    made: list[Draft] = []
    conversation.drafting = lambda: made.append(assistant.draft(study)) or made[-1]  # type: ignore[func-returns-value]
    said = _say(conversation, "remove the nodule")
    assert said.splitlines()[:3] == ["Drafted:", "Findings", "  A left pleural effusion."]
    assert said.splitlines()[-3:] == ["Changed:", "Findings", "- A right nodule."]
    _say(conversation, "undo")
    assert conversation.draft is made[0]
    assert len(made) == 1


def test_a_refusal_names_the_edits_only_with_a_draft(talk: Make, study: Study, heads: Make, writer: Make) -> None:
    assert "Or change the draft: remove the effusion;" in _say(talk(), "What is the capital of France?")
    alone = Assistant(writer(), heads()).converse(study)
    assert "Or change the draft" not in _say(alone, "What is the capital of France?")


def test_one_users_edit_leaves_the_draft_of_another(talk: Make) -> None:
    one, other = talk(), talk()
    _say(one, "remove the effusion")
    assert len(_texts(other)) == 3


def test_sentences_that_were_not_edited_keep_what_they_had(talk: Make) -> None:
    conversation = talk()
    before = conversation.draft.sentences
    _say(conversation, "the effusion is on the right")
    after: tuple[DraftSentence, ...] = conversation.draft.sentences
    assert after[1] is before[1]
    assert [("edited" in s.flags) for s in after] == [True, False, True]


def test_an_edit_stands_only_once_it_is_recorded(talk: Make) -> None:
    conversation = talk()
    before, told = conversation.draft, list[str]()

    def refuse(edit: Edit) -> None:
        assert conversation.draft is before
        told.append(edit.command)
        raise SightlineError("the log is full.")

    conversation.record = refuse
    assert _say(conversation, "remove the effusion") == "the log is full."
    assert conversation.draft is before
    conversation.record = lambda edit: told.append(edit.command)
    _say(conversation, "remove the effusion")
    _say(conversation, "undo")
    assert _texts(conversation) == [sentence.text for sentence in before.sentences]
    assert told == ["remove the effusion", "remove the effusion", "undo"]


def test_to_cancel_a_conversation_cancels_its_session(talk: Make) -> None:
    conversation = talk()
    cancelled: list[int] = []
    conversation._session.cancel = lambda: cancelled.append(1)
    conversation.cancel()
    assert cancelled == [1]
