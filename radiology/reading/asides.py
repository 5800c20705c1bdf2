"""What a sentence asks for, fears or remembers is not stated: "CT to exclude a mass", "history of pneumonia"."""

from __future__ import annotations

import re

_IMAGING = (
    r"(?:ct|mri|follow[\s-]?up|radiographs?|imaging|examination|evaluation|correlation|x-?rays?|comparison|views?)"
)
_NOT_STATED = re.compile(
    rf"""
    \b{_IMAGING}\b[^.;]*?\b(?:is|are|may\s+be|would\s+be|could\s+be|should\s+be)\s+(?:\w+\s+)?(?:recommended|advised|suggested|helpful|warranted|considered|obtained).*
    | \b(?:recommend\w*|please|advis\w+|correlat\w+|if
      |(?:suggest|consider)\s+(?:{_IMAGING}|chest|further|clinical|dedicated|repeat|short)
      |follow[\s-]?up\s+(?:to|of|for|with|in|until|is)
      |for\s+(?:further|better|optimal)?\s*(?:evaluation|characteri[sz]ation|assessment)
      |(?:to|must|should)\s+(?:exclude|rule\s+out|evaluate|assess|ensure|document|confirm)|evaluate\s+for)\b.*
    | \b(?:history|h/o|hx)\s+of\b[^,.;]*?(?=[,.;]|$|\b(?:is|are|now|there|shows)\b)
    | \b(?:status\s+post|s/p)\s+(?!(?:\w+\s+){{0,4}}(?:placement|insertion|implantation|replacement|sternotomy))[^,.;]*
    | \b(?:evaluation|assessment)\s+(?:for|of)\b[^.;,]* | \bsensitiv\w+\s+(?:in|for|to)\b.*
    | \b(?:prior|previous|remote|old|past)\s+
      (?:(?!(?:is|are|with|there|stud\w+|exam\w*|films?|radiographs?|ct|shows?)\b)\w+\s+){{0,3}}(?:infections?|pneumonia|tuberculosis)\b
    | ^(?:does|do|did|is|are|has|have|can|could)\b.*\?\s*$
    | \bclinical\s+(?:history|concern|suspicion)\b[^.;]*
    """,
    re.VERBOSE,
)


def blank_asides(text: str) -> str:
    """The lower-case `text` with what it does not state of this film blanked, character for character."""
    return _NOT_STATED.sub(lambda match: " " * len(match.group()), text)
