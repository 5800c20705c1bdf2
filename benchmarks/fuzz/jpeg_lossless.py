"""An encoder of JPEG Lossless (ITU-T T.81, Annex H, first predictor): no library at hand writes it."""

from __future__ import annotations

import struct

import numpy as np
from numpy.typing import NDArray

_CODE_BITS = 5
"""Every one of the 17 categories of differences gets a code of so many bits."""


def jpeg_lossless(pixels: NDArray[np.uint16], bits: int) -> bytes:
    """The stream of `pixels` [H, W] of `bits` bits."""
    height, width = pixels.shape
    table = bytes([0, *(17 if length == _CODE_BITS else 0 for length in range(1, 17)), *range(17)])
    frame = struct.pack(">BHHB3B", bits, height, width, 1, 1, 0x11, 0)
    parts = (_segment(0xC4, table), _segment(0xC3, frame), _segment(0xDA, bytes([1, 1, 0, 1, 0, 0])))
    return b"\xff\xd8" + b"".join(parts) + _entropy(_differences(pixels.astype(np.int64), bits)) + b"\xff\xd9"


def _segment(marker: int, content: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(content) + 2) + content


def _differences(values: NDArray[np.int64], bits: int) -> NDArray[np.int64]:
    """[N] from the sample to the left; from the one above at the start of a line, from the middle at the very first."""
    predicted = np.empty_like(values)
    predicted[:, 1:] = values[:, :-1]
    predicted[1:, 0] = values[:-1, 0]
    predicted[0, 0] = 2 ** (bits - 1)
    return (values - predicted).ravel()


def _entropy(differences: NDArray[np.int64]) -> bytes:
    written: list[str] = []
    for difference in differences.tolist():
        category = abs(difference).bit_length()
        low = (difference if difference > 0 else difference - 1) & ((1 << category) - 1)
        written.append(f"{category:0{_CODE_BITS}b}" + (f"{low:0{category}b}" if category else ""))
    text = "".join(written)
    text += "1" * (-len(text) % 8)
    return int(text, 2).to_bytes(len(text) // 8).replace(b"\xff", b"\xff\x00")
