"""Films as 8-bit grey PNG of a bounded size: what a conversion with a size writes."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from radiology.datasets.whole_file import whole_file
from radiology.errors import SightlineError
from radiology.imaging.limits import MIN_SIDE
from radiology.imaging.pixels import read_pixels, read_size
from radiology.study import View


@dataclass(frozen=True, slots=True)
class Scaling:
    """One film to write: from, to, and the most px that its longer side may have."""

    source: str
    target: str
    longest: int


def target_of(source: str, roots: tuple[Path, ...], folder: Path) -> Path:
    """Where in `folder` the film at `source` goes: by its place below the first of `roots` that it is in, else by its
    path, so the same in every run."""
    root = next((root for root in roots if Path(source).is_relative_to(root)), None)
    place = Path(source).relative_to(root).as_posix() if root else source
    name = re.sub(r"[^\w.-]", "_", Path(source).stem)[:80]
    return folder / f"{name}-{hashlib.sha256(place.encode()).hexdigest()[:10]}.png"


def scale_film(order: Scaling) -> str | None:
    """Write the film unless it is there already, whole or not at all; gives why it cannot be, None when it is."""
    target = Path(order.target)
    if target.exists():
        return None
    try:
        image = Image.fromarray(read_pixels(Path(order.source)))
    except (SightlineError, OSError) as error:
        return str(error)
    with whole_file(target, "wb") as file:
        _reduced(image, order.longest).save(file, "PNG")
    return None


def _reduced(image: Image.Image, longest: int) -> Image.Image:
    """Never enlarged, nor too small to be read again; averaged over areas, which keeps thin lines as faint ones."""
    scale = min(1.0, max(longest / max(image.size), MIN_SIDE / min(image.size)))
    if scale == 1.0:
        return image
    width, height = (round(scale * side) for side in image.size)
    return image.resize((width, height), Image.Resampling.BOX if scale < 0.5 else Image.Resampling.BICUBIC)


def scaled_view(view: View, target: Path) -> View:
    """The view of the film that was written; boxes are fractions, so they hold."""
    width, height = read_size(target)
    spacing = view.pixel_spacing
    if spacing is not None:
        spacing = (spacing[0] * view.height / height, spacing[1] * view.width / width)
    return view.model_copy(update={"path": str(target), "width": width, "height": height, "pixel_spacing": spacing})
