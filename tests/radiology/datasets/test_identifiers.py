from __future__ import annotations

import pytest

from radiology.datasets.identifiers import find_identifiers, names_somebody


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("MRN: 123", "record number"),
        ("Patient-ID: AB-1234", "record number"),
        ("Acc# 123456", "record number"),
        ("Medical record number 00-48-213", "record number"),
        ("Accession number A1234567.", "record number"),
        ("Compared with 73829104.", "record number"),
        ("See 1.2.840.10008.5.1.4.1.1.2.", "record number"),
        ("SSN 123-45-6789", "social security number"),
        ("Call 555-123-4567.", "telephone number"),
        ("Call (555) 123-4567.", "telephone number"),
        ("Call (555)123-4567.", "telephone number"),
        ("Call +41 79 123 45 67.", "telephone number"),
        ("pager 12345", "telephone number"),
        ("a.b@hospital.org", "e-mail address"),
        ("https://pacs.example.org/7", "web address"),
        ("sent to 10.0.0.12", "network address"),
        ("Film of 03/04/2019.", "date"),
        ("Film of 23/4/19.", "date"),
        ("Film of 2019-03-04.", "date"),
        ("Film of March 3, 2019.", "date"),
        ("Film of 3 March 2019.", "date"),
        ("Film of 03-MAR-19.", "date"),
        ("Film of 2019/3/4.", "date"),
        ("DOB: unknown", "date of birth"),
        ("Discussed with Dr. Smith.", "name"),
        ("Discussed with Dr O'Brien.", "name"),
        ("Mr. van Dyke fell.", "name"),
        ("DR. JONES was told.", "name"),
        ("Dr. J. Smith was told.", "name"),
        ("Seen by Dr. M\u00fcller.", "name"),
        ("Signed by JANE DOE", "name"),
        ("JOHN SMITH, MD", "name"),
        ("Approved by attending radiologist Jane Doe", "name"),
        ("Electronically signed by: Jane Doe", "name"),
        ("John A. Smith, MD", "name"),
        ("SMITH^JOHN", "name"),
        ("Lives at 12 Main Street.", "postal address"),
        ("Boston, MA 02115", "postal address"),
    ],
)
def test_each_kind_is_found(text: str, kind: str) -> None:
    assert [found.kind for found in find_identifiers(text)] == [kind]


@pytest.mark.parametrize(
    "text",
    [
        "Nodule of 4.5 cm in 2019.",
        "Heart 12/25 cm, T4-T5, ribs 3-4-5, L1/L2.",
        "2.5 x 3.1 x 4.0 cm, previously 10-12 mm.",
        "Tip 3.5 cm above the carina at T4.",
        "120 kVp, 3.2 mAs, 1 of 2 views.",
        "Seen on MR. Impression: normal.",
        "DR chest, MR angiography.",
        "Discussed with Dr. XXXX.",
        "Dr. [**Last Name**] and Ms. ___ were told.",
        "MRN: XXXX, accession number ___, date of birth: XXXX.",
        "The patient's name from the disc.",
        "Compared with March 2019.",
        "There may be 3 nodules; in May 3 cm.",
        "Extension of 10 mm, extension 10-12 mm.",
        "Fractures of ribs 10/11/12, of the 10/11/12th ribs, at 3/4/12 o'clock.",
        "Approved by Attending, interpreted by Radiology Department.",
        "Dr. Kerley's lines.",
    ],
)
def test_measures_and_what_was_masked_are_no_identifiers(text: str) -> None:
    assert not names_somebody(text)


def test_the_place_is_told() -> None:
    (found,) = find_identifiers("Seen by Dr. Smith today.")
    assert (found.start, found.end) == (8, 17)
