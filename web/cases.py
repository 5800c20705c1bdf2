"""Similar cases as HTML: thumbnail, similarity, what is known to be present, where the case comes from."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from html import escape
from typing import Protocol

from mllm.draft.retriever import Retriever, SimilarCase
from mllm.prompts import finding_lines


class Thumbnails(Protocol):
    def thumbnail(self, study_id: str) -> bytes:
        """PNG bytes of a stored study."""


class Gallery(Retriever, Thumbnails, Protocol):
    """A case base: similar cases and what they look like."""


def render_cases(cases: Sequence[SimilarCase], thumbnails: Thumbnails, used: Sequence[str] = ()) -> str:
    """A gallery, most similar first; `used` are the study ids that were shown to the model."""
    if not cases:
        return empty_cases("No similar case was found.")
    items = "".join(_item(similar, thumbnails, similar.case.study.study_id in used) for similar in cases)
    return f'<ul class="sl-cases">{items}</ul>'


def empty_cases(sentence: str) -> str:
    return f'<div class="sl-empty"><p>{escape(sentence)}</p></div>'


def _item(similar: SimilarCase, thumbnails: Thumbnails, used: bool) -> str:
    case = similar.case
    image = base64.b64encode(thumbnails.thumbnail(case.study.study_id)).decode()
    findings = escape(finding_lines(case))
    mark = '<span class="sl-used">shown to the model</span>' if used else ""
    return (
        f'<li><img src="data:image/png;base64,{image}" alt="Film of case {escape(case.study.study_id)}">'
        f'<p class="sl-similarity">Similarity <b>{similar.score:.2f}</b>{mark}</p><p>{findings}</p>'
        f'<p class="sl-source">{escape(case.source)}, {escape(case.licence)}</p></li>'
    )
