"""Damaged films: valid DICOM files of many kinds, whose elements or bytes are then changed, and damaged pictures."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from io import BytesIO
from random import Random
from typing import Any

from pydicom import Dataset, dcmread
from pydicom.dataelem import DataElement, RawDataElement
from pydicom.encaps import encapsulate
from pydicom.sequence import Sequence
from pydicom.tag import Tag
from pydicom.uid import UID, ExplicitVRLittleEndian

from benchmarks.fuzz.bytewise import damage
from benchmarks.fuzz.elements import DECIMAL, DECIMALS, NUMBERS, NUMERIC, SYNTAXES, TEXTS, TEXTUAL, VRS
from benchmarks.fuzz.valid_films import COLUMNS, ROWS, encode, pictures, plain_film, valid_films


def _lut(random: Random) -> Sequence:
    """A table of values that may be empty, short, of another depth or missing altogether."""
    item = Dataset()
    entries = random.choice((0, 1, 2, 256, 4096))
    if random.random() < 0.9:
        item.add(
            DataElement("LUTDescriptor", "US", [random.choice(NUMBERS) for _ in range(random.choice((1, 2, 3, 3)))])
        )
    if random.random() < 0.9:
        item.add(DataElement("LUTData", "OW", random.randbytes(2 * entries + random.choice((0, 0, 2)))))
    return Sequence([item] * random.choice((0, 1, 1, 1, 2)))


def _nested(random: Random) -> bytes:
    """A film with sequences of view codes within each other, closed or left open."""
    depth, content = random.choice((1, 5, 90, 3000)), encode(plain_film())
    opened = b"\x54\x00\x20\x02SQ\0\0\xff\xff\xff\xff\xfe\xff\x00\xe0\xff\xff\xff\xff"
    closed = b"\xfe\xff\x0d\xe0\0\0\0\0\xfe\xff\xdd\xe0\0\0\0\0" if random.random() < 0.8 else b""
    place = content.index(b"\xe0\x7f\x10\x00")
    return content[:place] + opened * depth + closed * depth + content[place:]


def _change(file: Dataset, random: Random) -> None:
    """One element gets a value that its field should not have."""
    kind = random.randrange(10)
    if kind < 3:
        _raw(file, random.choice(NUMERIC), "US", struct.pack("<H", random.choice(NUMBERS)))
    elif kind < 5:
        _raw(file, random.choice(DECIMAL), "DS", random.choice(DECIMALS).encode())
    elif kind < 6:
        _raw(file, random.choice(TEXTUAL), "LO", random.choice(TEXTS).encode())
    elif kind < 7:
        setattr(file, random.choice(("VOILUTSequence", "ModalityLUTSequence")), _lut(random))
    elif kind < 8:
        file.pop(random.choice(list(file.keys())))
    elif kind < 9:
        _raw(
            file,
            random.choice((*NUMERIC, *DECIMAL, *TEXTUAL)),
            random.choice(VRS),
            random.randbytes(random.choice((0, 1, 2, 8))),
        )
    else:
        _pixels(file, random)


def _raw(file: Dataset, name: str, vr: str, value: bytes) -> None:
    """`value` under `name` as it would stand in a file, whatever it is."""
    tag = Tag(name)
    file[tag] = RawDataElement(tag, vr, len(value), value, 0, False, True)


def _pixels(file: Dataset, random: Random) -> None:
    kind = random.randrange(5)
    if kind == 0:
        file.pop("PixelData", None)
        file.FloatPixelData = random.randbytes(ROWS * COLUMNS * 4)
    elif kind == 1:
        file.PixelData = random.randbytes(random.choice((0, 1, 2, 100, 9999)))
    elif kind == 2:
        file.PixelData = encapsulate([random.randbytes(random.choice((1, 64, 999)))] * random.choice((1, 2)))
        file["PixelData"].is_undefined_length = True
    elif kind == 3:
        file.PhotometricInterpretation = "PALETTE COLOR"
        for colour in ("Red", "Green", "Blue"):
            setattr(file, f"{colour}PaletteColorLookupTableDescriptor", [256, 0, 16])
    else:
        file.NumberOfFrames = random.choice((0, 1, 2, 99999, -3))


def _rewritten(random: Random) -> bytes:
    """With elements changed, as far as the library writes what is wrong; else with bytes changed."""
    valid = random.choice(valid_films())
    file: Any = dcmread(BytesIO(valid), force=True)
    try:
        return _changed(file, random)
    except Exception:
        return damage(valid, random, 600)


def _changed(file: Any, random: Random) -> bytes:
    for _ in range(random.choice((1, 1, 2, 5))):
        _change(file, random)
    if random.random() < 0.15:
        file.file_meta.TransferSyntaxUID = UID(random.choice(SYNTAXES))
        return _as_it_is(file)
    return encode(file)


def _as_it_is(file: Dataset) -> bytes:
    """Under a meta header that lies of the encoding: explicit little endian throughout."""
    said = file.file_meta.TransferSyntaxUID
    file.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    content = encode(file)
    true = str(ExplicitVRLittleEndian).encode()
    return content.replace(true + b"\0", str(said).encode()[: len(true) + 1].ljust(len(true) + 1, b"\0"), 1)


def _bomb(random: Random) -> bytes:
    """Little data that claims to be much: a deflated data set of zeros, or a compressed frame of another size."""
    if random.random() < 0.3:
        head = encode(plain_film()).replace(b"1.2.840.10008.1.2.1\0", b"1.2.840.10008.1.2.1.99", 1)
        packer = zlib.compressobj(9, zlib.DEFLATED, -15)
        body = struct.pack("<HH2sHL", 0x7FE0, 0x10, b"OW", 0, 2**30)
        return head[:340] + packer.compress(body + bytes(random.choice((10_000, 2**27)))) + packer.flush()
    content = bytearray(random.choice([c for c in valid_films() if b"\xff\x4f\xff\x51" in c or b"\xff\xd8\xff" in c]))
    side = struct.pack(">H", random.choice((0, 1, 20_000, 65_535)))
    jpeg, j2k = content.find(b"\xff\xd8\xff"), content.find(b"\xff\x4f\xff\x51")
    for marker in (b"\xff\xc0", b"\xff\xc3", b"\xff\xf7"):
        if jpeg >= 0 and (place := content.find(marker, jpeg)) >= 0:
            content[place + 5 : place + 7] = content[place + 7 : place + 9] = side
    if j2k >= 0:
        if random.random() < 0.5:
            content[j2k + 8 : j2k + 12] = content[j2k + 12 : j2k + 16] = b"\0\0" + side
        else:
            content[j2k + 40 : j2k + 42] = side
    return bytes(content)


def broken_dicom(random: Random) -> bytes:
    """One damaged DICOM file."""
    ways: tuple[Callable[[], bytes], ...] = (
        lambda: _rewritten(random),
        lambda: damage(_rewritten(random), random, 600),
        lambda: damage(random.choice(valid_films()), random, 600),
        lambda: damage(random.choice(valid_films()), random),
    )
    rare = random.random()
    if rare < 0.04:
        return _bomb(random) if rare < 0.02 else _nested(random)
    return random.choice(ways)()


def broken_picture(random: Random) -> bytes:
    """One damaged PNG or JPEG."""
    content = random.choice(pictures())
    if random.random() < 0.1 and content.startswith(b"\x89PNG"):
        side = struct.pack(">L", random.choice((0, 1, 20_000, 2**31)))
        content = content[:16] + side + side + content[24:]
    return damage(content, random, random.choice((None, 200)))
