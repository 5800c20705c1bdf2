"""Evidence in the image: what the heads, another path through the model than the decoder, see where a claim points.

A film that the image-level head calls free of a finding gives no region for it, even where a single patch lights up.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from mllm.draft.outline import lit_boxes
from mllm.draft.sight import HALVES, WHOLE, Area, Seen, Sight, overlap
from mllm.draft.wording import figure, stated
from radiology.checks.wording import named, on_side
from radiology.findings import FINDINGS
from radiology.study import Certainty, Evidence, Finding, Side

NORMAL = re.compile(
    r"^\W*(?:impression\W+)?(?:(?P<acute>no (?:evidence of |radiographic )?acute)\b[\w\s-]*"
    r"\b(?:abnormalit|disease|process|finding|patholog)"
    r"|no (?:abnormalit|significant abnormalit|abnormal finding)"
    r"|(?:this is a |unremarkable |entirely |within )?(?:normal|unremarkable) "
    r"(?:frontal |portable |pa |ap )*(?:chest|study|exam|film|radiograph|x-?ray))",
    re.I,
)
CHRONIC = ("cardiomegaly", "emphysema", "fibrosis", "hernia", "pleural_thickening")
"""Findings that a film without *acute* disease may show."""
OTHER = {Side.LEFT: Side.RIGHT, Side.RIGHT: Side.LEFT}


def in_image(finding: Finding, sight: Sight) -> tuple[Evidence, ...]:
    """What in the image supports `finding` as stated; empty when nothing does or no head knows it."""
    if finding.name not in sight.thresholds or sight.probability(finding.name) is None:
        return ()
    if finding.certainty is Certainty.ABSENT:
        return _absence(finding, sight)
    if sight.excludes(finding.name):
        return ()
    found = _region(finding, sight) if sight.mapped(finding.name) else _image_level(finding, sight)
    return found or (_not_excluded(finding, sight) if finding.certainty is Certainty.UNCERTAIN else ())


def disagreement(finding: Finding, sight: Sight) -> str | None:
    """The flag for heads that say the opposite of `finding`; None when they agree or cannot tell."""
    name, p = finding.name, sight.probability(finding.name)
    if p is None or finding.certainty is Certainty.UNCERTAIN:
        return None
    rule, side = sight.thresholds[name], finding.side
    if finding.certainty is Certainty.ABSENT:
        seen = sight.asserts(name) and (side not in HALVES or not sight.mapped(name) or sight.lit_on(name, side))
        return f"disagreement: heads see {stated(finding)} ({figure(p)}, above {figure(rule.upper)})" if seen else None
    if sight.excludes(name):
        return f"disagreement: heads see no {named(name)} ({figure(p)}, below {figure(rule.lower)})"
    if side in OTHER and sight.asserts(name) and sight.lit_on(name, OTHER[side]) and not sight.lit_on(name, side):
        return f"disagreement: heads see {named(name)}{on_side(OTHER[side])}, not{on_side(side)}"
    return None


def normality(text: str, sight: Sight) -> tuple[tuple[Evidence, ...], tuple[str, ...]] | None:
    """Evidence and flags for a sentence that calls the film normal; None when it does not.

    It is supported when no image-level head is above its upper threshold; devices are not abnormalities, and a film
    without *acute* disease may show chronic ones.
    """
    if NORMAL.match(text) is None:
        return None
    judged = suspects(text, sight)
    if not judged:
        return (), ()
    against = tuple(
        f"disagreement: heads see {named(name)} ({figure(p)}, above {figure(sight.thresholds[name].upper)})"
        for name, p in judged.items()
        if sight.asserts(name)
    )
    if against:
        return (), against
    name, p = max(judged.items(), key=lambda item: item[1] - sight.thresholds[item[0]].upper)
    text = f"no head is above its threshold, nearest {named(name)} {figure(p)}, "
    text += f"threshold {figure(sight.thresholds[name].upper)}"
    return (Evidence(kind="absence", id="image/normal", text=text, score=1 - p),), ()


def suspects(text: str, sight: Sight) -> dict[str, float]:
    """The findings that a sentence calling the film normal denies, with the image-level heads' probabilities."""
    match = NORMAL.match(text)
    if match is None:
        return {}
    skipped = CHRONIC if match["acute"] else ()
    return {
        name: p
        for name in sight.thresholds
        if name not in skipped
        and not (name in FINDINGS and FINDINGS[name].device)
        and (p := sight.probability(name)) is not None
    }


def _region(finding: Finding, sight: Sight) -> tuple[Evidence, ...]:
    if finding.side is not Side.BILATERAL:
        return tuple(_lit(finding, finding.side, sight))
    halves = [tuple(_lit(finding, side, sight)) for side in HALVES]
    return halves[0] + halves[1] if all(halves) else ()


def _lit(finding: Finding, side: Side | None, sight: Sight) -> Iterator[Evidence]:
    """Areas of the claim on `side` where the dense head is above its threshold; a side is only visible on a frontal."""
    threshold = sight.thresholds[finding.name].patch
    for seen in sight.seen:
        if side is not None and not seen.frontal:
            continue
        for area, where in _areas(finding, side, seen, sight):
            p = seen.peak(finding.name, area)
            if p is not None and p > threshold:
                text = f"dense head sees {named(finding.name)}{where}, "
                text += f"peak {figure(p)}, threshold {figure(threshold)}"
                boxes = lit_boxes(seen.percept.maps[finding.name], threshold, area, seen.frame)
                yield Evidence(kind="region", id=f"{seen.frame.view}/{finding.name}", text=text, score=p, boxes=boxes)


def _areas(finding: Finding, side: Side | None, seen: Seen, sight: Sight) -> Iterator[tuple[Area, str]]:
    """Where to look in one view: in the boxes as far as they lie on the side, or on the whole side without boxes."""
    half = HALVES[side] if side is not None else WHOLE
    views = {each.frame.view for each in sight.seen if side is None or each.frontal}
    boxes = [box for box in finding.boxes if box.view in views]
    if not boxes:
        yield half, on_side(side) or f" on the {'frontal' if seen.frontal else 'lateral'}"
    for box in boxes:
        area = overlap(box, half) if box.view == seen.frame.view else None
        if area is not None:
            yield area, " in the box"


def _image_level(finding: Finding, sight: Sight) -> tuple[Evidence, ...]:
    """For a finding without a map: the whole image speaks, and cannot tell a side."""
    p = sight.probability(finding.name)
    if p is None or not sight.asserts(finding.name):
        return ()
    text = f"image-level head sees {named(finding.name)}, {figure(p)}, "
    text += f"threshold {figure(sight.thresholds[finding.name].upper)}"
    text += ", side not checked" if finding.side else ""
    return (Evidence(kind="region", id=f"image/{finding.name}", text=text, score=p),)


def _not_excluded(finding: Finding, sight: Sight) -> tuple[Evidence, ...]:
    """For a finding stated as possible: the heads leave it open."""
    p, rule = sight.probability(finding.name) or 0.0, sight.thresholds[finding.name]
    text = f"image-level head does not exclude {named(finding.name)}, {figure(p)}, excluded below {figure(rule.lower)}"
    return (Evidence(kind="region", id=f"image/{finding.name}", text=text, score=p),)


def _absence(finding: Finding, sight: Sight) -> tuple[Evidence, ...]:
    """Nothing in the whole image, or nothing on the stated side where the other side explains what is seen."""
    name, side, rule = finding.name, finding.side, sight.thresholds[finding.name]
    p = sight.probability(name)
    if p is not None and p < rule.lower:
        text = f"image-level head sees no {named(name)}, {figure(p)}, below {figure(rule.lower)}"
        return (Evidence(kind="absence", id=f"image/{name}", text=text, score=1 - p),)
    if side not in OTHER or not sight.lit_on(name, OTHER[side]) or sight.lit_on(name, side):
        return ()
    quiet = sight.peak_on(name, side) or 0.0
    text = f"dense head sees {named(name)}{on_side(OTHER[side])} only, "
    text += f"peak{on_side(side)} {figure(quiet)}, threshold {figure(rule.patch)}"
    return (Evidence(kind="absence", id=f"{_frontal_view(sight)}/{name}", text=text, score=1 - quiet),)


def _frontal_view(sight: Sight) -> str:
    return sight.frontal.frame.view if sight.frontal else "image"
