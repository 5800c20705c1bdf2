"""A draft as HTML cards: each sentence with its confidence, its evidence and its flags. All text is escaped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from mllm.draft.gate import REASONS
from radiology.export.marks import seen
from radiology.study import Draft, DraftSentence, Evidence

EVIDENCE_NAMES = {
    "region": "Region",
    "absence": "Absence",
    "prior": "Prior",
    "case": "Case",
    "knowledge": "Knowledge",
}
FLAG_NAMES = {
    "unsupported": "Unsupported: no evidence found",
    "not_chest": "Does not look like a chest film",
    "not medical": "Does not look like a medical image",
    "blank": "The film is blank",
    **{flag: f"{reason[:1].upper()}{reason[1:]}" for flag, reason in REASONS.items()},
    "no finding": "States no finding",
    "uncalibrated": "No confidences: this model is not calibrated",
    "unlike calibration films": "Confidences may be far off: they were calibrated on another kind of film",
    "cut short": "Stopped at the greatest length of a draft",
    "low confidence": "Low confidence: sentences as uncertain as this are too often wrong",
    "edited": "Edited by a person",
}
GRAVE = {"unsupported", "not_chest"}
SHOWN = 3
"""Pieces of evidence a card shows at once; the others unfold."""
_TITLES = {"findings": "Findings", "impression": "Impression"}


def render_draft(sentences: Sequence[DraftSentence], draft: Draft | None = None, working: bool = False) -> str:
    """Cards of the sentences so far; with the finished `draft` also what holds for all of it."""
    if not sentences and draft is None and not working:
        return '<div class="sl-draft sl-empty"><p>The draft appears here, sentence by sentence.</p></div>'
    parts = [_flags(draft.flags) if draft else "", *(_section(name, sentences) for name in _TITLES)]
    if draft is not None:
        parts.append(_bare_impression(draft))
        parts.append(_summary(draft))
    if working:
        parts.append('<p class="sl-working" role="status">Reading the film&hellip;</p>')
    return f'<div class="sl-draft">{"".join(parts)}</div>'


def percent(confidence: float | None) -> str:
    """As in "87 %"; "no confidence" where the model is not calibrated."""
    return "no confidence" if confidence is None else f"{confidence:.0%}".replace("%", " %")


def _section(name: str, sentences: Sequence[DraftSentence]) -> str:
    cards = "".join(_card(number, each) for number, each in enumerate(sentences, 1) if each.section == name)
    return f'<h3>{_TITLES[name]}</h3><ol class="sl-cards">{cards}</ol>' if cards else ""


def _card(number: int, sentence: DraftSentence) -> str:
    state = " sl-unsupported" if "unsupported" in sentence.flags else ""
    boxed = ' title="Marked on the film"' if sentence.boxes or seen(sentence) else ""
    return (
        f'<li class="sl-card{state}" tabindex="0" data-sentence="{number}">'
        f'<div class="sl-line"><span class="sl-number"{boxed}>{number}</span>'
        f"<p>{escape(sentence.text)}</p>{_confidence(sentence.confidence)}</div>"
        f"{_chips(sentence.evidence)}{_flags(_against(sentence))}</li>"
    )


def _confidence(confidence: float | None) -> str:
    if confidence is None:
        return '<span class="sl-confidence sl-none">no confidence</span>'
    return (
        f'<span class="sl-confidence" title="Calibrated probability that all of this sentence is right">'
        f'{percent(confidence)}<i style="--share:{confidence:.3f}"></i></span>'
    )


def _chips(evidence: Sequence[Evidence]) -> str:
    if not evidence:
        return ""
    shown, more = (_list("chips", "Evidence", map(_chip, part)) for part in (evidence[:SHOWN], evidence[SHOWN:]))
    rest = len(evidence) - SHOWN
    return shown + (f'<details class="sl-more"><summary>{rest} more</summary>{more}</details>' if rest > 0 else "")


def _chip(evidence: Evidence) -> str:
    origin = " ".join((evidence.id, f"{evidence.score:.2f}", evidence.source, evidence.licence)).strip()
    return (
        f'<li class="sl-chip sl-{evidence.kind}" title="{escape(origin)}">'
        f"<b>{EVIDENCE_NAMES[evidence.kind]}</b> {escape(evidence.text)}{_work(evidence)}</li>"
    )


def _work(evidence: Evidence) -> str:
    """What knowledge rests on stands in the open: it is to be looked up."""
    return f" <cite>({escape(evidence.source)})</cite>" if evidence.kind == "knowledge" else ""


def _against(sentence: DraftSentence) -> tuple[str, ...]:
    """Flags and what checks found; a flag that only names a check gives way to the check's reason."""
    found = {fault.check: fault.reason for fault in sentence.faults}
    return (*(flag for flag in sentence.flags if flag not in found), *map(": ".join, found.items()))


def _flags(flags: Sequence[str]) -> str:
    return _list("flags", "Flags", map(_flag, flags)) if flags else ""


def _flag(flag: str) -> str:
    text = FLAG_NAMES.get(flag) or f"{flag[:1].upper()}{flag[1:]}"
    return f'<li class="sl-flag{" sl-red" if flag in GRAVE else ""}">{escape(text)}</li>'


def _list(name: str, label: str, items: Iterable[str]) -> str:
    return f'<ul class="sl-{name}" aria-label="{label}">{"".join(items)}</ul>'


def _bare_impression(draft: Draft) -> str:
    """The impression as one text, where no sentence carries it."""
    if not draft.impression or any(sentence.section == "impression" for sentence in draft.sentences):
        return ""
    return f'<h3>Impression</h3><p class="sl-impression">{escape(draft.impression)}</p>'


def _summary(draft: Draft) -> str:
    unsupported = sum("unsupported" in sentence.flags for sentence in draft.sentences)
    count = len(draft.sentences)
    seconds = sum(draft.timing.values()) if "total" not in draft.timing else draft.timing["total"]
    facts = (
        f"{count} sentence{'' if count == 1 else 's'}",
        f"{unsupported} unsupported" if unsupported else "all supported",
        f"{seconds:.1f} s",
        f"{draft.model.id} {draft.model.hash[:12]}",
    )
    return f'<p class="sl-summary">{escape(draft.notice)} &middot; {escape(" · ".join(facts))}</p>'


def evidence_line(sentences: Sequence[DraftSentence]) -> str:
    """The evidence of an answer as one plain line, to stand below it; empty when it states nothing."""
    parts = [f"{EVIDENCE_NAMES[each.kind].lower()}: {each.text}" for one in sentences for each in one.evidence[:SHOWN]]
    flags = [FLAG_NAMES.get(flag, flag) for one in sentences for flag in one.flags if flag != "no finding"]
    return "; ".join(dict.fromkeys((*flags, *parts)))
