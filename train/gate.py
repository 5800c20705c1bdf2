"""Stage `gate`: what a picture is and how it lies, learnt on the frozen tower in minutes.

Films of the shelf are drawn by group, turned, mirrored or exchanged, and mixed with pictures made up of noise, print
and shapes; the tower sees each once, and a small head is fitted to what it saw. The other heads stay as they are.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from pydantic import Field
from torch import Tensor

from mllm.model.heads import (
    BATCH,
    CHECKS,
    GridGate,
    Heads,
    LocalPerception,
    on_grid,
    open_perception,
    patch_tokens,
    save_heads,
    to_pixels,
)
from radiology.errors import SightlineError
from train.augment import vary
from train.encoder import rows_of
from train.gate_films import CHANGES, Change, changed, made
from train.losses import masked_bce
from train.settings import StageSettings
from train.shelf import Shard, load
from train.targets import make_targets

MADE = "made"
STEPS_OF_CHANGE = (0.4, 0.15, 0.15, 0.2, 0.1)
"""How often a chest film is shown as it is and with each change, in the order of `CHANGES`."""
Film = NDArray[np.uint8]
Row = NDArray[np.float32]


class GateSettings(StageSettings):
    """Stage `gate`."""

    start: Path = Field(description="folder with the tower and the heads that get the new gate")
    films: int = Field(default=9000, gt=0, description="films the tower is shown, with their changes")
    shares: dict[str, float] = Field(description="how often each group is drawn: sources, chest, lateral, other, made")
    cells: int = Field(default=7, gt=0, description="cells a side that the gate sees a film in")


@dataclass(frozen=True)
class Seen:
    """What the tower saw: grids [N, cells^2, D] float16, and for each film 1, 0 or NaN, [N, checks]."""

    grids: Tensor
    targets: Tensor


def groups_of(shard: Shard, gate: NDArray[np.float32]) -> dict[str, NDArray[np.int64]]:
    """Training films by group: `lateral`, `chest` and `other` of the sets with questions, else their source.

    `gate` [N, 3] are the targets of stage `encoder`; films whose kind nobody says are in no group.
    """
    sources = {case.study.study_id: case.source for case in shard.cases}
    found: dict[str, list[int]] = {}
    for row in rows_of(shard, "train").tolist():
        source = sources[shard.keys[row].rsplit("/", 1)[0]]
        if np.isnan(gate[row, 0]):
            continue
        if source.startswith("vqa"):
            source = "other" if gate[row, 0] == 0 else "lateral" if gate[row, 1] == 1 else "chest"
        found.setdefault(source, []).append(row)
    return {name: np.array(rows) for name, rows in found.items()}


def labels(known: Row, change: Change) -> Row:
    """[checks] for a film whose chest, lateral and AP are `known` after `change`.

    The side of the heart tells only on frontals, and only while they are upright.
    """
    row = np.full(len(CHECKS), np.nan, np.float32)
    row[:3] = known
    told = dict.fromkeys(CHECKS[4:], np.nan)
    if known[0] == 1:
        told = {name: float(name == change) for name in CHECKS[4:]}
        if known[1] != 0 or change in ("upside_down", "turned"):
            told["mirrored"] = np.nan
    row[3], row[4:] = 1.0, [told[name] for name in CHECKS[4:]]
    return row


def no_patient() -> Row:
    """[checks] for a picture that is no medical image."""
    row = np.full(len(CHECKS), np.nan, np.float32)
    row[[CHECKS.index("chest"), CHECKS.index("medical")]] = 0
    return row


def draw(settings: GateSettings, shard: Shard, size: int) -> Iterator[tuple[Film, Row]]:
    """Films with their labels, in random order."""
    rng = np.random.default_rng(settings.seed)
    gate = make_targets(shard, ()).gate
    groups = groups_of(shard, gate)
    shares = {name: share for name, share in settings.shares.items() if name == MADE or name in groups}
    if not shares.keys() - {MADE}:
        raise SightlineError(
            f"`{settings.shelf}`: none of its groups {', '.join(groups)} is in `shares`, name one of them there."
        )
    weights = np.array(list(shares.values()))
    for name in rng.choice(list(shares), settings.films, p=weights / weights.sum()):
        if name == MADE:
            yield made(size, rng), no_patient()
            continue
        row = int(rng.choice(groups[name]))
        change = CHANGES[rng.choice(len(CHANGES), p=STEPS_OF_CHANGE)] if gate[row, 0] == 1 else "none"
        film = vary(shard.images[row], rng, moved=True)
        yield changed(film, change, rng), labels(gate[row], change)


@torch.inference_mode()
def watch(perception: LocalPerception, films: Iterator[tuple[Film, Row]], cells: int, bf16: bool = False) -> Seen:
    """Show the tower all films, a batch at a time."""
    device = perception.heads.norm.weight.device
    grids, targets = list[Tensor](), list[Row]()
    batch = list[Film]()

    def show() -> None:
        with torch.autocast(device.type, torch.bfloat16, enabled=bf16):
            tokens = patch_tokens(perception.tower, to_pixels(batch).to(device))
        tokens = perception.heads.norm(tokens.float())
        grids.append(on_grid(tokens, cells).half().cpu())
        batch.clear()

    for film, row in films:
        batch.append(film)
        targets.append(row)
        if len(batch) == BATCH:
            show()
    if batch:
        show()
    return Seen(torch.cat(grids), torch.from_numpy(np.stack(targets)))


def fit(settings: GateSettings, seen: Seen) -> GridGate:
    """The gate fitted to what the tower saw; decays to a learning rate of zero."""
    torch.manual_seed(settings.seed)
    gate = GridGate(seen.grids.shape[2], len(CHECKS), settings.cells)
    batches = max(1, len(seen.grids) // settings.batch)
    steps = settings.max_steps if settings.max_steps > 0 else int(settings.epochs * batches)
    optimizer = torch.optim.AdamW(gate.parameters(), settings.learning_rate, weight_decay=settings.weight_decay)
    pace = torch.optim.lr_scheduler.OneCycleLR(optimizer, settings.learning_rate, total_steps=steps + 1)
    for _ in range(steps):
        chosen = torch.randint(len(seen.grids), (settings.batch,))
        loss = masked_bce(gate.read(seen.grids[chosen].float()), seen.targets[chosen])
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        pace.step()
    return gate.eval()


def run(settings: GateSettings) -> Path:
    """Write the heads with their new gate to `settings.out`, which may be the folder that it starts from."""
    perception = open_perception(settings.start)
    shard = load(settings.shelf, settings.all_shards())
    settings.record()
    films = draw(settings, shard, perception.image_size)
    gate = fit(settings, watch(perception, films, settings.cells, settings.bf16))
    write_gate(settings.out, perception, gate)
    return settings.out


def write_gate(folder: Path, perception: LocalPerception, gate: GridGate) -> None:
    """The heads of `perception`, with `gate` for theirs."""
    card = perception.card.model_copy(update={"gate": CHECKS, "gate_cells": gate.cells})
    heads = Heads(perception.heads.norm.weight.shape[0], card)
    kept = {name: w for name, w in perception.heads.state_dict().items() if not name.startswith("gate.")}
    heads.load_state_dict({**kept, **{f"gate.{name}": weight for name, weight in gate.state_dict().items()}})
    save_heads(folder, heads, card)


def main(arguments: Sequence[str]) -> None:
    """`python -m train.gate CONFIG`."""
    run(GateSettings.read(Path(arguments[0])))


if __name__ == "__main__":
    main(sys.argv[1:])
