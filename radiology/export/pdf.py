"""A draft as a PDF: the films with their boxes, then each sentence with its confidence, its evidence and its flags."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence

from markupsafe import escape
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, KeepTogether, Paragraph, SimpleDocTemplate, Spacer, Table

from radiology.export.marks import Mark, marks_by_view
from radiology.export.pdf_film import FilmDrawing
from radiology.export.pdf_style import BOLD, DRAWN, GREY, PLAIN, register_fonts, styles
from radiology.export.wording import percent, plain, remarks, source_of
from radiology.study import Draft, DraftSentence, Study

_MARGIN = 18 * mm
_GAP = 4 * mm
_INSET = 6
"""Points that reportlab leaves free inside a page's margins."""
_WIDTH = A4[0] - 2 * _MARGIN
_FILM_HEIGHT = A4[1] * 0.4
_SIDES = ("LEFT", "RIGHT", "TOP", "BOTTOM")
_CELLS = [("VALIGN", (0, 0), (-1, -1), "TOP"), *((f"{side}PADDING", (0, 0), (-1, -1), 0) for side in _SIDES)]


def to_pdf(draft: Draft, study: Study) -> bytes:
    """A4 pages with the notice on each; the same bytes for the same draft and films.

    Raises SightlineError for a film that cannot be read and for boxes in films that are not there.
    """
    register_fonts()
    marks = marks_by_view(draft, study)
    buffer = io.BytesIO()
    document = SimpleDocTemplate(
        buffer,
        pagesize=A4,
        leftMargin=_MARGIN - _INSET,
        rightMargin=_MARGIN - _INSET,
        topMargin=_MARGIN,
        bottomMargin=_MARGIN,
        title=draft.notice,
        author="Sightline",
        invariant=1,
    )

    def frame(canvas: Canvas, _: SimpleDocTemplate) -> None:
        _frame(canvas, draft)

    document.build([*_head(draft), *_films(study, marks), *_sentences(draft)], onFirstPage=frame, onLaterPages=frame)
    return buffer.getvalue()


def _frame(canvas: Canvas, draft: Draft) -> None:
    """Above and below every page: the notice, the model, the number of the page."""
    canvas.saveState()
    canvas.setFillColor(DRAWN)
    canvas.setFont(BOLD, 9)
    canvas.drawString(_MARGIN, A4[1] - 0.6 * _MARGIN, f"{draft.notice}.")
    canvas.setFillColor(GREY)
    canvas.setFont(PLAIN, 7)
    model = f"Model {plain(draft.model.id)[:60]} ({plain(draft.model.hash)[:12]})"
    canvas.drawString(_MARGIN, 0.5 * _MARGIN, model)
    canvas.drawRightString(A4[0] - _MARGIN, 0.5 * _MARGIN, f"{draft.notice}. Page {canvas.getPageNumber()}")
    canvas.restoreState()


def _head(draft: Draft) -> Iterator[Flowable]:
    yield _paragraph("Draft report of a chest film", "title")
    yield _paragraph(f"Study {draft.study_id}", "small")
    for flag in draft.flags:
        yield _paragraph(f"Flag: {flag}", "remark")
    yield Spacer(0, _GAP)


def _films(study: Study, marks: Mapping[str, Sequence[Mark]]) -> Iterator[Flowable]:
    """Two in a row."""
    width = (_WIDTH - _GAP) / 2 if len(study.views) > 1 else _WIDTH
    drawings = [FilmDrawing(view, marks[view.id], width, _FILM_HEIGHT) for view in study.views]
    for i in range(0, len(drawings), 2):
        row = drawings[i : i + 2]
        yield Table([row], colWidths=[width + _GAP, width][: len(row)], hAlign="LEFT", style=_CELLS)
        yield Spacer(0, _GAP)
    if any(marks.values()):
        yield _paragraph("Solid: boxes of the draft. Dashed: what the heads see. Numbers: the sentences.", "small")


def _sentences(draft: Draft) -> Iterator[Flowable]:
    for section in ("findings", "impression"):
        numbered = [(n, s) for n, s in enumerate(draft.sentences, 1) if s.section == section]
        if numbered:
            yield _paragraph(section.capitalize(), "heading")
        for number, sentence in numbered:
            yield KeepTogether(list(_sentence(number, sentence)))
    if not draft.sentences:
        yield _paragraph("The draft holds no sentence.", "sentence")


def _sentence(number: int, sentence: DraftSentence) -> Iterator[Flowable]:
    yield _paragraph(f"{number}. {sentence.text}", "sentence")
    if sentence.confidence is not None:
        yield _paragraph(f"confidence {percent(sentence.confidence):g} %", "small")
    for remark in remarks(sentence):
        yield _paragraph(f"! {remark}", "remark")
    for evidence in sentence.evidence:
        yield _paragraph(source_of(evidence), "small")


def _paragraph(text: str, style: str) -> Paragraph:
    return Paragraph(str(escape(plain(text))), styles()[style])
