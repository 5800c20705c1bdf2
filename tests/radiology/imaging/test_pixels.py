"""DICOM as a table of facts: what is stored, what the header says of it, what is shown."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from pydicom import Dataset, dcmread
from pydicom.encaps import encapsulate
from pydicom.pixels.processing import apply_modality_lut, apply_voi_lut
from pydicom.pixels.utils import pixel_array
from pydicom.sequence import Sequence
from pydicom.uid import JPEG2000, JPEG2000Lossless, JPEGLSLossless, RLELossless

from radiology.errors import SightlineError
from radiology.imaging.pixels import read_pixels, read_size
from tests.radiology.imaging.films import HEIGHT, WIDTH, film, ramp, save


def _lut(entries: list[int], first: int, bits: int) -> Sequence:
    item = Dataset()
    item.LUTDescriptor = [len(entries), first, bits]
    item.add_new("LUTData", "OW", np.array(entries, "<u2").tobytes())
    return Sequence([item])


def _expect(stored: NDArray[Any], low: float, high: float) -> NDArray[np.float64]:
    return np.clip((stored.astype(float) - low) / (high - low), 0, 1) * 255


TWELVE = ramp(0, 4095)
EIGHT = ramp(0, 200, "uint8")
SIGNED = ramp(-1000, 1000, "int16")

FACTS = {
    "8 bits without a window are shown as they are": (film(EIGHT), EIGHT),
    "linear window": (film(TWELVE, 12, WindowCenter=2000, WindowWidth=1000), _expect(TWELVE, 1500, 2499)),
    "exact window": (
        film(TWELVE, 12, WindowCenter=2000, WindowWidth=1000, VOILUTFunction="LINEAR_EXACT"),
        _expect(TWELVE, 1500, 2500),
    ),
    "sigmoid window": (
        film(TWELVE, 12, WindowCenter=2000, WindowWidth=1000, VOILUTFunction="SIGMOID"),
        255 / (1 + np.exp(-4 * (TWELVE.astype(float) - 2000) / 1000)),
    ),
    "first of several windows": (
        film(TWELVE, 12, WindowCenter=[2000, 5], WindowWidth=[1000, 10]),
        _expect(TWELVE, 1500, 2499),
    ),
    "window beyond the range": (film(TWELVE, 12, WindowCenter=4000, WindowWidth=8001), _expect(TWELVE, -0.5, 7999.5)),
    "MONOCHROME1": (film(EIGHT, PhotometricInterpretation="MONOCHROME1"), 255 - EIGHT),
    "MONOCHROME1 with a window": (
        film(TWELVE, 12, PhotometricInterpretation="MONOCHROME1", WindowCenter=2000, WindowWidth=1000),
        255 - _expect(TWELVE, 1500, 2499),
    ),
    "signed": (film(SIGNED, WindowCenter=0, WindowWidth=1001), _expect(SIGNED, -500.5, 499.5)),
    "signed 8 bits": (
        film(ramp(-100, 100, "int8"), WindowCenter=0.5, WindowWidth=101),
        _expect(ramp(-100, 100, "int8"), -50, 50),
    ),
    "rescale before the window": (
        film(TWELVE, 12, RescaleSlope=2, RescaleIntercept=-1000, WindowCenter=0.5, WindowWidth=1001),
        _expect(TWELVE, 250, 750),
    ),
    "falling rescale": (
        film(TWELVE, 12, RescaleSlope=-1, RescaleIntercept=4095, WindowCenter=2048, WindowWidth=4096),
        255 - _expect(TWELVE, 0, 4095),
    ),
    "modality LUT": (
        film(
            ramp(0, 3, "uint8"), 2, ModalityLUTSequence=_lut([0, 30, 60, 255], 0, 8), WindowCenter=128, WindowWidth=256
        ),
        np.array([0, 30, 60, 255])[ramp(0, 3, "uint8")],
    ),
    "VOI LUT is preferred to the window, with ends for what lies beyond": (
        film(ramp(0, 9, "uint8"), VOILUTSequence=_lut([0, 100, 200, 1000], 3, 16), WindowCenter=1, WindowWidth=2),
        np.array([0, 0, 0, 0, 25.5, 51, 255, 255, 255, 255])[ramp(0, 9, "uint8")],
    ),
    "VOI LUT of 8 bits over 12": (
        film(TWELVE, 12, VOILUTSequence=_lut([i // 16 for i in range(4096)], 0, 8)),
        TWELVE // 16,
    ),
    "no window: the range in use": (film(ramp(1000, 1200), 16), _expect(ramp(1000, 1200), 1001, 1199)),
    "empty window": (film(ramp(1000, 1200), WindowCenter="", WindowWidth=""), _expect(ramp(1000, 1200), 1001, 1199)),
    "window of no width": (
        film(ramp(1000, 1200), WindowCenter=5, WindowWidth=0),
        _expect(ramp(1000, 1200), 1001, 1199),
    ),
    "window that shows nothing": (
        film(ramp(1000, 1200), WindowCenter=30000, WindowWidth=10),
        _expect(ramp(1000, 1200), 1001, 1199),
    ),
    "constant": (film(np.full((HEIGHT, WIDTH), 77, np.uint16)), np.zeros((HEIGHT, WIDTH))),
    "missing tags": (
        film(TWELVE, PhotometricInterpretation=None, BitsStored=None, HighBit=None, PixelRepresentation=None),
        _expect(TWELVE, 20, 4075),
    ),
    "colour": (film(np.stack([EIGHT] * 3, -1)), EIGHT),
}


@pytest.mark.parametrize("fact", FACTS)
def test_what_is_shown(fact: str, tmp_path: Path) -> None:
    file, expected = FACTS[fact]
    path = save(file, tmp_path / "film.png")
    shown = read_pixels(path)
    assert shown.dtype == np.uint8
    assert read_size(path) == shown.shape[::-1] == (WIDTH, HEIGHT)
    assert np.abs(shown.astype(float) - expected).max() <= 1.01


def test_padding_does_not_count_for_the_range(tmp_path: Path) -> None:
    pixels = ramp(1000, 1200)
    pixels[:10] = 60000
    shown = read_pixels(save(film(pixels, PixelPaddingValue=60000), tmp_path / "film"))
    assert shown[-1].max() == 255
    assert shown[12].max() < 120


def test_a_few_bright_pixels_do_not_darken_the_rest(tmp_path: Path) -> None:
    pixels = ramp(1000, 1200)
    pixels[0, :5] = 65535
    shown = read_pixels(save(film(pixels), tmp_path / "film"))
    assert shown[-1].min() > 240


@pytest.mark.parametrize("syntax", [RLELossless, JPEGLSLossless, JPEG2000Lossless])
@pytest.mark.parametrize("pixels", [EIGHT, TWELVE])
def test_lossless_compression_changes_nothing(syntax: str, pixels: NDArray[Any], tmp_path: Path) -> None:
    plain = film(pixels, 8 if pixels is EIGHT else 12)
    expected = read_pixels(save(plain, tmp_path / "plain"))
    plain.compress(syntax)
    assert (read_pixels(save(plain, tmp_path / "small")) == expected).all()


def test_lossy_compression_changes_little(tmp_path: Path) -> None:
    file = film(EIGHT)
    file.compress(JPEG2000, j2k_cr=[4])
    assert np.abs(read_pixels(save(file, tmp_path / "film")).astype(int) - EIGHT).max() < 20


def test_a_file_without_preamble_or_meta_header_is_read(tmp_path: Path) -> None:
    path = tmp_path / "bare"
    file = film(EIGHT)
    del file.file_meta
    file.preamble = None
    file.save_as(path, implicit_vr=True, little_endian=True, enforce_file_format=False)
    assert path.read_bytes()[128:132] != b"DICM"
    assert (read_pixels(path) == EIGHT).all()


REFUSED = {
    "no pixels": (film(EIGHT, PixelData=None), "missing or cut short"),
    "no image": (film(EIGHT, PixelData=None, Rows=None), "holds no image"),
    "two frames": (film(EIGHT, NumberOfFrames=2), "holds 2 frames"),
    "no rows": (film(EIGHT, Rows=None), "Rows or Columns is missing"),
    "palette": (film(EIGHT, PhotometricInterpretation="PALETTE COLOR"), "PALETTE COLOR"),
    "32 bits": (film(ramp(0, 9, "uint32")), "BitsAllocated is 32"),
    "one pixel": (film(np.zeros((1, 1), np.uint8)), "1 x 1 px"),
    "too large": (film(EIGHT, Rows=20000), "20000 px"),
    "less data than the header says": (film(EIGHT, Rows=HEIGHT + 40), "damaged"),
    "a compression that is none": (film(EIGHT, PixelData=encapsulate([b"nothing" * 9])), "damaged"),
}
REFUSED["a compression that is none"][0].file_meta.TransferSyntaxUID = JPEG2000
REFUSED["a compression that is none"][0]["PixelData"].is_undefined_length = True


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("case", REFUSED)
def test_what_is_refused(case: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    file, words = REFUSED[case]
    path = tmp_path / "film.dcm"
    save(file, path)
    with pytest.raises(SightlineError, match=words) as raised:
        read_pixels(path)
    assert str(raised.value).startswith(f"`{path}`: ")
    assert "\n" not in str(raised.value)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("kept", [140, 400, 900])
def test_a_truncated_file_is_refused(kept: int, tmp_path: Path) -> None:
    path = save(film(EIGHT), tmp_path / "film.dcm")
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(SightlineError, match=r"film\.dcm"):
        read_pixels(path)


@pytest.mark.parametrize("content", [b"", b"hello", b"x" * 500, b"GIF89a" + bytes(200), b"%PDF-1.7"])
def test_other_files_are_refused_by_what_they_hold(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "film.dcm"
    path.write_bytes(content)
    with pytest.raises(SightlineError, match="neither DICOM, PNG nor JPEG"):
        read_pixels(path)


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SightlineError, match="is not there"):
        read_pixels(tmp_path / "none.dcm")
    with pytest.raises(SightlineError, match="cannot be opened"):
        read_pixels(tmp_path)


def test_real_files_agree_with_the_library_s_own_functions(real_data: Path) -> None:
    files = sorted((real_data / "dicom").rglob("*.dcm"))
    assert len(files) == 8
    for path in files:
        header = dcmread(path)
        theirs = apply_voi_lut(apply_modality_lut(pixel_array(header), header), header).astype(float)
        if header.PhotometricInterpretation == "MONOCHROME1":
            theirs = -theirs
        ours = read_pixels(path).astype(float)
        slope, offset = np.polyfit(theirs.ravel()[::97], ours.ravel()[::97], 1)
        assert slope > 0
        assert np.abs(ours - (slope * theirs + offset)).max() < 1.5, path.name
