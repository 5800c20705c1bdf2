"""Fonts, colours and styles of the PDF. The font is DejaVu Sans, which comes with matplotlib."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from reportlab.lib.colors import HexColor
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

PLAIN, BOLD = "DejaVuSans", "DejaVuSans-Bold"
INK, GREY, RED = HexColor("#1a1a1a"), HexColor("#5f6670"), HexColor("#a3261b")
DRAWN, SEEN = HexColor("#d35400"), HexColor("#1f77b4")
"""Boxes of the draft, and of the heads."""


@cache
def register_fonts() -> None:
    """It has Latin, Greek, Cyrillic, Arabic and more; a letter that it lacks is shown as an empty box."""
    import matplotlib as mpl

    folder = Path(mpl.get_data_path()) / "fonts" / "ttf"
    for name in (PLAIN, BOLD):
        pdfmetrics.registerFont(TTFont(name, str(folder / f"{name}.ttf")))


@cache
def styles() -> dict[str, ParagraphStyle]:
    """By name. A line before one of the same sentence is kept with it."""
    base = ParagraphStyle("base", fontName=PLAIN, fontSize=10, leading=14, textColor=INK, splitLongWords=True)
    return {
        "title": ParagraphStyle("title", base, fontName=BOLD, fontSize=15, leading=20),
        "heading": ParagraphStyle(
            "heading", base, fontName=BOLD, fontSize=12, leading=16, spaceBefore=10, keepWithNext=1
        ),
        "sentence": ParagraphStyle("sentence", base, spaceBefore=7, allowWidows=0, allowOrphans=0),
        "small": ParagraphStyle("small", base, fontSize=8, leading=11, textColor=GREY, leftIndent=12),
        "remark": ParagraphStyle("remark", base, fontSize=8, leading=11, textColor=RED, leftIndent=12),
    }
