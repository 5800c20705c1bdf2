"""Findings told by what became of a structure: "elevation of the left hemidiaphragm", "the aorta is tortuous".

A row of the table names a structure, a change and the finding they make together. The two may stand in either order
with nothing but small words, or the other changes of the table, between them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from radiology.reading.lexicon import Hit, find_phrases
from radiology.study import Certainty

_SMALL = (
    r"of|in|at|to|along|within|involving|throughout|the|a|an|both|its|left|right|bilateral(?:ly)?|some|multiple|several"
    r"|mild(?:ly)?|moderate(?:ly)?|marked(?:ly)?|severe(?:ly)?|slight(?:ly)?|minimal(?:ly)?|significant(?:ly)?|grossly"
    r"|extensive|diffuse(?:ly)?|dense(?:ly)?|heav(?:il)?y|multilevel|chronic(?:ally)?|stable|unchanged|persistent(?:ly)?"
    r"|somewhat|partial(?:ly)?|relative(?:ly)?|central|thoracic|thoracolumbar|lumbar|cervical|ascending|descending"
    r"|transverse|upper|mid|middle|lower|proximal|distal|lateral|posterior|anterior|medial|superior|inferior"
    r"|visuali[sz]ed|entire|aspect|portion|contour|levels?|size|tips?|\d+(?:st|nd|rd|th)?|x{3,}"
)
_VERBS = (
    r"is|are|was|were|be|been|has|have|had|not|no|longer|appears?|appearing|remains?|again|now|also|noted|seen|shows?"
    r"|demonstrates?|with"
)
_SPINE = r"(?:spine|spinal|vertebra\w*|dis[ck]s?|endplates?|facets?)"


@dataclass(frozen=True)
class _Sign:
    """`structure` changed by `change` (both patterns) is `name`; `between` adds to the words that may stand between."""

    name: str
    structure: str
    change: str
    between: str = "x{3,}"
    certainty: Certainty = Certainty.PRESENT


_DIAPHRAGM = r"(?:hemi)?diaphragm\w*"
_AORTA = r"aort(?:a|ic)(?!\s+valv)(?:\s+(?:arch|knob|knuckle|contours?|silhouette|walls?|shadow))*"
_AORTIC = (
    r"tortuous|tortuosity|ecta(?:tic|sia)|elongated|unfold(?:ed|ing)|calcif\w+|atherosclero\w+|dilat(?:ed|ation)"
    r"|aneurysmal|prominent|changes|plaques?"
)
_HILUM = (
    r"(?:bi)?hil(?:um|a|ar)(?!\s+(?:lymph|aden|mass|nod|opac|granul))"
    r"(?:\s+(?:regions?|contours?|structures|shadows?|vessels))*"
)
_VERTEBRA = r"(?:vertebra\w*|t\d{1,2}|l\d)(?:\s+(?:body|bodies))?"
_VESSELS = (
    r"(?:(?:pulmonary|lung|hilar)\s+)?(?:vascul(?:ature|arity)|vascular\s+(?:markings|structures|pattern))"
    r"|pulmonary\s+(?:vessels|veins)"
)
_JOINTS = (
    r"(?:shoulders?|glenohumeral|acromioclavicular|ac|sternoclavicular|costovertebral|humer(?:us|al))(?:\s+joints?)?"
)
_DEGENERATION = r"degenerat\w+(?:\s+(?:joint\s+)?(?:changes?|disease|spurring))?"
_PROMINENT = r"enlarg(?:ed|ement)|prominen(?:t|ce)|full(?:ness)?|bulky"

_SIGNS = (
    _Sign(
        "pleural_effusion",
        r"(?:costophrenic|cp)\b(?:\s+(?:angles?|sulc\w+|recess\w*|x{3,}))?",
        r"blunt(?:ing|ed)",
        r"\w+",
        Certainty.UNCERTAIN,
    ),
    _Sign("pleural_thickening", r"(?:pleural?|(?:bi)?apical|(?:(?:minor|major|horizontal|oblique)\s+)?fissur\w+)",
          r"thicken\w+", r"effusions?|fluid|fibronodular|nodular|smooth|scar\w*"),
    _Sign("nodule", r"opacit(?:y|ies)|densit(?:y|ies)", r"nodular",
          r"lobe|zone|lung|base|basilar|apical|perihilar|round|pulmonary", Certainty.UNCERTAIN),
    _Sign("elevated_hemidiaphragm", _DIAPHRAGM, r"elevat(?:ed|ion)|eventrat(?:ed|ion)s?|raised"),
    _Sign("silhouette_sign", rf"(?:heart|cardiac)\s+borders?|{_DIAPHRAGM}",
          r"obscur(?:ed|es|ing)|effac\w+|silhouetted"),
    _Sign("hyperinflation", _DIAPHRAGM, r"flat(?:ten(?:ed|ing))?"),
    _Sign("tortuous_aorta", _AORTA,
          r"tortuous|tortuosity|elongat(?:ed|ion)|unfold(?:ed|ing)|uncoil(?:ed|ing)|ecta(?:tic|sia)", _AORTIC),
    _Sign("aortic_calcification", _AORTA, r"calcif\w+|atheroscler\w+|atherom\w+|arterioscler\w+", _AORTIC),
    _Sign("aortic_dilatation", _AORTA, rf"aneurysm\w*|dilat\w+|{_PROMINENT}", _AORTIC),
    _Sign("hilar_enlargement", _HILUM, _PROMINENT),
    _Sign("pulmonary_artery_enlargement", r"pulmonary\s+(?:arter(?:y|ies|ial)|trunk)", rf"dilat\w+|{_PROMINENT}"),
    _Sign("vascular_congestion", _VESSELS,
          rf"engorge\w+|increased|congest\w+|indistinct\w*|cephali[sz]\w+|redistribut\w+|{_PROMINENT}"),
    _Sign("tracheal_shift", r"tracheal?", r"deviat\w+|shift\w*|displace\w+"),
    _Sign("mediastinal_shift", r"mediastin(?:um|al)(?:\s+(?:structures|contents))?", r"deviat\w+|shift\w*|displace\w+"),
    _Sign("interstitial_pattern", r"(?:interstiti(?:al|um)|reticular)(?:\s+(?:lung\s+)?markings)?",
          r"prominen(?:t|ce)|increase[ds]?|coarse\w*|accentuat\w+|thicken\w+|diffuse"),
    _Sign("bronchovascular_markings", r"(?:broncho-?vascular|perihilar|lung|pulmonary)\s+(?:lung\s+)?markings",
          r"prominen(?:t|ce)|increase[ds]?|coarse\w*|accentuat\w+"),
    _Sign("low_lung_volumes", r"lung\s+volumes?", r"low(?:er)?|small|decreased|reduced|diminished|shallow"),
    _Sign("hyperinflation", r"lung\s+volumes?", r"large|increased|high"),
    _Sign("vertebral_degeneration", _SPINE, rf"{_DEGENERATION}|osteophyt\w+|spondyl\w+|spur(?:s|ring)?|arthri\w+",
          r"shoulders?(?:\s+and)?|hips?(?:\s+and)?"),
    _Sign("joint_degeneration", _JOINTS,
          rf"{_DEGENERATION}|arthri\w+|arthros\w+|arthropath\w+|spur(?:s|ring)?", r"spine(?:\s+and)?"),
    _Sign("vertebral_compression", _VERTEBRA,
          r"compress(?:ed|ion)(?:\s+deformit\w+)?|wedg(?:ed|ing)|height\s+loss|loss\s+of\s+(?:\w+\s+)?height|collapsed?"),
    _Sign("scoliosis", r"spin(?:e|al)|thoracolumbar|lumbar|thoracic", r"(?:s-shaped\s+|scoliotic\s+)?curvature|curved"),
    _Sign("osteopenia", r"(?:bon(?:es?|y)|osseous)(?:\s+(?:structures|density))?",
          r"deminerali[sz]\w+|osteop\w+|decreased\s+density"),
    _Sign("bone_deformity", r"ribs?|clavic\w+|scapul\w+|humer(?:us|al)", r"deform(?:ed|ity|ities)|irregularit(?:y|ies)",
          r"and|\w+th|first|second|third|antero-?lateral|postero-?lateral|cortical"),
)  # fmt: skip


def _either_order(sign: _Sign) -> re.Pattern[str]:
    """The sign in both orders: "tortuous and calcified thoracic aorta", "the aorta is tortuous and calcified"."""
    joint = r"(?:,\s*|[\s/-]+)(?:(?:and|or|and/or|versus|vs)\s+)?(?:\w+ly\s+)?"
    seen = r"[\s/-]+(?:is|are)\s+(?:seen|noted|present|identified|visible)\s+(?:in|within|along|of|at)"
    ahead = rf"(?:(?:[\s/-]+(?:{_SMALL})|{joint}(?:{sign.between})|{seen})\b){{0,8}}?[\s/-]+"
    behind = rf"(?:[\s/-]+(?:{_SMALL}|{_VERBS}|(?:{sign.between})(?:,|\s+and|\s+or|\s+versus|\s+vs)?)){{0,8}}?[\s/-]+"
    return re.compile(
        rf"\b(?P<before>{sign.change}){ahead}(?P<owner>{sign.structure})\b"
        rf"|\b(?P<subject>{sign.structure}){behind}(?P<after>{sign.change})\b"
    )


_PATTERNS = tuple((sign, _either_order(sign)) for sign in _SIGNS)
_STRUCTURE = re.compile("|".join(dict.fromkeys(sign.structure for sign in _SIGNS)))


def find_named(text: str) -> list[Hit]:
    """Every finding that the lower-case `text` names by a phrase or by a sign, each place once.

    A phrase inside the change of a sign is not found: the collapse of "collapse of the t8 vertebral body" is not the
    lung's. A sign that overlaps a phrase for the same finding says nothing more.
    """
    signs = list(_find_signs(text))
    phrases = [
        hit for hit in find_phrases(text) if not any(s.anchor <= hit.start and hit.end <= s.anchor_end for s in signs)
    ]
    told = {sign: [hit for hit in phrases if hit.start < sign.end and sign.start < hit.end] for sign in signs}
    more = [sign for sign in signs if all(hit.name != sign.name for hit in told[sign])]
    return phrases + [replace(sign, start=sign.anchor) if told[sign] else sign for sign in more]


def _find_signs(text: str) -> Iterator[Hit]:
    if _STRUCTURE.search(text) is None:
        return
    for sign, pattern in _PATTERNS:
        for match in pattern.finditer(text):
            start, end = match.span("before") if match["before"] else match.span("after")
            yield Hit(sign.name, match.start(), match.end(), start, end, sign.certainty)
