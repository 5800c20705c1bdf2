"""Codes are facts: each one is looked up in the dictionary of PS3.16 that comes with pydicom."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydicom.sr._concepts_dict import concepts
from pydicom.sr.coding import Code

from radiology.export import codes, sites
from radiology.export.codes import PRIVATE, finding_code
from radiology.findings import FINDINGS
from radiology.study import Certainty, Change, Finding, Severity, Side

BEYOND_DICOM = {"7147002", "230993007", "58158008", "385633008", "723506003", "399208008"}
"""SNOMED CT codes that PS3.16 does not use: New, Worsening, Stable, Improving, Resolved, Plain chest X-ray."""


def _meanings(scheme: str, value: str) -> set[str]:
    entries: list[dict[str, tuple[str, str, list[str]]]] = list(concepts[scheme].values())  # type: ignore[arg-type]
    return {entry[value][0].lower() for entry in entries if value in entry}


def _used() -> list[Code]:
    values = [value for module in (codes, sites) for value in vars(module).values()]
    tables = [value for table in values if isinstance(table, dict) for value in table.values()]
    found = [value for value in (*values, *tables) if isinstance(value, Code)]
    return list(dict.fromkeys(found))


@pytest.mark.parametrize("code", [code for code in _used() if code.scheme_designator != PRIVATE], ids=str)
def test_each_code_has_the_meaning_that_the_standard_gives_it(code: Code) -> None:
    if code.value in BEYOND_DICOM:
        assert _meanings("SCT", code.value) == set()
    else:
        meanings = _meanings(code.scheme_designator, code.value)
        assert any(code.meaning.lower() in meaning for meaning in meanings), meanings


def test_tables_are_whole_and_codes_distinct() -> None:
    for table, kind in (
        (codes.CERTAINTIES, Certainty),
        (codes.SIDES, Side),
        (codes.SEVERITIES, Severity),
        (codes.CHANGES, Change),
    ):
        assert set(table) == set(kind)
        assert len({code.value for code in table.values()}) == len(table)


def test_findings_with_a_dicom_code_have_that_of_ps3_16() -> None:
    told = {term.name: _meanings("DCM", term.dicom) for term in FINDINGS.values() if term.dicom}
    assert told == {
        "chest_tube": {"chest tube"},
        "infiltration": {"infiltrate"},
        "interstitial_pattern": {"abnormal interstitial pattern"},
        "miliary_pattern": {"miliary pattern"},
        "opacity": {"opacity"},
        "silhouette_sign": {"silhouette sign"},
    }
    assert all(term.snomed is None for term in FINDINGS.values() if term.dicom)


def test_a_finding_without_a_code_is_named_by_ours() -> None:
    assert finding_code(Finding(name="bulla")) == Code("bulla", PRIVATE, "bulla")
    assert finding_code(Finding(name="pneumothorax")) == Code("36118008", "SCT", "pneumothorax")
    assert all(len(finding_code(Finding(name=name)).meaning) <= 64 for name in FINDINGS)  # VR LO


def test_the_documentation_counts_them_right() -> None:
    schemes = [finding_code(Finding(name=name)).scheme_designator for name in FINDINGS]
    counts = f"{schemes.count('SCT')} SNOMED CT, {schemes.count('DCM')} DICOM, {schemes.count(PRIVATE)} of our own"
    text = (Path(__file__).resolve().parents[3] / "docs" / "exports.md").read_text(encoding="utf-8")
    assert counts in text
