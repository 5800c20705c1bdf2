"""Whether a question asks for general knowledge rather than about the film, by plain rules, and for what of it.

A question is general only if it has one of the forms below and nothing in it points at the film. All others are left to
the model: to quote a book about a film would mislead, to ask a model what a book says does little harm.
"""

from __future__ import annotations

import re

from mllm.draft.knowledge import Aspect
from radiology.reading.mentions import read_sentence

_BARE = r"(?!the\b|your\b|seen\b|in\b|on\b|at\b|under\b|behind\b|near\b|above\b|below\b|all\b|some\b|any\b)"
_PEOPLE = r"(?:i|you|we|one|people|radiologists)"
_LIMITS = r"(?:normal|upper|lower|usual|typical|correct|ideal|proper|right|expected)"
_FORMS: tuple[tuple[Aspect, str], ...] = (
    (Aspect.MIMICS, r"^(?:what|which|how)\b.*\b(?:mimics?|mimick\w+|mistaken|confused|look-?alikes?|differentials?)\b"),
    (Aspect.MIMICS, r"^(?:what|which)\b.*\b(?:differential diagnos[ie]s|looks like|(?:can|may|might) look like)\b"),
    (
        Aspect.MIMICS,
        r"^(?:how|what)\b.*\b(?:differences? between|distinguish\w*|differentiate\w*|(?:tell|told)\b.*\bfrom)\b",
    ),
    (Aspect.CAUSES, r"^(?:what|which \w+)(?: can| may| could| usually| commonly)* causes?\b"),
    (Aspect.CAUSES, r"^(?:what|which) (?:are|is) (?:the )?(?:\w+ )?causes? of\b"),
    (
        Aspect.CAUSES,
        r"^why (?:do|does|can|may)\b.*\b(?:on|in) an? (?:ap|pa|supine|portable|bedside|rotated|expirat\w+)\b",
    ),
    (Aspect.POSITION, r"^(?:where|how (?:far|deep|high|low)|at (?:what|which) level)\b.*\b(?:should|must|ought)\b"),
    (
        Aspect.MEASURE,
        rf"^what (?:is|are) (?:the |an? )?{_LIMITS} (?:\w+ )?(?:limits?|size|ratio|width|range|level|value)\b",
    ),
    (Aspect.POSITION, rf"^what (?:is|are) (?:the |an? )?{_LIMITS} (?:\w+ )?(?:position|place|tip|end)\b"),
    (
        Aspect.MEASURE,
        r"^(?:how (?:much|many|large|wide|big|small)|at what size|when)\b.*\b(?:should|must|needed|counts?)\b",
    ),
    (
        Aspect.MEASURE,
        r"^(?:at |from |above |below )?(?:what|which) (?:size|width|distance|angle)\b.*\b(?:an?|should|needs?)\b",
    ),
    (Aspect.MEASURE, r"^how (?:wide|large|big|long|high|thick) (?:is|are) (?:an?|the) normal\b"),
    (Aspect.MEASURE, r"^what (?:is|are) (?:the )?(?:stages?|grades?|limits?) (?:of|for)\b"),
    (Aspect.MEASURE, rf"^how (?:is|are|do(?:es)? {_PEOPLE}) .*\b(?:measured?|calculated?|graded?)\b"),
    (
        Aspect.REPORTING,
        rf"^how (?:do|should|can|must) {_PEOPLE} (?:report|describe|word|state|mention|compare|grade)\b",
    ),
    (Aspect.REPORTING, r"^(?:what|which)\b.*\b(?:should|must) be (?:told|called|communicated)\b"),
    (
        Aspect.REPORTING,
        r"^(?:how|what) (?:is|are|should|must)\b.*\b(?:reported|described|worded|stated|graded|mentioned)\b",
    ),
    (Aspect.REPORTING, r"^what (?:should|must) (?:a|the) report\b"),
    (Aspect.NEXT, rf"^what (?:else )?(?:do|should|can|must) {_PEOPLE} (?:look for|look at|check|search for)\b"),
    (Aspect.APPEARANCE, r"^how (?:do|does|can|may|will|would)\b.*\b(?:look|appear|show)\b"),
    (Aspect.APPEARANCE, r"^what (?:do|does)\b.*\blook like\b"),
    (Aspect.APPEARANCE, rf"^how (?:do|does|can) {_PEOPLE} (?:tell|know|see)\b"),
    (Aspect.APPEARANCE, rf"^how (?:is|are|do(?:es)? {_PEOPLE}) .*\b(?:recogni[sz]ed?|diagnosed?|identif(?:y|ied))\b"),
    (Aspect.APPEARANCE, r"^what (?:is|are) (?:the )?(?:radiographic )?(?:appearances?|signs|features) of\b"),
    (Aspect.MEANING, r"^what (?:do|does)\b.*\b(?:mean|stand for|indicate|suggest|say|recommend)\b"),
    (Aspect.MEANING, r"^what (?:is|are) (?:the )?(?:definition|meaning) of\b"),
    (Aspect.MEANING, r"^(?:define|what is meant by|explain)\b"),
    (Aspect.MEANING, r"^what (?:is|are) the \b.*(?:\bsigns?|\bwindow|\bstripes?|\bfissures?|\bkerley\b.*|\brule)\W*$"),
    (Aspect.MEANING, rf"^what(?: is| are|'s) (?:an? )?{_BARE}\w"),
)
"""What is asked for and the form of its questions, the first that fits."""
_COMPILED = tuple((aspect, re.compile(form, re.I)) for aspect, form in _FORMS)
_COURTESY = re.compile(r"^\W*(?:(?:and|but|so|please|(?:can|could) you (?:tell me|explain)|tell me)\b[\s,]*)*", re.I)
_POINTS = re.compile(
    r"\b(?:this|these|those|here|its?|he|she|his|her|him|my|our|they|their|seen|visible|shown|found|"
    r"(?<!must )(?<!should )there|present|"
    r"(?:the|both|either|current) (?:\w+ )?"
    r"(?:patients?|reports?|films?|images?|pictures?|x-?rays?|radiographs?|stud(?:y|ies)|scans?|drafts?|findings?|abnormalit\w+))\b",
    re.I,
)
"""Words that point at the film or its patient."""
_STATE = re.compile(
    r"^what(?: is| are|'s) (?:abnormal|normal|wrong|new|different|enlarged|unusual|happening|going on|changed|"
    r"worse|better)\W*$|^how (?:do|does) (?:the|both)\b|^what (?:do|does) (?:the|both)\b.*\blook\b|"
    r"^where should the (?:tip of the )?(?:tube|line|catheter|device|lead|drain|tip)s?(?: (?:be|end|lie|go|sit))?\W*$",
    re.I,
)
"""Questions about the film that look like "what is consolidation?"."""
_THE = re.compile(r"\bthe\s+(?:(?!(?:of|for|in|between)\b)[\w-]+\s+){0,2}$", re.I)
LONGEST = 300
"""Characters; a longer text tells of a patient."""
_OF_ITS_KIND = re.compile(r"\b(?:should|must|ought)\b|\bsigns?\b|\bon an? (?:ap|pa|supine|portable|bedside)\b", re.I)
"""With these "the tube" is any tube and "the silhouette sign" is the sign as such."""


def general(question: str) -> Aspect | None:
    """What of general knowledge is asked for; None for a question about the film, and for one of no known form."""
    text = _COURTESY.sub("", " ".join(question.split()))
    if len(text) > LONGEST or _POINTS.search(text) or _STATE.match(text) or _definite(text):
        return None
    return next((aspect for aspect, form in _COMPILED if form.search(text)), None)


def _definite(text: str) -> bool:
    """Whether a finding is spoken of as one that is at hand: "what causes the effusion?"."""
    if _OF_ITS_KIND.search(text):
        return False
    return any(_THE.search(text[: mention.start]) for mention in read_sentence(text.rstrip("?").rstrip()))
