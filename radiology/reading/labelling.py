"""Reports on disk to a table of labels: the work of `sightline label`."""

from __future__ import annotations

import csv
import json
import os
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from radiology.errors import SightlineError
from radiology.findings import CHEXPERT_LABELS, NIH_LABELS
from radiology.reading.labels import chexpert_labels, nih_labels
from radiology.reading.openi import parse_openi

COLUMNS = ("id", *(f"nih:{name}" for name in NIH_LABELS), *(f"chexpert:{name}" for name in CHEXPERT_LABELS))


class ReportText(NamedTuple):
    id: str
    text: str


def label_reports(path: Path, out: Path) -> int:
    """Write the labels of every report of `path` to the CSV file `out`, whole or not at all; returns their number.

    path: JSON Lines with `id` and `text`, or a folder of Open-i XML files, whose id is their uId.
    Values are 1 (present), 0 (absent), -1 (uncertain) or empty (not mentioned). Raises SightlineError.
    """
    reports = list(read_texts(path))
    if not reports:
        raise SightlineError(f"`{path}`: holds no report, give JSON Lines or a folder of Open-i XML files with some.")
    if not out.parent.is_dir():
        raise SightlineError(f"`{out}`: its folder does not exist, create it or choose another.")
    _write_rows(out, (_row(report) for report in reports))
    return len(reports)


def read_texts(path: Path) -> Iterator[ReportText]:
    """The reports of `path` in a stable order, each as one text with headings. Raises SightlineError."""
    if path.is_dir():
        yield from (read_openi(file) for file in sorted(path.rglob("*.xml")))
    elif path.is_file():
        yield from _read_lines(path)
    else:
        raise SightlineError(f"`{path}`: not found, give JSON Lines or a folder of Open-i XML files.")


def read_openi(path: Path) -> ReportText:
    """One Open-i report: its uId and its sections with their headings. Raises SightlineError."""
    try:
        parsed = parse_openi(path.read_bytes())
    except (ValueError, OSError) as error:
        raise SightlineError(f"`{path}`: not readable as XML ({error}), remove or repair it.") from error
    if not parsed.id:
        raise SightlineError(f"`{path}`: has no uId, so it is no Open-i report, remove it from the folder.")
    sections = (f"{heading}:\n{text.strip()}" for heading, text in parsed.sections if text)
    return ReportText(parsed.id, "\n\n".join(sections))


def _read_lines(path: Path) -> Iterator[ReportText]:
    try:
        lines = path.read_text(encoding="utf-8").split("\n")  # a line separator within a text ends no line
    except (UnicodeDecodeError, OSError) as error:
        raise SightlineError(f"`{path}`: not readable as UTF-8 text ({error}), give JSON Lines.") from error
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield _read_line(line, f"`{path}` line {number}")


def _read_line(line: str, place: str) -> ReportText:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise SightlineError(f"{place}: not JSON ({error}), write one object a line.") from error
    if not isinstance(row, dict) or not isinstance(row.get("text"), str) or not isinstance(row.get("id"), str | int):
        raise SightlineError(f"{place}: needs `id` and `text` (a string), add them.")
    return ReportText(str(row["id"]), row["text"])


def _row(report: ReportText) -> list[str]:
    values = [*nih_labels(report.text).values(), *chexpert_labels(report.text).values()]
    return [report.id, *("" if value is None else str(value) for value in values)]


def _write_rows(out: Path, rows: Iterable[list[str]]) -> None:
    """Through a file beside `out` that takes its name only when complete. Raises SightlineError."""
    try:
        handle, name = tempfile.mkstemp(dir=out.parent, prefix=f".{out.name}.")
        try:
            with os.fdopen(handle, "w", encoding="utf-8", errors="replace", newline="") as file:
                writer = csv.writer(file, lineterminator="\n")
                writer.writerow(COLUMNS)
                writer.writerows(rows)
            Path(name).replace(out)
        finally:
            Path(name).unlink(missing_ok=True)
    except OSError as error:
        raise SightlineError(f"`{out}`: cannot be written ({error.strerror}), choose another file.") from error
