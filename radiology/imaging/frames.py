"""How large a compressed frame will be, by its own header: a few bytes can ask for gigabytes, whatever DICOM says.

Markers as in ITU-T T.81 B.1.1.3 (JPEG), T.87 C.1.1 (JPEG-LS) and T.800 A.5.1 (JPEG 2000).
"""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

from pydicom import Dataset
from pydicom.encaps import get_frame
from pydicom.filereader import _read_file_meta_info, read_preamble
from pydicom.uid import DeflatedExplicitVRLittleEndian, RLELossless

from radiology.errors import SightlineError
from radiology.imaging.limits import MAX_PIXELS

_J2K = b"\xff\x4f\xff\x51"
_SIZES = frozenset({*range(0xC0, 0xD0), 0xF7} - {0xC4, 0xC8, 0xCC})
"""Markers of JPEG and JPEG-LS that begin a frame: precision, lines, samples a line, components."""
_BARE = frozenset({0x01, 0xFF, *range(0xD0, 0xD9)})
"""Markers that nothing belongs to, and fill bytes."""
LARGEST = 4 * MAX_PIXELS
"""Bytes of a deflated data set: an image of the largest size, twice."""


def check_frame(path: Path, header: Dataset, width: int, height: int) -> None:
    """Raises SightlineError where the first frame is compressed and not of `width` x `height`; ValueError where it
    does not tell."""
    syntax = header.file_meta.TransferSyntaxUID
    if not syntax.is_encapsulated or syntax == RLELossless:
        return
    if frame_size(get_frame(header.PixelData, 0, number_of_frames=1)) != (width, height):
        raise SightlineError(f"`{path}`: the image is not of the size its header says, export it again.")


def frame_size(frame: bytes) -> tuple[int, int]:
    """Width and height in px of a JPEG, JPEG-LS or JPEG 2000 stream. Raises ValueError where it tells none, or more
    samples a pixel than a colour has."""
    start = frame.find(_J2K)
    if start >= 0 and not frame.startswith(b"\xff\xd8"):
        right, low, left, high = struct.unpack_from(">4L", frame, start + 8)
        return _colour(right - left, low - high, struct.unpack_from(">H", frame, start + 40)[0])
    at = 2 if frame.startswith(b"\xff\xd8") else len(frame)
    while 0 <= at < len(frame) - 9:
        marker = frame[at + 1]
        if marker in _SIZES:
            height, width, samples = struct.unpack_from(">HHB", frame, at + 5)
            return _colour(width, height, samples)
        at += 1 if marker in _BARE else 2 + int.from_bytes(frame[at + 2 : at + 4])
        at = frame.find(b"\xff", at)
    raise ValueError("the compressed pixels have no header")


def _colour(width: int, height: int, samples: int) -> tuple[int, int]:
    if samples > 4:
        raise ValueError(f"{samples} samples a pixel")
    return width, height


def check_deflated(path: Path) -> None:
    """Raises SightlineError for a deflated data set that is far larger than any film."""
    with path.open("rb") as file:
        read_preamble(file, force=True)
        if _read_file_meta_info(file).get("TransferSyntaxUID") != DeflatedExplicitVRLittleEndian:
            return
        stream, size = zlib.decompressobj(-zlib.MAX_WBITS), 0
        packed = file.read(2**16)
        while packed and not stream.eof:
            size += len(stream.decompress(packed, 2**20))
            if size > LARGEST:
                raise SightlineError(f"`{path}`: the deflated file is far too large, export it uncompressed.")
            packed = stream.unconsumed_tail or file.read(2**16)
