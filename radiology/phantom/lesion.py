"""One finding of a body, as it is drawn: what a perfect reader would say of it follows from these fields."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from radiology.findings import FINDINGS
from radiology.phantom.language.places import HEART_BORDER, HEMIDIAPHRAGM
from radiology.study import Finding, Severity, Side

SIZED = {"nodule": (6.0, 29.0), "mass": (31.0, 75.0), "granuloma": (3.0, 8.0)}
"""Findings with a diameter in mm in place of a severity: the smallest and the largest."""
BORDERS = {"middle lobe": HEART_BORDER, "lingula": HEART_BORDER, "lower lobe": HEMIDIAPHRAGM}
"""Lobe -> what loses its border when the lobe beside it fills: the silhouette sign."""
UNGRADED = frozenset(
    ("silhouette_sign", "fracture", "pneumoperitoneum", "mediastinal_shift", "cavitation", "hernia", "scoliosis")
)


@dataclass(frozen=True)
class Lesion:
    """`extent` 0..1 runs from smallest to largest; `contrast` 0..1 scales attenuation; `seed` fixes the shape."""

    name: str
    side: Side | None
    extent: float
    contrast: float
    seed: int
    location: str | None = None
    position: str | None = None
    count: int | None = None

    @property
    def severity(self) -> Severity | None:
        """Thirds of the extent, for what is graded."""
        if self.name in SIZED or self.name in UNGRADED or FINDINGS[self.name].device:
            return None
        return (Severity.SMALL, Severity.MODERATE, Severity.LARGE)[min(2, int(self.extent * 3))]

    @property
    def size_mm(self) -> float | None:
        """Diameter of the largest one, whole millimetres."""
        if self.name not in SIZED:
            return None
        low, high = SIZED[self.name]
        return float(round(low + (high - low) * self.extent))

    def finding(self) -> Finding:
        """What a perfect reader would say of it, boxes and change apart."""
        return Finding(
            name=self.name,
            side=self.side,
            location=BORDERS.get(self.location or "") if self.name == "silhouette_sign" else self.location,
            severity=self.severity,
            size_mm=self.size_mm,
            count=self.count,
            position=self.position,
        )

    def resized(self, extent: float) -> Lesion:
        """The same lesion, grown or shrunk."""
        return replace(self, extent=float(np.clip(extent, 0.02, 0.98)))
