from __future__ import annotations

from collections import Counter

import pytest

from radiology.datasets.identifiers import names_somebody
from radiology.imaging.deid.known import Known, known_from, name_parts
from radiology.imaging.deid.text import scrubbed
from tests.radiology.imaging.films import film, ramp

IDENTIFYING = [
    "Call 555-123-4567 or (617) 555-0199.",
    "Fax: 555 0100, +44 20 7946 0958.",
    "MRN: 12345678, accession number A-998877, Acc# 7766554.",
    "Patient: Jane Doe.",
    "Seen 03/14/2021, March 3, 2020, 14 Mar 2020, 2020-03-14, 20200314.",
    "Dr. Smith and DOE^JANE; Mary Major, MD.",
    "742 Evergreen Terrace, Springfield, IL 62704.",
    "Massachusetts General Hospital.",
    "jane@example.org, http://x.example/p?id=3, 192.168.10.20.",
    "1.2.840.113619.2.5.1762583153, 00:1A:2B:3C:4D:5E, SSN 123-45-6789.",
    "A 94-year-old man.",
    "Serial: SN-4433A.",
    "Discussed with Paul Newman by phone.",
    "Electronically signed by: Lovelace.",
]
WHOLE = {
    "DR. JANE SMITH": "DR. [name]",
    "Dr.Smith": "Dr.[name]",
    "dr. smith saw": "dr. [name] saw",
    "Dr. Özdemir": "Dr. [name]",
    "Dr. med. Hans Meier": "Dr. med. [name]",
    "Frau Schulz": "Frau [name]",
    "müller^jörg": "[name]",
    "Patient name: jane doe": "Patient name: [name]",
    "signed by: lovelace": "signed by: [name]",
    "cc: Jane Doe": "cc: [name]",
    "17. Mai 1931": "[date]",
    "3. März 2020": "[date]",
    "17/May/1931": "[date]",
    "May-17-1931": "[date]",
    "01Jan2020": "[date]",
    "05/1931": "[date]",
    "2021-03": "[date]",
    "MRN 44 55 66 77": "MRN [id]",
    "SSN 123 45 6789": "SSN [id]",
    "44-55-66-77": "[id]",
    "a 94 y.o. man": "a [age] y.o. man",
    "94F": "[age]F",
    "ninety-four-year-old": "[age]-year-old",
    "Hugstetter Str. 55": "[place]",
    "Universitätsklinikum Freiburg": "[place]",
    "jane@example": "[email]",
    "fe80::1ff:fe23:4567:890a": "[address]",
}
"""Nothing of what identifies is left beside the mark."""
MEDICAL = [
    "Heart size is normal. A 1.5 cm nodule at T12, 4 x 3 mm, L1-L2 disc.",
    "Stable since prior. 45-year-old. Left 3rd-4th rib fracture, 2.5-3.0 cm.",
    "Patient is rotated. The patient has no pneumothorax. PICC tip at SVC.",
    "Read by: XXXX. Dr. XXXX. PaO2 80. SpO2 95 percent.",
    "NG tube in the stomach; ET tube 4.5 cm above the carina.",
    "Seen in 2015. 10:15:30, ratio 2:3:4. May represent atelectasis. Clinical correlation. 95 percent, 98 mm.",
]


def _scrub(text: str, known: Known = Known()) -> str:  # noqa: B008  a frozen value
    return scrubbed(text, known, lambda _: None)


@pytest.mark.parametrize("text", IDENTIFYING)
def test_what_identifies_goes(text: str) -> None:
    clean = _scrub(text)
    assert "[" in clean
    assert not names_somebody(clean)


@pytest.mark.parametrize(("text", "clean"), WHOLE.items())
def test_the_whole_of_it_goes(text: str, clean: str) -> None:
    assert _scrub(text) == clean


@pytest.mark.parametrize("text", MEDICAL)
def test_what_is_medical_stays(text: str) -> None:
    assert _scrub(text) == text


def test_scrubbing_twice_changes_nothing_more() -> None:
    once = _scrub(" ".join(IDENTIFYING))
    assert _scrub(once) == once


def test_known_values_go_whatever_their_case() -> None:
    known = Known(names=frozenset({"Li", "Appleseed"}), ids=frozenset({"ZX-99"}), places=frozenset({"St Mary Ward"}))
    assert _scrub("li, APPLESEED, zx-99, st. mary ward, lid", known) == "[name], [name], [id], [place], lid"


def test_kinds_are_counted_without_values() -> None:
    counts = Counter[str]()
    scrubbed("MRN: 12345678, MRN: 87654321", Known(), lambda kind: counts.update([kind]))
    assert counts == {"id": 2}


def test_a_header_tells_names_ids_places_and_days() -> None:
    header = film(ramp(0, 9), PatientName="Doe^Jane^Q", InstitutionName="North Wing", PatientBirthDate="19500228")
    known = known_from(header)
    assert known.names == {"Doe", "Jane"}
    assert known.places == {"North Wing"}
    assert {"1950-02-28", "28.02.1950", "02/28/1950"} <= known.days
    assert "Doe" not in repr(known)


def test_parts_of_names_that_are_nobodys() -> None:
    assert list(name_parts("Dr. Roe^Al J.^^^MD")) == ["Roe", "Al"]
