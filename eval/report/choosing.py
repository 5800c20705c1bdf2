"""Which cases the page shows when there are too many: those with errors first."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from eval.report.groups import Group
from eval.report.wording import counted


@dataclass(frozen=True)
class Choice:
    """`note` says in words what is shown and what is not."""

    shown: tuple[Group, ...]
    note: str


def choose(groups: Sequence[Group], limit: int, seed: int) -> Choice:
    """At most `limit`, in their order: all wrong ones, then a seeded sample of the others; of too many wrong ones a
    seeded sample."""
    wrong = [group for group in groups if not group.right]
    total = counted(len(groups), "case")
    if len(groups) <= limit:
        return Choice(tuple(groups), f"All {total}, {len(wrong):,} of them with an error.")
    rest = [group for group in groups if group.right]
    if len(wrong) > limit:
        kept = _sample(wrong, limit, seed)
        note = f"{limit:,} of {total}: drawn at random (seed {seed}) from the {len(wrong):,} with an error."
    else:
        kept = [*wrong, *_sample(rest, limit - len(wrong), seed)]
        note = (
            f"{limit:,} of {total}: all {len(wrong):,} with an error, and {limit - len(wrong):,} drawn at random "
            f"(seed {seed}) from the {len(rest):,} others."
        )
    names = {group.study_id for group in kept}
    return Choice(tuple(group for group in groups if group.study_id in names), note)


def _sample(groups: Sequence[Group], size: int, seed: int) -> list[Group]:
    return random.Random(seed).sample(groups, size)  # noqa: S311
