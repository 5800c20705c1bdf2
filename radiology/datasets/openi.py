"""Open-i: chest film reports of Indiana University with their films, to read and to evaluate with.

Licensed without derivatives: train nothing that is given away with it and copy no report. Nearly all studies are here
without their films. Files: `NLMCXR_reports.tgz` or its unpacked XML, `gold_labels*.csv` (1 and 0 for the 14 NIH labels)
and pictures called as in the XML, with or without the `CXR` in front. Projections are not told.
"""

from __future__ import annotations

import csv
import tarfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from xml.etree import ElementTree as ET

from radiology.datasets.pictures import index_pictures, picture_view
from radiology.datasets.source import Dataset, Item, Source, gather
from radiology.errors import SightlineError
from radiology.findings import NIH_LABELS
from radiology.study import Case, Certainty, Finding, Report, Study, View

NAME = "openi"
LICENCE = "CC BY-NC-ND 4.0"
LARGEST = 1_000_000
"""A report's XML has some 10 kB; anything beyond this many bytes is not parsed."""
UNPARSED = "report that is no XML"


def _documents(path: Path) -> Iterator[bytes]:
    """The XML of every report, from an archive or a folder."""
    archives = [path] if path.is_file() else sorted(path.glob("*.tgz"))
    if not archives:
        yield from (file.read_bytes() for file in sorted(path.rglob("*.xml")))
    for archive in archives:
        try:
            with tarfile.open(archive, "r:gz") as tar:
                for member in tar:
                    if member.name.endswith(".xml") and member.size < LARGEST and (file := tar.extractfile(member)):
                        yield file.read()
        except (tarfile.TarError, OSError, EOFError) as error:
            raise SightlineError(f"`{archive}`: cannot be unpacked ({error}), fetch it again.") from error


def _items(path: Path) -> Iterator[Item]:
    folder = path if path.is_dir() else path.parent
    pictures, gold = index_pictures(folder), _gold(folder)
    for document in _documents(path):
        yield _item(document, pictures, gold)


def _item(document: bytes, pictures: Mapping[str, Path], gold: Mapping[str, tuple[Finding, ...]]) -> Item:
    try:
        root = _parse(document)
    except (ET.ParseError, ValueError):
        return UNPARSED
    node = root.find("uId")
    number = node.get("id", "") if node is not None else ""
    if not number:
        return "report without an identifier"
    sections = {n.get("Label", ""): " ".join((n.text or "").split()) for n in root.iter("AbstractText")}
    study = Study(
        study_id=number,
        patient_id=number,
        views=_views((n.get("id", "") for n in root.iter("parentImage")), pictures),
        indication=sections.get("INDICATION", ""),
        comparison=sections.get("COMPARISON", ""),
    )
    report = Report(
        indication=study.indication,
        comparison=study.comparison,
        findings=sections.get("FINDINGS", ""),
        impression=sections.get("IMPRESSION", ""),
    )
    return Case(study=study, report=report, findings=gold.get(number, ()), source=NAME, licence=LICENCE), ()


def _parse(document: bytes) -> ET.Element:
    """Raises ValueError for a document that declares entities, which no report needs."""
    if b"<!ENTITY" in document:
        raise ValueError("entities")
    return ET.fromstring(document)  # noqa: S314


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
        with file.open(newline="", encoding="utf-8-sig") as lines:
            for row in csv.DictReader(lines):
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
    return gather(path, _items(path), "`NLMCXR_reports.tgz` or its XML files")


SOURCE = Source(
    name=NAME,
    title="Open-i chest films (Indiana University)",
    licence=LICENCE,
    citation="Demner-Fushman et al., Preparing a collection of radiology examinations for distribution and retrieval, "
    "JAMIA 23, 2016",
    load=_load,
)
