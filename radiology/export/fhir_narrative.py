"""The part of a FHIR report that a person reads."""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import Markup, escape

from radiology.export.wording import percent, plain, remarks, source_of
from radiology.study import Draft, DraftSentence


def conclusion(draft: Draft) -> str:
    """The impression behind the notice."""
    return " ".join(part for part in (f"{draft.notice}.", plain(draft.impression)) if part)


def narrative(draft: Draft) -> str:
    """XHTML: the notice, then every sentence with confidence, remarks and evidence, numbered."""
    parts = [Markup("<p><b>{}.</b></p>").format(draft.notice)]
    parts += [Markup("<p>{}</p>").format(plain(flag)) for flag in draft.flags]
    for section in ("findings", "impression"):
        items = [_item(n, s) for n, s in enumerate(draft.sentences, 1) if s.section == section]
        if items:
            parts.append(Markup("<p><b>{}</b></p>{}").format(section.capitalize(), Markup("").join(items)))
    return str(Markup('<div xmlns="http://www.w3.org/1999/xhtml">{}</div>').format(Markup("").join(parts)))


def _item(number: int, sentence: DraftSentence) -> Markup:
    lines = Markup("<br/>").join(escape(line) for line in _lines(number, sentence))
    return Markup("<p>{}</p>").format(lines)


def _lines(number: int, sentence: DraftSentence) -> Iterator[str]:
    yield f"{number}. {plain(sentence.text)}"
    if sentence.confidence is not None:
        yield f"confidence {percent(sentence.confidence):g} %"
    yield from remarks(sentence)
    yield from map(source_of, sentence.evidence)
