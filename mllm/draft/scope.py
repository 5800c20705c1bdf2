"""Whether a question is about the study, by plain rules; if not, a refusal with questions that can be answered."""

from __future__ import annotations

import re
from collections.abc import Sequence

from radiology.reading.mentions import read_sentence
from radiology.study import Finding, Study

_STEMS = (
    "lung|lobe|lobar|hemithora|thora|chest|pleura|heart|cardi|mediastin|hilum|hilar|aort|trachea|bronch|diaphragm|"
    "costophrenic|clavic|spine|spinal|vertebra|bone|bony|shoulder|scapula|breast|stomach|abdom|brain|skull|liver|kidney|"
    "bowel|colon|spleen|pancrea|pelvi|vessel|arter|vein|organ|apic|fissure|ventric|cerebr|sinus|airway|soft tissue|"
    "film|x-?ray|radiogra|scan|projection|modality|ultraso|angiogra|contrast|weighting|coronal|sagittal|inspirat|"
    "abnormal|normal|finding|patholog|disease|disorder|diagnos|impression|lesion|opacit|lucen|enlarge|dilat|calcif|"
    "infiltrat|fractur|hyperinflat|catheter|pacemaker|unilateral|bilateral"
)
_WORDS = (
    "images?|pictures?|stud(?:y|ies)|views?|planes?|frontal|lateral|pa|ap|mri?|cta?|flair|t1|t2|axial|supine|upright|"
    "rotated|exposure|prior|previous|comparison|report|fluid|air|gas|mass|masses|line|lines|tubes?|devices?|wires?|ribs?|"
    "neck|head|hip|knee|foot|hand|side|left|right|base|bases|apex|zones?|density|shadow|collapsed?|visible|seen|present"
)
_ABOUT = re.compile(rf"\b(?:(?:{_STEMS})\w*|(?:{_WORDS}))\b", re.I)
_FOLLOWS_UP = re.compile(
    r"^\W*(?:and\b.*|where|(?:and )?where (?:is|are) (?:it|they|this|that)|are you (?:sure|certain)|"
    r"how (?:large|big|severe|sure|certain|small|many)(?: (?:is|are) (?:it|they|this|that|you|there))?|"
    r"(?:is|has|have) (?:it|they|this|that|anything|there) [\w\s]*"
    r"\b(?:larger|smaller|changed?|worse|better|new|stable))"
    r"\W*$",
    re.I,
)
"""A turn that leans on the one before."""
_ENGLISH = re.compile(
    r"\b(?:is|are|was|were|do|does|did|has|have|can|could|will|what|which|where|how|who|when|why|any|there|the|describe|"
    r"list|tell|show|summari[sz]e|compare|name|explain|and|on|in|no|of)\b",
    re.I,
)
_BEYOND = re.compile(
    r"\b(?:treat\w*|therap\w*|medicat\w*|drugs?|dos(?:e|age|ing)\w*|prescri\w*|antibiotic\w*|surgery|operat(?:e|ion)|"
    r"prognos\w*|surviv\w*|how long (?:will|do|does)|will (?:he|she|they|i|the patient|it)|life expectancy|"
    r"should (?:i|we|he|she|they|the patient)|poem|song|story|joke|recipe|weather|capital|president|code|"
    r"program|python|translate|ignore|instructions?|prompt|password|stock|football|"
    r"your name|who are you|insurance|cost|price)\b",
    re.I,
)
_COMPARES = re.compile(
    r"\b(?:prior|previous|(?:has|have|how|anything|what|any) [\w\s]*chang(?:ed|e)\b|since|last (?:film|exam\w*|study)|"
    r"interval|got(?:ten)? (?:worse|better)|progress\w*|new (?:since|compared))",
    re.I,
)
_CLOSED = re.compile(r"^\W*(?:is|are|was|were|do|does|did|has|have|can|could)\b", re.I)
EXAMPLES = ("Is there a pleural effusion?", "What abnormalities are seen?", "Is the heart enlarged?")
_YES_NO = ("yes", "no")
SHORT = 3
"""Words up to which a question needs no English sentence: "left effusion?"."""


def refusal(question: str, study: Study, edits: Sequence[str] = ()) -> str | None:
    """Why `question` is not answered, with questions that are; None for one that is about the study.

    edits: commands that change a draft at hand, to be suggested too.
    """
    if not question.strip():
        return f"The question is empty. {_suggestions(study, edits)}"
    if _COMPARES.search(question) and not study.priors and _about_the_study(question):
        return f"There is no prior study to compare with. {_suggestions(study, edits)}"
    if not _about_the_study(question):
        return f"I can only answer questions about this study, in English. {_suggestions(study, edits)}"
    return None


def yes_or_no(question: str) -> tuple[str, ...]:
    """("yes", "no") for a closed question, else nothing."""
    return _YES_NO if _CLOSED.match(question) and not re.search(r"\bor\b", question, re.I) else ()


def asked_about(question: str) -> tuple[Finding, ...]:
    """The findings a question names; it states nothing about them, so it is read without its question mark."""
    return tuple(mention.finding for mention in read_sentence(question.strip().rstrip("?").rstrip()))


def _about_the_study(question: str) -> bool:
    if _BEYOND.search(question):
        return False
    if len(question.split()) > SHORT and not _ENGLISH.search(question):
        return False
    return bool(_ABOUT.search(question) or _FOLLOWS_UP.match(question) or asked_about(question))


def _suggestions(study: Study, edits: Sequence[str]) -> str:
    asked = [*EXAMPLES, *(("How has the pleural effusion changed?",) if study.priors else ())]
    changes = f" Or change the draft: {'; '.join(edits)}." if edits else ""
    return f"For example: {' '.join(asked)}{changes}"
