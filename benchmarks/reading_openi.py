"""Agreement of `nih_labels` with Open-i's gold labels, and the speed of reading.

    python benchmarks/reading_openi.py ../shared/data/openi

The folder holds `NLMCXR_reports.tgz` (XML as published) and `gold_labels_half.csv`. An uncertain finding counts as not
positive; the second micro line counts it as positive.
"""

from __future__ import annotations

import argparse
import csv
import tarfile
import tempfile
import time
from pathlib import Path

from radiology.findings import NIH_LABELS
from radiology.reading.labelling import ReportText, read_texts
from radiology.reading.labels import chexpert_labels, nih_labels

Counts = tuple[int, int, int]


def read_reports(archive: Path) -> list[ReportText]:
    with tempfile.TemporaryDirectory() as folder, tarfile.open(archive) as tar:
        tar.extractall(folder, filter="data")
        return list(read_texts(Path(folder)))


def count(gold: list[bool], read: list[bool]) -> Counts:
    """True positives, false positives, false negatives."""
    pairs = list(zip(gold, read, strict=True))
    return sum(g and r for g, r in pairs), sum(r and not g for g, r in pairs), sum(g and not r for g, r in pairs)


def show(name: str, counts: Counts) -> None:
    hits, extra, missed = counts
    precision, recall = hits / max(1, hits + extra), hits / max(1, hits + missed)
    score = 2 * hits / max(1, 2 * hits + extra + missed)
    print(f"{name:30} {hits:5} {extra:5} {missed:5}   {precision:.3f}  {recall:.3f}  {score:.3f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--errors", metavar="LABEL", help="list the disagreements of one label")
    arguments = parser.parse_args()
    reports = read_reports(arguments.folder / "NLMCXR_reports.tgz")
    start = time.process_time()
    labels = {report.id: (nih_labels(report.text), chexpert_labels(report.text))[0] for report in reports}
    seconds = time.process_time() - start
    with (arguments.folder / "gold_labels_half.csv").open(encoding="utf-8") as file:
        gold = {row["filename"]: row for row in csv.DictReader(file)}
    if arguments.errors:
        texts = dict(reports)
        for uid, row in gold.items():
            if (row[arguments.errors] == "1") != (labels[uid][arguments.errors] == 1):
                print(f"\n{uid} gold {row[arguments.errors]} read {labels[uid][arguments.errors]}\n{texts[uid]}")
        return
    print(
        f"{'':30} {'tp':>5} {'fp':>5} {'fn':>5}   {'prec':5}  {'rec':5}  F1   ({len(gold)} of {len(reports)} reports)"
    )
    totals: dict[str, list[Counts]] = {"micro": [], "micro, uncertain as positive": []}
    for name in NIH_LABELS:
        truth = [row[name] == "1" for row in gold.values()]
        strict = count(truth, [labels[uid][name] == 1 for uid in gold])
        show(name, strict)
        totals["micro"].append(strict)
        totals["micro, uncertain as positive"].append(count(truth, [labels[uid][name] in (1, -1) for uid in gold]))
    for name, counts in totals.items():
        show(name, (sum(c[0] for c in counts), sum(c[1] for c in counts), sum(c[2] for c in counts)))
    print(f"{len(reports)} reports in {seconds:.2f} s of processor time, both label sets")


if __name__ == "__main__":
    main()
