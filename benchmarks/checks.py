"""Do the checks find what is wrong, and leave alone what is not? One error is planted into each of many reports.

    python -m benchmarks.checks [--data ../shared/data/openi] [-n 200] [--phantoms 1000] [--show]

Phantoms of both versions, one to three visits each, and the odd-numbered reports of Open-i, which the checks were not
tuned on. An error counts as found when the check that ought to fire fires at the sentence it was planted in; a false
alarm is an untouched report that any check fires on. Fails when a kind is found less than 95 times in 100, when 2 % of
the untouched reports or more raise an alarm, or when one report in 20 takes 20 ms or more.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

import numpy as np

from benchmarks.planting.table import KINDS, Kind
from benchmarks.planting.written import Written, sentences_of, written
from eval.report.curves import wilson
from radiology.checks.check import references
from radiology.checks.table import checked
from radiology.datasets.table import SOURCES
from radiology.phantom.cohort import VERSIONS, Cohort
from radiology.study import Case, DraftSentence, Projection, Study

SEED = 900_500_001
RECALL, ALARMS, MILLISECONDS = 0.95, 0.02, 20.0
RETRIEVED = 3
"""Reports of others that stand beside each report."""
VIEWS = ((Projection.PA,), (Projection.AP,), (Projection.PA, Projection.LATERAL))


def phantoms(n: int) -> list[Case]:
    """`n` reports, equally many of each version and choice of views, whatever number of visits their patients have."""
    each = -(-n // (len(VERSIONS) * len(VIEWS)))
    cohorts = [Cohort(each, SEED + 10_000 * i, 32, views, (1, 3), v) for v in VERSIONS for i, views in enumerate(VIEWS)]
    cases = [phantom.case for cohort in cohorts for phantom in islice(cohort.phantoms(), each)]
    return drawn(cases, n)


def openi(folder: Path, n: int) -> list[Case]:
    """`n` of the odd-numbered reports that have findings and an impression."""
    with tempfile.TemporaryDirectory() as work:
        cases = SOURCES["openi"].load(folder, Path(work)).cases
    odd = [c for c in cases if int(c.study.study_id.removeprefix("CXR")) % 2 and c.report]
    whole = [c for c in odd if c.report and c.report.findings and c.report.impression]
    return drawn(whole, n)


def drawn(cases: Sequence[Case], n: int) -> list[Case]:
    return [cases[i] for i in np.random.default_rng(0).permutation(len(cases))[:n]]


def beside(cases: Sequence[Case]) -> list[Written]:
    """Each report with a few of other patients beside it."""
    rng = np.random.default_rng(1)
    reports = []
    for case in cases:
        some = [cases[i] for i in rng.integers(len(cases), size=2 * RETRIEVED)]
        others = [other for other in some if other.study.patient_id != case.study.patient_id]
        reports.append(written(case, _with_prior(case), references(others[:RETRIEVED])))
    return reports


def _with_prior(case: Case) -> Study:
    """Open-i's priors are not in the data: a report gets one without content, unless it says that there is none."""
    study = case.study
    if case.phantom_version or study.comparison.strip().lower().startswith(("none", "no ")):
        return study
    return study.model_copy(update={"priors": (Case(study=Study(study_id="prior", patient_id=study.patient_id)),)})


def fired(report: Written) -> tuple[tuple[DraftSentence, ...], float]:
    """The checked sentences, and the milliseconds that the checks took."""
    sentences = sentences_of(report)
    start = time.process_time()
    out = checked(sentences, report.study, report.references)
    return out, 1000 * (time.process_time() - start)


def found(kind: Kind, report: Written, at: Sequence[str]) -> bool:
    """Whether a check that ought to fires at one of the sentences `at`."""
    flagged = [s.text for s in fired(report)[0] if set(kind.checks) & set(s.flags)]
    return any(text in place or place in text for text in flagged for place in at)


def hits(kind: Kind, reports: Sequence[Written], n: int, show: bool) -> tuple[int, int]:
    """(errors found, errors planted) in up to `n` of the reports that can carry one."""
    rng = np.random.default_rng(2)
    planted = (kind.plant(reports[i], rng) for i in rng.permutation(len(reports)))
    tried = hit = 0
    for error in planted:
        if error is None:
            continue
        right = found(kind, error.report, error.at)
        if show and not right:
            print(f"  missed: {error.at} in {error.report.all}")
        tried, hit = tried + 1, hit + right
        if tried == n:
            break
    return hit, tried


def share(hit: int, n: int) -> str:
    if not n:
        return "none"
    low, high = wilson(hit, n)
    return f"{hit}/{n} = {hit / n:.3f} [{low:.3f}, {high:.3f}]"


def alarms(name: str, reports: Sequence[Written], show: bool) -> tuple[int, list[float]]:
    """Print how many untouched reports raise an alarm, and of which check; also the times."""
    counts: Counter[str] = Counter()
    alarmed, times = 0, []
    for report in reports:
        out, ms = fired(report)
        faults = [(fault, s.text) for s in out for fault in s.faults]
        alarmed += bool(faults)
        times.append(ms)
        counts.update({fault.check for fault, _ in faults})
        if show:
            for fault, text in faults:
                print(f"  {report.study.study_id} {fault.check}: {text} ({fault.reason})")
    each = ", ".join(f"{check} {n}" for check, n in counts.most_common())
    print(f"untouched, {name}: alarms {share(alarmed, len(reports))}{f' ({each})' if each else ''}")
    return alarmed, times


def planted(sets: dict[str, list[Written]], n: int, show: bool) -> Iterator[float]:
    """Print what is found of each kind, by set and together; the latter as a share. Where Open-i has too few reports
    that can carry an error, phantoms make up for it."""
    for name, kind in KINDS.items():
        usable = [key for key in reversed(sets) if key != "Open-i" or kind.openi]
        counts: dict[str, tuple[int, int]] = {}
        for left, key in zip(range(len(usable), 0, -1), usable, strict=True):
            rest = n - sum(tried for _, tried in counts.values())
            counts[key] = hits(kind, sets[key], rest // left, show)
        hit, tried = (sum(column) for column in zip(*counts.values(), strict=True))
        apart = ", ".join(f"{key} {a}/{b}" for key, (a, b) in counts.items())
        print(f"planted, {name}: found {share(hit, tried)} ({apart})")
        yield hit / tried if tried else 0.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="folder of the Open-i reports; left out without it")
    parser.add_argument("-n", type=int, default=200, help="errors of each kind")
    parser.add_argument("--phantoms", type=int, default=1000, help="untouched reports of phantoms")
    parser.add_argument("--openi", type=int, default=1000, help="untouched reports of Open-i")
    parser.add_argument("--show", action="store_true", help="print every false alarm and every miss")
    options = parser.parse_args()
    sets = {"phantoms": beside(phantoms(options.phantoms))}
    if options.data:
        sets["Open-i"] = beside(openi(options.data, options.openi))
    told = [alarms(name, reports, options.show) for name, reports in sets.items()]
    alarmed, total = sum(n for n, _ in told), sum(map(len, sets.values()))
    times = np.concatenate([ms for _, ms in told])
    slow = float(np.quantile(times, 0.95))
    print(f"untouched, all: alarms {share(alarmed, total)}")
    print(f"checks: median {np.median(times):.2f} ms a report, 95th percentile {slow:.2f}, {len(times)} reports")
    recalls = list(planted(sets, options.n, options.show))
    if min(recalls) < RECALL or alarmed >= ALARMS * total or slow >= MILLISECONDS:
        raise SystemExit("not within the limits")


if __name__ == "__main__":
    main()
