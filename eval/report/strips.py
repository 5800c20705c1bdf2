"""A score as a small bar: its interval, its value and the blind baselines on the metric's own scale."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from markupsafe import Markup

from eval.sheet import Score

_SHAPES = {
    "majority": Markup('<circle cx="{}%" cy="10" r="5" class="blind"/>'),
    "blank": Markup('<rect x="{}%" y="7" width="6" height="6" transform="translate(-3)" class="blind"/>'),
}
"""Baseline -> its hollow mark."""


@dataclass(frozen=True)
class Scale:
    """From `left` to `right`, the better end; a metric where less is better runs from large to small."""

    left: float = 0.0
    right: float = 1.0

    def percent(self, value: float) -> str:
        place = (value - self.left) / (self.right - self.left) * 100
        return f"{min(100.0, max(0.0, place)):.2f}"


def scale_for(worst: float, best: float, scores: Iterable[Score | None]) -> Scale:
    """The metric's bounds; where it has none, those of the scores."""
    if math.isfinite(worst) and math.isfinite(best):
        return Scale(worst, best)
    seen = [v for s in scores if s is not None for v in (s.value, s.low, s.high) if v is not None]
    low, high = min(seen, default=0.0), max(seen, default=1.0)
    low, high = (low, high) if high > low else (low - 0.5, high + 0.5)
    ends = (low, high) if best > worst else (high, low)
    return Scale(*(end if math.isinf(bound) else bound for bound, end in zip((worst, best), ends, strict=True)))


def strip(score: Score | None, blind: Mapping[str, Score | None], scale: Scale = Scale()) -> Markup:
    """Hidden from screen readers, since the numbers stand beside it."""
    marks = [Markup('<line x1="0" x2="100%" y1="10" y2="10" class="rail"/>')]
    marks += [Markup('<line x1="{0}%" x2="{0}%" y1="7" y2="13" class="rail"/>').format(x) for x in (0, 25, 50, 75, 100)]
    if score is not None and score.value is not None:
        marks.append(_interval(score, scale))
    for name, other in blind.items():
        if other is not None and other.value is not None:
            marks.append(_SHAPES[name].format(scale.percent(other.value)))
    if score is not None and score.value is not None:
        marks.append(Markup('<circle cx="{}%" cy="10" r="4" class="dot"/>').format(scale.percent(score.value)))
    return Markup('<svg class="strip" height="20" aria-hidden="true">{}</svg>').format(Markup("").join(marks))


def _interval(score: Score, scale: Scale) -> Markup:
    if score.low is None or score.high is None:
        return Markup("")
    ends = scale.percent(score.low), scale.percent(score.high)
    return Markup('<line x1="{}%" x2="{}%" y1="10" y2="10" class="interval"/>').format(*ends)
