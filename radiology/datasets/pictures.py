"""Pictures of data sets: where they are, and how large."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from radiology.datasets.whole_file import whole_file
from radiology.errors import SightlineError
from radiology.imaging.pixels import read_size
from radiology.study import Projection, View

UNREADABLE = "unreadable image"
MISSING = "image not found"
_PNG = b"\x89PNG"


def store_picture(data: bytes, workdir: Path, name: str) -> Path:
    """Write the encoded picture once, as it is, to `workdir/images`; gives its path.

    Another picture whose name comes out the same is called by its content as well.
    """
    safe, end = re.sub(r"[^\w.-]", "_", name), ".png" if data.startswith(_PNG) else ".jpg"
    target = workdir / "images" / f"{safe}{end}"
    if target.exists() and target.read_bytes() != data:
        target = target.with_name(f"{safe}-{hashlib.sha256(data).hexdigest()[:10]}{end}")
    if not target.exists():
        with whole_file(target, "wb") as file:
            file.write(data)
    return target.absolute()


def stored_image(row: Mapping[str, Any], workdir: Path) -> Path:
    """The picture of a Parquet row, stored by its `image_id`; an empty file, which is unreadable, where it has none."""
    return store_picture((row["image"] or {}).get("bytes") or b"", workdir, str(row["image_id"]))


def index_pictures(folder: Path, suffixes: Iterable[str] = (".png", ".jpg", ".jpeg")) -> dict[str, Path]:
    """File name without suffix -> path, for all pictures in `folder` and below; the first by path wins."""
    wanted = set(suffixes)
    found = sorted((p for p in folder.rglob("*") if p.suffix.lower() in wanted), reverse=True)
    return {path.stem: path.absolute() for path in found}


def is_there(path: Path) -> bool:
    """True for a file; also asked of names that no file system takes, which tables may hold."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def picture_view(path: Path, projection: Projection = Projection.UNKNOWN, name: str | None = None) -> View | None:
    """The view of a picture, called `frontal` or `lateral` unless `name` says otherwise; None when it is unreadable."""
    try:
        width, height = read_size(path)
    except (SightlineError, OSError):
        return None
    name = name or ("frontal" if projection.frontal else "lateral")
    return View(id=name, path=str(path), projection=projection, width=width, height=height)
