"""The draft of one study while a person edits it: every state is kept, every new sentence weighed by the same sight."""

from __future__ import annotations

from collections.abc import Sequence

from mllm.draft.claims import Claim
from mllm.draft.editing.edit import Edit, edit
from mllm.draft.editing.grammar import Kind, parse
from mllm.draft.editing.recheck import rechecked
from mllm.draft.editing.revisions import Revisions
from mllm.draft.evidence import weigh_claim
from mllm.draft.precedents import read_precedents
from mllm.draft.retriever import SimilarCase
from mllm.draft.sight import Sight
from radiology.checks.check import references
from radiology.study import Draft, DraftSentence, Finding, Study


class Editor:
    """Of one user. `similar` are the cases that stood beside the study when it was drafted."""

    def __init__(self, draft: Draft, study: Study, sight: Sight, similar: Sequence[SimilarCase] = ()) -> None:
        self._revisions = Revisions((draft,))
        self._study, self._sight = study, sight
        self._precedents = read_precedents(study, similar)
        self._references = references(each.case for each in similar)

    @property
    def draft(self) -> Draft:
        """As it stands after all edits."""
        return self._revisions.draft

    def edit(self, command: str, it: Sequence[Finding] = ()) -> Edit | None:
        """Carry out `command`, undo and redo among them; None if it is none. `it` is what was spoken of last.

        Raises SightlineError, with the choices there are, for a command that cannot be carried out.
        """
        order, before = parse(command), self.draft
        if order is not None and order.kind in (Kind.UNDO, Kind.REDO):
            self._revisions = self._revisions.back() if order.kind is Kind.UNDO else self._revisions.forth()
            return Edit(command=command, before=before, after=self.draft)
        done = edit(before, command, self._weigh, self._recheck, it)
        if done is not None:
            self._revisions = self._revisions.then(done.after)
        return done

    def _weigh(self, claim: Claim) -> DraftSentence:
        return weigh_claim(claim, self._sight, self._precedents)

    def _recheck(self, sentences: Sequence[DraftSentence]) -> tuple[DraftSentence, ...]:
        return rechecked(sentences, self._study, self._references)
