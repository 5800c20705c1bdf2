"""Is a finding said to be present, absent or uncertain? Cues act forward or backward within one clause.

"No change in the effusion", "cannot exclude", "not seen previously" hold a negation that denies something else:
`mask_scope` blanks them before negation is looked for. A negation outweighs a hedge in the same clause.
"No new effusion" is read as no effusion.
"""

from __future__ import annotations

import re

from radiology.reading.lexicon import Hit
from radiology.study import Certainty

_SEEN = (
    r"(?:seen|present|visible|identified|visuali[sz]ed|evident|apparent|demonstrated|appreciated|noted|detected"
    r"|observed|found)"
)
_PSEUDO = re.compile(
    rf"""\b(?:
    (?:no|without|not)\s+(?:\w+\s+){{0,3}}?(?:changed?|increased?|decreased?|progress\w+|worsen\w*|improve\w*|enlarg(?:ing|ement)\s+of)\b
        (?:\s+(?:in|of))?(?:\s+(?:the\s+)?(?:size|extent|appearance|number)\s+of)?
    | not\s+only
    | not\s+{_SEEN}\s+(?:previously|before|earlier|on\s+(?:the\s+)?(?:prior|previous|last))
    | not\s+previously\s+{_SEEN} | not\s+(?:fully\s+|completely\s+|entirely\s+|yet\s+)?(?:resolved|cleared)
    | (?:no|without)\s+(?:prior|previous|comparison|old)\w*
    | not\s+(?:as|so)\s+\w+ | no\s+more | not\s+well\s+(?:seen|visuali[sz]ed|defined|evaluated|circumscribed)
    )""",
    re.VERBOSE,
)
_EXCLUDE = r"(?:exclude[ds]?|rule[d]?\s+out)"
_CANNOT_EXCLUDE = re.compile(
    rf"\b(?:can\s*not|can't|could\s+not|not|difficult\s+to|unable\s+to|impossible\s+to)\s+(?:be\s+)?(?:\w+ly\s+)?(?:be\s+)?{_EXCLUDE}"
)
_NOT_BEFORE = re.compile(
    rf"""\b(?:no(?!\s+longer)|without|not|negative\s+for|free\s+of|free\s+from|clear\s+of|absence\s+of|lack\s+of|lacks
    |nor|neither|never|denies|rather\s+than|instead\s+of|absent|no\s+longer(?!\s+{_SEEN}))\b|n['\u2019]t\b""",
    re.VERBOSE,
)
_REACH_ENDS = re.compile(
    r"""(?<!consistent\s)(?<!compatible\s)(?<!associated\s)(?<!keeping\s)\bwith\b(?!\s+evidence)
    |\b(?:after|following|since|status\s+post|s/p|compared|without|due\s+to|because|secondary|despite|this|these|it|there\s+(?:is|are)
    |the\s+(?:lungs?|heart|mediastinum|aorta|bones)\s+(?:is|are))\b""",
    re.VERBOSE,
)
_NOT_AFTER = re.compile(
    rf"""\b(?:not\s+(?:\w+\s+)?{_SEEN}|(?:is|are|was|were)\s+(?:now\s+)?(?:absent|excluded|gone)|ruled\s+out
    |(?:has|have)\s+been\s+(?:excluded|ruled\s+out)|not\s+suspected
    |(?:is|are|appears?|remains?)\s+(?:\w+\s+)?within\s+(?:normal\s+)?limits)\b|(?::|\s[-\u2013])\s*(?:none|no|absent|negative)\b""",
    re.VERBOSE,
)
_PARTLY = r"(?=resolved|cleared|disappeared)" + "".join(
    rf"(?<!\b{adverb}\s)(?<!\b{adverb}\scompletely\s)"
    for adverb in ("nearly", "almost", "partially", "partly", "mostly", "largely", "incompletely", "essentially")
)
_GONE_AFTER = re.compile(
    rf"\b(?:{_PARTLY}(?:resolved|cleared|disappeared)|(?:(?:has|have|had|was|were)\s+(?:since\s+|now\s+|been\s+|interval\s+)*|(?<=line\s)|(?<=tube\s)|(?<=catheter\s))removed|no\s+longer\s+(?:\w+\s+)?{_SEEN})\b"
)
_GONE_BEFORE = re.compile(
    rf"(?<!near\s)(?<!partial\s)(?<!near-complete\s)(?<!near\scomplete\s)\b(?:{_PARTLY}resolved|resolution\s+of|clearing\s+of|removal\s+of|no\s+longer(?!\s+{_SEEN}))\b"
)
_KNOWN = re.compile(rf"\bpreviously\s+(?:{_SEEN}|described|reported|known)\b")
_MAYBE_BEFORE = re.compile(
    r"""\b(?:possibl[ey]|possibility|may(?:be)?|might|could|suspicious|suspicion|suspect\w*|concern(?:ing)?|worrisome
    |question(?:able|ed|s)?|equivocal|suggest\w*|rule\s+out|r/o|differential|favor\w*|considerations?|potential(?:ly)?
    |less\s+likely|unlikely|(?<!age\s)(?<!age-)indeterminate|cannot|exclude|would|unclear|uncertain|perhaps)\b""",
    re.VERBOSE,
)
_MAYBE_AFTER = re.compile(
    rf"""\b(?:doubtful|(?:is|are|was|were|remains?)\s+(?:\w+\s+)?(?:possible|suspected|questioned|suggested|questionable|unlikely(?!\s+to)|considered|uncertain)
    |(?:may|might|could)\s+(?:also\s+)?be\s+(?:{_SEEN}|considered)|(?:is|are|remains?|be)\s+(?:also\s+)?(?:a|an|another|in\s+the)\s+(?:\w+\s+)?(?:consideration|possibility|concern|differential)
    |(?:in|is)\s+question|(?:less|not)\s+likely(?!\s+\w))\b""",
    re.VERBOSE,
)
_WEAK = re.compile(
    r"\b(?:probabl[ey]|presum\w+|borderline(?![^,]*,)|normal\s+(?:or|to|versus)\s+(?:\w+ly\s+)?enlarged)\b"
)


def mask_scope(text: str) -> str:
    """`text` with negations that do not deny a finding replaced by tildes; "cannot exclude" keeps its doubt."""
    masked = _CANNOT_EXCLUDE.sub(lambda m: _doubt(m.group()).ljust(len(m.group()), "~"), text)
    return _PSEUDO.sub(lambda m: "~" * len(m.group()), masked)


def _doubt(words: str) -> str:
    """What is left of the words: doubt of what follows ("cannot exclude") or of what came before ("not excluded")."""
    return "cannot" if words.endswith(("exclude", "rule out")) else "doubtful"


def is_resolved(scope: str, hit: Hit, lo: int, hi: int) -> bool:
    """Whether the clause [lo, hi) of `scope` (a masked sentence) says that the finding is gone."""
    if _reaches(_GONE_BEFORE, scope, lo, hit.anchor) or _GONE_AFTER.search(scope, hit.anchor_end, hi):
        return True
    known = _KNOWN.search(scope, lo, hit.anchor)
    return known is not None and _NOT_AFTER.search(scope, hit.anchor_end, hi) is not None


def certainty_of(scope: str, hit: Hit, lo: int, hi: int, weak: Certainty = Certainty.UNCERTAIN) -> Certainty:
    """What the clause [lo, hi) of `scope` (a masked sentence) makes of `hit`.

    "Probable" and "borderline" make it `weak`; "likely" leaves it present.
    """
    if hit.certainty is Certainty.ABSENT:
        return Certainty.ABSENT
    denied = _reaches(_NOT_BEFORE, scope, lo, hit.anchor) or _NOT_AFTER.search(scope, hit.anchor_end, hi) is not None
    if denied or is_resolved(scope, hit, lo, hi):
        return Certainty.ABSENT
    if _MAYBE_BEFORE.search(scope, lo, hit.anchor) or _MAYBE_AFTER.search(scope, hit.anchor_end, hi):
        return Certainty.UNCERTAIN
    if hit.certainty is Certainty.PRESENT and _WEAK.search(scope, lo, hit.anchor_end):
        return weak
    return hit.certainty


def _reaches(cue: re.Pattern[str], scope: str, lo: int, anchor: int) -> bool:
    """Whether a forward cue in [lo, anchor) reaches the anchor without something that ends its scope in between."""
    return any(_REACH_ENDS.search(scope, match.end(), anchor) is None for match in cue.finditer(scope, lo, anchor))
