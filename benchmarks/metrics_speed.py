"""All report metrics with their intervals, timed beside the reference packages: python -m benchmarks.metrics_speed

590 pairs of made reports, as many as the usual Open-i test split holds. Ours: every metric of the table that scores
reports and needs no judge, each with 1,000 bootstraps. Beside it pycocoevalcap's Bleu, Rouge and Cider and nltk's
METEOR, without a bootstrap. Compared twice, each time in a fresh process: on one tokenisation, and on all that we score
under. Counted is the CPU time of one thread, imports apart.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Collection, Iterable, Sequence
from importlib.util import find_spec
from multiprocessing import get_context

import numpy as np
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from eval.metrics.bootstrap import RESAMPLES
from eval.metrics.table import METRICS
from eval.metrics.words import DEFAULT, TOKENISATIONS, words
from eval.prediction import Prediction
from eval.sheet import Line, Sheet, score_sheet, task
from radiology.findings import PHANTOM_FINDINGS
from radiology.phantom.language.statement import report_of
from radiology.phantom.v1.language import write_statements
from radiology.phantom.v1.pathology import draw_lesions
from radiology.reading.report import read_report
from radiology.study import Box, Certainty, Finding

Cooked = dict[str, list[str]]
"""Texts as pycocoevalcap takes them: id -> words joined by spaces."""
NEGATIVES = 0.9
"""Share of the absent findings that a made report denies: 40 to 50 words."""
OTHER_UNITS = ("answers", "images", "queries", "probabilities")
"""What metrics count that do not score reports."""


def made_findings(rng: np.random.Generator) -> dict[str, Finding]:
    present = {lesion.name: lesion.finding() for lesion in draw_lesions(rng)}
    absent = {name: Finding(name=name, certainty=Certainty.ABSENT) for name in PHANTOM_FINDINGS}
    return absent | present


def made_text(findings: dict[str, Finding], rng: np.random.Generator) -> str:
    report = report_of(write_statements(list(findings.values()), rng, NEGATIVES))
    return f"{report.findings} {report.impression}"


def boxed(findings: Sequence[Finding], rng: np.random.Generator) -> tuple[Finding, ...]:
    """A box for each present finding."""
    x, y = (float(v) for v in rng.uniform(0.1, 0.2, 2))
    box = Box(view="frontal", x0=x, y0=y, x1=x + 0.4, y1=y + 0.3)
    present = [finding for finding in findings if finding.certainty is Certainty.PRESENT]
    return tuple(finding.model_copy(update={"boxes": (box,)}) for finding in present)


def made_row(number: int) -> Prediction:
    """A report and what a reader wrote who is right about half of the findings, with two others in the prompt."""
    rng = np.random.default_rng([590, number % 2**32])
    true, other = made_findings(rng), made_findings(rng)
    said = made_text({name: true[name] if rng.random() < 0.5 else other[name] for name in true}, rng)
    return Prediction(
        id=str(number),
        study_id=str(number),
        task="report",
        prediction=said,
        reference=made_text(true, rng),
        findings=boxed(read_report(said), rng),
        truth=boxed(list(true.values()), rng),
        has_prior=bool(rng.random() < 0.5),
        context=(made_text(true, rng), made_text(other, rng)),
    )


def ours(rows: Sequence[Prediction], names: Sequence[str]) -> Sheet:
    return score_sheet([Line(name, name, task("report")) for name in names], rows, RESAMPLES)


def theirs(rows: Sequence[Prediction], tokenisations: Iterable[str]) -> dict[str, float]:
    """Each value of the reference packages, on the words of each tokenisation."""
    values: dict[str, float] = {}
    for name in tokenisations:
        known = {row.id: [" ".join(words(row.reference, name))] for row in rows}
        said = {row.id: [" ".join(words(row.prediction or "", name))] for row in rows}
        suffix = "" if name == DEFAULT else f":{name}"
        values |= {f"{metric}{suffix}": value for metric, value in reference_values(known, said).items()}
    return values


def reference_values(known: Cooked, said: Cooked) -> dict[str, float]:
    from nltk.translate.meteor_score import single_meteor_score
    from pycocoevalcap.bleu.bleu import Bleu
    from pycocoevalcap.cider.cider import Cider
    from pycocoevalcap.rouge.rouge import Rouge

    bleus, _ = Bleu(4).compute_score(known, said, verbose=0)
    values = {f"bleu_{n}": bleu for n, bleu in enumerate(bleus, start=1)}
    values["rouge_l"], _ = Rouge().compute_score(known, said)
    values["cider"], _ = Cider().compute_score(known, said)
    meteor = [single_meteor_score(known[i][0].split(), said[i][0].split(), wordnet=NoSynonyms()) for i in known]
    return values | {"meteor": float(np.mean(meteor))}


class NoSynonyms:
    def synsets(self, _word: str) -> list[str]:
        return []


def seconds(work: Callable[[], object]) -> float:
    """CPU time on one thread."""
    with threadpool_limits(1):
        start = time.process_time()
        work()
        return time.process_time() - start


def agree(rows: Sequence[Prediction]) -> None:
    """Exits when a value differs from the reference's."""
    expected = theirs(rows, TOKENISATIONS)
    sheet = ours(rows, list(expected))
    wrong = [name for name, value in expected.items() if abs((sheet[name].value or 0.0) - value) > 1e-5]
    if wrong:
        sys.exit(f"{', '.join(wrong)}: not what the reference computes.")


def scored_under(tokenisations: Collection[str]) -> list[str]:
    """The metrics of reports that need no judge; those of words under these tokenisations only."""
    left_out = tuple(f":{name}" for name in TOKENISATIONS if name not in tokenisations)
    own = [name for name, metric in METRICS.items() if not metric.judges and not metric.unit.endswith(OTHER_UNITS)]
    return [name for name in own if not name.endswith(left_out)]


def compare(n: int, tokenisations: Sequence[str]) -> float:
    """Prints our time, the reference's and their ratio; returns the ratio."""
    agree([made_row(-1 - number) for number in range(20)])
    rows, names = [made_row(number) for number in range(n)], scored_under(tokenisations)
    mine = seconds(lambda: ours(rows, names))
    print(f"words: {', '.join(tokenisations)}")
    print(f"  {len(names)} metrics, each with {RESAMPLES} bootstraps: {mine:.2f} s")
    reference = seconds(lambda: theirs(rows, tokenisations))
    print(f"  pycocoevalcap and nltk, {7 * len(tokenisations)} values once: {reference:.2f} s")
    print(f"  ratio {mine / reference:.2f}", flush=True)
    return mine / reference


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-n", type=int, default=590, help="pairs of reports")
    options = parser.parse_args()
    if find_spec("pycocoevalcap") is None:
        sys.exit("pycocoevalcap is not installed, so there is nothing to compare with: pip install pycocoevalcap")
    length = np.mean([len(made_row(number).reference.split()) for number in range(options.n)])
    print(f"{options.n} pairs of reports, {length:.0f} words on average", flush=True)
    with get_context("spawn").Pool(1, maxtasksperchild=1) as fresh:
        ratios = [fresh.apply(compare, (options.n, names)) for names in ([DEFAULT], list(TOKENISATIONS))]
    if max(ratios) > 1:
        sys.exit("Scoring is slower than the reference packages: profile it.")


if __name__ == "__main__":
    main()
