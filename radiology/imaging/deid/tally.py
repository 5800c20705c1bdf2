"""What was done, in counts: the report of a de-identification holds no value and no name of the original."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass
class Tally:
    """`tags` counts "action: attribute", `text` kinds of identifiers in text, `pixels` regions and px masked,
    `files` what was written, left out and refused, and why."""

    tags: Counter[str] = field(default_factory=Counter)
    text: Counter[str] = field(default_factory=Counter)
    pixels: Counter[str] = field(default_factory=Counter)
    files: Counter[str] = field(default_factory=Counter)

    def tag(self, action: str, keyword: str) -> None:
        self.tags[f"{action}: {keyword}"] += 1

    def found(self, kind: str) -> None:
        """An identifier of `kind` was found in text."""
        self.text[kind] += 1

    def add(self, other: Tally) -> None:
        for name, counts in vars(other).items():
            getattr(self, name).update(counts)

    def lines(self) -> Iterator[str]:
        """Counts and what they are of, one a line."""
        for counts in vars(self).values():
            yield from (f"{count:9d}  {name}" for name, count in sorted(counts.items()) if count)

    def as_json(self) -> dict[str, dict[str, int]]:
        return {name: dict(sorted(counts.items())) for name, counts in vars(self).items()}

    @classmethod
    def from_json(cls, counts: dict[str, dict[str, int]]) -> Tally:
        return cls(**{name: Counter(values) for name, values in counts.items()})
