"""Every state of a draft that was edited, so that nothing is lost."""

from __future__ import annotations

from dataclasses import dataclass, replace

from radiology.errors import SightlineError
from radiology.study import Draft


@dataclass(frozen=True)
class Revisions:
    """Drafts, oldest first, and which of them stands now. An edit after an undo drops what was undone."""

    drafts: tuple[Draft, ...]
    at: int = 0

    @property
    def draft(self) -> Draft:
        return self.drafts[self.at]

    def then(self, draft: Draft) -> Revisions:
        """With `draft` as the one that stands."""
        return Revisions((*self.drafts[: self.at + 1], draft), self.at + 1)

    def back(self) -> Revisions:
        """One edit earlier; raises SightlineError before the first."""
        if self.at == 0:
            raise SightlineError("`undo`: the draft stands as it was written, there is nothing to undo.")
        return replace(self, at=self.at - 1)

    def forth(self) -> Revisions:
        """One edit later; raises SightlineError after the last."""
        if self.at == len(self.drafts) - 1:
            raise SightlineError("`redo`: nothing was undone, there is nothing to redo.")
        return replace(self, at=self.at + 1)
