"""What a command does to the sentences of a draft: those concerned become claims to weigh, all others stay."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from mllm.draft.claims import Section
from mllm.draft.editing.attributes import ALLOWED, Attributes, applied, denied, read_attributes, settled
from mllm.draft.editing.grammar import Command, Kind
from mllm.draft.editing.page import Item, Page
from mllm.draft.editing.sentences import sentences_meant
from mllm.draft.editing.targets import Thing, choose, covers, named_in, things
from radiology.checks.wording import named
from radiology.errors import SightlineError
from radiology.study import Certainty, Change, DraftSentence, Finding, Side
from radiology.writing.shorter import shortened

Becomes = Callable[[Finding], tuple[Finding, ...]]
_OTHER = {Side.LEFT: Side.RIGHT, Side.RIGHT: Side.LEFT}


@dataclass(frozen=True)
class Outcome:
    """The sentences after a command, and the findings it was about, as they are now."""

    items: tuple[Item, ...]
    about: tuple[Finding, ...] = ()


def perform(sentences: Sequence[DraftSentence], command: Command, it: Sequence[Finding]) -> Outcome:
    """Carry out `command`; `it` is what was spoken of last. Raises SightlineError for what cannot be done, and why."""
    match command.kind:
        case Kind.SHORTER:
            return _shorter(sentences)
        case Kind.DELETE:
            return _delete(sentences, command, it)
        case Kind.REMOVE:
            return _remove(sentences, command, it)
        case Kind.DENY:
            return _deny(sentences, named_in(command.about))
        case Kind.ADD:
            return _add(sentences, command)
        case Kind.CHANGE:
            return _change(sentences, command, it)
        case Kind.SEVERAL:
            raise SightlineError("More than one command at once, give them one after the other.")
    raise SightlineError(f"`{command.kind}`: there is no edit to {command.kind}.")


def _shorter(sentences: Sequence[DraftSentence]) -> Outcome:
    kept = shortened(sentences)
    if len(kept) == len(sentences):
        raise SightlineError("`shorter`: the draft is as short as it can be, remove a finding to shorten it further.")
    return Outcome(kept)


def _delete(sentences: Sequence[DraftSentence], command: Command, it: Sequence[Finding]) -> Outcome:
    gone = sentences_meant(sentences, command, it)
    about = [mention.finding for i in sorted(gone) for mention in sentences[i].findings]
    return Outcome(tuple(s for i, s in enumerate(sentences) if i not in gone), tuple(about))


def _found(sentences: Sequence[DraftSentence], command: Command, it: Sequence[Finding], denials: bool) -> list[Thing]:
    """What a command means, as far as it stands in the section that it names."""
    found = choose(sentences, command.about, it, denials)
    if command.section is None:
        return found
    here = [tuple(s for s in t.spots if sentences[s.sentence].section == command.section) for t in found]
    if not all(here):
        raise SightlineError(f"`{command.about}`: the {command.section} says nothing of it, name the other section.")
    return [replace(thing, spots=spots) for thing, spots in zip(found, here, strict=True)]


def _remove(sentences: Sequence[DraftSentence], command: Command, it: Sequence[Finding]) -> Outcome:
    found = _found(sentences, command, it, denials=True)
    page = Page(sentences)
    for thing in found:
        _restate(page, thing, lambda finding: ())
    return Outcome(page.items(), tuple(thing.meant for thing in found))


def _restate(page: Page, thing: Thing, becomes: Becomes, concluded: Becomes | None = None) -> None:
    """What each statement of `thing` becomes, those of the impression by `concluded`; of both sides only the meant."""
    for spot in thing.spots:
        section = page.sentences[spot.sentence].section
        rule = concluded if concluded and section == "impression" else becomes
        finding = spot.finding
        if thing.part is None or finding.side is not Side.BILATERAL:
            page.restate(spot, rule(finding))
        else:
            rest, part = (_on(finding, side) for side in (_OTHER[thing.part], thing.part))
            becomes_now = rule(part)
            page.restate(spot, (finding,) if becomes_now == (part,) else (rest, *becomes_now))


def _on(finding: Finding, side: Side) -> Finding:
    """The part of a finding of both sides that is on one."""
    return finding.model_copy(update={"side": side, "boxes": ()})


def _deny(sentences: Sequence[DraftSentence], wants: Sequence[Finding]) -> Outcome:
    """Say that each of `wants` is not there: where it was stated, else in a new sentence."""
    page, missing, about = Page(sentences), list[Finding](), list[Finding]()
    for want in wants:
        denial = Finding(name=want.name, certainty=Certainty.ABSENT, side=want.side, location=want.location)
        known = [thing for thing in things(sentences, want.name) if covers(thing.finding, denial)]
        stated = [thing for thing in known if thing.possible]
        for number, thing in enumerate(stated):
            part = want.side if thing.finding.side is Side.BILATERAL and want.side in _OTHER else None
            _denied(page, Thing(thing.spots, part), denial if number == 0 else None)
        if stated or not known:
            about.append(denial)
            missing += [] if stated else [denial]
    if not about:
        said = sentences[things(sentences, wants[0].name)[0].spots[0].sentence].text
        raise SightlineError(f'`{named(wants[0].name)}`: the draft already denies it ("{said}").')
    page.add(missing)
    page.keep_impression(about)
    return Outcome(page.items(), tuple(about))


def _denied(page: Page, thing: Thing, denial: Finding | None) -> None:
    """The first statement becomes `denial`, others go; an impression says it only where the findings do not."""
    told = {page.sentences[spot.sentence].section for spot in thing.spots}
    left = [denial] if denial else []

    def once(finding: Finding) -> tuple[Finding, ...]:
        return (left.pop(),) if left else ()

    _restate(page, thing, once, None if told == {"impression"} else lambda finding: ())


def _add(sentences: Sequence[DraftSentence], command: Command) -> Outcome:
    wants = named_in(command.to)
    absent = [want for want in wants if want.certainty is Certainty.ABSENT]
    if absent:
        return _deny(sentences, absent)
    page = Page(sentences)
    for want in wants:
        if known := _known(sentences, want, command.section):
            raise SightlineError(f'`{command.to}`: the draft has it already ("{known}"), change that instead.')
        page.drop_denials(want)
    page.add(wants, command.section)
    if command.section is None:
        page.conclude(wants)
    return Outcome(page.items(), wants)


def _known(sentences: Sequence[DraftSentence], want: Finding, section: Section | None) -> str | None:
    """The sentence, of a section, that says already that `want` is there, or may be."""
    place = Finding(name=want.name, side=want.side, location=want.location)
    there = [thing for thing in things(sentences, want.name) if thing.possible and covers(thing.finding, place)]
    told = [sentences[spot.sentence] for thing in there for spot in thing.spots]
    return next((sentence.text for sentence in told if section in (None, sentence.section)), None)


def _change(sentences: Sequence[DraftSentence], command: Command, it: Sequence[Finding]) -> Outcome:
    attributes = read_attributes(command.to)
    if attributes is None:
        raise SightlineError(f"`{command.to}`: is not understood, say {ALLOWED}.")
    found = _found(sentences, command, it, denials="certainty" in attributes.update)
    page, now = Page(sentences), list[Finding]()
    for thing in found:
        new = settled(attributes, thing.meant)
        if new.denies and new.update.get("change") is not Change.RESOLVED:
            now.append(denied(thing.meant))
            _denied(page, thing, now[-1])
            page.keep_impression(now[-1:])
        else:
            now.append(applied(thing.meant, new))
            _restate(page, thing, _applying(new), _following(new))
    if page.unchanged:
        said = sentences[found[0].spots[0].sentence].text
        raise SightlineError(f'`{command.about}`: the draft says so already ("{said}").')
    page.conclude([f for f, thing in zip(now, found, strict=True) if not thing.possible])
    return Outcome(page.items(), tuple(now))


def _applying(attributes: Attributes) -> Becomes:
    return lambda finding: (applied(finding, attributes),)


def _following(attributes: Attributes) -> Becomes:
    """An impression follows in what it states itself: one that tells no grade stays without."""
    always = ("certainty", "change") if attributes.denies else ("certainty",)

    def follow(finding: Finding) -> tuple[Finding, ...]:
        told = {k: v for k, v in attributes.update.items() if k in always or getattr(finding, k) is not None}
        return (applied(finding, Attributes(told, name=attributes.name)),)

    return follow
