"""A draft's sentences while they are edited: what each mention becomes, what is added, and what then stands there."""

from __future__ import annotations

from collections.abc import Sequence

from mllm.draft.claims import Claim, Section
from mllm.draft.editing.rewriting import bare, claim_of, rewritten
from mllm.draft.editing.targets import Spot, things
from mllm.draft.regions import CHRONIC, NORMAL
from radiology.findings import FINDINGS
from radiology.study import DraftSentence, Finding, Side
from radiology.writing.anatomy import Heading, heading_of
from radiology.writing.sentences import write_sentences

Item = DraftSentence | Claim
"""A sentence that stays, or one to weigh."""
_CLEAR = frozenset({"consolidation", "infiltration", "opacity"})
"""What clear lungs deny."""
_OPAQUE = _CLEAR | {"pneumonia"}


class Page:
    """`sentences` as they were, and what becomes of them by sentence, so that whatever is not touched is the same."""

    def __init__(self, sentences: Sequence[DraftSentence]) -> None:
        self.sentences = tuple(sentences)
        self._stated: dict[int, list[tuple[Finding, ...]]] = {}
        self._added: dict[int, list[Claim]] = {}
        self._dropped: set[int] = set()

    @property
    def unchanged(self) -> bool:
        """Whether every sentence still says what it said."""
        return not self._added and not self._dropped and not any(map(self._differs, self._stated))

    def restate(self, spot: Spot, becomes: tuple[Finding, ...]) -> None:
        """Let a mention become other findings, or none."""
        mentions = self.sentences[spot.sentence].findings
        stated = self._stated.setdefault(spot.sentence, [(mention.finding,) for mention in mentions])
        stated[spot.mention] = becomes

    def drop_denials(self, finding: Finding) -> None:
        """Take out what denies `finding`, which is there now; lungs that are called clear keep what is still denied."""
        for thing in things(self.sentences, finding.name):
            if not thing.possible and (
                thing.finding.side in (None, finding.side) or finding.side in (None, Side.BILATERAL)
            ):
                for spot in thing.spots:
                    self.restate(spot, ())
        if heading_of(finding.name) is Heading.LUNGS:
            self._unclear(_OPAQUE if finding.name in _OPAQUE else frozenset({"opacity"}))

    def _unclear(self, names: frozenset[str]) -> None:
        """Lungs called clear no longer are: `names` are not denied, the rest of what that means is, by name."""
        for i, sentence in enumerate(self.sentences):
            clear = [j for j, mention in enumerate(sentence.findings) if self._is_clear(sentence, j)]
            for j in clear:
                mention = sentence.findings[j]
                self.restate(Spot(i, j, mention.finding), () if mention.finding.name in names else (mention.finding,))

    @staticmethod
    def _is_clear(sentence: DraftSentence, number: int) -> bool:
        """Whether a mention is one of several that one phrase makes: "the lungs are clear"."""
        mention = sentence.findings[number]
        beside = {m.finding.name for m in sentence.findings if (m.start, m.end) == (mention.start, mention.end)}
        return mention.finding.name in _CLEAR and len(beside) > 1

    def add(self, findings: Sequence[Finding], section: Section | None = None) -> None:
        """New sentences: where a denial has gone, else after the last one under the same heading, else at the end."""
        where = section or ("findings" if self._at("findings") or not self.sentences else "impression")
        for written in write_sentences(findings):
            name = written.findings[0].name
            self._added.setdefault(self._place(where, name), []).append(claim_of(written, where))

    def conclude(self, findings: Sequence[Finding]) -> None:
        """Let the impression say what is new and abnormal, in place of a sentence that calls the film normal."""
        concluded = self._at("impression")
        if not concluded:
            return
        for finding in findings:
            term, told = FINDINGS[finding.name], {m.finding.name for i in concluded for m in self.sentences[i].findings}
            normal = [i for i in concluded if _calls_normal(self.sentences[i], finding.name)]
            self._dropped |= set(normal) if not term.device else set()
            if self._at("findings") and term.abnormal and not term.device and finding.name not in told:
                self.add([finding], "impression")

    def keep_impression(self, denials: Sequence[Finding]) -> None:
        """Let an impression that has lost all it said say what is denied."""
        concluded = self._at("impression")
        if concluded and all(map(self._says_nothing, concluded)):
            self.add(denials, "impression")

    def items(self) -> tuple[Item, ...]:
        """The sentences as they are now, untouched ones as they were."""
        rows: list[Sequence[Item]] = [self._added.get(-1, [])]
        for i, sentence in enumerate(self.sentences):
            kept: tuple[Item, ...] = (sentence,)
            if i in self._dropped:
                kept = ()
            elif self._differs(i):
                kept = rewritten(sentence, self._stated[i])
            rows.append([*kept, *self._added.get(i, [])])
        return tuple(item for row in rows for item in row)

    def _differs(self, i: int) -> bool:
        """Whether what sentence `i` states has changed."""
        mentions = self.sentences[i].findings
        stated = self._stated.get(i, [(mention.finding,) for mention in mentions])
        return [tuple(map(bare, some)) for some in stated] != [(bare(mention.finding),) for mention in mentions]

    def _at(self, section: Section) -> list[int]:
        return [i for i, sentence in enumerate(self.sentences) if sentence.section == section]

    def _place(self, section: Section, name: str) -> int:
        """The sentence after which a new one about `name` goes; -1: before all."""
        here = self._at(section)
        emptied = [i for i in here if i in self._dropped or self._says_nothing(i)]
        related = [
            i for i in here if any(heading_of(m.finding.name) is heading_of(name) for m in self.sentences[i].findings)
        ]
        if emptied:
            return emptied[0]
        if related and section == "findings":
            return related[-1]
        return here[-1] if here else (len(self.sentences) - 1 if section == "impression" else -1)

    def _says_nothing(self, i: int) -> bool:
        return i in self._stated and not any(self._stated[i])


def _calls_normal(sentence: DraftSentence, name: str) -> bool:
    """Whether a sentence says that all is well, which `name` now makes untrue."""
    match = None if sentence.findings else NORMAL.match(sentence.text)
    return match is not None and not (match["acute"] and name in CHRONIC)
