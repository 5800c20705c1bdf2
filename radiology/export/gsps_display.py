"""How a presentation state shows a film: grey levels and shape, as the film's own header asks for."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from pathlib import Path

import numpy as np
from pydicom import Dataset
from pydicom.pixels.processing import apply_modality_lut

from radiology.export.films import DicomFilm
from radiology.imaging.dicom import damage_named, stored_pixels
from radiology.imaging.levels import robust_range

_WINDOW = ("WindowCenter", "WindowWidth")
_WINDOW_WORDS = ("WindowCenterWidthExplanation", "VOILUTFunction")
_RESCALE = ("RescaleIntercept", "RescaleSlope")


def displayed_area(film: DicomFilm) -> Dataset:
    """All of the film, its pixels as wide and as high as they are (PS3.3 C.10.4)."""
    area = Dataset()
    area.ReferencedImageSequence = [image_reference(film)]
    area.DisplayedAreaTopLeftHandCorner = [1, 1]
    area.DisplayedAreaBottomRightHandCorner = [film.reference.Columns, film.reference.Rows]
    area.PresentationSizeMode = "SCALE TO FIT"
    if film.view.pixel_spacing is not None:
        area.PresentationPixelSpacing = [f"{mm:.10g}" for mm in film.view.pixel_spacing]
    else:
        with damage_named(Path(film.view.path)):
            area.PresentationPixelAspectRatio = list(film.header.get("PixelAspectRatio") or [1, 1])
    return area


def modality_luts(film: DicomFilm) -> Dataset:
    """The modality LUT or the rescaling of the film, empty where it has none (PS3.3 C.11.1)."""
    luts = Dataset()
    if film.header.get("ModalityLUTSequence"):
        luts.ModalityLUTSequence = deepcopy(film.header.ModalityLUTSequence)
    elif all(film.header.get(name) is not None for name in _RESCALE):
        with damage_named(Path(film.view.path)):
            for name in _RESCALE:
                setattr(luts, name, film.header[name].value)
        luts.RescaleType = str(film.header.get("RescaleType") or "US")
    return luts


def voi_luts(films: Sequence[DicomFilm]) -> list[Dataset]:
    """An item for each film that is not shown as it is stored (PS3.3 C.11.8)."""
    return [item for film in films if (item := _voi(film)) is not None]


def _voi(film: DicomFilm) -> Dataset | None:
    """The VOI LUT or the window of the film; without either, what a deep film uses of its range."""
    item = Dataset()
    item.ReferencedImageSequence = [image_reference(film)]
    if film.header.get("VOILUTSequence"):
        item.VOILUTSequence = deepcopy(film.header.VOILUTSequence[:1])
        return item
    if all(film.header.get(name) not in (None, "", []) for name in _WINDOW):
        with damage_named(Path(film.view.path)):
            for name in (*_WINDOW, *_WINDOW_WORDS):
                if name in film.header:
                    setattr(item, name, film.header[name].value)
        return item
    if int(film.header.get("BitsStored") or 8) == 8:
        return None
    low, high = _used_range(Path(film.view.path))
    item.WindowCenter, item.WindowWidth = f"{(low + high) / 2:.10g}", f"{max(high - low, 1):.10g}"
    item.VOILUTFunction = "LINEAR_EXACT"
    return item


def _used_range(path: Path) -> tuple[float, float]:
    """Display values of the darkest and the brightest pixels, without the outermost few."""
    header, stored = stored_pixels(path)
    with damage_named(path):
        values, counts = np.unique(stored, return_counts=True)
        return robust_range(np.asarray(apply_modality_lut(values, header), np.float64), counts)


def image_reference(film: DicomFilm) -> Dataset:
    reference = Dataset()
    reference.ReferencedSOPClassUID = film.reference.SOPClassUID
    reference.ReferencedSOPInstanceUID = film.reference.SOPInstanceUID
    return reference
