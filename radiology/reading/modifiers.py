"""What a stretch of a sentence adds to its finding: side, location, severity, size, count, position and change."""

from __future__ import annotations

import re

from radiology.study import Change, Severity, Side

_NOT_A_SIDE = re.compile(
    r"\b(?:left|right)\s+(?:atri(?:um|al)|ventric(?:le|ular)|(?:heart|cardiac)(?!\s+borders?)|paratracheal\s+stripe)\b|\b(?:to|towards?)\s+the\s+(?:left|right)\b"
    r"|\bright\s+greater\b(?!\s+than)"
)
_DIRECTION = re.compile(
    r"\bto(?:wards?)?(?:\s+the\s+|-|\s+)(left|right)\b|\b(left|right)(?:ward\b|\s+(?:mediast|trache))"
)
_PAIRED = (
    r"(?:lungs?|sides?|bases?|apices|lobes?|zones?|fields?|hil(?:a|ar)|hemithora\w+|hemidiaphragms?|diaphragms?|angles?"
    r"|fissures?|shoulders?|clavicles?|effusions?|pleural)\b"
)
_SIDE = re.compile(
    rf"\b(?:(?P<both>bilateral(?:ly)?|both(?=\s+(?:\w+\s+){{0,2}}?{_PAIRED})|bibas(?:ilar|al)|biapical|bi(?:peri)?hilar)"
    r"|(?P<left>left|lingular?)|(?P<right>right))(?:\b|-)"
)
_MIDDLE_LOBE = re.compile(r"\bmiddle\s+lobe\b")

_ORDINALS = (
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh",
    "twelfth",
)  # fmt: skip
_LOCATIONS = {
    r"(upper|mid|middle|lower)[\s-]+(?:lung\s+)?(zones?|lobes?|lung(?:\s+fields?)?)": None,
    r"mid[\s-]?lungs?": "mid zone",
    r"lingular?": "lingula",
    r"(?:bi|retro)?bas(?:ilar|al)|(?:lung\s+)?bases?": "base",
    r"(?:bi)?apical|apex|apices": "apex",
    r"(?:peri|supra|infra|para)?hil(?:ar|um|a)": "hilum",
    r"retrocardiac": "retrocardiac",
    r"costophrenic": "costophrenic angle",
    r"(?:(?:minor|major|horizontal|oblique)\s+)?fissur(?:es?|al)": "fissure",
    r"clavic(?:les?|ular)": "clavicle",
    rf"(?:{'|'.join(_ORDINALS)}|\d{{1,2}}(?:st|nd|rd|th))\s+(?:(?:anterior|posterior|lateral)\s+)?ribs?": None,
}
_LOCATION = re.compile(r"\b(?:" + "|".join(f"(?P<p{i}>{pattern})" for i, pattern in enumerate(_LOCATIONS)) + r")\b")
_BORDER = re.compile(r"\b(?:(?:heart|cardiac)\s+(?P<heart>borders?)|(?:hemi)?diaphragms?)\b")
_REGION = {"zone": "zone", "zones": "zone", "lobe": "lobe", "lobes": "lobe"}
_LEVEL = {"middle": "mid"}

_INTENSIFIER = re.compile(
    r"\b(?:slight|mild|minimal|significant|marked|moderate|severe|small|large)(?:ly)?(?=\s+(?:interval\s+)?(?:increas|decreas|improv|wors|larger|smaller|progress|better|change|reduc))"
)
_FORMER_GRADE = re.compile(r"\b(?:previously|formerly)\s+\w+")
_SEVERITY = re.compile(
    r"\b(?:(?P<small>small|mild(?:ly)?|minimal(?:ly)?|trace|tiny|slight(?:ly)?|subtle|minor(?!\s+fiss)|minute|trivial|borderline)"
    r"|(?P<moderate>moderate(?:ly)?|medium)"
    r"|(?P<large>large|severe(?:ly)?|marked(?:ly)?|massive(?:ly)?|extensive|huge|advanced|pronounced|substantial|sizeable|sizable|gross(?:ly)?))\b"
)
_GRADE = r"(?:(?:small|tiny|trace|mild|minimal|moderate|large|severe|massive)[\s-]+(?:(?:to|sized)[\s-]+)?)"
_TWO_SIDES = re.compile(
    rf"\b(?P<first>{_GRADE}+)(?P<one>left|right)(?:[\s-]sided)?,?\s+and\s+(?:an?\s+)?"
    rf"(?P<second>{_GRADE}+)(?P<other>left|right)(?:[\s-]sided)?\b"
)
_TWO_SIDES_AFTER = re.compile(
    rf"\b(?P<first>{_GRADE}+)(?:on\s+the\s+|in\s+the\s+)?(?P<one>left|right)(?:\s+side)?,?\s+(?:and|but)\s+"
    rf"(?P<second>{_GRADE}+)(?:on\s+the\s+|in\s+the\s+)?(?P<other>left|right)\b"
)
_MEASURE = r"\d+(?:\.\d+)?(?:\s*(?:x|by|-|to)\s*\d+(?:\.\d+)?)*\s*-?\s*(?:mm|cm|millimet\w+|centimet\w+)\b"
_SIZE = re.compile(rf"\b{_MEASURE}")
_FORMER = re.compile(
    rf"""\b(?:previously|formerly|was|from|compared\s+(?:to|with)|versus|vs\.?)[\s,(]+
    (?:(?:measur\w+|approximately|about|a|an)\s+)*{_MEASURE}
    |\b{_MEASURE}[\s(]+(?:previously|before|on\s+(?:the\s+)?(?:prior|previous))\b""",
    re.VERBOSE,
)
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_COUNT = re.compile(
    r"\b(one|two|three|four|five|six|seven|eight|nine|ten|single|solitary|[2-9](?![\d.]))\b(?!\s*(?:mm|cm|x|by|-|/)|\s+(?:views?|films?|images?|days?|weeks?|months?|prior|years?|mm|cm|of))"
)
_COUNTS = {
    "one": 1,
    "single": 1,
    "solitary": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
}
_NOT_A_CHANGE = re.compile(
    r"\b(?:increased|decreased|increase\s+in|reduced)\s+(?:\w+\s+){0,2}?(?:markings?|densit\w+|opacit\w+|opacification|lucen\w+|retrosternal|attenuation|volumes?|prominence|inspiration|ap\b)"
    r"|\b(?:worse|greater|larger|more|less|smaller)\s+(?:\w+\s+){0,3}?(?:on|at|in|than|than\s+on)\s+(?:the\s+)?(?:left|right)\b"
    r"|\b(?:left|right)(?:\s+side)?\s+(?:worse|greater|larger|more|less|smaller)\s+than\b"
)
_CHANGE = re.compile(
    r"""\b(?:
    (?P<stable>stable|unchanged|similar|persist\w*|constant|neither\s+(?:increas|decreas|improv|wors)\w+|not\s+(?:yet\s+)?(?:resolved|cleared)|redemonstrat\w+|identical|as\s+before|still\s+(?:seen|present|visible|evident)|continu(?:ed|es)(?!\s+to\b)|again\s+(?:seen|noted|demonstrated|identified|present)
        |(?:no|without|not)\s+(?:\w+\s+){0,3}?(?:change[sd]?|increase[d]?|decrease[d]?|progress\w+|worsen\w*|improve\w*))
    |(?P<new>new|newly|developed|(?:interval|new)\s+(?:development|appearance)|has\s+appeared|have\s+appeared|not\s+(?:previously|seen\s+(?:previously|before|on\s+(?:the\s+)?(?:prior|previous))))
    |(?P<better>decreas\w+|improv\w+|smaller|reduced|reduction|lessened|resolving|regress\w+|diminish\w+|better|less\s+(?:prominent|pronounced|extensive|conspicuous|marked)
        |(?:nearly|almost|partially|partly|mostly|largely|incompletely|essentially|near[\s-]complete(?:ly)?)\s+(?:completely\s+)?(?:resol\w+|clear\w+)
        |not\s+(?:fully|completely|entirely)\s+(?:resolved|cleared)|partial\s+(?:resolution|clearing))
    |(?P<worse>increas\w+|wors\w+|deteriorat\w+|re-?accumulat\w+|has\s+enlarged|have\s+enlarged|larger|enlarging|progress\w+|bigger|grown|growing|more\s+(?:prominent|pronounced|extensive|conspicuous|marked))
    )\b""",
    re.VERBOSE,
)


def side_of(text: str) -> Side | None:
    """The side that lower-case `text` names; left and right together are bilateral, a middle lobe is right."""
    text = _NOT_A_SIDE.sub(" ", text)
    found = {match.lastgroup for match in _SIDE.finditer(text)}
    if "both" in found or {"left", "right"} <= found:
        return Side.BILATERAL
    if found:
        return Side.LEFT if "left" in found else Side.RIGHT
    return Side.RIGHT if _MIDDLE_LOBE.search(text) else None


def direction_of(text: str) -> Side | None:
    """Where a shift points: "to the left", "leftward", "right-to-left"."""
    match = _DIRECTION.search(text)
    return Side(match.group(1) or match.group(2)) if match else None


def two_sides_of(before: str, after: str) -> tuple[tuple[Side, Severity | None], ...]:
    """The grade of each side, when they are told one by one in the words before or after a finding: "moderate left and
    small right effusions", "effusions, small on the left and moderate on the right"."""
    match = _TWO_SIDES.search(before) or _TWO_SIDES_AFTER.search(after)
    if match is None:
        return ()
    return (Side(match["one"]), severity_of(match["first"])), (Side(match["other"]), severity_of(match["second"]))


def location_of(text: str) -> str | None:
    """The first place in `text`, in one spelling: "lower lobe", "upper zone", "base", "apex", "hilum"."""
    match = _LOCATION.search(text)
    if match is None:
        return None
    place = list(_LOCATIONS.values())[int((match.lastgroup or "p0")[1:])]
    if place:
        return place
    level, region = re.split(r"[\s-]+", match.group())[0], re.split(r"\s+", match.group())[-1]
    if region.startswith("rib"):
        return _rib(level)
    return f"{_LEVEL.get(level, level) if region not in ('lobe', 'lobes') else level} {_REGION.get(region, 'zone')}"


def border_of(text: str) -> str | None:
    """The "heart border" or the "hemidiaphragm" that `text` names first: what a silhouette sign has lost."""
    match = _BORDER.search(text)
    return None if match is None else "heart border" if match["heart"] else "hemidiaphragm"


def _rib(level: str) -> str | None:
    """The "6th" and the "sixth" are the "sixth rib"; there is no thirteenth."""
    number = int(level[:-2]) if level[0].isdigit() else _ORDINALS.index(level) + 1
    return f"{_ORDINALS[number - 1]} rib" if 0 < number <= len(_ORDINALS) else None


def severity_of(text: str) -> Severity | None:
    """The last grade in `text`: "small to moderate" is moderate; "mildly increased" and "previously large" are none."""
    found = [match.lastgroup for match in _SEVERITY.finditer(_FORMER_GRADE.sub(" ", _INTENSIFIER.sub(" ", text)))]
    return Severity(found[-1]) if found and found[-1] else None


def size_of(text: str) -> float | None:
    """The largest measure in `text`, in mm; of "2.2 x 1.6 cm" 22, of "12 mm, previously 8 mm" 12."""
    return _largest(_FORMER.sub(" ", text))


def size_change_of(text: str) -> Change | None:
    """What "12 mm, previously 8 mm" says without a word for it."""
    former = [size for match in _FORMER.finditer(text) if (size := _largest(match.group()))]
    now = size_of(text)
    if not former or now is None:
        return None
    return Change.WORSE if now > max(former) else Change.BETTER if now < max(former) else Change.STABLE


def _largest(text: str) -> float | None:
    """The largest measure in `text`, in mm."""
    sizes = [
        float(number) * (10.0 if "c" in match.group() else 1.0)
        for match in _SIZE.finditer(text)
        for number in _NUMBER.findall(match.group())
    ]
    return max((round(size, 3) for size in sizes if size > 0), default=None)


def count_of(text: str) -> int | None:
    match = _COUNT.search(text)
    return _COUNTS.get(match.group(1)) or int(match.group(1)) if match else None


def change_of(before: str, after: str) -> Change | None:
    """The change told nearest to the finding: last in the words `before` it, else first in those `after`."""
    ahead = [match.lastgroup for match in _CHANGE.finditer(_NOT_A_CHANGE.sub(" ", before))]
    behind = [match.lastgroup for match in _CHANGE.finditer(_NOT_A_CHANGE.sub(" ", after))]
    told = ahead[-1] if ahead else behind[0] if behind else None
    return Change(told) if told else None
