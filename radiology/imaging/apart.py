"""Decoding in a process of its own: gdcm alone knows JPEG Lossless and 12-bit JPEG, and ends the process over some
damaged frames. Started as `python -m radiology.imaging.apart`, with a data set on stdin and the array on stdout.
"""

from __future__ import annotations

import os
import subprocess
import sys
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset, dcmread
from pydicom.dataset import FileMetaDataset
from pydicom.pixels.utils import pixel_array

SECONDS = 120
_DESCRIPTION = (
    "SamplesPerPixel",
    "PhotometricInterpretation",
    "PlanarConfiguration",
    "Rows",
    "Columns",
    "BitsAllocated",
    "BitsStored",
    "HighBit",
    "PixelRepresentation",
    "PixelData",
)
_ROOT = Path(__file__).resolve().parents[2]


def pixel_array_apart(header: Dataset) -> NDArray[Any]:
    """What pydicom's `pixel_array` gives of the first frame. Raises ValueError where the decoder fails or dies."""
    path = os.pathsep.join(filter(None, (str(_ROOT), os.environ.get("PYTHONPATH"))))
    run = subprocess.run(
        [sys.executable, "-m", __name__],
        input=_pixels_alone(header),
        capture_output=True,
        timeout=SECONDS,
        env=os.environ | {"PYTHONPATH": path},
        check=False,
    )
    if run.returncode != 0:
        raise ValueError("its compressed pixels cannot be decoded")
    decoded: NDArray[Any] = np.load(BytesIO(run.stdout), allow_pickle=False)
    return decoded


def _pixels_alone(header: Dataset) -> bytes:
    """The elements that decoding needs, and no other, as a file."""
    alone = Dataset()
    for name in _DESCRIPTION:
        if name in header:
            setattr(alone, name, header[name].value)
    alone["PixelData"].is_undefined_length = True
    alone.file_meta = FileMetaDataset()
    alone.file_meta.TransferSyntaxUID = header.file_meta.TransferSyntaxUID
    out = BytesIO()
    alone.save_as(out, enforce_file_format=False)
    return out.getvalue()


if __name__ == "__main__":
    np.save(sys.stdout.buffer, pixel_array(dcmread(BytesIO(sys.stdin.buffer.read()), force=True)), allow_pickle=False)
