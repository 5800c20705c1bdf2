"""Drafts and the films that they are of, for tests of exports."""

from __future__ import annotations

from datetime import UTC, datetime
from datetime import date as Date
from pathlib import Path
from typing import Any

import numpy as np
from pydicom import dcmread

from radiology.imaging.intake import read_studies
from radiology.phantom.dicom import Variant, write_dicom
from radiology.study import (
    Box,
    Certainty,
    Change,
    Draft,
    DraftSentence,
    Evidence,
    Fault,
    Finding,
    Mention,
    ModelInfo,
    Projection,
    Severity,
    Side,
    Study,
    View,
)

CREATED = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
SIZES = {"frontal": (300, 200), "lateral": (260, 220)}
"""Rows and columns."""

NODULE = Finding(
    name="nodule",
    side=Side.RIGHT,
    location="upper lobe",
    severity=Severity.SMALL,
    size_mm=12,
    count=1,
    change=Change.NEW,
    boxes=(Box(view="frontal", x0=0.2, y0=0.25, x1=0.3, y1=0.32),),
    probability=0.83,
)
NO_EFFUSION = Finding(name="pleural_effusion", certainty=Certainty.ABSENT, side=Side.LEFT, probability=0.04)
CONGESTION = Finding(name="vascular_congestion", certainty=Certainty.UNCERTAIN, location="retrocardiac")
TUBE = Finding(
    name="endotracheal_tube",
    position="3 cm above the carina",
    boxes=(
        Box(view="frontal", x0=0.45, y0=0.1, x1=0.55, y1=0.4),
        Box(view="lateral", x0=0.4, y0=0.1, x1=0.5, y1=0.4),
    ),
)
LINE = Finding(name="central_line", side=Side.RIGHT, position="superior vena cava")
REGION = Evidence(
    kind="region",
    id="frontal/nodule",
    text="dense head sees nodule in the box, peak .93",
    score=0.93,
    boxes=(Box(view="frontal", x0=0.21, y0=0.24, x1=0.33, y1=0.31),),
)
CASE = Evidence(kind="case", id="C1", text="a similar case has nodule", score=0.81, source="phantom", licence="CC0")


def sentence(text: str, *findings: Finding, **rest: Any) -> DraftSentence:
    mentions = tuple(Mention(finding=finding, start=0, end=1) for finding in findings)
    boxes = tuple(box for finding in findings for box in finding.boxes)
    fields: dict[str, Any] = {"text": text, "section": "findings", "findings": mentions, "boxes": boxes}
    return DraftSentence(**fields | rest)


SENTENCES = (
    sentence("A new small nodule, right upper lobe, 12 mm.", NODULE, confidence=0.934, evidence=(REGION, CASE)),
    sentence("No left effusion, perhaps congestion.", NO_EFFUSION, CONGESTION, flags=("unsupported",)),
    sentence(
        "Tube 3 cm above the carina, line in the superior vena cava.",
        TUBE,
        LINE,
        flags=("device", "unsupported"),
        faults=(Fault(check="device", reason="No head supports the line."),),
    ),
    sentence("The bones are <b>fine</b> & Überprüfung 左肺 العربية\x00.", confidence=0.5),
    sentence("New nodule.", NODULE, section="impression", confidence=0.9),
)


def draft_of(study: Study, *sentences: DraftSentence, **rest: Any) -> Draft:
    """The sentences given, else all of `SENTENCES`."""
    fields: dict[str, Any] = {
        "study_id": study.study_id,
        "flags": ("may be mirrored",),
        "sentences": sentences or SENTENCES,
        "impression": "New nodule.",
        "model": ModelInfo(id="mini", hash="0123456789abcdef" * 4),
        "prompt_hash": "ff",
        "timing": {"total": 1.5},
    }
    return Draft(**fields | rest)


def study_in(folder: Path, variant: Variant | None = None, **tags: Any) -> Study:
    """A frontal and a lateral of other sizes with oblong pixels, as DICOM files; a tag given as None is left out."""
    said = Study(study_id="S1", patient_id="P1", date=Date(2026, 1, 2), sex="F", age=50)
    folder.mkdir(exist_ok=True)
    for name, (rows, columns) in SIZES.items():
        path, projection = folder / f"{name}.dcm", Projection.PA if name == "frontal" else Projection.LATERAL
        view = View(id=name, path="", projection=projection, width=columns, height=rows, pixel_spacing=(0.5, 0.8))
        image = (np.add.outer(np.arange(rows), np.arange(columns)) % 256).astype(np.uint8)
        write_dicom(path, image, said, view, variant)
        _retag(path, tags)
    return read_studies([folder], force=True)[0]


def _retag(path: Path, tags: dict[str, Any]) -> None:
    file = dcmread(path)
    for name, value in tags.items():
        if value is None and name in file:
            delattr(file, name)
        elif value is not None:
            setattr(file, name, value)
    file.save_as(path)
