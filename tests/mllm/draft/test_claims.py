from __future__ import annotations

import pytest

from mllm.boxes import Frame, encode
from mllm.draft.claims import read_claims
from radiology.imaging.letterbox import Letterbox
from radiology.study import Box, Certainty

FRAMES = (Frame("F", "frontal", Letterbox(100, 100, 50)),)
LEFT = Box(view="frontal", x0=0.6, y0=0.4, x1=0.9, y1=0.8)
RIGHT = Box(view="frontal", x0=0.1, y0=0.4, x1=0.3, y1=0.8)


def test_sentences_keep_their_section_and_lose_their_markup() -> None:
    effusion = encode("small left pleural effusion", [LEFT], FRAMES, tokens=True)
    claims = read_claims(f"There is a {effusion}. No pneumothorax.\nImpression: Left pleural effusion.", FRAMES)
    assert [(claim.section, claim.text) for claim in claims] == [
        ("findings", "There is a small left pleural effusion."),
        ("findings", "No pneumothorax."),
        ("impression", "Left pleural effusion."),
    ]
    assert [len(claim.boxes) for claim in claims] == [1, 0, 0]
    assert claims[0].boxes[0].x0 == pytest.approx(0.6, abs=0.01)
    assert claims[0].mentions[0].finding.boxes == claims[0].boxes
    assert claims[1].mentions[0].finding.certainty is Certainty.ABSENT


def test_each_mention_gets_the_box_drawn_for_it() -> None:
    text = f"{encode('Right consolidation', [RIGHT], FRAMES, True)} and {encode('left nodule', [LEFT], FRAMES, True)}."
    claim = read_claims(text, FRAMES)[0]
    corners = {mention.finding.name: mention.finding.boxes[0].x0 for mention in claim.mentions}
    assert corners["consolidation"] < 0.5 < corners["nodule"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("**Findings:**\n- Cardiomegaly.\n- No effusion.\n\n**Impression:** Cardiomegaly.", "ffi"),
        ("INDICATION: Rule out pneumonia.\nFINDINGS: No pneumothorax.\nIMPRESSION:\n1. Normal chest.", "fi"),
        ("TECHNIQUE: PA view. COMPARISON: None. FINDINGS: Left pleural effusion.", "f"),
        ("", ""),
        ("...", ""),
    ],
)
def test_headings_and_bullets_of_other_writers(text: str, expected: str) -> None:
    claims = read_claims(text, FRAMES)
    assert "".join(claim.section[0] for claim in claims) == expected
    assert not any(claim.text[0] in "-*1:" for claim in claims)


def test_malformed_markup_leaves_its_text() -> None:
    claims = read_claims("Left <obj>nodule<box view=F>12,40</box></obj>. <x_3>Cardiomegaly.", FRAMES)
    assert [claim.text for claim in claims] == ["Left nodule.", "Cardiomegaly."]
    assert not any(claim.boxes for claim in claims)
