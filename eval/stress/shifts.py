"""Is the model steady? The same films, moved by a few pixels or turned by two degrees."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

from eval.items import Look, choices_of
from eval.stress.agreement import unchanged
from eval.stress.images import Film, Random, moved, rotated
from eval.stress.looks import Change, changed
from eval.stress.table import StressTable
from eval.stress.trial import Trial

PIXELS = (1, 2, 4, 8)
DEGREES = 2


def shift(pixels: int) -> Change:
    """Moved by `pixels` in one of the eight directions."""

    def change(film: Film, rng: Random) -> Film:
        angle = int(rng.integers(8)) * math.pi / 4
        return moved(film, _step(pixels * math.cos(angle), pixels), _step(pixels * math.sin(angle), pixels))

    return change


def _step(length: float, pixels: int) -> int:
    """`pixels` or none: a diagonal move goes as far along both sides."""
    return 0 if abs(length) < 0.5 * pixels else int(math.copysign(pixels, length))


def turn(film: Film, rng: Random) -> Film:
    return rotated(film, DEGREES, rng)


CHANGES: dict[str, Callable[[Film, Random], Film]] = {
    **{f"moved {pixels} px": shift(pixels) for pixels in PIXELS},
    f"turned {DEGREES} degrees": turn,
}


def stress_shifts(trial: Trial) -> list[StressTable]:
    """Per change, the share of reports with the same findings and of chosen answers that stay."""
    chosen = replace(trial.data, questions=tuple(q for q in trial.data.questions if choices_of(q)))
    rows = []
    for name, change in CHANGES.items():
        see: Look = changed(trial.look, change, trial.seed)
        rows += unchanged((name,), trial.clean, trial.predict(see, name, chosen), trial.seed)
    if not rows:
        return []
    table = StressTable(
        name="shifts",
        title="Small shifts: outputs that stay the same",
        columns=("output", "change"),
        rows=tuple(sorted(rows, key=lambda row: row.labels[0])),
        across="change",
        notes=("Moved in one of eight directions or turned either way, in pixels of the square the model sees.",),
    )
    return [table]
