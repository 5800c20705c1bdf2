"""A report that a person typed over, as a draft: what stands as it was keeps its evidence, the rest is weighed anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mllm.audit.changes import draft_text, is_heading
from mllm.draft.claims import Claim, read_claims
from mllm.draft.editing.edit import revised, weighed
from mllm.draft.editing.recheck import rechecked
from mllm.draft.evidence import weigh_claim
from mllm.draft.precedents import read_precedents
from radiology.checks.check import references
from radiology.errors import SightlineError
from radiology.study import Draft, DraftSentence

if TYPE_CHECKING:
    from mllm.draft.conversation import Conversation


def retyped(draft: Draft, text: str, conversation: Conversation) -> Draft:
    """`draft` as `text` has it, by the sight and the cases of the conversation about it.

    Raises SightlineError for a text that holds more than findings and an impression: nothing of it may get lost.
    """
    study, sight, similar = conversation.study, conversation.sight, conversation.similar
    known = {(sentence.section, sentence.text): sentence for sentence in draft.sentences}
    precedents = read_precedents(study, similar)

    def weigh(claim: Claim) -> DraftSentence:
        return weigh_claim(claim, sight, precedents)

    sentences = [known.get((each.section, each.text)) or weighed(each, weigh) for each in read_claims(text, ())]
    new = revised(draft, rechecked(sentences, study, references(each.case for each in similar)))
    if _words(draft_text(new)) != _words(text):
        raise SightlineError(
            "The report below was typed over in a way that commands cannot read: leave findings and impression under "
            "their headings, sentence by sentence, or go on typing."
        )
    return new


def _words(text: str) -> list[str]:
    return [word for line in text.splitlines() if not is_heading(line.strip()) for word in line.split()]
