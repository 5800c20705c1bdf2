"""Valid films of every kind that the readers take: what the damage begins with."""

from __future__ import annotations

from functools import cache
from io import BytesIO
from typing import Any

import numpy as np
from PIL import Image
from pydicom import Dataset
from pydicom.dataset import FileDataset, FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.uid import (
    UID,
    DeflatedExplicitVRLittleEndian,
    DigitalXRayImageStorageForPresentation,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEGBaseline8Bit,
    JPEGLosslessSV1,
    JPEGLSLossless,
    RLELossless,
)

from benchmarks.fuzz.jpeg_lossless import jpeg_lossless

ROWS, COLUMNS = 40, 48


def plain_film(bits: int = 12) -> FileDataset:
    """[40, 48] ramp with a window, valid in every way."""
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = DigitalXRayImageStorageForPresentation
    meta.MediaStorageSOPInstanceUID = UID("1.2.3.4")
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    file = FileDataset("", {}, file_meta=meta, preamble=b"\0" * 128)
    file.SOPClassUID, file.SOPInstanceUID = meta.MediaStorageSOPClassUID, "1.2.3.4"
    file.SpecificCharacterSet, file.PatientName, file.PatientID = "ISO_IR 192", "Fuzz^Film", "17"
    file.StudyInstanceUID, file.StudyDate, file.Modality, file.BodyPartExamined = "1.2.3", "20200102", "DX", "CHEST"
    file.ViewPosition, file.PixelSpacing, file.SeriesNumber = "PA", [0.2, 0.2], 1
    file.SamplesPerPixel, file.PhotometricInterpretation, file.Rows, file.Columns = 1, "MONOCHROME2", ROWS, COLUMNS
    dtype = "uint8" if bits <= 8 else "uint16"
    file.BitsAllocated, file.BitsStored, file.HighBit = 8 if bits <= 8 else 16, bits, bits - 1
    file.PixelRepresentation, file.WindowCenter, file.WindowWidth = 0, 2 ** (bits - 1), 2**bits
    values = np.linspace(0, 2**bits - 1, ROWS * COLUMNS).astype(dtype).reshape(ROWS, COLUMNS)
    file.PixelData = values.tobytes()
    return file


def _compressed(syntax: UID, bits: int) -> FileDataset:
    file = plain_film(bits)
    if syntax in (JPEGBaseline8Bit, JPEGLosslessSV1):
        frame = _jpeg(file) if syntax == JPEGBaseline8Bit else jpeg_lossless(file.pixel_array, bits)
        file.PixelData = encapsulate([frame])
        file["PixelData"].is_undefined_length = True
        file.file_meta.TransferSyntaxUID = syntax
    else:
        file.compress(syntax)
    return file


def _jpeg(file: FileDataset) -> bytes:
    out = BytesIO()
    Image.fromarray(file.pixel_array).save(out, "JPEG")
    return out.getvalue()


@cache
def valid_films() -> tuple[bytes, ...]:
    """DICOM films, encoded."""
    files = [plain_film(bits) for bits in (8, 12, 16)]
    files += [
        _compressed(syntax, bits) for syntax in (RLELossless, JPEGLSLossless, JPEG2000Lossless) for bits in (8, 12)
    ]
    files += [_compressed(JPEGBaseline8Bit, 8), _compressed(JPEGLosslessSV1, 12)]
    for uncompressed in (ImplicitVRLittleEndian, DeflatedExplicitVRLittleEndian):
        files.append(plain_film(12))
        files[-1].file_meta.TransferSyntaxUID = uncompressed
    return tuple(map(encode, files))


def encode(file: Dataset) -> bytes:
    out = BytesIO()
    file.save_as(out, enforce_file_format=False)
    return out.getvalue()


@cache
def pictures() -> tuple[bytes, ...]:
    """PNG and JPEG files."""
    ramp = np.linspace(0, 255, ROWS * COLUMNS).astype(np.uint8).reshape(ROWS, COLUMNS)
    grey = Image.fromarray(ramp)
    turned = Image.Exif()
    turned[0x0112] = 6
    kinds: tuple[tuple[Image.Image, str, dict[str, Any]], ...] = (
        (grey, "PNG", {}),
        (Image.fromarray(ramp.astype(np.uint16) * 200), "PNG", {}),
        (grey.convert("RGBA"), "PNG", {"exif": turned}),
        (grey.convert("P"), "PNG", {"transparency": 3}),
        (grey.convert("1"), "PNG", {}),
        (grey, "JPEG", {"exif": turned}),
        (grey.convert("CMYK"), "JPEG", {}),
        (grey.convert("RGB"), "JPEG", {"progressive": True}),
    )
    return tuple(_saved(*kind) for kind in kinds)


def _saved(image: Image.Image, kind: str, options: dict[str, Any]) -> bytes:
    out = BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()
