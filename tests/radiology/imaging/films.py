"""Small DICOM films for tests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import FileDataset, FileMetaDataset
from pydicom.uid import DigitalXRayImageStorageForPresentation, ExplicitVRLittleEndian, generate_uid

HEIGHT, WIDTH = 36, 44


def ramp(low: int, high: int, dtype: str = "uint16") -> NDArray[Any]:
    """[36, 44] from `low` to `high`, rising along the rows."""
    return np.linspace(low, high, HEIGHT * WIDTH).round().astype(dtype).reshape(HEIGHT, WIDTH)


def film(pixels: NDArray[Any], bits: int | None = None, **tags: Any) -> FileDataset:
    """A chest film of `pixels` [H, W] or [H, W, 3]; a tag given as None is left out."""
    allocated = pixels.dtype.itemsize * 8
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = DigitalXRayImageStorageForPresentation
    meta.MediaStorageSOPInstanceUID = generate_uid()
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    file = FileDataset("", {}, file_meta=meta, preamble=b"\0" * 128)
    stored = bits or allocated
    given = {
        "SOPClassUID": meta.MediaStorageSOPClassUID,
        "SOPInstanceUID": meta.MediaStorageSOPInstanceUID,
        "StudyInstanceUID": "1.2.3",
        "PatientID": "4711",
        "Modality": "DX",
        "Rows": pixels.shape[0],
        "Columns": pixels.shape[1],
        "SamplesPerPixel": 1 if pixels.ndim == 2 else 3,
        "PhotometricInterpretation": "MONOCHROME2" if pixels.ndim == 2 else "RGB",
        "BitsAllocated": allocated,
        "BitsStored": stored,
        "HighBit": stored - 1,
        "PixelRepresentation": int(pixels.dtype.kind == "i"),
        "PixelData": pixels.tobytes(),
    } | tags
    if pixels.ndim == 3:
        given["PlanarConfiguration"] = 0
    for name, value in given.items():
        if value is not None:
            setattr(file, name, value)
    return file


def save(file: FileDataset, path: Path) -> Path:
    file.save_as(path, enforce_file_format=True)
    return path
