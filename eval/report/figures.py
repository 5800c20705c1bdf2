"""What the probabilities are worth: ranking, calibration, and the gain of leaving unsure answers out."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup

from eval.metrics.bootstrap import plain
from eval.metrics.calibration import BINS as ECE_BINS
from eval.metrics.calibration import ece, pooled_auprc, pooled_auroc
from eval.metrics.forecasts import YES_NO, Forecasts
from eval.metrics.selective import aurc
from eval.metrics.weighting import Array, Score
from eval.prediction import Prediction
from eval.report import curves, plots
from eval.report.curves import BINS, Bin, Points
from eval.report.graded import Graded, graded
from eval.report.plots import Axes, Line, plot
from eval.report.wording import number

Curve = Callable[[Array, curves.Truth], Points]
_FAILED = "Failed answers count as wrong as can be."


@dataclass(frozen=True)
class Key:
    """An entry of a legend; `series` picks colour and dash."""

    series: int
    text: str


@dataclass(frozen=True)
class Figure:
    """`cells`: the plotted numbers, for a table below; the first row is its head."""

    title: str
    image: Markup
    note: str
    keys: tuple[Key, ...] = ()
    cells: tuple[tuple[str, ...], ...] = ()


def figures(rows: Iterable[Prediction]) -> tuple[Figure, ...]:
    """Those that the rows have probabilities for."""
    groups = graded(rows)
    both = [each for each in groups if each.task in YES_NO and len(np.unique(each.forecasts.true)) == 2]
    found = [_roc(both), _precision_recall(both)] if both else []
    found += [_reliability(each) for each in groups]
    return tuple(found + ([_risk(groups)] if groups else []))


def _roc(groups: Sequence[Graded]) -> Figure:
    axes = Axes("false-positive rate", "sensitivity")
    lines = [_line(each, each.forecasts, curves.roc) for each in groups]
    note = f"All questions pooled. The dotted diagonal is chance. {_FAILED}"
    return _figure("ROC curve", axes, lines, _keys(groups, "AUROC", pooled_auroc), note, plots.diagonal(axes))


def _precision_recall(groups: Sequence[Graded]) -> Figure:
    axes = Axes("recall", "precision")
    lines = [_line(each, each.forecasts, curves.precision_recall) for each in groups]
    share = float(np.mean(groups[0].forecasts.true))
    note = (
        f"All questions pooled. The dotted line is the share of yes, {number(share)}, which guessing gives. {_FAILED}"
    )
    keys = _keys(groups, "average precision", pooled_auprc)
    return _figure("Precision and recall", axes, lines, keys, note, plots.level(axes, share))


def _risk(groups: Sequence[Graded]) -> Figure:
    lines = [_line(each, each.confidences, curves.risk_coverage) for each in groups]
    highest = max(float(line.y.max()) for line in lines)
    axes = Axes("share answered, surest first", "share of them wrong", max(0.1, math.ceil(highest * 10) / 10))
    note = (
        f"If only the surest answers were given: a curve that falls to the left tells unsure answers apart. {_FAILED}"
    )
    return _figure("Risk and coverage", axes, lines, _keys(groups, "mean risk", aurc), note)


def _figure(title: str, axes: Axes, lines: Sequence[Line], keys: tuple[Key, ...], note: str, *guides: Markup) -> Figure:
    alt = f"{title}. {'; '.join(key.text for key in keys)}."
    return Figure(title, plot(alt, axes, lines, *guides), note, keys)


def _line(group: Graded, known: Forecasts, curve: Curve) -> Line:
    points = curve(known.stated, known.true)
    return Line(group.series, points.x, points.y)


def _keys(groups: Sequence[Graded], name: str, area: Score) -> tuple[Key, ...]:
    return tuple(
        Key(each.series, f"{each.label}, {name} {number(plain(each.rows, area))}, n {len(each.rows):,}")
        for each in groups
    )


def _reliability(group: Graded) -> Figure:
    axes, known = Axes("stated probability", "share that came true"), group.forecasts
    bins, error = curves.reliability(known.stated, known.true), number(plain(group.rows, ece))
    title = f"Calibration: {group.label}"
    alt = f"{title}. Expected calibration error {error}, n {len(group.rows):,}; the numbers are in the table below."
    said = "yes" if group.task in YES_NO else "being right"
    note = (
        f"Probability of {said}. On the dotted diagonal it means what it says. Whiskers are 95% intervals, bars below "
        f"count the rows. Expected calibration error {error} (over {ECE_BINS} bins). {_FAILED}"
    )
    image = plot(alt, axes, (), plots.diagonal(axes), plots.calibration(axes, bins), counted=True)
    return Figure(title, image, note, cells=_cells(bins))


def _cells(bins: Sequence[Bin | None]) -> tuple[tuple[str, ...], ...]:
    head = ("Probability", "n", "Mean", "Came true", "95% interval")
    full = ((i, each) for i, each in enumerate(bins) if each is not None)
    return head, *((_range(i), f"{b.n:,}", *map(number, (b.mean, b.share)), _interval(b)) for i, b in full)


def _range(index: int) -> str:
    return f"{index / BINS:.1f} to {(index + 1) / BINS:.1f}"


def _interval(each: Bin) -> str:
    return f"{number(each.low)} to {number(each.high)}"
