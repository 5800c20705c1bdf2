"""The structured report, read back by highdicom and by dcmtk."""

from __future__ import annotations

import logging
import re
import shutil
import subprocess
import warnings
from io import BytesIO
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
from highdicom.sr import ComprehensiveSR, srread
from PIL import Image
from pydicom import Dataset, dcmread
from pydicom.sr.coding import Code

from radiology.errors import SightlineError
from radiology.export.codes import PRIVATE
from radiology.export.table import export
from radiology.findings import FINDINGS
from radiology.imaging.intake import read_studies
from radiology.study import NOTICE, Certainty, Draft, Finding, Study
from tests.radiology.export.drafts import CREATED, SENTENCES, draft_of, sentence, study_in

NODULE = Code("27925004", "SCT", "Nodule")


def _sr(draft: Draft, study: Study) -> ComprehensiveSR:
    """Written and read again."""
    return cast("ComprehensiveSR", srread(BytesIO(export(draft, study, CREATED, "sr"))))


def _report(draft: Draft, study: Study) -> Any:
    """Its `MeasurementReport`."""
    return _sr(draft, study).content


def _items(item: Dataset) -> list[Dataset]:
    """The item and everything below it."""
    return [item, *(below for child in item.get("ContentSequence", []) for below in _items(child))]


def _texts(document: Dataset) -> list[str]:
    return [item.TextValue for item in _items(document) if item.get("ValueType") == "TEXT"]


def _named(document: Dataset, code: str) -> list[Dataset]:
    return [i for i in _items(document) if "ConceptNameCodeSequence" in i and _code(i.ConceptNameCodeSequence) == code]


def _code(sequence: Any) -> str:
    return str(sequence[0].get("CodeValue") or sequence[0].get("LongCodeValue"))


def test_it_is_a_preliminary_report_of_the_patient_with_the_notice(study: Study) -> None:
    document = _sr(draft_of(study), study)
    assert (document.PreliminaryFlag, document.VerificationFlag) == ("PRELIMINARY", "UNVERIFIED")
    assert (document.SeriesDescription, document.CompletionFlagDescription) == (NOTICE, NOTICE)
    assert f"{NOTICE}." in _texts(document)
    film = dcmread(study.views[0].path)
    for name in ("PatientID", "PatientName", "PatientSex", "StudyInstanceUID", "StudyDate"):
        assert document[name].value == film[name].value
    assert document.SeriesInstanceUID != film.SeriesInstanceUID
    assert (str(document.ContentDate), str(document.ContentTime)) == ("20260304", "050607")


def test_only_what_is_present_is_a_finding(study: Study) -> None:
    document = _sr(draft_of(study), study)
    stated = [item for item in _named(document, "121071") if item.ValueType == "CODE"]
    assert {_code(item.ConceptCodeSequence) for item in stated} == {"27925004", "26412008", "52124006"}
    effusion, congestion = _named(document, "60046008"), _named(document, "vascular_congestion")
    assert [_code(item.ConceptCodeSequence) for item in effusion] == ["272519000"]
    assert [_code(item.ConceptCodeSequence) for item in congestion] == ["373068000"]
    assert congestion[0].ConceptNameCodeSequence[0].CodingSchemeDesignator == PRIVATE


def test_a_box_is_a_closed_outline_in_the_pixels_of_its_film(study: Study) -> None:
    groups = _report(draft_of(study), study).get_planar_roi_measurement_groups(finding_type=NODULE)
    assert len(groups) == 2  # in the findings and in the impression
    outline = groups[0].roi.value
    np.testing.assert_allclose(outline, [(40, 75), (60, 75), (60, 96), (40, 96), (40, 75)])  # of 200 x 300
    tubes = _report(draft_of(study), study).get_planar_roi_measurement_groups(finding_type=Code("26412008", "SCT", ""))
    films = {view.id: dcmread(view.path).SOPInstanceUID for view in study.views}
    shown = [group.roi.ContentSequence[0].ReferencedSOPSequence[0].ReferencedSOPInstanceUID for group in tubes]
    assert shown == [films["frontal"], films["lateral"]]
    np.testing.assert_allclose(tubes[1].roi.value[2], (110, 104))  # of 220 x 260


def test_what_a_finding_is_like_has_codes(study: Study) -> None:
    group = _report(draft_of(study), study).get_planar_roi_measurement_groups(finding_type=NODULE)[0]
    assert group.tracking_identifier == "sentence 1, nodule, present"
    site = group.finding_sites[0]
    assert (site.value.meaning, site.laterality.meaning) == ("Upper lobe of lung", "Right")
    measured = {m.name.meaning: (m.value, m.unit.value) for m in group.get_measurements()}
    assert measured["Length"] == (12.0, "mm")
    assert measured["Probability that the finding is present"] == (83.0, "%")
    told = {e.name.meaning: e.value.meaning for e in group.get_qualitative_evaluations()}
    assert told == {"nodule": "Present", "Severity": "Small", "Qualitative Difference": "New"}


def test_a_position_is_a_code_where_there_is_one_else_words(study: Study) -> None:
    positions = _named(_sr(draft_of(study), study), "position")
    assert [item.TextValue for item in positions if item.ValueType == "TEXT"] == ["3 cm above the carina"] * 2
    assert [_code(item.ConceptCodeSequence) for item in positions if item.ValueType == "CODE"] == ["48345005"]


def test_every_sentence_stands_with_its_confidence_evidence_flags_and_faults(study: Study) -> None:
    document = _sr(draft_of(study), study)
    said = [item for code in ("121071", "121073") for item in _named(document, code) if item.ValueType == "TEXT"]
    assert [item.TextValue for item in said] == [sentence.text.replace("\0", " ").strip() for sentence in SENTENCES]
    first, third = said[0], said[2]
    assert first.ContentSequence[1].MeasuredValueSequence[0].NumericValue == 93.4
    assert _texts(first)[1:] == [
        "sentence 1",
        "region: dense head sees nodule in the box, peak .93",
        "case: a similar case has nodule [phantom, CC0]",
    ]
    assert _texts(third)[1:] == ["sentence 3", "unsupported", "device: No head supports the line."]
    assert "may be mirrored" in _texts(document)


def test_what_the_heads_see_is_a_region_that_no_finding_owns(study: Study) -> None:
    groups = _report(draft_of(study), study).get_planar_roi_measurement_groups()
    seen = [group for group in groups if group.tracking_identifier == "sentence 1, evidence"]
    assert len(seen) == 1
    assert seen[0].finding_type is None


def test_a_draft_that_states_no_finding_is_a_report_too(study: Study) -> None:
    document = _sr(draft_of(study, sentence("A normal chest.")), study)
    assert "A normal chest." in _texts(document)
    assert _report(draft_of(study, sentence("A normal chest.")), study).get_planar_roi_measurement_groups() == []


def test_the_same_draft_gives_the_same_document_and_another_another(study: Study) -> None:
    draft = draft_of(study)
    assert export(draft, study, CREATED, "sr") == export(draft, study, CREATED, "sr")
    other = draft.model_copy(update={"impression": "None."})
    later = CREATED.replace(year=2027)
    uids = {d.SOPInstanceUID for d in (_sr(draft, study), _sr(other, study), dcmread(_bytes(draft, study, later)))}
    assert len(uids) == 3


def _bytes(draft: Draft, study: Study, created: Any) -> BytesIO:
    return BytesIO(export(draft, study, created, "sr"))


def test_every_finding_of_the_vocabulary_has_a_code_in_every_certainty(study: Study) -> None:
    every = [Finding(name=name, certainty=certainty) for name in FINDINGS for certainty in Certainty]
    document = _sr(draft_of(study, sentence("All.", *every)), study)
    for term in FINDINGS.values():
        assert len(_named(document, term.snomed or term.dicom or term.name)) == 3


def test_names_of_patients_keep_their_letters_and_reach_no_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    name = "Müller=山田"
    with caplog.at_level(logging.DEBUG), warnings.catch_warnings():
        warnings.simplefilter("error")
        study = study_in(tmp_path / "s", SpecificCharacterSet="ISO_IR 192", PatientName=name, PatientSex="X")
        content = export(draft_of(study), study, CREATED, "sr")
        export(draft_of(study), study, CREATED, "gsps")
    document = dcmread(BytesIO(content))
    assert (document.PatientName, document.PatientSex) == (name, "")
    assert document.SpecificCharacterSet == "ISO_IR 192"
    said = capsys.readouterr()
    assert "ller" not in caplog.text + said.out + said.err


@pytest.mark.parametrize("name", ["StudyTime", "PatientBirthDate", "StudyDate", "PatientID", "ReferringPhysicianName"])
def test_a_header_that_lacks_or_garbles_a_field_is_no_hindrance(tmp_path: Path, name: str) -> None:
    for folder, value in (("without", None), ("garbled", "?? 99")):
        study = study_in(tmp_path / folder, None, **{name: value})
        assert _sr(draft_of(study), study).PreliminaryFlag == "PRELIMINARY"


@pytest.mark.parametrize("value", [None, "", "1.2.x"])
def test_a_film_without_the_uid_that_a_report_refers_to_is_refused(tmp_path: Path, value: str | None) -> None:
    study = study_in(tmp_path / "s", SeriesInstanceUID=value)
    with pytest.raises(SightlineError, match="SeriesInstanceUID is missing or damaged, take the film"):
        _sr(draft_of(study), study)


def test_a_picture_is_refused(tmp_path: Path) -> None:
    Image.fromarray(np.arange(64 * 64).reshape(64, 64).astype(np.uint8)).save(tmp_path / "a.png")
    study = read_studies([tmp_path / "a.png"])[0]
    with pytest.raises(SightlineError, match=r"a\.png`: is a picture, .*name the film as one"):
        _sr(draft_of(study, sentence("Normal.")), study)


@pytest.mark.skipif(shutil.which("dsrdump") is None, reason="dcmtk is not installed")
def test_dcmtk_reads_it_without_complaint(study: Study, tmp_path: Path) -> None:
    (tmp_path / "sr.dcm").write_bytes(export(draft_of(study), study, CREATED, "sr"))
    run = subprocess.run(
        ["dsrdump", "--print-long-values", "--print-all-codes", tmp_path / "sr.dcm"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert not re.search(r"^E:", run.stderr, re.M)
    assert "Preliminary Flag    : PRELIMINARY" in run.stdout
    assert f'TEXT:(121106,DCM,"Comment")="{NOTICE}."' in run.stdout
    assert '(272519000,SCT,"Absent")' in run.stdout
