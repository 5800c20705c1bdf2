"""DICOM films: header and pixels.

Stored values pass the modality LUT (or rescale), the VOI LUT or else the first window, and MONOCHROME1 is inverted, as
in PS3.3 C.11. A film of 8 bits without any of them is shown as it is, a deeper one over the range that it uses.
"""

from __future__ import annotations

import logging
import struct
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from pydicom import Dataset, dcmread
from pydicom.errors import InvalidDicomError
from pydicom.pixels.processing import apply_modality_lut
from pydicom.pixels.utils import pixel_array
from pydicom.uid import (
    JPEG2000,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEGBaseline8Bit,
    JPEGExtended12Bit,
    JPEGLossless,
    JPEGLosslessSV1,
    JPEGLSLossless,
    JPEGLSNearLossless,
    RLELossless,
)

from radiology.errors import SightlineError
from radiology.imaging.apart import pixel_array_apart
from radiology.imaging.frames import check_deflated, check_frame
from radiology.imaging.levels import Levels, Table, apply, count_values, robust_range, stretch
from radiology.imaging.limits import check_size
from radiology.imaging.window import look_up, window

_MONOCHROME = ("MONOCHROME1", "MONOCHROME2")
_COLOUR = ("RGB", "YBR_FULL", "YBR_FULL_422", "YBR_PARTIAL_420", "YBR_ICT", "YBR_RCT")
_LARGE = 4096
"""Elements of more bytes are left on disk until they are asked for."""

_DECODERS: dict[str, str] = {
    JPEGBaseline8Bit: "pillow",
    JPEGLSLossless: "pyjpegls",
    JPEGLSNearLossless: "pyjpegls",
    JPEG2000: "pylibjpeg",
    JPEG2000Lossless: "pylibjpeg",
    RLELossless: "pydicom",
}
"""Where the first choice of the library prints what it thinks of a damaged file, or ends in a panic."""

logging.getLogger("pydicom").setLevel(logging.CRITICAL)
"""It quotes the values of a header that it does not like, and those name patients."""

_APART = (JPEGExtended12Bit, JPEGLossless, JPEGLosslessSV1)
"""Which only a decoder knows that may end the whole process."""

Stored = NDArray[Any]
"""[H, W] integers of 8 or 16 bits, signed or not."""


@contextmanager
def damage_named(path: Path) -> Iterator[None]:
    """Whatever goes wrong inside a damaged file becomes one SightlineError; the library's warnings stay unsaid."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except SightlineError:
        raise
    except Exception as error:
        reason = " ".join(str(error).split()).rstrip(".")[:200] or type(error).__name__
        raise SightlineError(f"`{path}`: the DICOM file is damaged ({reason}), export it again.") from error


def read_header(path: Path) -> Dataset:
    """The data set of `path`, its pixels left on disk. Raises SightlineError for a file that is no DICOM file."""
    with damage_named(path):
        return _read(path, _LARGE)


def _read(path: Path, defer: int | None) -> Dataset:
    try:
        check_deflated(path)
        return dcmread(path, defer_size=defer, force=True)
    except (InvalidDicomError, EOFError, struct.error) as error:
        raise SightlineError(f"`{path}`: the DICOM file is cut short, export it again.") from error


def dicom_size(path: Path, header: Dataset) -> tuple[int, int]:
    """Width and height in px. Raises SightlineError where the header describes no single image of a usable size."""
    with damage_named(path):
        if "PixelData" not in header and "Rows" in header:
            raise SightlineError(f"`{path}`: the pixels of the film are missing or cut short, export it again.")
        if "PixelData" not in header:
            raise SightlineError(f"`{path}`: the DICOM file holds no image, give the file of the film itself.")
        frames = int(header.get("NumberOfFrames") or 1)
        if frames > 1:
            raise SightlineError(f"`{path}`: holds {frames} frames, give a film with one.")
        if not header.get("Rows") or not header.get("Columns"):
            raise SightlineError(f"`{path}`: Rows or Columns is missing, export the film again.")
        width, height = int(header.Columns), int(header.Rows)
        check_size(path, width, height)
        return width, height


def dicom_pixels(path: Path) -> NDArray[np.uint8]:
    """[H, W] as the film is to be shown, bright where little radiation came through."""
    header, stored = stored_pixels(path)
    with damage_named(path):
        return _luminance(stored) if stored.ndim == 3 else show(stored, header)


def stored_pixels(path: Path) -> tuple[Dataset, Stored]:
    """The whole data set, and its pixels [H, W], or [H, W, 3] in RGB, with the values that are stored."""
    with damage_named(path):
        header = _read(path, None)
        width, height = dicom_size(path, header)
        _fill_in(header)
        _check_format(path, header)
        check_frame(path, header, width, height)
        stored = _decode(header)
        if stored.shape[:2] != (height, width):
            raise SightlineError(f"`{path}`: the image is not of the size its header says, export it again.")
        return header, stored


def _decode(header: Dataset) -> NDArray[Any]:
    """The stored values [H, W] or, in colour, [H, W, 3]."""
    syntax = header.file_meta.TransferSyntaxUID
    return (
        pixel_array_apart(header)
        if syntax in _APART
        else pixel_array(header, decoding_plugin=_DECODERS.get(syntax, ""))
    )


def _fill_in(header: Dataset) -> None:
    """What decoding cannot do without, where the writer left it out."""
    header.setdefault("SamplesPerPixel", 1)
    header.setdefault("PhotometricInterpretation", "MONOCHROME2" if header.SamplesPerPixel == 1 else "RGB")
    header.setdefault("BitsAllocated", 16)
    header.setdefault("BitsStored", header.BitsAllocated)
    header.setdefault("HighBit", header.BitsStored - 1)
    header.setdefault("PixelRepresentation", 0)
    if header.SamplesPerPixel == 3:
        header.setdefault("PlanarConfiguration", 0)
    if "TransferSyntaxUID" not in header.file_meta:
        implicit = header.original_encoding[0]
        header.file_meta.TransferSyntaxUID = ImplicitVRLittleEndian if implicit else ExplicitVRLittleEndian


def _check_format(path: Path, header: Dataset) -> None:
    photometric, bits = header.PhotometricInterpretation, header.BitsAllocated
    if photometric not in (*_MONOCHROME, *_COLOUR):
        raise SightlineError(
            f"`{path}`: PhotometricInterpretation is {photometric}, export the film as MONOCHROME1, MONOCHROME2 or RGB."
        )
    if bits not in (8, 16) or (photometric in _COLOUR and bits != 8):
        raise SightlineError(f"`{path}`: BitsAllocated is {bits} for {photometric}, export the film with 8 or 16 bits.")


def _luminance(rgb: NDArray[Any]) -> NDArray[np.uint8]:
    return np.array(Image.fromarray(rgb).convert("L"))


def show(stored: Stored, header: Dataset) -> NDArray[np.uint8]:
    """Display values [H, W] of `stored`: one table over all values that its type can hold, then a look-up."""
    unsigned = stored.view(f"u{stored.dtype.itemsize}")
    values = np.arange(np.iinfo(unsigned.dtype).max + 1, dtype=unsigned.dtype).view(stored.dtype).astype(np.int32)
    table = _table(values, count_values(unsigned), header)
    return apply(255 - table if header.PhotometricInterpretation == "MONOCHROME1" else table, unsigned)


def _table(values: NDArray[np.int32], counts: NDArray[np.int64], header: Dataset) -> Table:
    """[V] eight bits for each stored value of `values` [V], of which `counts` [V] pixels there are."""
    levels = np.asarray(apply_modality_lut(values, header), dtype=np.float64)
    shown = _voi(levels, header)
    if shown is not None:
        table = stretch(shown, 0, 1)
        seen = counts > 0
        if np.ptp(table[seen]) or not np.ptp(levels[seen]):
            return table
    elif header.BitsStored == 8 and header.PixelRepresentation == 0 and np.array_equal(levels, values):
        return values.clip(0, 255).astype(np.uint8)
    padding = header.get("PixelPaddingValue")
    return stretch(levels, *robust_range(levels, counts if padding is None else np.where(values == padding, 0, counts)))


def _voi(levels: Levels, header: Dataset) -> Levels | None:
    """[V] from 0 (black) to 1 (white) by VOI LUT or first window; None when there is neither, or neither usable."""
    if header.get("VOILUTSequence"):
        item = header.VOILUTSequence[0]
        return look_up(levels, _lut(item).astype(np.float64), int(item.LUTDescriptor[1]))
    center, width = (_first(header.get(name)) for name in ("WindowCenter", "WindowWidth"))
    if center is None or width is None:
        return None
    return window(levels, center, width, str(header.get("VOILUTFunction") or "LINEAR").upper())


def _lut(item: Dataset) -> NDArray[np.uint16]:
    """The entries: numbers, or bytes of them, packed one a byte by some writers where they have eight bits."""
    data, entries = item.LUTData, int(item.LUTDescriptor[0]) or 65536
    if not isinstance(data, bytes):
        return np.asarray(data, dtype=np.uint16)
    packed = len(data) < 2 * entries
    return np.frombuffer(data, "u1" if packed else "<u2")[:entries].astype(np.uint16)


def _first(value: Any) -> float | None:
    """The first of possibly several numbers, None for an empty element."""
    first = value[0] if isinstance(value, Sequence) and not isinstance(value, str) and len(value) else value
    return float(first) if first not in (None, "", []) else None
