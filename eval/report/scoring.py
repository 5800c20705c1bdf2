"""The rows of the score table: each metric beside the blind baselines, and what it gains over them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from eval.benchmarks import BENCHMARKS
from eval.folder import Scores
from eval.metrics.metric import Metric
from eval.metrics.table import METRICS
from eval.report.strips import scale_for, strip
from eval.report.wording import NONE, number
from eval.sheet import Score

PER_FINDING = "finding_f1:"
"""Lines that have a table of their own."""
BLIND = ("majority", "blank")


@dataclass(frozen=True)
class ScoreRow:
    """One line in words. `gain` is that over the better baseline, `over`; `doubt` says where it is none or unsure."""

    name: str
    unit: str
    lower_is_better: bool
    value: str
    interval: str
    bar: Markup
    n: int
    n_failed: int
    baseline: tuple[str, ...]
    gain: str
    over: str
    doubt: str


def score_rows(scores: Scores) -> tuple[ScoreRow, ...]:
    """All lines but those of single findings, in the benchmark's order."""
    known = metrics_of(scores.benchmark)
    names = (name for name in scores.metrics if not name.startswith(PER_FINDING))
    return tuple(score_row(name, scores.metrics[name], blind_scores(scores, name), known.get(name)) for name in names)


def metrics_of(benchmark: str) -> dict[str, Metric]:
    """Line -> its metric; nothing for a benchmark that is not ours."""
    lines = BENCHMARKS[benchmark].lines if benchmark in BENCHMARKS else ()
    return {line.name: METRICS[line.metric] for line in lines}


def blind_scores(scores: Scores, name: str) -> dict[str, Score | None]:
    """The baselines that were run -> their score of the line `name`."""
    return {each: scores.baseline[each].get(name) for each in BLIND if each in scores.baseline}


def score_row(name: str, score: Score, blind: Mapping[str, Score | None], metric: Metric | None) -> ScoreRow:
    worst, best = (metric.worst, metric.best) if metric else (0.0, 1.0)
    gain, over, doubt = _gain(score, blind, best > worst)
    return ScoreRow(
        name=name,
        unit=metric.unit if metric else "items",
        lower_is_better=best < worst,
        value=number(score.value),
        interval=interval(score),
        bar=strip(score, blind, scale_for(worst, best, (score, *blind.values()))),
        n=score.n,
        n_failed=score.n_failed,
        baseline=tuple(number(other.value if other else None) for other in blind.values()),
        gain=gain,
        over=over,
        doubt=doubt,
    )


def interval(score: Score) -> str:
    if score.low is None or score.high is None:
        return NONE
    return f"{number(score.low)} to {number(score.high)}"


def missing(scores: Scores) -> tuple[tuple[tuple[str, ...], str], ...]:
    """(metrics, what they need) of those that could not be computed."""
    needs: dict[str, list[str]] = {}
    for name, need in scores.unavailable.items():
        needs.setdefault(need, []).append(name)
    return tuple((tuple(names), need) for need, names in needs.items())


def _gain(score: Score, blind: Mapping[str, Score | None], more: bool) -> tuple[str, str, str]:
    """How much better than the better baseline, which that is, and a doubt: no gain, or one within the interval."""
    known = {name: other.value for name, other in blind.items() if other is not None and other.value is not None}
    if score.value is None or not known:
        return NONE, "", ""
    sign = 1 if more else -1
    over = max(known, key=lambda name: known[name] * sign)
    end = score.low if more else score.high
    gain = (score.value - known[over]) * sign + 0.0
    unsure = end is not None and (end - known[over]) * sign <= 0
    return number(gain, signed=True), over, "no better" if gain <= 0 else "within the interval" if unsure else ""
