from __future__ import annotations

from pathlib import Path

import pytest

from radiology.errors import SightlineError
from radiology.reading.labelling import read_openi
from radiology.reading.openi import LARGEST, parse_openi

REPORT = b"""<?xml version="1.0"?><eCitation><uId id="CXR7"/><Abstract>
<AbstractText Label="FINDINGS">No edema.</AbstractText><AbstractText>Mass.</AbstractText>
<AbstractText Label="IMPRESSION"/></Abstract><parentImage id="CXR7_IM-1"/></eCitation>"""
BOMB = b'<!DOCTYPE a [<!ENTITY b "c">]>' + REPORT.removeprefix(b'<?xml version="1.0"?>')


def test_a_report_is_its_identifier_sections_and_pictures() -> None:
    report = parse_openi(REPORT)
    assert (report.id, report.pictures) == ("CXR7", ("CXR7_IM-1",))
    assert report.sections == (("FINDINGS", "No edema."), ("FINDINGS", "Mass."), ("IMPRESSION", ""))
    assert parse_openi(b"<a/>") == ("", (), ())


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        (b"<a>", "no element|mismatched"),
        (BOMB, "entities"),
        (BOMB.decode().encode("utf-16"), "zero bytes"),
        (b'<?xml version="1.0" encoding="x-none"?><a/>', "unknown encoding"),
        (b"<a>" + b" " * LARGEST + b"</a>", "more than"),
    ],
)
def test_what_is_no_report_is_refused(document: bytes, reason: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=reason):
        parse_openi(document)
    (tmp_path / "a.xml").write_bytes(document)
    with pytest.raises(SightlineError, match=r"a\.xml`: not readable as XML"):
        read_openi(tmp_path / "a.xml")
