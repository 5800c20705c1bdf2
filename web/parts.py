"""Pieces of which the page is made."""

from __future__ import annotations

from typing import Any

import gradio as gr


def html(value: str, **options: Any) -> gr.HTML:
    """Markup of our own, styled by our own sheet alone."""
    return gr.HTML(value, apply_default_css=False, padding=False, **options)
