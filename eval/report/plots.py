"""Square line plots as inline SVG: one unit is about one CSS pixel on a phone, colours come from the page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from eval.metrics.weighting import Array
from eval.report.curves import BINS, Bin

WIDTH, HEIGHT = 350, 280
LEFT, RIGHT, TOP, BOTTOM = 60, 340, 10, 236
_BARS, _COUNTED = 34, 56
"""Height of the highest bar of counts, and of the band below the plot that all of them take."""
POINTS = 160
"""Corners a line keeps at most."""


@dataclass(frozen=True)
class Line:
    """x, y in data units; `series` picks colour and dash."""

    series: int
    x: Array
    y: Array


@dataclass(frozen=True)
class Axes:
    """x runs from 0 to 1, y from 0 to `top`."""

    x: str
    y: str
    top: float = 1.0

    def place(self, x: float, y: float) -> tuple[float, float]:
        return LEFT + x * (RIGHT - LEFT), BOTTOM - min(y / self.top, 1.0) * (BOTTOM - TOP)


def plot(alt: str, axes: Axes, lines: Iterable[Line], *more: Markup, counted: bool = False) -> Markup:
    """`more` is drawn below the lines; `counted` leaves room for the bars of counts."""
    drawn = Markup("").join((_frame(axes), *more, *(_line(line, axes) for line in lines)))
    size = Markup('viewBox="0 0 {} {}"').format(WIDTH, HEIGHT + _COUNTED * counted)
    return Markup('<svg class="plot" {} role="img" aria-label="{}">{}</svg>').format(size, alt, drawn)


def diagonal(axes: Axes) -> Markup:
    """What chance, or a perfectly calibrated model, would give."""
    return _guide(*axes.place(0, 0), *axes.place(1, axes.top))


def level(axes: Axes, y: float) -> Markup:
    """A horizontal guide."""
    (x0, height), (x1, _) = axes.place(0, y), axes.place(1, y)
    return _guide(x0, height, x1, height)


def _guide(x0: float, y0: float, x1: float, y1: float) -> Markup:
    return Markup('<line x1="{:.1f}" y1="{:.1f}" x2="{:.1f}" y2="{:.1f}" class="guide"/>').format(x0, y0, x1, y1)


def calibration(axes: Axes, bins: Sequence[Bin | None]) -> Markup:
    """A point a bin with its interval, and below it a bar and a number for how many rows it holds."""
    most = max(each.n for each in bins if each is not None)
    return Markup("").join(_bin(axes, i, each, most) for i, each in enumerate(bins) if each is not None)


def _bin(axes: Axes, index: int, each: Bin, most: int) -> Markup:
    x, y = axes.place(each.mean, each.share)
    (_, low), (_, high) = axes.place(0, each.low), axes.place(0, each.high)
    point = Markup(
        '<line x1="{0:.1f}" x2="{0:.1f}" y1="{1:.1f}" y2="{2:.1f}" class="whisker"/>'
        '<circle cx="{0:.1f}" cy="{3:.1f}" r="4" class="dot"/>'
    )
    return _count(axes, index, each.n, each.n / most * _BARS) + point.format(x, low, high, y)


def _count(axes: Axes, index: int, n: int, height: float) -> Markup:
    (left, _), width, ground = axes.place(index / BINS, 0), (RIGHT - LEFT) / BINS, HEIGHT + _COUNTED - 2
    return Markup(
        '<rect x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}" class="count"/>'
        '<text x="{:.1f}" y="{:.1f}" class="counted">{}</text>'
    ).format(left + 1, ground - height, width - 2, height, left + width / 2, ground - height - 4, _short(n))


def _frame(axes: Axes) -> Markup:
    steps = (0.0, 0.25, 0.5, 0.75, 1.0)
    ticks = Markup("").join(_x_tick(axes, step) + _y_tick(axes, step * axes.top) for step in steps)
    middle = (LEFT + RIGHT) / 2, (TOP + BOTTOM) / 2
    return ticks + Markup(
        '<text x="{:.0f}" y="{}" class="axis">{}</text>'
        '<text transform="translate(11 {:.0f}) rotate(-90)" class="axis">{}</text>'
    ).format(middle[0], HEIGHT - 8, axes.x, middle[1], axes.y)


def _x_tick(axes: Axes, value: float) -> Markup:
    x, _ = axes.place(value, 0)
    return Markup(
        '<line x1="{0:.1f}" x2="{0:.1f}" y1="{1}" y2="{2}" class="grid"/>'
        '<text x="{0:.1f}" y="{3}" class="x">{4:g}</text>'
    ).format(x, TOP, BOTTOM, BOTTOM + 16, value)


def _y_tick(axes: Axes, value: float) -> Markup:
    _, y = axes.place(0, value)
    return Markup(
        '<line x1="{1}" x2="{2}" y1="{0:.1f}" y2="{0:.1f}" class="grid"/>'
        '<text x="{3}" y="{4:.1f}" class="y">{5:.3g}</text>'
    ).format(y, LEFT, RIGHT, LEFT - 5, y + 4, value)


def _line(line: Line, axes: Axes) -> Markup:
    places = [axes.place(float(x), float(y)) for x, y in zip(*_thinned(line.x, line.y), strict=True)]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    return Markup('<polyline points="{}" class="line s{}"/>').format(path, line.series)


def _thinned(x: Array, y: Array) -> tuple[Array, Array]:
    """At most `POINTS` corners, both ends among them."""
    step = max(1, -(-(len(x) - 1) // (POINTS - 1))) if len(x) > 1 else 1
    kept = sorted({*range(0, len(x), step), len(x) - 1})
    return x[kept], y[kept]


def _short(n: int) -> str:
    return f"{n}" if n < 10_000 else f"{n // 1000}k"
