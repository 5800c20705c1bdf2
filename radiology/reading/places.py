"""Where a sentence speaks of findings, and which of its words belong to which of them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from radiology.reading.clauses import split_clauses
from radiology.reading.lexicon import Hit
from radiology.reading.organs import find_states
from radiology.reading.structures import find_named

_CONNECTOR = re.compile(
    r",\s*(?:(?:and/or|and|or|nor)\b\s*)?|\b(?:and/or|and|or|nor|plus|versus|vs|with|without|causing|representing|represents?|reflect\w*|suggest\w*|due\s+to"
    r"|consistent\s+with|compatible\s+with|associated|adjacent|overlying|from)\b|/"
)
_PAIRS = re.compile(
    r"\b(left|right|upper|lower|mid|middle|small|mild|moderate)\s+(?:and|to|or)\s+(?=(?:left|right|upper|lower|mid|middle|moderate|severe|large)\b)"
)
_PREPOSITION = re.compile(r"\b(?:in|on|at|of|within|over|is|are|has|have)\b")

ALTERNATIVES = frozenset({"or", "versus", "vs", "and/or", "/"})
COORDINATED = ALTERNATIVES | {"and", "plus"}


@dataclass(frozen=True)
class Place:
    """A hit, its clause [lo, hi), the words of its own [first, last) around it, and what joins it to the hit before."""

    hit: Hit
    lo: int
    hi: int
    first: int
    last: int
    joint: str = ""


def find_places(text: str) -> list[Place]:
    """Every hit with its words. A clause without one goes with the clause before it, at the opening with the next."""
    phrases = find_named(text)
    groups: list[tuple[int, int, list[Hit]]] = []
    for lo, hi in split_clauses(text):
        hits = _clause_hits(text, lo, hi, phrases)
        if groups and not hits:
            groups[-1] = (groups[-1][0], hi, groups[-1][2])
        elif hits:
            groups.append((lo, hi, hits))
    return [
        place
        for i, (lo, hi, hits) in enumerate(groups)
        for place in _own_words(text, (0 if i == 0 else lo, lo, hi), hits)
    ]


def _clause_hits(text: str, lo: int, hi: int, phrases: list[Hit]) -> list[Hit]:
    """Named and told findings of one clause in order; what is named where it is also told counts once."""
    named = [hit for hit in phrases if lo <= hit.anchor < hi]
    told = [
        hit
        for hit in find_states(text, lo, hi)
        if not any(n.name == hit.name and n.start < hit.end and hit.start < n.end for n in named)
    ]
    return sorted([*named, *told], key=lambda hit: (hit.anchor, hit.start))


def _own_words(text: str, bounds: tuple[int, int, int], hits: list[Hit]) -> list[Place]:
    """Share the words of a clause among its hits: each gap is cut at its last connecting word."""
    opening, lo, hi = bounds
    clusters = _clusters(hits)
    cuts, joints = [opening], [""]
    for left, right in pairwise(clusters):
        cut, joint = _cut(text, max(hit.end for hit in left), min(hit.start for hit in right))
        cuts.append(cut)
        joints.append(joint)
    ends = [*cuts[1:], hi]
    return [
        Place(hit, lo, hi, first, last, joint)
        for cluster, first, last, joint in zip(clusters, cuts, ends, joints, strict=True)
        for hit in cluster
    ]


def _clusters(hits: list[Hit]) -> list[list[Hit]]:
    """Runs of hits that overlap, such as heart and mediastinum of one "are normal"."""
    clusters: list[list[Hit]] = []
    for hit in hits:
        if clusters and hit.start < max(other.end for other in clusters[-1]):
            clusters[-1].append(hit)
        else:
            clusters.append([hit])
    return clusters


def _cut(text: str, start: int, end: int) -> tuple[int, str]:
    """Where the words between two hits part, and the word that joins them: the last one, but in "effusion with
    residual or recurrent pneumonia" the "or" joins adjectives."""
    gap = _PAIRS.sub(lambda m: "~" * len(m.group()), text[start:end])
    joints = [(match.start(), match.group().strip(", ") or ",") for match in _CONNECTOR.finditer(gap)]
    while len(joints) > 1 and joints[-1][1] in ALTERNATIVES:
        joints.pop()
    if joints:
        return start + joints[-1][0], joints[-1][1]
    return (end if _PREPOSITION.search(gap) else start), ""
