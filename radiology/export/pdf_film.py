"""A film on a page of the PDF, with its boxes drawn over it as lines."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.platypus import Flowable

from radiology.export.marks import Mark
from radiology.export.pdf_style import BOLD, DRAWN, GREY, PLAIN, SEEN
from radiology.export.wording import plain
from radiology.imaging.pixels import read_pixels
from radiology.study import View

_CAPTION, _LABEL = 8, 7
_LARGEST = 1400
"""Pixels of the longer side: 200 dots an inch on half a page."""


class FilmDrawing(Flowable):  # type: ignore[misc]
    """The film of `view` as large as fits into `width` x `height` points, its pixels as wide and high as they are."""

    def __init__(self, view: View, marks: Sequence[Mark], width: float, height: float) -> None:
        super().__init__()
        self._view, self._marks = view, marks
        row, column = view.pixel_spacing or (1.0, 1.0)
        ratio = (view.height * row) / (view.width * column)
        self._wide = min(width, (height - 2 * _CAPTION) / ratio)
        self._high = self._wide * ratio
        self._image = ImageReader(io.BytesIO(_jpeg(Path(view.path))))

    def wrap(self, *_: float) -> tuple[float, float]:
        return self._wide, self._high + 2 * _CAPTION

    def draw(self) -> None:
        canvas = self.canv
        canvas.setFont(PLAIN, _CAPTION)
        canvas.setFillColor(GREY)
        canvas.drawString(0, 0.5 * _CAPTION, f"{plain(self._view.id)}, {self._view.projection.value}")
        canvas.translate(0, 2 * _CAPTION)
        canvas.drawImage(self._image, 0, 0, self._wide, self._high)
        for mark in self._marks:
            self._lines(mark)
        for mark in self._marks:
            self._numbers(mark)

    def _lines(self, mark: Mark) -> None:
        canvas, box = self.canv, mark.box
        canvas.setStrokeColor(SEEN if mark.seen else DRAWN)
        canvas.setLineWidth(1.2)
        canvas.setDash([3, 2] if mark.seen else [])
        x, y = box.x0 * self._wide, (1 - box.y1) * self._high
        canvas.rect(x, y, (box.x1 - box.x0) * self._wide, (box.y1 - box.y0) * self._high)

    def _numbers(self, mark: Mark) -> None:
        """Above the box, or below it where the heads drew it, on a ground of its colour."""
        canvas, left = self.canv, mark.box.x0 * self._wide
        ground = (1 - mark.box.y1) * self._high - _LABEL - 2 if mark.seen else (1 - mark.box.y0) * self._high
        canvas.setFillColor(SEEN if mark.seen else DRAWN)
        canvas.rect(left, ground, stringWidth(mark.label, BOLD, _LABEL) + 4, _LABEL + 2, stroke=0, fill=1)
        canvas.setFillColorRGB(1, 1, 1)
        canvas.setFont(BOLD, _LABEL)
        canvas.drawString(left + 2, ground + 2, mark.label)


def _jpeg(path: Path) -> bytes:
    """The film in grey, no larger than a page can show."""
    image = Image.fromarray(read_pixels(path))
    image.thumbnail((_LARGEST, _LARGEST), Image.Resampling.LANCZOS)
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=90)
    return buffer.getvalue()
