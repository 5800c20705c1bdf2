"""When is a sentence supported? Evidence for every claim of a text, from the heads, the prior and similar cases.

The decoder has no say here: its text and its boxes are claims. Any text can be weighed, ours or anybody's.
"""

from __future__ import annotations

from collections.abc import Sequence

from mllm.draft.claims import Claim, read_claims
from mllm.draft.dissent import dissent
from mllm.draft.precedents import Precedents, from_cases, from_prior, read_precedents
from mllm.draft.regions import disagreement, in_image, normality
from mllm.draft.retriever import SimilarCase
from mllm.draft.sight import Sight
from radiology.checks.check import references
from radiology.checks.table import checked
from radiology.study import Certainty, Change, DraftSentence, Evidence, Finding, Mention, Study

UNSUPPORTED = "unsupported"
NO_FINDING = "no finding"
"""The flag of a sentence that states nothing that evidence could bear on, such as technique."""
TURNS = (Change.NEW, Change.RESOLVED)
"""Changes that say the prior was otherwise: it bears out the change, not what is there now."""


def weigh(
    text: str | Sequence[Claim], study: Study, sight: Sight, similar: Sequence[SimilarCase] = ()
) -> tuple[DraftSentence, ...]:
    """Every sentence of `text` with its evidence and flags, checks included; `similar` are cases like the film."""
    claims = read_claims(text, sight.frames) if isinstance(text, str) else text
    precedents = read_precedents(study, similar)
    sentences = [weigh_claim(claim, sight, precedents) for claim in claims]
    return checked(sentences, study, references(each.case for each in similar))


def weigh_claim(claim: Claim, sight: Sight, precedents: Precedents) -> DraftSentence:
    """One sentence: supported only if everything it states is."""
    evidence, flags = _judge(claim, sight, precedents)
    return DraftSentence(
        text=claim.text,
        section=claim.section,
        findings=tuple(_with_probability(mention, sight) for mention in claim.mentions),
        boxes=claim.boxes,
        evidence=tuple(dict.fromkeys(evidence)),
        flags=tuple(dict.fromkeys(flags)),
    )


def _judge(claim: Claim, sight: Sight, precedents: Precedents) -> tuple[list[Evidence], list[str]]:
    if not claim.mentions:
        normal = normality(claim.text, sight)
        if normal is None:
            return [], [NO_FINDING]
        return list(normal[0]), [*(() if normal[0] else (UNSUPPORTED,)), *normal[1]]
    evidence: list[Evidence] = []
    flags: list[str] = []
    for mention in claim.mentions:
        found, supported = _support(mention.finding, sight, precedents)
        evidence += found
        flags += [] if supported else [UNSUPPORTED]
        objections = (disagreement(mention.finding, sight), dissent(mention.finding, precedents))
        flags += [flag for flag in objections if flag]
    return evidence, flags


def _support(finding: Finding, sight: Sight, precedents: Precedents) -> tuple[tuple[Evidence, ...], bool]:
    """All the evidence for one finding and whether it suffices.

    The film decides: the prior and similar cases carry a finding only where a head knows it and does not object. A
    change needs a prior that agrees with it.
    """
    seen, prior, cases = in_image(finding, sight), from_prior(finding, precedents), from_cases(finding, precedents)
    others = cases if finding.change in TURNS else cases + prior
    stands = bool(seen) or (bool(others) and _open(finding, sight))
    return seen + prior + cases, stands and (bool(prior) or finding.change is None)


def _open(finding: Finding, sight: Sight) -> bool:
    """Whether the heads know the finding and leave it open, so that evidence outside the image may carry it."""
    if sight.probability(finding.name) is None or disagreement(finding, sight):
        return False
    return finding.certainty is Certainty.ABSENT or not sight.excludes(finding.name)


def _with_probability(mention: Mention, sight: Sight) -> Mention:
    """The image-level head's probability that the finding is present, beside the statement."""
    p = sight.probability(mention.finding.name)
    return mention.model_copy(update={"finding": mention.finding.model_copy(update={"probability": p})})
