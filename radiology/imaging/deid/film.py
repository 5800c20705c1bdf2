"""One DICOM film: header cleaned, text in its pixels masked, written anew as Explicit VR Little Endian.

The pixels are always decoded and written uncompressed: comments inside a compressed stream, bits above the stored ones
(old overlays), padding behind the image and bytes behind the data set do not survive that.
"""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

from numpy.typing import NDArray
from pydicom import Dataset
from pydicom.dataset import FileDataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian

from radiology.imaging.deid.header import Cleaner
from radiology.imaging.deid.masking import masked
from radiology.imaging.deid.options import Markers
from radiology.imaging.deid.refusal import RefusedError, nothing_quoted
from radiology.imaging.dicom import damage_named, dicom_size, read_header, stored_pixels

_NO_FILM = {
    "EncapsulatedDocument": "holds a document, which is not de-identified",
    "ContentSequence": "is a structured report, which is not de-identified",
    "WaveformSequence": "holds a waveform, which is not de-identified",
    "GraphicAnnotationSequence": "holds annotations, which are not de-identified",
}
_SHAPE: tuple[str, ...] = ("SamplesPerPixel", "PhotometricInterpretation", "Rows", "Columns")
_SHAPE += ("BitsAllocated", "BitsStored", "HighBit", "PixelRepresentation")


def read_film_header(path: Path) -> Dataset:
    """The header. Raises RefusedError for what is no single film, such as a report or a document."""
    with nothing_quoted(path), damage_named(path):
        header = read_header(path)
        reason = next((reason for keyword, reason in _NO_FILM.items() if keyword in header), None)
        if reason is not None:
            raise RefusedError(path, reason)
        dicom_size(path, header)
        return header


def is_directory(path: Path) -> bool:
    """True for a DICOMDIR."""
    with nothing_quoted(path), damage_named(path):
        return "DirectoryRecordSequence" in read_header(path)


def patient_of(film: Dataset) -> str:
    """What a patient is known by: PatientID, else the name and date of birth, else the study."""
    number, *person = (str(film.get(name) or "").strip() for name in ("PatientID", "PatientName", "PatientBirthDate"))
    return number or "|".join(person).strip("|") or str(film.get("StudyInstanceUID") or "")


def clean_film(path: Path, cleaner: Cleaner, markers: Markers) -> Dataset:
    """The film in `path` without identity, ready to be written. Raises RefusedError where it cannot be decoded."""
    with nothing_quoted(path), damage_named(path):
        film, stored = stored_pixels(path)
        clean = cleaner.clean(film)
        result = masked(_own_bits(film, stored), markers)
        cleaner.tally.pixels.update(result.counts)
        _set_pixels(clean, film, result.pixels)
        clean.BurnedInAnnotation = "NO"
        return clean


def encoded(path: Path, clean: Dataset) -> bytes:
    """The cleaned film of `path` with file meta information of our own and an empty preamble.

    Raises RefusedError where it lacks what a film needs.
    """
    with nothing_quoted(path), damage_named(path):
        meta = FileMetaDataset()
        meta.MediaStorageSOPClassUID = clean.SOPClassUID
        meta.MediaStorageSOPInstanceUID = clean.SOPInstanceUID
        meta.TransferSyntaxUID = ExplicitVRLittleEndian
        stream = BytesIO()
        FileDataset("", clean, file_meta=meta, preamble=b"\0" * 128).save_as(stream, enforce_file_format=True)
        return stream.getvalue()


def _own_bits(film: Dataset, stored: NDArray[Any]) -> NDArray[Any]:
    """[H, W] or [H, W, 3] without bits above the stored ones."""
    bits = int(film.BitsStored)
    if stored.ndim == 3 or bits >= 8 * stored.dtype.itemsize:
        return stored
    if film.PixelRepresentation:
        return stored.clip(-(1 << bits - 1), (1 << bits - 1) - 1)
    return stored & ((1 << bits) - 1)


def _set_pixels(clean: Dataset, film: Dataset, pixels: NDArray[Any]) -> None:
    colour = pixels.ndim == 3
    for name in _SHAPE:
        setattr(clean, name, film[name].value)
    if colour:
        clean.SamplesPerPixel, clean.PlanarConfiguration, clean.PhotometricInterpretation = 3, 0, "RGB"
    data = pixels.astype(pixels.dtype.newbyteorder("<")).tobytes()
    clean.add_new("PixelData", "OB" if pixels.dtype.itemsize == 1 else "OW", data + b"\0" * (len(data) % 2))
