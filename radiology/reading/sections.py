"""A report's text to its sections, by the headings radiologists use."""

from __future__ import annotations

import re

from radiology.study import Report

_HEADINGS = {
    "indication": r"(?:clinical\s+)?(?:indications?|history|information|details)"
    r"|reason\s+for\s+(?:the\s+)?(?:exam(?:ination)?|study|visit|request)|clinical\s+question",
    "technique": r"techniques?|procedure|examination|exam|study|views?|description\s+of\s+study",
    "comparison": r"comparisons?(?:\s+(?:stud(?:y|ies)|films?))?|priors?|prior\s+stud(?:y|ies)",
    "findings": r"findings?(?:\s+and\s+impression)?|report|observations?|body\s+of\s+report|interpretation",
    "impression": r"impressions?|conclusions?|opinion|summary|assessment|final\s+diagnosis|diagnosis",
    "aside": r"recommendations?|addendum|notification|electronically\s+signed|signed"
    r"|dictated|attestation|end\s+of\s+(?:report|impression)",
}
_HEADING = re.compile(
    r"(?:^|(?<=[\n.;:?!])|(?<=[.;:?!]\s))[ \t]*(?:\*\*|#+[ \t]*)?(?:\d\.[ \t]*)?(?:"
    + "|".join(f"(?P<{section}>{words})" for section, words in _HEADINGS.items())
    + r")(?:\*\*)?[ \t]*(?::(?:\*\*)?|\s[\u2013-]\s|(?=\n))",
    re.IGNORECASE,
)


def read_sections(text: str) -> Report:
    """The sections of `text`. What stands before the first heading, or under none, is findings unless a findings
    heading follows; recommendations, addenda and signatures are left out. A section that comes twice is joined."""
    headings = list(_HEADING.finditer(text))
    parts: dict[str, list[str]] = {section: [] for section in _HEADINGS}
    ends = [heading.start() for heading in headings[1:]] + [len(text)]
    for heading, end in zip(headings, ends, strict=bool(headings)):
        parts[heading.lastgroup or "aside"].append(text[heading.end() : end].strip())
    if not parts["findings"]:
        parts["findings"] = [text[: headings[0].start()].strip() if headings else text.strip()]
    return Report(**{section: "\n".join(filter(None, parts[section])) for section in Report.model_fields})
