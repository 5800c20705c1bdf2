"""Open-i: chest film reports of Indiana University with their films, to read and to evaluate with.

Licensed without derivatives: train nothing that is given away with it and copy no report. Nearly all studies are here
without their films. Files: `NLMCXR_reports.tgz` or its unpacked XML, `gold_labels*.csv` (1 and 0 for the 14 NIH labels)
and pictures called as in the XML, with or without the `CXR` in front. Projections are not told. With R2Gen's
`annotation.json` in the folder, the cases are those of the published split instead: see `radiology.datasets.r2gen`.
"""

from __future__ import annotations

import tarfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from radiology.datasets.csv_rows import csv_rows
from radiology.datasets.pictures import index_pictures, picture_view
from radiology.datasets.r2gen import ANNOTATION, annotated_items
from radiology.datasets.source import Dataset, Item, Source, gather
from radiology.errors import SightlineError
from radiology.findings import NIH_LABELS
from radiology.reading.openi import LARGEST, parse_openi
from radiology.study import Case, Certainty, Finding, Report, Study, View

NAME = "openi"
LICENCE = "CC BY-NC-ND 4.0"
UNPARSED = "report that is no XML"


def _documents(path: Path) -> Iterator[bytes]:
    """The XML of every report, from an archive or a folder."""
    archives = [path] if path.is_file() else sorted(path.glob("*.tgz"))
    if not archives:
        yield from (file.read_bytes() for file in sorted(path.rglob("*.xml")) if file.is_file())
    for archive in archives:
        try:
            with tarfile.open(archive, "r:gz") as tar:
                for member in tar:
                    if _is_report(member) and (file := tar.extractfile(member)):
                        yield file.read()
        except (tarfile.TarError, OSError, EOFError, ValueError, zlib.error) as error:
            raise SightlineError(f"`{archive}`: cannot be unpacked ({error}), fetch it again.") from error


def _is_report(member: tarfile.TarInfo) -> bool:
    """A file of its own: a link may lead nowhere."""
    return member.isfile() and member.name.endswith(".xml") and member.size < LARGEST


def _items(path: Path) -> Iterator[Item]:
    folder = path if path.is_dir() else path.parent
    pictures, gold = index_pictures(folder), _gold(folder)
    for document in _documents(path):
        yield _item(document, pictures, gold)


def _item(document: bytes, pictures: Mapping[str, Path], gold: Mapping[str, tuple[Finding, ...]]) -> Item:
    try:
        parsed = parse_openi(document)
    except ValueError:
        return UNPARSED
    if not parsed.id:
        return "report without an identifier"
    sections = {heading: " ".join(text.split()) for heading, text in parsed.sections}
    study = Study(
        study_id=parsed.id,
        patient_id=parsed.id,
        views=_views(parsed.pictures, pictures),
        indication=sections.get("INDICATION", ""),
        comparison=sections.get("COMPARISON", ""),
    )
    report = Report(
        indication=study.indication,
        comparison=study.comparison,
        findings=sections.get("FINDINGS", ""),
        impression=sections.get("IMPRESSION", ""),
    )
    return Case(study=study, report=report, findings=gold.get(parsed.id, ()), source=NAME, licence=LICENCE), ()


def _views(names: Iterable[str], pictures: Mapping[str, Path]) -> tuple[View, ...]:
    """The films that are here, all of unknown projection: frontal, frontal2, ..."""
    paths = [pictures.get(name) or pictures.get(name.removeprefix("CXR")) for name in names]
    there = [path for path in paths if path is not None]
    views = [picture_view(path, name="frontal" + (str(i) if i > 1 else "")) for i, path in enumerate(there, 1)]
    return tuple(view for view in views if view is not None)


def _gold(folder: Path) -> dict[str, tuple[Finding, ...]]:
    """Identifier -> the 14 labels of those reports that were labelled by hand."""
    found: dict[str, tuple[Finding, ...]] = {}
    for file in sorted(folder.glob("gold_labels*.csv")):
        for row in csv_rows(file, ("filename",)):
            found[row["filename"]] = tuple(
                Finding(name=name, certainty=Certainty.PRESENT if row[label] == "1" else Certainty.ABSENT)
                for label, name in NIH_LABELS.items()
                if row.get(label) in ("0", "1")
            )
    return found


def _load(path: Path, workdir: Path) -> Dataset:
    del workdir
    if not path.exists():
        raise SightlineError(f"`{path}`: is not there, name the folder of the Open-i reports.")
    annotation = path / ANNOTATION if path.is_dir() else path
    if annotation.name == ANNOTATION and annotation.exists():
        return gather(path, annotated_items(annotation, NAME, LICENCE), "R2Gen's `images/ID/0.png`")
    return gather(path, _items(path), "`NLMCXR_reports.tgz` or its XML files")


SOURCE = Source(
    name=NAME,
    title="Open-i chest films (Indiana University)",
    licence=LICENCE,
    citation="Demner-Fushman et al., Preparing a collection of radiology examinations for distribution and retrieval, "
    "JAMIA 23, 2016",
    load=_load,
    layout="`NLMCXR_reports.tgz` or its XML with pictures, or R2Gen's `annotation.json`",
    tried="all 3,955 reports, with the films of a few",
    obtain="https://openi.nlm.nih.gov/faq",
)
