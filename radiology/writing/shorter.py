"""A draft in brief: its impression without what it denies."""

from __future__ import annotations

from collections.abc import Sequence

from radiology.study import DraftSentence
from radiology.writing.sentences import is_denied


def shortened(sentences: Sequence[DraftSentence]) -> tuple[DraftSentence, ...]:
    """The sentences of the impression, else of the findings, that do more than deny; all of these if none does.

    A sentence that states no finding, such as "No acute abnormality.", stays: it concludes.
    """
    chosen = [sentence for sentence in sentences if sentence.section == "impression"] or list(sentences)
    return tuple(sentence for sentence in chosen if not only_denies(sentence)) or tuple(chosen)


def only_denies(sentence: DraftSentence) -> bool:
    """Whether all that a sentence states is that something is not there."""
    return bool(sentence.findings) and all(is_denied(mention.finding) for mention in sentence.findings)
