"""Windows and look-up tables for display, as functions of arrays (DICOM PS3.3 C.11.2.1)."""

from __future__ import annotations

import numpy as np

from radiology.imaging.levels import Levels


def window(levels: Levels, center: float, width: float, function: str = "LINEAR") -> Levels | None:
    """Fractions of white, 0 to 1; None for a width that is no window, or a function that is none of the standard's.

    `function`: LINEAR (C.11.2.1.2.1: half a level inwards), LINEAR_EXACT (C.11.2.1.3.2) or SIGMOID (C.11.2.1.3.1).
    """
    if function == "LINEAR" and width >= 1:
        return np.clip((levels - (center - 0.5)) / max(width - 1, 1e-9) + 0.5, 0, 1)
    if function == "LINEAR_EXACT" and width > 0:
        return np.clip((levels - center) / width + 0.5, 0, 1)
    if function == "SIGMOID" and width > 0:
        return 1 / (1 + np.exp(np.clip(-4 * (levels - center) / width, -700, 700)))
    return None


def look_up(levels: Levels, table: Levels, first: int) -> Levels | None:
    """Fractions of white by `table`, whose first entry is for level `first`; levels beyond either end take the end's.

    White is the table's largest entry, since many tables use fewer bits than they state. None for an even table.
    """
    low, high = float(table.min()), float(table.max())
    if high <= low:
        return None
    index = np.clip(np.rint(levels) - first, 0, table.size - 1).astype(np.intp)
    shown: Levels = (table[index] - low) / (high - low)
    return shown
