from __future__ import annotations

import re
from pathlib import Path

import pytest

from mllm.draft.editing.grammar import EXAMPLES, LONGEST, Command, Kind, parse
from mllm.draft.scope import EXAMPLES as QUESTIONS


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("Remove the effusion.", Command(Kind.REMOVE, "the effusion")),
        ("please delete the left pleural effusion", Command(Kind.REMOVE, "the left pleural effusion")),
        ("Can you take out the nodule?", Command(Kind.REMOVE, "the nodule")),
        ("delete the sentence about the heart", Command(Kind.DELETE, "the heart")),
        ("Delete sentence 3", Command(Kind.DELETE, number=3)),
        ("There is no pneumothorax.", Command(Kind.DENY, "there is no pneumothorax")),
        ("no effusion", Command(Kind.DENY, "no effusion")),
        ("the heart is normal", Command(Kind.DENY, "the heart is normal")),
        ("add a small left effusion", Command(Kind.ADD, to="a small left effusion")),
        ("There is a fracture of the left sixth rib", Command(Kind.ADD, to="a fracture of the left sixth rib")),
        ("it is on the left", Command(Kind.CHANGE, "it", "on the left")),
        ("No, it's on the right!", Command(Kind.CHANGE, "it", "on the right")),
        ("the effusion is on both sides", Command(Kind.CHANGE, "the effusion", "on both sides")),
        ("change the effusion to moderate", Command(Kind.CHANGE, "the effusion", "moderate")),
        ("set the side to left", Command(Kind.CHANGE, "the side", "left")),
        ("change the side of the effusion to left", Command(Kind.CHANGE, "the effusion", "left")),
        ("call it possible", Command(Kind.CHANGE, "it", "possible")),
        ("make the left effusion large", Command(Kind.CHANGE, "the left effusion", "large")),
        ("The effusion has resolved", Command(Kind.CHANGE, "the effusion", "resolved")),
        ("it is not there", Command(Kind.CHANGE, "it", "not there")),
        ("the nodule is 12 mm", Command(Kind.CHANGE, "the nodule", "12 mm")),
        ("the effusion should be on the left", Command(Kind.CHANGE, "the effusion", "on the left")),
        ("remove the nodule from the impression", Command(Kind.REMOVE, "the nodule", section="impression")),
        ("delete all sentences about the lungs", Command(Kind.DELETE, "the lungs", several=True)),
        ("remove the effusion and add a nodule", Command(Kind.SEVERAL)),
        ("remove the effusion, then make it shorter", Command(Kind.SEVERAL)),
        ("remove the effusion and the nodule", Command(Kind.REMOVE, "the effusion and the nodule")),
        ("shorter", Command(Kind.SHORTER)),
        ("Make the report a bit shorter, please.", Command(Kind.SHORTER)),
        ("just the impression", Command(Kind.SHORTER)),
        ("undo that", Command(Kind.UNDO)),
        ("redo", Command(Kind.REDO)),
    ],
)
def test_commands_are_understood(text: str, command: Command) -> None:
    assert parse(text) == command


def _documented() -> list[str]:
    """The commands in the table of the page about edits."""
    page = (Path(__file__).parents[4] / "docs" / "drafting.md").read_text(encoding="utf-8")
    rows = [line for line in page.partition("| say |")[2].partition("\n\n")[0].splitlines() if line.startswith("| `")]
    return [command for row in rows for command in re.findall(r"`([^`]+)`", row.split("|")[1])]


@pytest.mark.parametrize("text", [*EXAMPLES, *_documented()])
def test_the_examples_are_commands(text: str) -> None:
    assert parse(text) is not None


@pytest.mark.parametrize(
    "text",
    [
        *QUESTIONS,
        "Is it on the left?",
        "is there an effusion",
        "There is no effusion?",
        "Where is the nodule?",
        "Describe the lungs.",
        "List the findings with boxes.",
        "Can you see an effusion?",
        "the effusion is not on the left",
        "the effusion is interesting",
        "the film is on the left",
        "the impression",
        "left effusion",
        "what changed",
        "make sense of it",
        "",
        "  ?! ",
        "remove",
        "\x00\u2028",
        "make " * 5000,
        "it is on the left" + " " * LONGEST,
    ],
)
def test_anything_else_is_none(text: str) -> None:
    assert parse(text) is None
