"""How large an image may be, decided from its header, before anything is decoded."""

from __future__ import annotations

from pathlib import Path

from radiology.errors import SightlineError

MIN_SIDE = 32
MAX_SIDE = 12_000
MAX_PIXELS = 64_000_000
"""The largest detectors give some 20 million pixels."""


def check_size(path: Path, width: int, height: int) -> None:
    """Raises SightlineError for an image too small to show a chest, or too large to be one."""
    if min(width, height) < MIN_SIDE:
        raise SightlineError(
            f"`{path}`: the image has {width} x {height} px, give one with at least {MIN_SIDE} px on each side."
        )
    if max(width, height) > MAX_SIDE or width * height > MAX_PIXELS:
        raise SightlineError(
            f"`{path}`: the image has {width} x {height} px, scale it down to at most {MAX_SIDE} px a side and "
            f"{MAX_PIXELS // 1_000_000} million pixels."
        )
