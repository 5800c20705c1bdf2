"""Damaged DICOM files are refused in a sentence, quietly, before they ask for memory."""

from __future__ import annotations

import zlib
from contextlib import suppress
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pydicom.dataelem import RawDataElement
from pydicom.dataset import FileDataset
from pydicom.encaps import encapsulate, get_frame
from pydicom.tag import Tag
from pydicom.uid import (
    UID,
    DeflatedExplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEGBaseline8Bit,
    JPEGLosslessSV1,
    JPEGLSLossless,
    RLELossless,
)

from radiology.errors import SightlineError
from radiology.imaging import frames
from radiology.imaging.films import read_film
from radiology.imaging.frames import frame_size
from radiology.imaging.pixels import read_pixels, read_size
from tests.radiology.imaging.films import HEIGHT, WIDTH, film, ramp, save

EIGHT = ramp(0, 200, "uint8")


def _frame(syntax: str) -> bytes:
    """The film as one compressed frame."""
    if syntax == JPEGBaseline8Bit:
        out = BytesIO()
        Image.fromarray(EIGHT).save(out, "JPEG", quality=95)
        return out.getvalue()
    file = film(EIGHT)
    file.compress(syntax)
    return get_frame(file.PixelData, 0, number_of_frames=1)


def _holding(frame: bytes, syntax: str) -> FileDataset:
    file = film(EIGHT, PixelData=encapsulate([frame]))
    file["PixelData"].is_undefined_length = True
    file.file_meta.TransferSyntaxUID = UID(syntax)
    return file


SYNTAXES = (JPEGBaseline8Bit, JPEGLSLossless, JPEG2000Lossless)


@pytest.mark.parametrize("syntax", SYNTAXES)
def test_a_frame_says_its_size(syntax: str, tmp_path: Path) -> None:
    frame = _frame(syntax)
    assert frame_size(frame) == (WIDTH, HEIGHT)
    assert np.abs(read_pixels(save(_holding(frame, syntax), tmp_path / "film")).astype(int) - EIGHT).max() <= 4


@pytest.mark.parametrize("syntax", SYNTAXES)
def test_a_frame_of_another_size_is_refused_before_it_is_decoded(syntax: str, tmp_path: Path) -> None:
    short, long = HEIGHT.to_bytes(2) + WIDTH.to_bytes(2), WIDTH.to_bytes(4) + HEIGHT.to_bytes(4)
    frame = _frame(syntax).replace(short, b"\xff" * 4, 1).replace(long, b"\0\0\xff\xff" * 2, 1)
    path = save(_holding(frame, syntax), tmp_path / "film")
    with pytest.raises(SightlineError, match="not of the size its header says"):
        read_pixels(path)


def test_a_frame_of_many_samples_a_pixel_is_refused(tmp_path: Path) -> None:
    frame = bytearray(_frame(JPEG2000Lossless))
    frame[40:42] = b"\x40\x00"
    with pytest.raises(SightlineError, match="16384 samples a pixel"):
        read_pixels(save(_holding(bytes(frame), JPEG2000Lossless), tmp_path / "film"))


@pytest.mark.parametrize("syntax", [*SYNTAXES, JPEGLosslessSV1])
@pytest.mark.parametrize("frame", [b"\xff\xd8", b"nothing" * 9, b"\xff\xd8\xff\xc0\0", b"\xff\x4f\xff\x51\0\0"])
def test_a_frame_without_a_size_is_damaged(syntax: str, frame: bytes, tmp_path: Path) -> None:
    with pytest.raises(SightlineError, match="damaged"):
        read_pixels(save(_holding(frame, syntax), tmp_path / "film"))


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("syntax", SYNTAXES)
def test_no_decoder_prints_what_it_thinks(syntax: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    frame = _frame(syntax)
    for place in range(60, len(frame), 40):
        damaged = frame[:place] + b"\xff\xc4\0\x05" + frame[place + 4 :]
        with suppress(SightlineError):
            read_pixels(save(_holding(damaged, syntax), tmp_path / "film"))
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    "frame", [b"\0\0", b"\x01" + bytes(63), b"\x02" + bytes(63), b"\x01\0\0\0\x40" + bytes(59) + b"\x80\x7f"]
)
def test_damaged_run_lengths_are_refused(frame: bytes, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SightlineError, match="damaged"):
        read_pixels(save(_holding(frame, RLELossless), tmp_path / "film"))
    assert capfd.readouterr() == ("", "")


def test_a_deflated_film_is_read_and_one_that_grows_without_end_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = film(EIGHT)
    file.file_meta.TransferSyntaxUID = DeflatedExplicitVRLittleEndian
    path = save(file, tmp_path / "film")
    assert (read_pixels(path) == EIGHT).all()
    monkeypatch.setattr(frames, "LARGEST", 3_000_000)
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    content = path.read_bytes()
    length = int.from_bytes(content[140:144], "little")
    path.write_bytes(content[: 144 + length] + packer.compress(bytes(4_000_000)) + packer.flush())
    for read in (read_pixels, read_size):
        with pytest.raises(SightlineError, match="deflated file is far too large"):
            read(path)


@pytest.mark.parametrize("spacing", [b"inf\\inf ", b"NaN\\0.1 ", b"-1\\0.2", b"1e999\\1 ", b"abc\\1 "])
def test_a_spacing_that_is_none_is_unknown(spacing: bytes, tmp_path: Path) -> None:
    file = film(EIGHT)
    tag = Tag("PixelSpacing")
    file[tag] = RawDataElement(tag, "DS", len(spacing), spacing, 0, False, True)
    assert read_film(save(file, tmp_path / "film"), force=False).pixel_spacing is None


@pytest.mark.parametrize(("factor", "expected"), [("1.25", 0.4), ("0", 0.5), ("0.5", 0.5), ("1e300", 0.5), (None, 0.5)])
def test_a_spacing_on_the_detector_is_divided_by_a_magnification_that_can_be(
    factor: str | None, expected: float, tmp_path: Path
) -> None:
    file = film(EIGHT, ImagerPixelSpacing=[0.5, 0.5], EstimatedRadiographicMagnificationFactor=factor)
    assert read_film(save(file, tmp_path / "film"), force=False).pixel_spacing == pytest.approx((expected, expected))


def test_a_name_that_no_file_can_have(tmp_path: Path) -> None:
    for name in ("a\0b", "x" * 5000):
        with pytest.raises(SightlineError, match="check"):
            read_pixels(tmp_path / name)


def test_a_decoder_that_ends_its_process_ends_no_other(
    real_data: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    content = (real_data / "dicom" / "not_chest" / "notZaki_CT_JPEG70_negative.dcm").read_bytes()
    start = content.index(b"\xff\xd8\xff")
    frame = content.index(b"\xff\xc3", start)
    for extra in (b"", b"\0\0", bytes(26)):
        (tmp_path / "film").write_bytes(content[: frame - len(extra)] + extra + content[frame:])
        with suppress(SightlineError):
            read_pixels(tmp_path / "film")
    (tmp_path / "film").write_bytes(content[: frame + 11] + b"\xff" * 9 + content[frame + 20 :])
    with pytest.raises(SightlineError, match="cannot be decoded"):
        read_pixels(tmp_path / "film")
    assert capfd.readouterr() == ("", "")
