"""Which conversations are held in which order: cases drawn by weight, batches of equal work."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from radiology.study import Case
from train.mixture import Task, tasks_of
from train.shelf import Shard, split_of_case


@dataclass(frozen=True)
class Lessons:
    """Conversation i is about case `cases[i]` and opens with `tasks[i]`."""

    cases: list[int]
    tasks: list[Task]


def draw_cases(shard: Shard, weights: dict[str, float], epochs: float, seed: int) -> NDArray[np.int64]:
    """Indices of training cases, each as often as its source weighs (1 where not named) times `epochs`."""
    rng = np.random.default_rng(seed)
    train = [i for i, case in enumerate(shard.cases) if split_of_case(case) == "train"]
    times = np.array([weights.get(shard.cases[i].source, 1.0) * epochs for i in train])
    whole = np.floor(times).astype(int) + (rng.random(len(times)) < times % 1)
    return rng.permutation(np.repeat(train, whole))


def films_of(case: Case) -> int:
    """How many films a conversation about `case` shows: its own and the latest prior's."""
    return len(case.study.views) + len(case.study.priors[-1:])


def plan(
    shard: Shard, cases: NDArray[np.int64], shares: dict[bool, dict[Task, float]], batch: int, seed: int
) -> Lessons:
    """A task for each of `cases`, in an order in which a batch holds one task and equally many films.

    Padding is paid for in full, and among reports of a hundred words a batch would hardly learn from a "no".
    The order of the batches is random; what fills no batch comes last.
    """
    rng = np.random.default_rng(seed)
    chosen = [shard.cases[i] for i in cases]
    tasks = tasks_of(chosen, shares, rng)
    groups: dict[tuple[Task, int], list[int]] = {}
    for row, (case, task) in enumerate(zip(chosen, tasks, strict=True)):
        groups.setdefault((task, films_of(case)), []).append(row)
    batches = [rows[i : i + batch] for rows in groups.values() for i in range(0, len(rows) - batch + 1, batch)]
    order: list[int] = [row for i in rng.permutation(len(batches)) for row in batches[i]]
    order += [row for rows in groups.values() for row in rows[len(rows) // batch * batch :]]
    return Lessons([int(cases[row]) for row in order], [tasks[row] for row in order])
