from __future__ import annotations

import re

import pytest

from mllm.draft.calibration.grade import LOW_CONFIDENCE, UNCALIBRATED, UNLIKE
from mllm.draft.editing.edit import EDITED
from mllm.draft.evidence import NO_FINDING, UNSUPPORTED
from mllm.draft.gate import NOT_CHEST, REASONS
from radiology.study import NOTICE, Box, Draft, DraftSentence, Evidence, Fault, ModelInfo
from tests.fake_assistant import sentences
from web.draft import FLAG_NAMES, evidence_line, percent, render_draft


def _draft(*said: DraftSentence, flags: tuple[str, ...] = (), impression: str = "") -> Draft:
    model = ModelInfo(id="m<1>", hash="abcdef0123456789")
    return Draft(
        study_id="s",
        sentences=said,
        impression=impression,
        model=model,
        prompt_hash="0",
        flags=flags,
        timing={"total": 2},
    )


def test_percent() -> None:
    assert [percent(value) for value in (0.0, 0.876, 1.0, None)] == ["0 %", "88 %", "100 %", "no confidence"]


def test_a_card_shows_sentence_confidence_evidence_and_flag() -> None:
    page = render_draft(sentences(200))
    cards = re.findall(r"<li class=\"sl-card.*?</li>(?=<li class=\"sl-card|</ol>)", page, re.S)
    assert len(cards) == 4
    assert "brightness 200" in cards[0]
    assert "87 %" in cards[0]
    assert "<b>Region</b> dense head peaks at .93" in cards[0]
    assert "<summary>2 more</summary>" in cards[0]
    assert "no confidence" in cards[2]
    assert "sl-unsupported" in cards[2]
    assert "Unsupported: no evidence found" in cards[2]
    assert "sl-unsupported" not in cards[0] + cards[1] + cards[3]


def test_sections_keep_the_numbers_of_the_whole_draft() -> None:
    page = render_draft(sentences(200))
    assert page.index("Findings") < page.index('data-sentence="3"') < page.index("Impression")
    assert page.index("Impression") < page.index('data-sentence="4"')


def test_every_text_is_escaped() -> None:
    evil = '<script>x</script>" onload="y'
    evidence = Evidence(kind="case", id=evil, text=evil, score=0.5, source=evil, licence=evil)
    said = DraftSentence(text=evil, section="findings", evidence=(evidence,), flags=(evil,))
    page = render_draft((said,), _draft(said, flags=(evil,), impression=evil))
    assert "<script" not in page
    assert '" onload' not in page
    assert page.count("&lt;script&gt;") == 8
    assert "m&lt;1&gt;" in page


def test_summary_counts_and_carries_the_notice() -> None:
    page = render_draft(sentences(200), _draft(*sentences(200)))
    assert f"{NOTICE} &middot; 4 sentences · 1 unsupported · 2.0 s" in page
    assert "abcdef012345<" in page


def test_an_impression_without_sentences_is_shown_once() -> None:
    only = sentences(200)[0]
    assert "Small heart." in render_draft((only,), _draft(only, impression="Small heart."))
    page = render_draft(sentences(200), _draft(*sentences(200), impression="Small heart."))
    assert "Small heart." not in page


def test_before_and_during_a_draft() -> None:
    assert "sentence by sentence" in render_draft(())
    assert 'role="status"' in render_draft((), working=True)
    assert 'role="status"' not in render_draft(sentences(9))


def test_what_a_check_found_is_told_once_and_with_its_reason() -> None:
    fault = Fault(check="side", reason="left in the findings, <right> in the impression")
    said = DraftSentence(text="x", section="findings", flags=("side", "low confidence"), faults=(fault,))
    page = render_draft((said,))
    assert "Side: left in the findings, &lt;right&gt; in the impression" in page
    assert page.count("sl-flag ") + page.count('sl-flag"') == 2


def test_flags_of_the_whole_study() -> None:
    assert "Does not look like a chest film" in render_draft((), _draft(flags=("not_chest",)))


def test_evidence_line_of_an_answer() -> None:
    supported, absent, unsupported = sentences(200)[:3]
    assert evidence_line((absent,)) == "absence: image-level head sees no effusion, .02"
    assert evidence_line((unsupported, absent)).startswith("Unsupported: no evidence found; absence:")
    assert evidence_line((supported,)).count("case:") == 2
    assert evidence_line(()) == ""


@pytest.mark.parametrize(
    "flag",
    [
        NOT_CHEST,
        "not medical",
        "blank",
        *REASONS,
        UNSUPPORTED,
        NO_FINDING,
        LOW_CONFIDENCE,
        UNCALIBRATED,
        UNLIKE,
        EDITED,
    ],
)
def test_every_flag_has_words_of_its_own(flag: str) -> None:
    assert FLAG_NAMES[flag] != flag
    assert len(FLAG_NAMES[flag].split()) > 2


def test_a_sentence_of_which_only_the_heads_have_a_box_is_marked_on_the_film() -> None:
    box = Box(view="frontal", x0=0, y0=0, x1=1, y1=1)
    region = Evidence(kind="region", id="frontal/x", text="seen", score=0.9, boxes=(box,))
    assert "Marked on the film" in render_draft((DraftSentence(text="x", section="findings", evidence=(region,)),))
    assert "Marked on the film" not in render_draft((DraftSentence(text="x", section="findings"),))
