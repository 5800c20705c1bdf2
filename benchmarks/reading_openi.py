"""Agreement of `nih_labels` with Open-i's gold labels, where they disagree, and the speed of reading.

    python -m benchmarks.reading_openi ../shared/data/openi

The folder holds `NLMCXR_reports.tgz` (XML as published) and `gold_labels_half.csv`. An uncertain finding counts as not
positive; the last micro line counts it as positive. A label that the gold set never gives is left out of the second.
"""

from __future__ import annotations

import argparse
import csv
import tarfile
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from radiology.findings import NIH_LABELS
from radiology.reading.labelling import ReportText, read_texts
from radiology.reading.labels import chexpert_labels, nih_labels

Counts = tuple[int, int, int]
Gold = Mapping[str, Mapping[str, str]]
Read = Mapping[str, Mapping[str, int | None]]
KINDS = {
    1: "gold absent, read present",
    -1: "gold present, read uncertain",
    0: "gold present, read absent",
    None: "gold present, read nowhere",
}
"""A disagreement by what was read: a positive reading that is none in the gold set, or what else a positive was."""


def read_reports(archive: Path) -> list[ReportText]:
    with tempfile.TemporaryDirectory() as folder, tarfile.open(archive) as tar:
        tar.extractall(folder, filter="data")
        return list(read_texts(Path(folder)))


def count(gold: Gold, read: Read, name: str, positive: tuple[int, ...] = (1,)) -> Counts:
    """True positives, false positives, false negatives of one label."""
    pairs = [(row[name] == "1", read[uid][name] in positive) for uid, row in gold.items()]
    return sum(g and r for g, r in pairs), sum(r and not g for g, r in pairs), sum(g and not r for g, r in pairs)


def total(counts: Iterable[Counts]) -> Counts:
    hits, extra, missed = (sum(column) for column in zip(*counts, strict=True))
    return hits, extra, missed


def show(name: str, counts: Counts) -> None:
    hits, extra, missed = counts
    precision, recall = hits / max(1, hits + extra), hits / max(1, hits + missed)
    score = 2 * hits / max(1, 2 * hits + extra + missed)
    print(f"{name:30} {hits:5} {extra:5} {missed:5}   {precision:.3f}  {recall:.3f}  {score:.3f}")


def disagreements(gold: Gold, read: Read, name: str) -> Iterator[str]:
    """The identifiers of the reports that have the label in one of the two only."""
    return (uid for uid, row in gold.items() if (row[name] == "1") != (read[uid][name] == 1))


def show_table(gold: Gold, read: Read) -> None:
    print(f"{'':30} {'tp':>5} {'fp':>5} {'fn':>5}   {'prec':5}  {'rec':5}  F1   ({len(gold)} of {len(read)} reports)")
    strict = {name: count(gold, read, name) for name in NIH_LABELS}
    for name, counts in strict.items():
        show(name, counts)
    given = [name for name in NIH_LABELS if any(row[name] == "1" for row in gold.values())]
    show("micro", total(strict.values()))
    show("micro of the labels given", total(strict[name] for name in given))
    show("micro, uncertain as positive", total(count(gold, read, name, (1, -1)) for name in NIH_LABELS))


def show_kinds(gold: Gold, read: Read) -> None:
    print("\nDisagreements by kind")
    for value, kind in KINDS.items():
        labels = Counter(
            name for name in NIH_LABELS for uid in disagreements(gold, read, name) if read[uid][name] == value
        )
        print(f"{kind:30} {labels.total():5}   {', '.join(f'{name} {n}' for name, n in labels.most_common())}")


def show_errors(gold: Gold, read: Read, texts: Mapping[str, str], name: str) -> None:
    for uid in disagreements(gold, read, name):
        print(f"\n{uid} gold {gold[uid][name]} read {read[uid][name]}\n{texts[uid]}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--errors", metavar="LABEL", choices=NIH_LABELS, help="list the disagreements of one label")
    arguments = parser.parse_args()
    reports = read_reports(arguments.folder / "NLMCXR_reports.tgz")
    start = time.process_time()
    read = {report.id: (nih_labels(report.text), chexpert_labels(report.text))[0] for report in reports}
    seconds = time.process_time() - start
    with (arguments.folder / "gold_labels_half.csv").open(encoding="utf-8") as file:
        gold = {row["filename"]: row for row in csv.DictReader(file)}
    if arguments.errors:
        show_errors(gold, read, dict(reports), arguments.errors)
        return
    show_table(gold, read)
    show_kinds(gold, read)
    print(f"\n{len(reports)} reports in {seconds:.2f} s of processor time, both label sets")


if __name__ == "__main__":
    main()
