"""What a user may choose. Imports nothing, so that the command line can name it."""

from __future__ import annotations

from enum import StrEnum


class Markers(StrEnum):
    """What becomes of single letters in the pixels, such as the L or R of a side marker."""

    KEEP = "keep"
    MASK = "mask"
