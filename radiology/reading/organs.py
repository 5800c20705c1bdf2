"""Findings told by the state of an organ: "heart size is normal", "clear lungs", "the mediastinum is widened".

An organ takes the state just before it ("enlarged heart"), else the next one after it ("heart and mediastinum are
normal"), else that of the organ it is coordinated with ("normal heart size and mediastinal contours").
Clear lungs mean no consolidation, no infiltrate and no opacity; they say nothing of other findings.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from radiology.reading.lexicon import Hit
from radiology.study import Certainty

_LUNGS = ("consolidation", "infiltration", "opacity")
_MEANING: dict[tuple[str, str], tuple[tuple[str, ...], Certainty]] = {
    ("heart", "normal"): (("cardiomegaly",), Certainty.ABSENT),
    ("heart", "large"): (("cardiomegaly",), Certainty.PRESENT),
    ("heart", "borderline"): (("cardiomegaly",), Certainty.PRESENT),
    ("cardiomediastinum", "normal"): (("cardiomegaly", "enlarged_mediastinum"), Certainty.ABSENT),
    ("cardiomediastinum", "large"): (("enlarged_mediastinum",), Certainty.PRESENT),
    ("mediastinum", "normal"): (("enlarged_mediastinum",), Certainty.ABSENT),
    ("mediastinum", "large"): (("enlarged_mediastinum",), Certainty.PRESENT),
    ("lungs", "clear"): (_LUNGS, Certainty.ABSENT),
    ("lungs", "normal"): (_LUNGS, Certainty.ABSENT),
    ("pleura", "clear"): (("pleural_effusion",), Certainty.ABSENT),
    ("pleura", "normal"): (("pleural_effusion",), Certainty.ABSENT),
    ("vessels", "normal"): (("vascular_congestion",), Certainty.ABSENT),
    ("mediastinum", "midline"): (("mediastinal_shift",), Certainty.ABSENT),
    ("cardiomediastinum", "midline"): (("mediastinal_shift",), Certainty.ABSENT),
    ("trachea", "midline"): (("tracheal_shift",), Certainty.ABSENT),
    ("trachea", "normal"): (("tracheal_shift",), Certainty.ABSENT),
    ("hila", "normal"): (("hilar_enlargement",), Certainty.ABSENT),
    ("aorta", "normal"): (("tortuous_aorta", "aortic_dilatation"), Certainty.ABSENT),
    ("diaphragm", "normal"): (("elevated_hemidiaphragm",), Certainty.ABSENT),
    ("markings", "normal"): (("interstitial_pattern", "bronchovascular_markings"), Certainty.ABSENT),
    ("bones", "clear"): (("fracture",), Certainty.ABSENT),
    ("bones", "normal"): (("fracture",), Certainty.ABSENT),
}
_EVENT = re.compile(
    r"""\b(?:
    (?P<cardiomediastinum>cardio[\s-]?mediast\w+(?:\s+(?:silhouettes?|contours?|structures|borders?))?)
    | (?P<heart>(?:heart|cardiac|cardiopericardial|cardiothymic)(?:\s+(?:silhouette|size|shadow|contours?))*
        (?!\s+(?:failure|border|rate|valve|surgery|apex|device|pacemaker|catheter|monitor|leads|disease)))
    | (?P<mediastinum>(?:superior\s+)?mediastin(?:um
        |al(?!\s+(?:mass|shift|lymph|aden|drain|clip|surg|air|emph|fat))(?:\s+(?:silhouettes?|contours?|structures|width))?))
    | (?P<hila>hil(?:a|um|ar(?!\s+(?:lymph|node|aden|mass|calc|granul)))
        (?:\s+(?:contours?|structures|regions?|shadows?|silhouettes?|vessels|vasculature))*)
    | (?P<aorta>aort(?:a|ic(?:\s+(?:contours?|arch|knob|silhouette))+))
    | (?P<trachea>trachea(?:l\s+air\s+column)?)
    | (?P<diaphragm>(?:hemi)?diaphragms?)
    | (?P<markings>(?:interstitial|broncho-?vascular|lung|pulmonary)\s+markings)
    | (?P<lungs>(?:lungs?|lung\s+(?:fields?|zones|parenchyma|bases|apices)|pulmonary\s+parenchyma)
        (?!\s+(?:volumes?|markings|nodules?)))
    | (?P<pleura>pleural\s+(?:spaces?|surfaces?)|pleura|costophrenic\s+\w+)
    | (?P<vessels>(?:pulmonary\s+)?vascul(?:ature|arity)|pulmonary\s+(?:vessels|vascular\s+markings))
    | (?P<bones>bones?|bony\s+(?:thorax|structures|skeleton)|osseous\s+structures|ribs|skeletal\s+structures)
    | (?P<other>not\s+(?:clear|normal)|abnormal|obscured|tortuous|calcified|shifted|elevated|flattened
        |deviated|unfolded|elongated|dilated|stable|unchanged|similar|ectatic
        |(?:no|without)\s+(?:\w+\s+){0,2}?increase\s+in)
    | (?P<midline>(?:in\s+the\s+)?mid-?line)
    | (?P<borderline>borderline(?:\s+(?:enlarged|enlargement|large|in\s+size|prominent))?
        |normal\s+(?:or|to|versus)\s+(?:\w+ly\s+)?enlarged)
    | (?P<normal>(?:upper\s+(?:limits?|range)\s+(?:of\s+)?|top[\s-]|high\s+)?normal
        (?!\s+(?:or|to|versus)\s+(?:\w+ly\s+)?enlarged)(?:\s+limits?)?
        |unremarkable|within\s+limits)
    | (?P<clear>clear(?!\s+of)|intact|sharp)
    | (?P<large>increase(?:d|s)?(?=\s+(?:in\s+(?:the\s+)?)?(?:heart|cardiac)\b)|enlarged
        |enlargement|widened|widening|big|large(?=\s*(?:[.,;]|and\b|but\b|for\b|$)))
    )\b""",
    re.VERBOSE,
)
_STATES = frozenset({"other", "borderline", "midline", "normal", "clear", "large"})
_BEFORE = re.compile(r"[\s-]+(?:(?:in|of|the|size|sized|appearing|appearance|overall|caliber|for)[\s-]+)*")
_JOINED = re.compile(r"\s*(?:,|/|and|or|,\s*and)\s+(?:the\s+)?(?:hilar\s+)?")
_STILL = re.compile(
    r"[\s,]*(?:(?:in|size|appearance|and|at|is|but|remains|mildly|moderately|slightly|severely|markedly|the|for)[\s,]+)*"
)
_HEADED = re.compile(
    r"\s*(?:(?:the|both|size|contours?|silhouettes?|appearance|is|are|appears?|remains?|in|at|of|and|still|stable|\w+ly)[\s,]+)*"
)
_OTHERWISE = re.compile(r"\b(?:otherwise|remaind\w+|remaining|elsewhere|rest\s+of)\b")


@dataclass(frozen=True)
class _Event:
    kind: str
    start: int
    end: int
    text: str


def find_states(text: str, lo: int, hi: int) -> Iterator[Hit]:
    """Every finding that the clause [lo, hi) of the lower-case `text` tells by the state of an organ."""
    events = [_Event(m.lastgroup or "", m.start(), m.end(), m.group()) for m in _EVENT.finditer(text, lo, hi)]
    for i, event in enumerate(events):
        if event.kind not in _STATES:
            yield from _told(text, events, i)


def _told(text: str, events: list[_Event], i: int) -> Iterator[Hit]:
    organ = events[i]
    for state in (_attribute(text, events, i), _predicate(text, events, i), _shared(text, events, i)):
        if state is None:
            continue
        meaning = _MEANING.get((organ.kind, state.kind))
        if meaning:
            start, end = min(organ.start, state.start), max(organ.end, state.end)
            if not _left_over(text, organ.kind, start, end):
                yield from (Hit(name, start, end, state.start, state.end, meaning[1]) for name in meaning[0])
        if meaning or state.kind == "other":
            return


def _left_over(text: str, organ: str, start: int, end: int) -> bool:
    """True of "the lungs are otherwise clear", which speaks of what has not been described."""
    return organ == "lungs" and _OTHERWISE.search(text, max(0, start - 24), end) is not None


def _attribute(text: str, events: list[_Event], i: int) -> _Event | None:
    before = events[i - 1] if i else None
    if before and before.kind in _STATES and _BEFORE.fullmatch(text, before.end, events[i].start):
        return before
    return None


def _predicate(text: str, events: list[_Event], i: int) -> _Event | None:
    """The next state, unless another organ got one first; "stable and enlarged" is read as enlarged. A heading has
    only the state that it opens with: "Heart: mildly enlarged", but not "Mediastinum: pulmonary artery enlargement"."""
    if text.startswith(":", events[i].end):
        after = events[i + 1] if i + 1 < len(events) else None
        return after if after and _HEADED.fullmatch(text, events[i].end + 1, after.start) else None
    found: _Event | None = None
    for event in events[i + 1 :]:
        if found is None and event.kind in _STATES:
            if event.kind != "other" or event.text not in ("stable", "unchanged"):
                return event
            found = event
        elif found is not None:
            joined = event.kind in _STATES and _STILL.fullmatch(text, found.end, event.start)
            return event if joined else found
    return found


def _shared(text: str, events: list[_Event], i: int) -> _Event | None:
    before = events[i - 1] if i else None
    if before and before.kind not in _STATES and _JOINED.fullmatch(text, before.end, events[i].start):
        return _attribute(text, events, i - 1) or _shared(text, events, i - 1)
    return None
