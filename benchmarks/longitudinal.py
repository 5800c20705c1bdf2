"""Is change over time told rightly? On unseen phantoms: python -m benchmarks.longitudinal [--model FOLDER]

Every visit that has a prior is drafted twice, without and with boxes, from its film, the prior's film and the prior's
report; the timeline's heads see both films and no report. Of all true changes (new, worse, better, stable, resolved),
what share does each tell? Beside them stands the majority: every finding named rightly, all of them called stable.

`--fit` looks for the margin from which the heads call a finding changed, on validation phantoms.
"""

from __future__ import annotations

import argparse
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np

from eval.grounded import written_report
from eval.items import Reports, blank_report
from eval.metrics.agreement import known, micro, recall
from eval.metrics.attributes import change_pairs, changes
from eval.metrics.bootstrap import estimate
from eval.metrics.metric import Metric
from eval.metrics.table import METRICS
from eval.prediction import Prediction
from mllm.draft.assistant import REPORT_TOKENS
from mllm.draft.sight import current_images
from mllm.draft.timeline.heads import draw_timeline
from mllm.engine.opening import open_engine
from mllm.engine.protocol import Engine
from mllm.model.heads import open_perception
from mllm.model.perception import Perception
from mllm.prompts import report_request
from radiology.datasets.jsonl import read_cases
from radiology.phantom.cohort import VERSIONS, Cohort, write_cohort
from radiology.study import Case, Certainty, Change, Finding
from radiology.timeline import change
from radiology.timeline.record import Row, Timeline

SEED, FIT_SEED = 900_300_000, 800_300_000
BATCH = 32
GRADED = (Change.WORSE, Change.STABLE, Change.BETTER)
TOLD = Metric("changes_told", micro(change_pairs, recall), "true changes", known(change_pairs))


def followed(folder: Path, patients: int, visits: tuple[int, int], version: str, seed: int) -> list[Case]:
    """Every visit with a prior."""
    cohort = Cohort(patients, seed, visits=visits, version=version)
    return [case for case in read_cases(write_cohort(folder / version, cohort)) if case.study.priors]


def drafted(cases: Sequence[Case], engine: Engine, grounded: bool) -> list[Prediction]:
    rows: list[Prediction] = []
    for start in range(0, len(cases), BATCH):
        group = cases[start : start + BATCH]
        shown = [current_images(case.study, engine.image_size) for case in group]
        requests = [
            report_request(case.study, images, (), grounded, explained=not engine.box_tokens)
            for case, images in zip(group, shown, strict=True)
        ]
        for case, images, said in zip(group, shown, engine.complete(requests, REPORT_TOKENS), strict=True):
            rows.append(written_report(blank_report(case, Reports()), said.text, [each.frame for each in images]))
    return rows


def by_films(case: Case) -> Case:
    """The case and its latest prior, of which only the films are known."""
    latest = case.study.priors[-1]
    prior = Case(study=latest.study.model_copy(update={"priors": ()}))
    return Case(study=case.study.model_copy(update={"priors": (prior,)}))


def seen(cases: Sequence[Case], perception: Perception) -> list[Prediction]:
    """What the timeline tells of the last step, as the findings of a report."""
    return [_row(case, draw_timeline(by_films(case), perception)) for case in cases]


def _row(case: Case, drawn: Timeline) -> Prediction:
    findings = tuple(_finding(row) for row in drawn.rows if row.steps[-1].change)
    return blank_report(case, Reports()).model_copy(update={"prediction": "timeline", "findings": findings})


def _finding(row: Row) -> Finding:
    became = row.steps[-1].change
    certainty = Certainty.ABSENT if became is Change.RESOLVED else Certainty.PRESENT
    return Finding(name=row.name, side=row.side, certainty=certainty, change=became)


def majority(rows: Sequence[Prediction]) -> tuple[Change, list[Prediction]]:
    """The commonest change, said of every finding whose change is true of something."""
    common = Counter(each for row in rows for finding in row.truth for each in changes(finding)).most_common(1)[0][0]
    return common, [row.model_copy(update={"findings": tuple(_always(row, common))}) for row in rows]


def _always(row: Prediction, common: Change) -> Iterator[Finding]:
    certainty = Certainty.ABSENT if common is Change.RESOLVED else Certainty.PRESENT
    for finding in row.truth:
        if changes(finding):
            yield finding.model_copy(update={"change": common, "certainty": certainty})


def told(name: str, metric: Metric, rows: Sequence[Prediction]) -> None:
    value, low, high = estimate(rows, metric.score)
    print(f"  {name:32s} {metric.name:18s} {value:.3f} ({low:.3f} to {high:.3f}), n={metric.size(rows)} {metric.unit}")


def measured(cases: Sequence[Case], engine: Engine, perception: Perception) -> None:
    """Print every number of one version."""
    plain, grounded, films = drafted(cases, engine, False), drafted(cases, engine, True), seen(cases, perception)
    common, constant = majority(plain)
    rows = {"plain draft": plain, "grounded draft": grounded, "timeline, films alone": films}
    for name, some in {**rows, f"majority ({common})": constant}.items():
        told(name, TOLD, some)
    for name, some in rows.items():
        told(name, METRICS["temporal_f1"], some)
    for name, some in {"plain draft": plain, "grounded draft": grounded}.items():
        told(name, METRICS["change_accuracy"], some)
        told(name, METRICS["finding_micro_f1"], some)
    told("grounded draft", METRICS["grounded_f1_50"], grounded)
    print("  of each change, told by (plain, grounded, films):")
    for each in Change:
        shares = [_share(some, each) for some in (plain, grounded, films)]
        print(f"    {each:10s} {', '.join(share for share, _ in shares)}, n={shares[0][1]}")


def _share(rows: Sequence[Prediction], each: Change) -> tuple[str, int]:
    told_of = [
        (finding.name, each) in change_pairs(row)[0]
        for row in rows
        for finding in row.truth
        if each in changes(finding)
    ]
    return (f"{np.mean(told_of):.2f}" if told_of else "-"), len(told_of)


def fit(cases: Sequence[Case], perception: Perception) -> None:
    """Print macro F1 of worse, stable and better for each margin, over what the heads see on both films."""
    pairs = [pair for case in cases for pair in _differences(case, draw_timeline(by_films(case), perception))]
    differences = np.array([difference for difference, _ in pairs])
    truth = np.array([GRADED.index(each) for _, each in pairs])
    for margin in np.arange(0.1, 2.05, 0.1):
        said = np.where(differences > margin, 0, np.where(differences < -margin, 2, 1))
        f1 = [2 * ((said == k) & (truth == k)).sum() / max((said == k).sum() + (truth == k).sum(), 1) for k in range(3)]
        mark = " <- in use" if abs(margin - change.MARGIN) < 0.01 else ""
        print(f"  margin {margin:.1f}: macro F1 {np.mean(f1):.3f}, accuracy {np.mean(said == truth):.3f}{mark}")
    print(f"  {len(pairs)} findings seen on both films: {Counter(str(GRADED[k]) for k in truth)}")


def _differences(case: Case, drawn: Timeline) -> Iterator[tuple[float, Change]]:
    """(difference of amounts, true change) of each graded finding that the heads see on both films."""
    true = {(f.name, f.side): f.change for f in case.present if f.change in GRADED}
    for row in drawn.rows:
        became, seen_on = true.get((row.name, row.side)), [cell.seen for cell in row.cells[-2:] if cell.seen]
        amounts = [s.amount for s in seen_on if s.certainty is Certainty.PRESENT and s.amount is not None]
        if became and len(amounts) == 2:
            yield amounts[1] - amounts[0], became


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-n", "--patients", type=int, default=300, help="patients of each version")
    parser.add_argument("--visits", default="2-3", help="visits of a patient: a number or a range")
    parser.add_argument("--versions", default=",".join(VERSIONS), help="versions of phantoms, comma separated")
    parser.add_argument("--model", default="mini", help="folder, hub id or URL of the model that drafts")
    parser.add_argument("--heads", type=Path, default=None, help="model folder of the heads, the bundled one without")
    parser.add_argument("--fit", action="store_true", help="look for the margin of the heads instead")
    options = parser.parse_args()
    low, _, high = options.visits.partition("-")
    perception = open_perception(options.heads)
    work: Callable[[Sequence[Case]], None]
    if options.fit:
        seed, work = FIT_SEED, lambda cases: fit(cases, perception)
    else:
        engine = open_engine(options.model)
        print(f"{engine.info.id} {engine.info.hash[:12]}, heads {perception.card.tower_hash}")
        seed, work = SEED, lambda cases: measured(cases, engine, perception)
    for version in options.versions.split(","):
        with tempfile.TemporaryDirectory() as folder:
            cases = followed(Path(folder), options.patients, (int(low), int(high or low)), version, seed)
            print(
                f"phantoms of version {version}, {options.patients} patients from seed {seed}, {len(cases)} follow-ups"
            )
            work(cases)


if __name__ == "__main__":
    main()
