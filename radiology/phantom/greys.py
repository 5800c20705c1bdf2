"""Which stored value shows a grey: the ways of DICOM from pixels to display (PS3.3 C.11), inverted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset
from pydicom.sequence import Sequence

from radiology.phantom.geometry import Array

Modality = Literal["none", "slope", "falling", "lut"]
Voi = Literal["none", "LINEAR", "LINEAR_EXACT", "SIGMOID", "LUT"]

SLOPE, INTERCEPT = 0.5, -100.0
MODALITY_POWER, VOI_POWER = 0.8, 1.5
"""The tables are powers of the fraction of their range."""
SIGMOID_REACH = float(np.log(509))
"""-4 (x - c) / w of the fraction of white that is half a grey above black."""


@dataclass(frozen=True)
class Scale:
    """Stored values of `bits` bits that become levels by `modality`, and fractions of white by `voi`."""

    bits: int
    modality: Modality
    voi: Voi

    @property
    def largest(self) -> int:
        return int(2**self.bits - 1)

    @property
    def used(self) -> tuple[int, int]:
        """The stored values of the image itself, some room on either side; all of them without a VOI."""
        if self.voi == "none":
            return 0, self.largest
        return (3, 250) if self.bits == 8 else (round(0.04 * self.largest), round(0.9 * self.largest))

    @property
    def levels(self) -> Array:
        """[V] the level of each stored value."""
        stored = np.arange(self.largest + 1, dtype=np.float64)
        ways: dict[Modality, Callable[[], Array]] = {
            "none": lambda: stored,
            "slope": lambda: SLOPE * stored + INTERCEPT,
            "falling": lambda: self.largest - stored,
            "lut": lambda: np.rint(65535 * (stored / self.largest) ** MODALITY_POWER),
        }
        return ways[self.modality]()

    @property
    def ends(self) -> tuple[float, float]:
        """The levels of black and white."""
        low, high = sorted(self.levels[list(self.used)])
        return float(low), float(high)

    def stored(self, white: Array) -> NDArray[np.int64]:
        """The stored values of fractions `white` (0 to 1)."""
        order = np.argsort(self.levels)
        return np.rint(np.interp(self._level(white), self.levels[order], order.astype(np.float64))).astype(np.int64)

    def _level(self, white: Array) -> Array:
        low, high = self.ends
        if self.voi == "SIGMOID":
            inside = np.clip(white, 0.5 / 255, 1 - 0.5 / 255)
            return (low + high) / 2 - self._sigmoid_width / 4 * np.log(1 / inside - 1)
        return low + (high - low) * (white ** (1 / VOI_POWER) if self.voi == "LUT" else white)

    @property
    def _sigmoid_width(self) -> float:
        low, high = self.ends
        return 2 * (high - low) / SIGMOID_REACH

    def describe(self, file: Dataset) -> None:
        """Write the elements of the Modality LUT and VOI LUT modules."""
        if self.modality == "lut":
            file.ModalityLUTSequence = _table(self.levels, 0)
            file.ModalityLUTSequence[0].ModalityLUTType = "US"
        elif self.modality != "none":
            file.RescaleSlope, file.RescaleIntercept = (
                (SLOPE, INTERCEPT) if self.modality == "slope" else (-1, self.largest)
            )
            file.RescaleType = "US"
        self._describe_voi(file)

    def _describe_voi(self, file: Dataset) -> None:
        low, high = self.ends
        if self.voi == "LUT":
            entries = np.arange(round(high - low) + 1) / round(high - low)
            file.VOILUTSequence = _table(np.rint(65535 * entries**VOI_POWER), round(low))
        elif self.voi != "none":
            half = 0.5 if self.voi == "LINEAR" else 0.0  # LINEAR is wider by one level and shifted by half of it
            width = self._sigmoid_width if self.voi == "SIGMOID" else high - low
            file.WindowCenter = _decimal((low + high) / 2 + half)
            file.WindowWidth = _decimal(width + 2 * half)
            file.VOILUTFunction = self.voi


def _table(entries: Array, first: int) -> Sequence:
    """A look-up table of 16 bits; 65,536 entries are written as 0 (C.11.1.1)."""
    item = Dataset()
    item.add_new("LUTDescriptor", "US", [entries.size % 65536, first, 16])
    item.add_new("LUTData", "OW", entries.astype("<u2").tobytes())
    return Sequence([item])


def _decimal(value: float) -> str:
    """At most 16 characters, as a decimal string may have."""
    return f"{value:.8g}"
