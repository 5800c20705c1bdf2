"""Where a sentence says that a tube, a line or a lead ends, or what state it is in."""

from __future__ import annotations

import re

_PLACES = {
    r"(?P<cm>\d+(?:\.\d+)?)\s*cm\s+(?:above|from|proximal\s+to|superior\s+to)"
    r"\s+(?:the\s+)?(?:level\s+of\s+the\s+)?carina": "{cm:g} cm above the carina",
    r"cav[oa][\s-]?atrial\s+junction|svc[\s/]+(?:ra|right\s+atri\w+)\s+junction": "cavoatrial junction",
    r"superior\s+vena\s+cava|svc": "superior vena cava",
    r"right\s+atri(?:um|al)\s+and\s+(?:the\s+)?(?:right\s+)?ventric(?:le|ular)": "right atrium and right ventricle",
    r"right\s+atri(?:um|al)": "right atrium",
    r"right\s+ventric(?:le|ular)": "right ventricle",
    r"(?:brachiocephalic|innominate)(?:\s+vein)?": "brachiocephalic vein",
    r"subclavian\s+vein": "subclavian vein",
    r"jugular\s+vein": "jugular vein",
    r"pulmonary\s+artery": "pulmonary artery",
    r"carina": "carina",
    r"(?:mid[\s-])?trachea": "trachea",
    r"(?P<main>left|right)\s+main[\s-]?(?:stem\s+)?bronchus": "{main} main bronchus",
    r"main[\s-]?(?:stem\s+)?bronchus": "main bronchus",
    r"(?P<lobe>(?:left|right)\s+(?:upper|middle|lower))\s+lobe\s+bronchus": "{lobe} lobe bronchus",
    r"stomach|gastric": "stomach",
    r"duodenum": "duodenum",
    r"o?esophagus": "esophagus",
}
_OWN = {
    "chest_tube": {
        r"apex|apical": "apex",
        r"bas(?:e|al|ilar)": "base",
        r"fissur(?:e|al)": "fissure",
        r"chest\s+wall": "chest wall",
    },
    "sternal_wires": {r"intact": "intact", r"broken": "broken"},
}
"""Words that tell the position of one kind of device and of no other."""


def _any_of(places: dict[str, str]) -> re.Pattern[str]:
    return re.compile(r"\b(?:" + "|".join(f"(?P<p{i}>{pattern})" for i, pattern in enumerate(places)) + r")\b")


_TABLES = {name: own | _PLACES for name, own in _OWN.items()}
_PATTERNS = {name: _any_of(places) for name, places in _TABLES.items()}
_PATTERN = _any_of(_PLACES)


def position_of(text: str, name: str) -> str | None:
    """The first position in the lower-case `text`, in one spelling, of the device called `name`."""
    match = _PATTERNS.get(name, _PATTERN).search(text)
    if match is None:
        return None
    groups = {key: value for key, value in match.groupdict().items() if value}
    chosen = next(int(key[1:]) for key in groups if re.fullmatch(r"p\d+", key))
    words = list(_TABLES.get(name, _PLACES).values())[chosen]
    return words.format(cm=float(groups.get("cm", 0)), main=groups.get("main"), lobe=groups.get("lobe"))
