"""PNG and JPEG pictures as grey images of eight bits."""

from __future__ import annotations

import struct
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from radiology.errors import SightlineError
from radiology.imaging.levels import apply, count_values, robust_range, stretch
from radiology.imaging.limits import check_size

_ORIENTATION, _TURNED = 0x0112, (5, 6, 7, 8)
_TAGS = (b"eXIf", b"tEXt", b"zTXt", b"iTXt")
_BROKEN = (OSError, SyntaxError, ValueError, EOFError, struct.error, zlib.error)


def read_raster(path: Path) -> NDArray[np.uint8]:
    """[H, W] of a PNG or JPEG: colours as luminance, transparent parts black, turned as its EXIF tag says.

    A 16-bit picture is stretched over the range it uses, since few writers use all of it.
    """
    with opened(path) as image:
        width, height = image.size
        check_size(path, width, height)
        upright = ImageOps.exif_transpose(image)
        return _deep(upright) if upright.mode.startswith("I") else _shallow(upright)


def raster_size(path: Path) -> tuple[int, int]:
    """Width and height in px, as `read_raster` turns it, from the header alone."""
    with opened(path) as image:
        width, height = image.size
        check_size(path, width, height)
        return (height, width) if _exif(path, image).get(_ORIENTATION) in _TURNED else (width, height)


def _exif(path: Path, image: Image.Image) -> Image.Exif:
    """Pillow decodes a whole PNG to look for a tag behind its pixels; here only one that has any text or tag there."""
    if image.format == "PNG" and not _more_behind_pixels(path):
        return Image.Image.getexif(image)
    return image.getexif()


def _more_behind_pixels(path: Path) -> bool:
    """Walks the chunks of a PNG (length, type, data, checksum: ISO/IEC 15948), reading none."""
    with path.open("rb") as file:
        file.seek(8)
        seen = False
        while len(head := file.read(8)) == 8:
            seen = seen or head[4:] == b"IDAT"
            if seen and head[4:] in _TAGS:
                return True
            file.seek(int.from_bytes(head[:4], "big") + 4, 1)
    return False


@contextmanager
def opened(path: Path) -> Iterator[Image.Image]:
    """Raises SightlineError for a picture that cannot be decoded, also while it is in use; warnings stay unsaid."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(path, formats=("PNG", "JPEG")) as image:
                yield image
    except Image.DecompressionBombError as error:
        raise SightlineError(f"`{path}`: the image is far too large, scale it down to a film's size.") from error
    except _BROKEN as error:
        raise SightlineError(f"`{path}`: the picture is damaged ({error}), export it again.") from error


def _deep(image: Image.Image) -> NDArray[np.uint8]:
    values = np.clip(np.asarray(image), 0, 65535).astype(np.uint16)
    counts = count_values(values)
    levels = np.arange(counts.size, dtype=np.float64)
    return apply(stretch(levels, *robust_range(levels, counts)), values)


def _shallow(image: Image.Image) -> NDArray[np.uint8]:
    if image.has_transparency_data:
        opaque = Image.new("RGBA", image.size, (0, 0, 0, 255))
        opaque.alpha_composite(image.convert("RGBA"))
        image = opaque
    return np.array(image.convert("L"))
