"""Does the model look? The benchmark's metrics without the film, with noise, another patient's film, in a mirror."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from eval.items import Look, look_at_nothing
from eval.metrics.table import METRICS
from eval.prediction import Prediction
from eval.sheet import Line
from eval.stress.agreement import unchanged
from eval.stress.donors import donors, look_at_donor
from eval.stress.images import mirrored, static
from eval.stress.joint import joint_scores, usable
from eval.stress.looks import changed
from eval.stress.mirror import FRONTALS, mirror_truth
from eval.stress.table import StressRow, StressTable, estimated
from eval.stress.trial import Trial
from radiology.study import Study

ORIGINAL = "original"
OTHER = "other patient"
MIRRORED = "mirrored"
NOTE = (
    "`blank`: black films; `noise`: Gaussian noise of the film's own mean and spread; `other patient`: somebody else's "
    "films, with other findings where possible, beside the study's own text; `mirrored`: frontal films with left and "
    "right exchanged. The difference is paired: the same studies, resampled together."
)


def stress_reliance(trial: Trial) -> list[StressTable]:
    """Scores under each condition with the paired difference to the original, and how many outputs stay the same."""
    other = donors(trial.data.cases, trial.seed)
    seen = {name: trial.predict(see, name) for name, see in looks(trial, other).items()}
    if OTHER in seen:
        seen[OTHER] = _of(seen[OTHER], set(other))
    judged = seen | {f"{MIRRORED}, truth mirrored": mirror_truth(seen[MIRRORED], trial.data.cases)}
    return [_scores(trial, judged), _unchanged(trial, seen)]


def looks(trial: Trial, other: Mapping[str, Study]) -> dict[str, Look]:
    """Condition -> what is shown under it; that of another patient only where there are such films."""
    found: dict[str, Look] = {
        "blank": look_at_nothing,
        "noise": changed(trial.look, static, trial.seed),
        MIRRORED: changed(trial.look, mirrored, trial.seed, FRONTALS),
    }
    return found | {OTHER: look_at_donor(trial.look, other)} if other else found


def _of(rows: Sequence[Prediction], studies: set[str]) -> list[Prediction]:
    return [row for row in rows if row.study_id in studies]


def _scores(trial: Trial, judged: dict[str, list[Prediction]]) -> StressTable:
    rows = [row for line in usable(trial.benchmark.headlines, trial.clean) for row in _line(line, trial, judged)]
    return StressTable(
        name="image_reliance",
        title="Image reliance: scores without the right film",
        columns=("metric", "measure", "condition"),
        rows=tuple(rows),
        across="condition",
        notes=(NOTE,),
    )


def _line(line: Line, trial: Trial, judged: dict[str, list[Prediction]]) -> Iterator[StressRow]:
    metric = METRICS[line.metric]
    clean = [row for row in trial.clean if line.of(row)]
    plain = joint_scores(metric.score, [clean], trial.seed)[0]
    yield estimated((line.name, "score", ORIGINAL), plain, metric.size(clean))
    for condition, rows in judged.items():
        own = [row for row in rows if line.of(row)]
        studies = {row.study_id for row in own}
        before, after = joint_scores(metric.score, [_of(clean, studies), own], trial.seed)
        n = metric.size(own)
        yield estimated((line.name, "score", condition), after, n)
        yield estimated((line.name, "difference", condition), after - before, n)


def _unchanged(trial: Trial, seen: dict[str, list[Prediction]]) -> StressTable:
    rows = [row for name, after in seen.items() for row in unchanged((name,), trial.clean, after, trial.seed)]
    return StressTable(
        name="image_reliance_unchanged",
        title="Image reliance: outputs that stay the same without the right film",
        columns=("output", "condition"),
        rows=tuple(sorted(rows, key=lambda row: row.labels[0])),
        across="condition",
        notes=("Share of outputs that equal those on the right film; high where the model does not look.",),
    )
