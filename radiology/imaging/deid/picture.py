"""PNG and JPEG pictures: only pixels are carried over, with the text in them masked.

EXIF, XMP, text chunks, comments, thumbnails, colour profiles and bytes behind the image are not. What the EXIF tag says
of the orientation is done to the pixels. A JPEG is written with its own quantisation tables, so that what is not masked
changes by rounding only.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, JpegImagePlugin

from radiology.imaging.deid.masking import masked
from radiology.imaging.deid.options import Markers
from radiology.imaging.deid.refusal import nothing_quoted
from radiology.imaging.deid.tally import Tally
from radiology.imaging.raster import opened, raster_size

_BESIDE_PIXELS = ("size", "mode", "format", "dpi", "jfif", "jfif_version", "jfif_unit", "jfif_density", "gamma", "srgb")
"""What a reader reports that is no text, and is not counted."""


def suffix_of(path: Path) -> str:
    """`.png` or `.jpg`, by the first bytes of the file."""
    with path.open("rb") as file:
        return ".png" if file.read(4) == b"\x89PNG" else ".jpg"


def write_picture(path: Path, target: Path, markers: Markers, tally: Tally) -> None:
    """Write the picture in `path` to `target`. Raises RefusedError where it cannot be decoded."""
    with nothing_quoted(path):
        raster_size(path)
        with opened(path) as image:
            for name in image.info:
                if name not in _BESIDE_PIXELS:
                    tally.tag("removed", f"picture {_kind(str(name))}")
            options = _options(image)
            result = masked(_pixels(ImageOps.exif_transpose(image)), markers)
    tally.pixels.update(result.counts)
    Image.fromarray(result.pixels).save(target, **options)


def _kind(name: str) -> str:
    """The kinds of metadata by their own names, other keys as text: a key may be a name too."""
    return name if name in ("exif", "xmp", "comment", "icc_profile", "photoshop", "transparency", "adobe") else "text"


def _options(image: Image.Image) -> dict[str, Any]:
    if not isinstance(image, JpegImagePlugin.JpegImageFile):
        return {"format": "PNG"}
    tables = {"format": "JPEG", "qtables": image.quantization}
    sampling = JpegImagePlugin.get_sampling(image)
    return tables | ({"subsampling": sampling} if sampling >= 0 else {})


def _pixels(image: Image.Image) -> NDArray[Any]:
    """[H, W] of 8 or 16 bits, or [H, W, 3] of 8; transparent parts black."""
    if image.mode.startswith("I"):
        return np.asarray(image).clip(0, 65535).astype(np.uint16)
    if image.has_transparency_data:
        opaque = Image.new("RGBA", image.size, (0, 0, 0, 255))
        opaque.alpha_composite(image.convert("RGBA"))
        image = opaque
    grey = image.mode in ("1", "L", "LA")
    return np.array(image.convert("L" if grey else "RGB"))
