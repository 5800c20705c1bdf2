"""Sentence to clauses: the reach of a "no". A comma or an "and" ends a clause only where a new statement begins."""

from __future__ import annotations

import re

_BREAK = re.compile(
    r"""
    (?P<hard>
        ;|\s[\u2013\u2014-]{1,2}\s|[.]\s
        |,?\s*\b(?:but|however|although|though|while|whereas|yet|except|aside\s+from|apart\s+from|otherwise|despite)\b
    )
    | (?P<soft>,\s*(?:and\s+)?|\band\s+)
    """,
    re.VERBOSE,
)
_NEW_STATEMENT = re.compile(
    r"""(?:a|an|there|this|these|it|no|not|without|with|again|interval|normal|possible|possibly|probable|probably|likely
        |small|tiny|trace|mild|mildly|minimal|moderate|severe|marked|stable|unchanged|persistent|new|worsening|worse
        |increas\w+|decreas\w+|improv\w+|resolv\w+|consistent|compatible|suggest\w*|status|clear|left|right|bilateral
        |enlarged|bibasilar|which|may|could|better)\b""",
    re.VERBOSE,
)
_STARTS_ANEW = re.compile(r"(?:there|this|these|it|no|not|without|with)\b")
_VERB = r"(?:is|are|was|were|has|have|appears?|remains?|shows?|demonstrates?)"
_SUBJECT_VERB = re.compile(rf"(?:(?!no\b|or\b|nor\b)[\w'-]+\s+){{1,6}}?{_VERB}\b")
_SINGULAR = re.compile(r"(?:(?!no\b|or\b|nor\b)[\w'-]+\s+){1,6}?(?:is|was|has|appears|remains|shows)\b")
_HAS_VERB = re.compile(rf"\b(?:{_VERB}|there|no|without)\b")
_ALTERNATIVE = re.compile(r"\b(?:or|nor)\b")
_NEGATED = re.compile(r"\b(?:no|not|without|negative|free|nor|neither|resolved|resolution|removal|clearing)\b")
_ADJECTIVE_START = re.compile(
    r"(?:large|small|moderate|left|right|bilateral|new|mild|severe|increas\w+|enlarged|normal)\b"
)


def split_clauses(text: str) -> list[tuple[int, int]]:
    """The clauses of the lower-case sentence `text` as spans that follow one another and cover it."""
    starts = [0]
    for match in _BREAK.finditer(text):
        if match.group("hard") or _begins(text, starts[-1], match):
            starts.append(match.start())
    return list(zip(starts, [*starts[1:], len(text)], strict=True))


def _begins(text: str, clause_start: int, match: re.Match[str]) -> bool:
    """Whether a new statement begins after this comma or "and"."""
    before, after = text[clause_start : match.start()], text[match.end() :]
    part = re.split(r"[,;]", after, maxsplit=1)[0]
    if _continues_a_list(before, after, part):
        return False
    if _NEW_STATEMENT.match(after) and not _left_and_right(before, part):
        return "," in match.group() or _STARTS_ANEW.match(after) is not None or _NEGATED.search(before) is not None
    if _SINGULAR.match(part):
        return True
    return _HAS_VERB.search(before) is not None and _SUBJECT_VERB.match(part) is not None


def _continues_a_list(before: str, after: str, part: str) -> bool:
    """True within "no focal consolidation, large effusion, or pneumothorax": an "or" is still to come."""
    listed = re.split(rf"[;.]|\b(?:but|however|{_VERB}|may|with|there)\b", after, maxsplit=1)[0]
    return (
        _NEGATED.search(before) is not None
        and _ALTERNATIVE.search(listed) is not None
        and not re.match(r"(?:a|an|there|no|not|without|with)\b", part)
        and not _SINGULAR.match(part)
    )


def _left_and_right(before: str, part: str) -> bool:
    """True of the "and" in "left and right", "increased and moderate": adjectives of one noun."""
    last = before.rsplit(maxsplit=1)[-1:] or [""]
    return _ADJECTIVE_START.match(part) is not None and _ADJECTIVE_START.fullmatch(last[0]) is not None
