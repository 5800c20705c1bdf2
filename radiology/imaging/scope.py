"""Is a DICOM file a chest film, as far as its header tells? What the header leaves open is for the model to see."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset

from radiology.imaging.dicom import damage_named, read_header
from radiology.imaging.pixels import kind_of
from radiology.imaging.raster import opened

RADIOGRAPHS = ("CR", "DX", "RG", "OT", "")
"""Modalities a chest film comes as; OT is what secondary captures say."""

_CHEST = re.compile(r"CHEST|TH?ORAX|LUNG|HEART|CARDIAC|MEDIASTIN")
_ELSEWHERE = re.compile(
    r"ABDOM|ANKLE|\bARM|BLADDER|BRAIN|BREAST|CALCANE|CLAVIC|COCCYX|COLON|ELBOW|EXTREMIT|\bEYE|\bFACE|FEMUR|FINGER|FOOT|"
    r"FOREARM|\bHAND\b|\bHEAD|\bHIP\b|HUMERUS|\bJAW|KIDNEY|KNEE|\bLEG\b|LIVER|\bNECK|ORBIT|PATELLA|PELVI|\bRIB|SACRUM|"
    r"SCAPULA|SHOULDER|SINUS|SKULL|SPINE|STERNUM|TIBIA|\bTOE|WRIST"
)

FLAT = 2.0
"""Standard deviation in grey levels below which a film shows nothing."""

CHROMA, HUES = 20.0, 22.0
"""Grey levels: the mean range of red, green and blue, and the summed spread of their differences, of a photograph."""


def is_blank(pixels: NDArray[np.uint8]) -> bool:
    """Whether `pixels` [H, W] show nothing: one grey value nearly everywhere, however a few specks may stand out.

    The middle 98 % of the values count, so that a burnt-in label on a black film does not make it a film.
    """
    low, high = np.percentile(pixels, (1, 99))
    return float(np.clip(pixels, low, high).std()) < FLAT


def is_coloured(path: Path) -> bool:
    """Whether a picture has colours of several hues, as photographs have and films, even tinted ones, have not."""
    if kind_of(path) != "raster":
        return False
    with opened(path) as image:
        image.draft("RGB", (64, 64))
        small = np.asarray(image.convert("RGB").resize((64, 64)), np.float64)
    chroma, hues = np.ptp(small, axis=2).mean(), np.diff(small, axis=2).std(axis=(0, 1)).sum()
    return bool(chroma > CHROMA and hues > HUES)


def lies(header: Dataset) -> str | None:
    """How the header says that a film is stored, where not as it is hung: "mirrored", "upside down" or "turned".

    PatientOrientation names where the rows and the columns run to (PS3.3 C.7.6.1.1.1). A frontal is hung with rows to
    the patient's left (L) and columns to the feet (F); a lateral runs to the front or the back.
    """
    rows, columns = ([str(value).upper()[:1] for value in header.get("PatientOrientation") or []] + ["", ""])[:2]
    if rows in ("H", "F"):
        return "turned"
    if columns == "H":
        return "upside down"
    return "mirrored" if (rows, columns) == ("R", "F") else None


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


def file_lies(path: Path) -> str | None:
    """As `lies` for a file of any kind; None for a picture."""
    if kind_of(path) != "dicom":
        return None
    with damage_named(path):
        return lies(read_header(path))


def file_not_chest(path: Path) -> str | None:
    """The same for a file of any kind; None for a picture, which tells nothing."""
    if kind_of(path) != "dicom":
        return None
    with damage_named(path):
        return not_chest(read_header(path))
