"""The PDF: pages, bytes and text that no font or markup may break."""

from __future__ import annotations

import re
import zlib
from base64 import a85decode
from pathlib import Path

import pytest

from radiology.errors import SightlineError
from radiology.export.table import export
from radiology.study import NOTICE, Draft, Study
from tests.radiology.export.drafts import CREATED, SENTENCES, draft_of, sentence


def _pdf(draft: Draft, study: Study) -> bytes:
    return export(draft, study, CREATED, "pdf")


def _pages(pdf: bytes) -> int:
    return len(re.findall(rb"/Type /Page\b", pdf))


def test_a_draft_is_one_page_with_both_films(study: Study) -> None:
    pdf = _pdf(draft_of(study), study)
    assert pdf.startswith(b"%PDF-")
    assert _pages(pdf) == 1
    assert len(re.findall(rb"/Subtype /Image", pdf)) == len(study.views)
    assert pdf == _pdf(draft_of(study), study)


def test_a_long_report_flows_over_pages(study: Study) -> None:
    endless = sentence("word " * 3000, confidence=0.5)
    assert _pages(_pdf(draft_of(study, *SENTENCES * 20), study)) > 3
    assert _pages(_pdf(draft_of(study, endless, sentence("x" * 5000)), study)) > 3


@pytest.mark.parametrize(
    "text", ["", "\x00", "左肺に結節", "العربية", "😀 " * 50, "<b>not bold", "&amp; &", "</para>", "\\"]
)
def test_any_text_is_shown_as_text(study: Study, text: str) -> None:
    draft = draft_of(study, sentence(text, flags=(text,), confidence=0.1), flags=(text,), impression=text)
    assert _pages(_pdf(draft, study)) == 1


def test_an_empty_draft_is_a_page(study: Study) -> None:
    assert _pages(_pdf(draft_of(study).model_copy(update={"sentences": ()}), study)) == 1


def test_a_box_in_a_film_that_is_not_there_is_refused(study: Study) -> None:
    frontal = study.model_copy(update={"views": study.views[:1]})
    with pytest.raises(SightlineError, match="box in view `lateral`, which is not among frontal: name all films"):
        _pdf(draft_of(study), frontal)


def test_a_film_that_has_gone_is_named(study: Study, tmp_path: Path) -> None:
    gone = study.views[0].model_copy(update={"path": str(tmp_path / "gone.dcm")})
    with pytest.raises(SightlineError, match=r"gone\.dcm`: is not there"):
        _pdf(draft_of(study, sentence("Normal.")), study.model_copy(update={"views": (gone,)}))


def test_boxes_are_drawn_where_they_lie(study: Study) -> None:
    """The first film with the solid nodule and the dashed evidence over it, in shares of the width and height drawn."""
    content = _content(_pdf(draft_of(study), study))[0]
    wide, high = max((float(w), float(h)) for w, h in _found(rb"([\d.]+) 0 0 ([\d.]+) 0 0 cm", content))
    assert wide / high == pytest.approx((200 * 0.8) / (300 * 0.5), rel=1e-3)  # oblong pixels
    boxes = [tuple(map(float, box)) for box in _found(rb"n ([\d.]+) ([\d.]+) ([\d.]+) ([\d.]+) re S", content)]
    assert boxes[0] == pytest.approx((0.2 * wide, 0.68 * high, 0.1 * wide, 0.07 * high), rel=1e-3)
    assert boxes[1] == pytest.approx((0.21 * wide, 0.69 * high, 0.12 * wide, 0.07 * high), rel=1e-3)
    assert len(boxes) == 4


def test_the_notice_is_on_every_page(study: Study) -> None:
    pages = _content(_pdf(draft_of(study, *SENTENCES * 20), study))
    assert len(pages) > 3
    assert all(page.count(NOTICE.encode()) == 2 for page in pages)


def _found(pattern: bytes, content: bytes) -> list[tuple[bytes, ...]]:
    return [match.groups() for match in re.finditer(pattern, content)]


def _content(pdf: bytes) -> list[bytes]:
    """What draws each page; fonts and films are left out."""
    streams = re.findall(
        rb"/Filter \[ /ASCII85Decode /FlateDecode \] /Length \d+\s*>>\s*stream\n(.*?)endstream", pdf, re.S
    )
    drawn = [zlib.decompress(a85decode(b"<~" + stream.strip(), adobe=True)) for stream in streams]
    return [stream for stream in drawn if b" Tf " in stream]
