"""Score what was predicted, without the model: every metric of the benchmark, the blind baselines beside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from eval.benchmarks import BENCHMARKS, Benchmark, benchmark_named
from eval.folder import Predicted, Run, Scores, read_predicted, write_predicted, write_scores
from eval.judges.protocol import Judge
from eval.judges.table import JUDGES, judge_rows, open_judges, unavailable
from eval.metrics.table import METRICS
from eval.prediction import Prediction
from eval.sheet import Line, score_sheet


def score_folder(folder: Path, judges: Mapping[str, str] | None = None) -> Path:
    """Score the predictions of `folder`; gives the path of `scores.json`.

    `judges`: name -> where its weights or its server are. Their verdicts are kept with the predictions, so that the
    next time they need not be named. Raises SightlineError.
    """
    predicted = read_predicted(folder)
    benchmark_named(predicted.run.benchmark)
    judged = judge(predicted, open_judges(default_judges(predicted) | dict(judges or {})))
    if judged is not predicted:
        write_predicted(folder, judged)
    return write_scores(folder, score(judged))


def default_judges(predicted: Predicted) -> dict[str, str]:
    """The judges that need nothing from the user and that the benchmark has a use for, unless they have judged."""
    wanted = {name for line in BENCHMARKS[predicted.run.benchmark].lines for name in METRICS[line.metric].judges}
    known = predicted.run.signature.judges
    return {name: kind.default for name, kind in JUDGES.items() if kind.default and name in wanted - known.keys()}


def judge(predicted: Predicted, judges: Sequence[Judge]) -> Predicted:
    """`predicted` with the verdicts of `judges` on its reports and on those of the baselines."""
    if not judges:
        return predicted
    names = predicted.run.signature.judges | {each.name: each.identity for each in judges}
    signature = predicted.run.signature.model_copy(update={"judges": names})
    return Predicted(
        Run(benchmark=predicted.run.benchmark, signature=signature),
        judge_rows(predicted.rows, judges),
        {name: judge_rows(rows, judges) for name, rows in predicted.baseline.items()},
    )


def score(predicted: Predicted, seed: int = 0) -> Scores:
    """Scores of everything that can be computed; what else the benchmark reports is `unavailable`."""
    benchmark, signature = BENCHMARKS[predicted.run.benchmark], predicted.run.signature
    there = [line for line in benchmark.lines if set(METRICS[line.metric].judges) <= set(signature.judges)]
    how = {line.metric: METRICS[line.metric].how for line in there if METRICS[line.metric].how}
    return Scores(
        benchmark=benchmark.name,
        signature=signature.model_copy(update={"metrics": how}),
        metrics=score_sheet(there, predicted.rows, seed=seed),
        baseline={name: score_sheet(there, rows, seed=seed) for name, rows in predicted.baseline.items()},
        unavailable=_missing(benchmark, there, predicted.rows),
    )


def _missing(benchmark: Benchmark, there: Sequence[Line], rows: Sequence[Prediction]) -> dict[str, str]:
    """Line -> how to get the judges it lacks, for the lines that any prediction would fall under."""
    lacking = [line for line in benchmark.lines if line not in there and any(map(line.of, rows))]
    return {line.name: "; ".join(map(unavailable, METRICS[line.metric].judges)) for line in lacking}
