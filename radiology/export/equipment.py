"""What every DICOM document of a draft says of its making."""

from __future__ import annotations

from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from highdicom.coding_schemes import CodingSchemeIdentificationItem
from pydicom import Dataset
from pydicom.valuerep import DA, DT, TM

from radiology.export.codes import PRIVATE
from radiology.export.wording import short
from radiology.study import NOTICE, Draft

SERIES_NUMBER = 9000
"""Far from those that the equipment gives."""


def equipment(draft: Draft) -> dict[str, Any]:
    """Arguments of a highdicom document: who made it, and the notice where a list of series shows it."""
    return {
        "series_number": SERIES_NUMBER,
        "series_description": NOTICE,
        "manufacturer": "Sightline",
        "manufacturer_model_name": short(draft.model.id) or "unnamed",
        "software_versions": _version(),
        "device_serial_number": short(draft.model.hash) or "unknown",
        "specific_character_set": "ISO_IR 192",
    }


def coding_schemes() -> list[CodingSchemeIdentificationItem]:
    """What the designator of our own codes stands for (PS3.3 C.12.1.1)."""
    return [CodingSchemeIdentificationItem(PRIVATE, name="Findings and attributes of Sightline")]


def dated(document: Dataset, created: datetime, content: str) -> Dataset:
    """`document` with the time of the draft instead of the time of the export; `content` is "Content" or whatever else
    the names of the elements begin with that tell when its content was made."""
    for prefix in ("InstanceCreation", content):
        setattr(document, f"{prefix}Date", DA(f"{created:%Y%m%d}"))
        setattr(document, f"{prefix}Time", TM(f"{created:%H%M%S}"))
    for contribution in document.ContributingEquipmentSequence:
        contribution.ContributionDateTime = DT(f"{created:%Y%m%d%H%M%S}")
    return document


def _version() -> str:
    try:
        return short(version("sightline"))
    except PackageNotFoundError:
        return "unknown"
