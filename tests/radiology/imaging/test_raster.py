from __future__ import annotations

import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from radiology.errors import SightlineError
from radiology.imaging.pixels import read_pixels, read_size

GREY = np.tile(np.arange(40, dtype=np.uint8) * 5, (34, 1))
"""[34, 40]"""


def _saved(image: Image.Image, path: Path, kind: str = "PNG", **options: object) -> Path:
    image.save(path, kind, **options)
    return path


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA", "LA", "P"])
def test_modes_of_a_grey_picture_give_the_same(mode: str, tmp_path: Path) -> None:
    path = _saved(Image.fromarray(GREY).convert(mode), tmp_path / "film.dcm")
    assert np.abs(read_pixels(path).astype(int) - GREY).max() <= 1


def test_black_and_white(tmp_path: Path) -> None:
    path = _saved(Image.fromarray(GREY).convert("1", dither=Image.Dither.NONE), tmp_path / "film.png")
    assert set(np.unique(read_pixels(path))) == {0, 255}


def test_jpeg(tmp_path: Path) -> None:
    path = _saved(Image.fromarray(GREY), tmp_path / "film.png", "JPEG", quality=95)
    assert np.abs(read_pixels(path).astype(int) - GREY).max() < 8


def test_transparent_parts_are_black(tmp_path: Path) -> None:
    image = Image.fromarray(np.full((34, 40), 255, np.uint8)).convert("RGBA")
    image.paste((255, 255, 255, 0), (0, 0, 20, 34))
    shown = read_pixels(_saved(image, tmp_path / "film.png"))
    assert not shown[:, :20].any()
    assert (shown[:, 20:] == 255).all()


@pytest.mark.parametrize("top", [4095, 65535])
def test_sixteen_bits_do_not_saturate(top: int, tmp_path: Path) -> None:
    deep = np.linspace(0, top, 34 * 40).round().astype(np.uint16).reshape(34, 40)
    shown = read_pixels(_saved(Image.fromarray(deep), tmp_path / "film.png"))
    assert len(np.unique(shown)) > 200
    assert np.abs(shown.astype(float) - deep / top * 255).max() < 3


def test_pictures_are_turned_as_the_camera_says(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    path = _saved(Image.fromarray(GREY), tmp_path / "film.jpg", "JPEG", quality=95, exif=exif)
    shown = read_pixels(path)
    assert shown.shape == (40, 34)
    assert read_size(path) == (34, 40)
    assert np.abs(shown.astype(int) - np.rot90(GREY, -1)).max() < 8


def test_the_smallest_film(tmp_path: Path) -> None:
    assert read_pixels(_saved(Image.new("L", (32, 32)), tmp_path / "a.png")).shape == (32, 32)
    with pytest.raises(SightlineError, match="31 x 32 px"):
        read_size(_saved(Image.new("L", (31, 32)), tmp_path / "b.png"))


def _huge(path: Path, width: int, height: int) -> Path:
    """A PNG whose header promises more than the file holds: reading it must stop at the header."""
    header = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    data = b"IDAT" + zlib.compress(bytes(100))
    parts = [struct.pack(">I", len(part) - 4) + part + struct.pack(">I", zlib.crc32(part)) for part in (header, data)]
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(parts))
    return path


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(("width", "height"), [(20000, 20000), (20000, 40), (11000, 11000), (100, 90000)])
def test_what_no_detector_gives_is_refused_before_decoding(width: int, height: int, tmp_path: Path) -> None:
    path = _huge(tmp_path / "film.png", width, height)
    for read in (read_pixels, read_size):
        with pytest.raises(SightlineError, match="scale it down"):
            read(path)


@pytest.mark.filterwarnings("error")
def test_damaged_metadata_go_unsaid(tmp_path: Path) -> None:
    exif = b"Exif\0\0II*\0\x08\0\0\0\x02\0" + b"\x12\x01\x03\0\x01\0\0\0\x01\0\0\0" + b"\x0e\x01\x02\0\x90"
    path = _saved(Image.fromarray(GREY), tmp_path / "film", "JPEG", exif=exif)
    assert read_size(path) == (40, 34)
    assert read_pixels(path).shape == GREY.shape


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_truncated_picture_is_refused(kind: str, tmp_path: Path) -> None:
    noise = Image.fromarray(np.random.default_rng(0).integers(0, 256, (64, 64)).astype(np.uint8))
    path = _saved(noise, tmp_path / "film", kind)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(SightlineError, match="damaged"):
        read_pixels(path)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def test_the_size_of_a_png_needs_no_pixels(tmp_path: Path) -> None:
    whole = _saved(Image.fromarray(GREY), tmp_path / "film.png").read_bytes()
    cut = whole.index(b"IDAT") + 8
    (tmp_path / "cut.png").write_bytes(whole[:cut])
    assert read_size(tmp_path / "cut.png") == (40, 34)


def test_a_png_is_turned_by_a_tag_behind_its_pixels_too(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    whole = _saved(Image.fromarray(GREY), tmp_path / "film.png").read_bytes()
    end = whole.rindex(b"IEND") - 4
    tag = _chunk(b"eXIf", exif.tobytes().removeprefix(b"Exif\0\0"))
    (tmp_path / "film.png").write_bytes(whole[:end] + tag + whole[end:])
    assert read_size(tmp_path / "film.png") == (34, 40)
    assert read_pixels(tmp_path / "film.png").shape == (40, 34)
