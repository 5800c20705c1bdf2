"""The pixels of a film, whatever it is stored as: [H, W] uint8, bright where little radiation came through."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from radiology.errors import SightlineError
from radiology.imaging.dicom import dicom_pixels, dicom_size, read_header
from radiology.imaging.raster import raster_size, read_raster

Kind = Literal["dicom", "raster"]

_BARE = (b"\x08\x00\x05\x00", b"\x08\x00\x08\x00", b"\x08\x00\x16\x00", b"\x08\x00\x00\x00", b"\x02\x00\x00\x00")
"""Data sets without the DICOM preamble begin with an early element of group 8 or 2, in little endian."""


def kind_of(path: Path) -> Kind | None:
    """What the first bytes of the file say it is, never its suffix; None for anything else.

    Raises SightlineError when there is no such file or it cannot be opened.
    """
    try:
        with path.open("rb") as file:
            start = file.read(132)
    except FileNotFoundError as error:
        raise SightlineError(f"`{path}`: is not there, check the path.") from error
    except OSError as error:
        raise SightlineError(f"`{path}`: cannot be opened ({error.strerror}), check its permissions.") from error
    except ValueError as error:  # a zero byte
        raise SightlineError(f"`{path}`: is no name of a file, check the path.") from error
    if start.startswith((b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")):
        return "raster"
    return "dicom" if start[128:132] == b"DICM" or start[:4] in _BARE else None


def read_pixels(path: Path) -> NDArray[np.uint8]:
    """[H, W] pixels of a DICOM, PNG or JPEG file.

    Raises SightlineError, one sentence with the file and the fix, for everything that is not one readable image.
    """
    return read_raster(path) if known_kind(path) == "raster" else dicom_pixels(path)


def read_size(path: Path) -> tuple[int, int]:
    """Width and height in px of what `read_pixels` gives, from the header alone."""
    return raster_size(path) if known_kind(path) == "raster" else dicom_size(path, read_header(path))


def known_kind(path: Path) -> Kind:
    """As `kind_of`; raises SightlineError for anything but an image too."""
    kind = kind_of(path)
    if kind is None:
        raise SightlineError(f"`{path}`: is neither DICOM, PNG nor JPEG, export the film as one of them.")
    return kind
