from __future__ import annotations

import json

from radiology.export.json import to_json
from radiology.export.text import WIDTH, to_text
from radiology.study import NOTICE, Draft, DraftSentence, Evidence, ModelInfo

REGION = Evidence(kind="region", id="frontal/nodule", text="dense head sees nodule in the box, peak .93", score=0.93)
CASE = Evidence(
    kind="case", id="C1", text="a similar case (.81) has nodule", score=0.81, source="phantom", licence="CC0"
)
DRAFT = Draft(
    study_id="S1",
    flags=("not_chest",),
    sentences=(
        DraftSentence(text="There is a nodule.", section="findings", confidence=0.934, evidence=(REGION, CASE)),
        DraftSentence(text="No edema. " * 20, section="findings", flags=("unsupported",)),
        DraftSentence(text="Nodule.", section="impression", confidence=0.05, evidence=(CASE,) * 5),
    ),
    impression="Nodule.",
    model=ModelInfo(id="mini", hash="0123456789abcdef0123"),
    prompt_hash="ff",
    timing={"generate": 1.234, "total": 2.0},
)


def test_a_sentence_stands_with_confidence_evidence_and_flags() -> None:
    lines = to_text(DRAFT).splitlines()
    at = lines.index("   93%  There is a nodule.")
    assert lines[at + 1] == "        region: dense head sees nodule in the box, peak .93"
    assert lines[at + 2] == "        case: a similar case (.81) has nodule [phantom, CC0]"
    assert "        ! unsupported" in lines
    assert "        and 2 more" in lines
    assert lines.index("Findings") < lines.index("Impression") < lines.index("    5%  Nodule.")


def test_head_and_foot() -> None:
    lines = to_text(DRAFT).splitlines()
    assert lines[:2] == ["Study S1", "Flags: not_chest"]
    assert lines[-2] == "Model mini (0123456789ab), generate 1.23 s, total 2.00 s"
    assert lines[-1] == f"{NOTICE}."


def test_it_is_plain_text_of_a_terminals_width() -> None:
    text = to_text(DRAFT)
    assert "\x1b" not in text
    assert max(map(len, text.splitlines())) <= WIDTH


def test_an_empty_draft_says_so() -> None:
    assert "wrote no sentence" in to_text(DRAFT.model_copy(update={"sentences": ()}))


def test_json_is_one_line_and_reads_back() -> None:
    text = to_json(DRAFT)
    assert "\n" not in text
    assert json.loads(text)["schema_version"] == DRAFT.schema_version
    assert Draft.model_validate_json(text) == DRAFT
    assert to_json(DRAFT, indent=2).startswith("{\n")
