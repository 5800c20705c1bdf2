"""An edit of a draft by a command: a new draft in which only the sentences concerned have changed, and what changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from mllm.draft.claims import Claim
from mllm.draft.editing.changes import perform
from mllm.draft.editing.difference import difference, objections
from mllm.draft.editing.grammar import parse
from radiology.study import Draft, DraftSentence, Finding, Noun

EDITED = "edited"
"""The flag of a sentence that a person's command wrote, and of a draft that was changed by one."""

Weigh = Callable[[Claim], DraftSentence]
"""Gives a claim its evidence and flags, such as `mllm.draft.evidence.weigh_claim` with one study's sight."""
Recheck = Callable[[Sequence[DraftSentence]], tuple[DraftSentence, ...]]
"""Looks for faults between the sentences of a whole draft, anew."""


class Edit(Noun):
    """`about` are the findings that the command was about, as the draft has them after it."""

    command: str
    before: Draft
    after: Draft
    about: tuple[Finding, ...] = ()

    @property
    def diff(self) -> tuple[str, ...]:
        """The lines taken out ("- ...") and put in ("+ ..."), under the name of their section."""
        return difference(self.before, self.after)

    @property
    def text(self) -> str:
        """The diff, each new line followed by what speaks against it."""
        return "\n".join(objections(self.before, self.after)) or "Nothing has changed."


def edit(draft: Draft, command: str, weigh: Weigh, recheck: Recheck = tuple, it: Sequence[Finding] = ()) -> Edit | None:
    """Carry out `command` on `draft`; None if it is no command.

    Sentences that the command concerns are written again from what they state now, lose their evidence and confidence
    and are weighed anew; all others stay as they are, except for what `recheck` finds. `it` is what was spoken of last.
    Raises SightlineError, with the choices there are, for a command that names nothing in the draft or more than one
    thing.
    """
    order = parse(command)
    if order is None:
        return None
    outcome = perform(draft.sentences, order, it)
    written = [weighed(item, weigh) if isinstance(item, Claim) else item for item in outcome.items]
    return Edit(command=command, before=draft, after=revised(draft, recheck(written)), about=outcome.about)


def weighed(claim: Claim, weigh: Weigh) -> DraftSentence:
    """A claim of a person's command with its evidence, but without a confidence: that is for a model's sentences."""
    sentence = weigh(claim)
    return sentence.model_copy(update={"flags": tuple(dict.fromkeys((*sentence.flags, EDITED)))})


def revised(draft: Draft, sentences: Sequence[DraftSentence]) -> Draft:
    """`draft` with other sentences, flagged as edited; an impression that no sentence carried stays."""
    concluded = any(sentence.section == "impression" for sentence in (*draft.sentences, *sentences))
    impression = " ".join(sentence.text for sentence in sentences if sentence.section == "impression")
    return draft.model_copy(
        update={
            "sentences": tuple(sentences),
            "impression": impression if concluded else draft.impression,
            "flags": tuple(dict.fromkeys((*draft.flags, EDITED))),
        }
    )
