"""Is a DICOM file a chest film, as far as its header tells? What the header leaves open is for the model to see."""

from __future__ import annotations

import re
from pathlib import Path

from pydicom import Dataset

from radiology.imaging.dicom import damage_named, read_header
from radiology.imaging.pixels import kind_of

RADIOGRAPHS = ("CR", "DX", "RG", "OT", "")
"""Modalities a chest film comes as; OT is what secondary captures say."""

_CHEST = re.compile(r"CHEST|TH?ORAX|LUNG|HEART|CARDIAC|MEDIASTIN")
_ELSEWHERE = re.compile(
    r"ABDOM|ANKLE|\bARM|BLADDER|BRAIN|BREAST|CALCANE|CLAVIC|COCCYX|COLON|ELBOW|EXTREMIT|\bEYE|\bFACE|FEMUR|FINGER|FOOT|"
    r"FOREARM|\bHAND\b|\bHEAD|\bHIP\b|HUMERUS|\bJAW|KIDNEY|KNEE|\bLEG\b|LIVER|\bNECK|ORBIT|PATELLA|PELVI|\bRIB|SACRUM|"
    r"SCAPULA|SHOULDER|SINUS|SKULL|SPINE|STERNUM|TIBIA|\bTOE|WRIST"
)


def not_chest(header: Dataset) -> str | None:
    """Why the header says that this is no chest film ("Modality is CT"), or None.

    A body part that names the chest among others passes, as does one that is missing or unheard of.
    """
    modality = str(header.get("Modality") or "").strip().upper()
    if modality not in RADIOGRAPHS:
        return f"Modality is {modality}"
    part = str(header.get("BodyPartExamined") or "").strip().upper()
    if _ELSEWHERE.search(part) and not _CHEST.search(part):
        return f"BodyPartExamined is {part}"
    return None


def file_not_chest(path: Path) -> str | None:
    """The same for a file of any kind; None for a picture, which tells nothing."""
    if kind_of(path) != "dicom":
        return None
    with damage_named(path):
        return not_chest(read_header(path))
