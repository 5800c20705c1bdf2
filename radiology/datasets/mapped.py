"""Anybody's table as a data set: CSV, Parquet, JSON, a folder of `datasets.save_to_disk`, or a set on the hub.

What its columns hold is told by a mapping (`radiology.datasets.mapping`). As the source `mapped`, PATH is the file of
the mapping, whose field `data` names the table; `mapped_source(mapping)` reads any table by a mapping that is at hand.
Findings are the labels where any are mapped, else what the report says. Identifiers are kept as they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from radiology.datasets.mapped_rows import Part, part_of
from radiology.datasets.mapping import ColumnMap, read_mapping
from radiology.datasets.patients import with_priors
from radiology.datasets.source import Dataset, Item, Source, gather
from radiology.datasets.table_rows import HUB, Row, table_rows
from radiology.datasets.views import numbered
from radiology.errors import SightlineError
from radiology.reading.report import merge, read_mentions
from radiology.study import Case, Finding, Report, Study

TWO_PATIENTS = "row of a study that is another patient's"
_TABLES = "MAPPING.yaml with a field `data`"


def mapped_source(mapping: ColumnMap) -> Source:
    """A source whose `load(path, workdir)` reads the table at `path` by `mapping`; images in it go below `workdir`.

    `path` may be `hf:owner/name` too. Raises SightlineError for a column that is not there and a table it cannot read.
    """

    def load(path: Path, workdir: Path) -> Dataset:
        items = with_priors(_items(path, mapping, workdir), lambda case: case.study.date)
        return gather(path, items, "rows with an image and the columns that the mapping names")

    return replace(SOURCE, name=mapping.name, licence=mapping.licence, load=load)


def _load(path: Path, workdir: Path) -> Dataset:
    mapping, table = named_table(path)
    return mapped_source(mapping).load(table, workdir)


def named_table(path: Path) -> tuple[ColumnMap, Path]:
    """The mapping in the file `path` and the table that it names. Raises SightlineError when it does not name one."""
    if path.is_dir() or not path.exists():
        raise SightlineError(f"`{path}`: is no mapping, name a file {_TABLES}, or a table with `--map image=COLUMN`.")
    if path.suffix in (".csv", ".tsv", ".parquet", ".jsonl"):
        raise SightlineError(f"`{path}`: is a table, say what its columns hold: `--map image=COLUMN`.")
    mapping = read_mapping(path)
    if mapping.data is None:
        raise SightlineError(f"`{path}`: names no table, add the line `data: TABLE`.")
    return mapping, Path(mapping.data) if mapping.data.startswith(HUB) else path.parent / mapping.data


def _items(path: Path, mapping: ColumnMap, workdir: Path) -> Iterator[Item]:
    """Studies in the order of their first row, then the reasons for which anything was left out. Rows of one study in
    two splits are two cases, of which `gather` keeps one."""
    studies: dict[tuple[str, str], list[Part]] = {}
    owners: dict[str, str] = {}
    reasons: list[str] = []
    for part in _parts(path, mapping, workdir, reasons):
        if owners.setdefault(part.study, part.patient) == part.patient:
            studies.setdefault((part.split, part.study), []).append(part)
        else:
            reasons.append(TWO_PATIENTS)
    yield from (_item(parts, mapping) for parts in studies.values())
    yield from reasons


def _parts(path: Path, mapping: ColumnMap, workdir: Path, reasons: list[str]) -> Iterator[Part]:
    folder = _images(path, mapping)
    blank = dict.fromkeys(mapping.columns)
    for number, (split, row) in enumerate(table_rows(path, mapping.separator), start=1):
        if number == 1:
            _check_columns(path, mapping, row)
        try:
            part = part_of(blank | row, split, mapping, folder, workdir, reasons)
        except ValueError as error:
            raise SightlineError(f"`{path}`: row {number}: {error}.") from error
        if part is not None:
            yield part


def _images(path: Path, mapping: ColumnMap) -> Path:
    if mapping.images is not None:
        return Path(mapping.images)
    return path if path.is_dir() else path.parent


def _check_columns(path: Path, mapping: ColumnMap, row: Row) -> None:
    missing = sorted(set(mapping.columns) - row.keys())
    if missing:
        raise SightlineError(
            f"`{path}`: column {missing[0]}, mapped to {mapping.columns[missing[0]]}, is missing, name one of "
            f"{', '.join(row)}."
        )


def _item(parts: list[Part], mapping: ColumnMap) -> Item:
    """One study of its rows: the first text of each kind that is told, all views, findings and questions."""
    views = numbered(view for part in parts for view in part.views)
    told = {name: _first(part.texts.get(name) for part in parts) for name in Report.model_fields}
    report = Report.model_validate({name: text or "" for name, text in told.items()})
    first = parts[0]
    study = Study(
        study_id=first.study,
        patient_id=first.patient,
        date=_first(part.date for part in parts),
        sex=_first(part.sex for part in parts),
        age=_first(part.age for part in parts),
        views=views,
        indication=report.indication,
        technique=report.technique,
        comparison=report.comparison,
    )
    case = Case(
        study=study,
        report=report if report.findings or report.impression else None,
        findings=_findings(parts, report, mapping),
        source=mapping.name,
        licence=mapping.licence,
        split=first.split,
    )
    return case, tuple(dict.fromkeys(question for part in parts for question in part.questions))


def _first(values: Iterable[Any]) -> Any:
    return next((value for value in values if value is not None and value != ""), None)


def _findings(parts: list[Part], report: Report, mapping: ColumnMap) -> tuple[Finding, ...]:
    if mapping.labels or mapping.label_list:
        return merge(finding for part in parts for finding in part.findings)
    return merge(mention.finding for mention in read_mentions(report))


SOURCE = Source(
    name="mapped",
    title="Any table, by a mapping of its columns",
    licence="as the mapping says",
    citation="",
    load=_load,
    layout="a mapping file in YAML or JSON, or any table with `--map FIELD=COLUMN`",
    tried="it has none of its own",
    obtain="it is yours",
)
