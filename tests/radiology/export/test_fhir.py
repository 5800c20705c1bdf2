"""FHIR: valid by the models of both releases, the same after a round trip, and what it says."""

from __future__ import annotations

import json
from typing import Any, get_args
from xml.etree import ElementTree as ET

import pytest
from fhir.resources import get_fhir_model_class
from fhir.resources.R4B import get_fhir_model_class as get_r4b_model_class
from pydicom import dcmread

from radiology.export.fhir import Release
from radiology.export.fhir_parts import BASE
from radiology.export.table import export
from radiology.study import NOTICE, Draft, Study
from tests.radiology.export.drafts import CREATED, SENTENCES, draft_of, sentence

RELEASES: tuple[Release, ...] = get_args(Release)
MODELS = {"R4B": get_r4b_model_class("Bundle"), "R5": get_fhir_model_class("Bundle")}


def _bundle(draft: Draft, study: Study | None, release: Release) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(export(draft, study, CREATED, f"fhir-{release.lower()}"))
    return found


def _resources(bundle: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [entry["resource"] for entry in bundle["entry"] if entry["resource"]["resourceType"] == kind]


def _codes(concept: dict[str, Any]) -> tuple[str, str]:
    return concept["coding"][0]["system"], concept["coding"][0]["code"]


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize("with_films", [True, False])
def test_it_is_valid_and_equal_after_a_round_trip(study: Study, release: Release, with_films: bool) -> None:
    bundle = _bundle(draft_of(study), study if with_films else None, release)
    again = MODELS[release].model_validate(bundle)
    assert json.loads(again.model_dump_json()) == bundle
    assert MODELS[release].model_validate_json(again.model_dump_json()) == again


@pytest.mark.parametrize("release", RELEASES)
def test_every_reference_leads_somewhere(study: Study, release: Release) -> None:
    bundle = _bundle(draft_of(study), study, release)
    urls = [entry["fullUrl"] for entry in bundle["entry"]]
    assert len(set(urls)) == len(urls)
    assert set(_found(bundle, "reference")) <= set(urls)
    assert export(draft_of(study), study, CREATED, f"fhir-{release.lower()}").decode() == json.dumps(
        bundle, indent=2, ensure_ascii=False
    )


def _found(value: Any, key: str) -> list[str]:
    if isinstance(value, dict):
        own = [value[key]] if isinstance(value.get(key), str) else []
        return own + [text for below in value.values() for text in _found(below, key)]
    return [text for below in value for text in _found(below, key)] if isinstance(value, list) else []


@pytest.mark.parametrize("release", RELEASES)
def test_the_report_is_preliminary_and_shows_the_notice_and_every_sentence(study: Study, release: Release) -> None:
    report = _resources(_bundle(draft_of(study), study, release), "DiagnosticReport")[0]
    assert report["status"] == "preliminary"
    assert report["conclusion"] == f"{NOTICE}. New nodule."
    text = "".join(ET.fromstring(report["text"]["div"]).itertext())
    assert text.startswith(f"{NOTICE}.")
    for number, said in enumerate(SENTENCES, 1):
        assert f"{number}. {said.text.replace(chr(0), ' ')}".rstrip(".") in text
    assert "device: No head supports the line." in text
    reference = report["imagingStudy" if release == "R4B" else "study"][0]["identifier"]
    uid = dcmread(study.views[0].path).StudyInstanceUID
    assert reference == {"system": "urn:dicom:uid", "value": f"urn:oid:{uid}"}


@pytest.mark.parametrize("release", RELEASES)
def test_present_absent_and_uncertain_are_told_apart(study: Study, release: Release) -> None:
    said = _resources(_bundle(draft_of(study), study, release), "Observation")
    told = {_codes(o["code"])[1]: o for o in said if "valueCodeableConcept" in o}
    expected = {"27925004": ("52101004", "POS"), "60046008": ("272519000", "NEG")}
    expected["vascular_congestion"] = ("373068000", "IND")
    for code, (value, interpretation) in expected.items():
        assert _codes(told[code]["valueCodeableConcept"])[1] == value
        assert _codes(told[code]["interpretation"][0])[1] == interpretation
        assert told[code]["status"] == "preliminary"
    assert _codes(told["vascular_congestion"]["code"])[0] == f"{BASE}/codes"
    parts = {_codes(c["code"])[1]: c for c in told["27925004"]["component"]}
    assert _codes(parts["272741003"]["valueCodeableConcept"])[1] == "24028007"
    assert parts["410668003"]["valueQuantity"]["value"] == 12.0
    assert parts["410668003"]["valueQuantity"]["code"] == "mm"
    assert parts["111030"]["valueString"].startswith("frontal: x 0.200 to 0.300, y 0.250 to 0.320")


@pytest.mark.parametrize("release", RELEASES)
def test_a_sentence_has_its_findings_and_its_confidence(study: Study, release: Release) -> None:
    bundle = _bundle(draft_of(study), study, release)
    urls = {entry["fullUrl"]: entry["resource"] for entry in bundle["entry"]}
    report = _resources(bundle, "DiagnosticReport")[0]
    sentences = [urls[reference["reference"]] for reference in report["result"]]
    assert [len(s.get("hasMember", [])) for s in sentences] == [len(said.findings) for said in SENTENCES]
    parts = {_codes(c["code"])[1]: c for c in sentences[0]["component"]}
    assert parts["111012"]["valueQuantity"]["value"] == 93.4


def test_a_box_is_an_imaging_selection_of_r5(study: Study) -> None:
    bundle = _bundle(draft_of(study), study, "R5")
    selections = _resources(bundle, "ImagingSelection")
    assert [s["id"] for s in selections] == [
        f"sentence-{name}" for name in ("1-box-1", "3-box-1", "3-box-2", "5-box-1")
    ]
    instance = selections[2]["instance"][0]
    assert instance["uid"] == dcmread(study.views[1].path).SOPInstanceUID
    assert instance["imageRegion2D"][0]["coordinate"][:4] == [88.0, 26.0, 110.0, 26.0]
    assert _resources(_bundle(draft_of(study), None, "R5"), "ImagingSelection") == []


@pytest.mark.parametrize("release", RELEASES)
def test_nobody_is_named(study: Study, release: Release) -> None:
    text = json.dumps(_bundle(draft_of(study), study, release))
    header = dcmread(study.views[0].path)
    assert str(header.PatientName) not in text
    assert '"subject"' not in text


@pytest.mark.parametrize("text", ["", " ", "\x00\x1b", "a" * 10_000, "</div><script>", "\ufffe 左 &amp;"])
def test_any_text_is_valid(study: Study, text: str) -> None:
    for release in RELEASES:
        bundle = _bundle(draft_of(study, sentence(text, flags=(text,)), flags=(text,)), study, release)
        ET.fromstring(_resources(bundle, "DiagnosticReport")[0]["text"]["div"])
