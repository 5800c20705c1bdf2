"""The boxes of a draft, by view, each with the number of its sentence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from radiology.errors import SightlineError
from radiology.study import Box, Draft, DraftSentence, Study

PRIOR = "prior/"
"""What the name of a view starts with when it is that of a prior's film, which is in no export."""


@dataclass(frozen=True)
class Mark:
    """A box and the `numbers` of the sentences that have it, counted from 1.

    seen: drawn by the heads as evidence, not by the author.
    """

    numbers: tuple[int, ...]
    box: Box
    seen: bool = False

    @property
    def label(self) -> str:
        """Such as "1, 4"."""
        return ", ".join(map(str, self.numbers))


def marks(draft: Draft) -> list[Mark]:
    """Each box once, in the order of the sentences, the author's boxes of a sentence before those of its evidence."""
    numbers: dict[tuple[Box, bool], list[int]] = {}
    for number, sentence in enumerate(draft.sentences, 1):
        for key in _of(sentence):
            numbers.setdefault(key, []).append(number)
    return [Mark(tuple(dict.fromkeys(found)), box, seen) for (box, seen), found in numbers.items()]


def _of(sentence: DraftSentence) -> Iterator[tuple[Box, bool]]:
    yield from ((box, False) for box in drawn(sentence))
    yield from ((box, True) for box in seen(sentence))


def drawn(sentence: DraftSentence) -> list[Box]:
    """The author's boxes on films of the study itself, each once."""
    owned = [box for mention in sentence.findings for box in mention.finding.boxes]
    return of_the_study(dict.fromkeys([*owned, *sentence.boxes]))


def of_the_study(boxes: Iterable[Box]) -> list[Box]:
    """Without those on a prior's film."""
    return [box for box in boxes if not box.view.startswith(PRIOR)]


def seen(sentence: DraftSentence) -> list[Box]:
    """The boxes of the evidence, each once."""
    return list(dict.fromkeys(box for evidence in sentence.evidence for box in evidence.boxes))


def marks_by_view(draft: Draft, study: Study) -> dict[str, list[Mark]]:
    """View id -> its boxes, an entry for every view. Raises SightlineError for a box in a view that is not there."""
    views: dict[str, list[Mark]] = {view.id: [] for view in study.views}
    for mark in marks(draft):
        if mark.box.view not in views:
            raise SightlineError(
                f"The draft has a box in view `{mark.box.view}`, which is not among {', '.join(views) or 'no views'}: "
                "name all films that it was drafted from with --study."
            )
        views[mark.box.view].append(mark)
    return views
