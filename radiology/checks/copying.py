"""A sentence must be written for this film, not taken from the report of another one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from radiology.checks.check import Context, Found, prior_reports
from radiology.checks.statements import possible
from radiology.reading.sentences import split_sentences
from radiology.study import DraftSentence

Runs = frozenset[tuple[str, ...]]

LONG = 10
"""Words; shorter sentences come out alike by chance."""
LONG_UNREAD = 14
"""Words of a sentence from which no finding was read."""
OWN = 4
"""Different words of a sentence that are none of a formula: "right central line with its tip in the superior vena cava"
has three, and there is one way to say it."""
ALIKE = 0.7
"""Share of the runs of three words in common. One word left out of twelve takes three of ten runs away."""
_WORD = re.compile(r"[^\W_]+")
_USUAL = re.compile(
    r"\b(?:no|not|without|normal|clear|unremarkable|intact|views?|radiographs?|obtained|recommend\w*|correlat\w+)\b",
    re.I,
)
"""Words of sentences that many reports have, from which no finding is read."""
_FORMULA = frozenset(
    _WORD.findall(
        """a an the of in on at to from for with without within and or but is are was were be been has have it its this
        that there which may no not since than by as left right both bilateral upper mid middle lower lobe lobes lung
        lungs zone zones base bases basal basilar apex apical hilum hilar perihilar superior vena cava atrium ventricle
        carina above cavoatrial junction stomach tip tips end ends lead leads vein artery bronchus main position place
        small moderate large mild mildly moderately severe severely minimal two three four five six up too deep high new
        unchanged stable similar increased decreased improved worsened larger smaller better worse resolved prior
        previous study exam comparison interval seen noted present identified mm cm normal limits size heart cardiac
        chest pleural pulmonary"""
    )
)
"""Words of grammar, place, degree and change."""


def copied_sentence(sentences: Sequence[DraftSentence], context: Context) -> Iterator[Found]:
    """Long sentences that stand, nearly word for word, in the report of a prior or in a reference.

    What only says that something is normal or absent, or says a finding in the usual words, is left alone.
    """
    long = {i: runs for i, sentence in enumerate(sentences) if _says(sentence) and (runs := _runs(sentence.text))}
    if not long:
        return
    others = [(each.origin, _all_runs(each.text)) for each in (*prior_reports(context.study), *context.references)]
    for i, runs in long.items():
        origin = next((origin for origin, known in others if any(_alike(runs, other) for other in known)), None)
        if origin is not None:
            yield Found(i, f"It stands almost word for word in the report of {origin}.")


def _says(sentence: DraftSentence) -> bool:
    """Whether it says more than that something is normal or absent."""
    if sentence.findings:
        return any(possible(mention.finding) for mention in sentence.findings)
    return len(_WORD.findall(sentence.text)) >= LONG_UNREAD and _USUAL.search(sentence.text) is None


def _all_runs(text: str) -> list[Runs]:
    return [runs for sentence in split_sentences(text) if (runs := _runs(sentence))]


def _alike(one: Runs, other: Runs) -> bool:
    return len(one & other) >= ALIKE * max(len(one), len(other))


def _runs(text: str) -> Runs:
    """The runs of three words of a long sentence with words of its own; none of another one."""
    words = _WORD.findall(text.lower())
    own = {word for word in words if word not in _FORMULA and not word.isdigit()}
    if len(words) < LONG or len(own) < OWN:
        return frozenset()
    return frozenset(zip(words, words[1:], words[2:], strict=False))
