"""Attributes of a kind that the standard does not give them, and other hiding places in a header."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydicom import DataElement, Dataset, dcmread
from pydicom.dataset import FileDataset
from pydicom.sequence import Sequence

from radiology.imaging.deid.run import deidentify
from radiology.imaging.deid.secret import Secret
from tests.radiology.imaging.films import film, ramp, save

SECRET = Secret(b"k" * 32)


def _cleaned(folder: Path, given: FileDataset) -> Path:
    (folder / "in").mkdir()
    save(given, folder / "in" / "a.dcm")
    deidentify(folder / "in", folder / "out", SECRET)
    return next((folder / "out").rglob("*.dcm"))


@pytest.mark.parametrize(
    ("tag", "vr", "value"),
    [
        (0x00100040, "LO", "LAPWING"),
        (0x00180015, "LO", "LAPWING"),
        (0x00080070, "OB", b"LAPWING "),
        (0x00080070, "PN", "LAPWING"),
        (0x00081030, "OB", b"LAPWING "),
        (0x00100020, "OB", b"LAPWING "),
        (0x00280106, "OB", b"LAPWING "),
        (0x00281201, "OW", b"LAPWING "),
        (0x00080018, "UI", "LAPWING"),
        (0x00180022, "CS", "LAPWING 44556677"),
        (0x601E3000, "OW", b"LAPWING "),
        (0x00204000, "LT", "Dr. Lapwing"),
    ],
)
@pytest.mark.filterwarnings("ignore:Invalid value")
def test_values_in_disguise_go(tmp_path: Path, tag: int, vr: str, value: Any) -> None:
    given = film(ramp(0, 200, "uint8"))
    given[tag] = DataElement(tag, vr, value)
    assert b"lapwing" not in _cleaned(tmp_path, given).read_bytes().lower()


def test_a_name_goes_at_every_depth(tmp_path: Path) -> None:
    given = film(ramp(0, 200, "uint8"))
    item: Dataset = given
    for _ in range(20):
        below = Dataset()
        below.PatientName, below.CodeMeaning, below.CodeValue = "Lapwing^J", "seen by Lapwing", "LAPWING"
        item.ViewCodeSequence = Sequence([below])
        item = below
    assert b"lapwing" not in _cleaned(tmp_path, given).read_bytes().lower()


def test_a_look_up_table_ends_with_its_last_entry(tmp_path: Path) -> None:
    given, item = film(ramp(0, 200, "uint8")), Dataset()
    item.LUTDescriptor = [4, 0, 16]
    item.add_new(0x00283006, "OW", bytes(8) + b"LAPWING ")
    given.VOILUTSequence = Sequence([item])
    assert dcmread(_cleaned(tmp_path, given)).VOILUTSequence[0].LUTData == bytes(8)
