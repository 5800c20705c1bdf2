"""How the page looks: `look.css`, and the rules by which a sentence lights up its boxes."""

from __future__ import annotations

from pathlib import Path

HIGHLIGHTED = 60
"""Sentences of a draft whose boxes light up with them."""


def style_sheet() -> str:
    """All of the page's style, to be put into a `<style>` element."""
    style = Path(__file__).with_name("look.css").read_text(encoding="utf-8")
    return "\n".join((style, *map(_highlight, range(1, HIGHLIGHTED + 1))))


def _highlight(number: int) -> str:
    """A sentence under the pointer or in focus lights up its boxes and dims the others."""
    active = f'body:has(.sl-card[data-sentence="{number}"]:is(:hover, :focus))'
    mine = f'[data-sentence~="{number}"]'
    return (
        f"{active} .sl-box{mine} {{ border-color: var(--sl-box-on); border-width: 3px; z-index: 2; }}"
        f"{active} .sl-box{mine} span {{ background: var(--sl-box-on); }}"
        f"{active}:has(.sl-box{mine}) .sl-box:not({mine}) {{ opacity: .3; }}"
    )
