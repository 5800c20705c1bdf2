from __future__ import annotations

import re

from web.look import HIGHLIGHTED, style_sheet


def test_braces_match_and_nothing_is_fetched() -> None:
    style = style_sheet()
    assert style.count("{") == style.count("}")
    assert not re.search(r"@import|url\(|https?:", style)


def test_each_sentence_lights_up_its_own_boxes() -> None:
    style = style_sheet()
    assert f'.sl-card[data-sentence="{HIGHLIGHTED}"]' in style
    assert 'body:has(.sl-card[data-sentence="7"]:is(:hover, :focus)) .sl-box[data-sentence~="7"] {' in style
