"""Documents as users have them, and a knowledge base without any."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from retrieval.knowledge.base import KnowledgeBase

GUIDELINE = """# Drainage of effusions

Our *house rule*: a parapneumonic effusion deeper than **25 mm** is [tapped](http://localhost/x) the same day.

## Films after drainage

- A film within four hours.
- Compare it with the film before.

| finding | who is called |
|---|---|
| pneumothorax | the surgeon |
"""


@pytest.fixture
def guideline(tmp_path: Path) -> Path:
    path = tmp_path / "house.md"
    path.write_text(GUIDELINE, encoding="utf-8")
    return path


@pytest.fixture
def base(tmp_path: Path) -> KnowledgeBase:
    return KnowledgeBase(tmp_path / "documents.sqlite")


@pytest.fixture
def pdf(tmp_path: Path) -> Callable[..., Path]:
    """`pdf(pages)`: a PDF with these lines on each page."""
    from reportlab.pdfgen.canvas import Canvas

    def make(pages: Sequence[Sequence[str]], name: str = "guide.pdf") -> Path:
        buffer = io.BytesIO()
        canvas = Canvas(buffer)
        for lines in pages:
            for row, line in enumerate(lines):
                canvas.drawString(72, 760 - 16 * row, line)
            canvas.showPage()
        canvas.save()
        path = tmp_path / name
        path.write_bytes(buffer.getvalue())
        return path

    return make
