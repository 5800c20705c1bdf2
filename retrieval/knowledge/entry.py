"""One entry of our own: what a finding looks like, what it is mistaken for, what to look for next, how to report it."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from pydantic import Field, field_validator

from mllm.draft.knowledge import Aspect, Passage
from radiology.findings import FINDINGS
from radiology.study import Noun

FOLDER = Path(__file__).parent / "entries"
LICENCE = "Apache-2.0"


class Entry(Noun):
    """`findings` are names of the vocabulary that it concerns, `also` other words by which it is asked for.

    `text` has a paragraph or two for each aspect, of our own words; `citations` are works in which they can be checked.
    """

    id: str = Field(pattern=r"^K[1-9]\d{0,2}$")
    title: str
    findings: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    text: dict[Aspect, str]
    citations: tuple[str, ...] = Field(min_length=1)

    @field_validator("findings")
    @classmethod
    def _known(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        if unknown := set(names) - FINDINGS.keys():
            raise ValueError(f"{sorted(unknown)} are not in the vocabulary of findings")
        return names

    @property
    def names(self) -> tuple[str, ...]:
        """Every phrase that names what it is about, lower case."""
        terms = (FINDINGS[name] for name in self.findings)
        return (*self.also, *(phrase for term in terms for phrase in (term.text, *term.synonyms)))

    @property
    def passages(self) -> tuple[Passage, ...]:
        """A paragraph for each aspect."""
        source = "; ".join(self.citations)
        return tuple(
            Passage(self.id, self.title, aspect.value, text, source, LICENCE) for aspect, text in self.text.items()
        )


@lru_cache
def own_entries() -> tuple[Entry, ...]:
    """The entries that come with Sightline, by number. A citation is the key of a work in `works.yaml`."""
    works = _read(FOLDER / "works.yaml")
    files = sorted(path for path in FOLDER.glob("*.yaml") if path.name != "works.yaml")
    entries = [_entry(fields, works) for file in files for fields in _read(file)]
    return tuple(sorted(entries, key=lambda entry: int(entry.id[1:])))


def _entry(fields: dict[str, object], works: dict[str, str]) -> Entry:
    keys = fields["citations"]
    assert isinstance(keys, list)
    return Entry.model_validate({**fields, "citations": [works[key] for key in keys]})


def _read(file: Path) -> Any:
    return yaml.load(file.read_text(encoding="utf-8"), yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader)
