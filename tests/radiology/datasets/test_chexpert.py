"""CheXpert and CheXpert Plus in their publisher's layout, with invented patients."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import Image

from radiology.datasets.chexpert_films import NO_STUDY, place_of
from radiology.datasets.chexpert_plus import NO_TRUTH
from radiology.datasets.label_names import NO_COUNTERPART
from radiology.datasets.patients import OTHER_SPLIT
from radiology.datasets.pictures import MISSING, UNREADABLE
from radiology.datasets.source import Dataset
from radiology.datasets.table import SOURCES
from radiology.errors import SightlineError
from radiology.study import Certainty, Projection, Side

HEAD = (
    "Path,Sex,Age,Frontal/Lateral,AP/PA,No Finding,Enlarged Cardiomediastinum,Cardiomegaly,Lung Opacity,Lung Lesion,"
    "Edema,Consolidation,Pneumonia,Atelectasis,Pneumothorax,Pleural Effusion,Pleural Other,Fracture,Support Devices\n"
)
PLUS = "df_chexpert_plus_240401.csv"
PLUS_HEAD = (
    "path_to_image,path_to_dcm,frontal_lateral,ap_pa,deid_patient_id,section_clinical_history,section_history,"
    "section_comparison,section_technique,section_findings,section_impression,age,sex,split\n"
)


def _picture(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("L", (50, 40)).save(path)


def _load(name: str, folder: Path) -> Dataset:
    return SOURCES[name].load(folder, folder / "work")


def test_labels_of_a_study_with_two_views(tmp_path: Path) -> None:
    rows = (
        "CheXpert-v1.0-small/train/patient00001/study1/view2_lateral.jpg,Female,68,Lateral,,"
        ",,1.0,,1.0,-1.0,,,,0.0,,,,\n"
        "CheXpert-v1.0-small/train/patient00001/study1/view1_frontal.jpg,Female,68,Frontal,AP,"
        ",,1.0,,1.0,-1.0,,,,0.0,,,,\n"
    )
    (tmp_path / "train.csv").write_text(HEAD + rows)
    (tmp_path / "valid.csv").write_text(HEAD + rows.replace("train", "valid").replace("00001", "64541"))
    for name in ("view1_frontal", "view2_lateral"):
        _picture(tmp_path / "train" / "patient00001" / "study1" / f"{name}.jpg")
    _picture(tmp_path / "valid" / "patient64541" / "study1" / "view1_frontal.jpg")
    data = _load("chexpert", tmp_path)
    first, second = data.cases
    assert (first.study.study_id, first.study.patient_id) == ("patient00001-study1", "patient00001")
    assert (first.study.sex, first.study.age, first.split, second.split) == ("F", 68, "train", "val")
    assert [(view.id, view.projection) for view in first.study.views] == [
        ("frontal", Projection.AP),
        ("lateral", Projection.LATERAL),
    ]
    assert {f.name: f.certainty for f in first.findings} == {
        "cardiomegaly": Certainty.PRESENT,
        "edema": Certainty.UNCERTAIN,
        "pneumothorax": Certainty.ABSENT,
    }
    assert data.skipped == {NO_COUNTERPART: 2, MISSING: 1}


def test_a_patient_of_validation_leaves_training(tmp_path: Path) -> None:
    for part in ("train", "valid"):
        name = f"{part}/patient00001/study{len(part)}/view1_frontal.jpg"
        (tmp_path / f"{part}.csv").write_text(HEAD + name + "," * 18 + "\n" + "else.jpg" + "," * 18 + "\n")
        _picture(tmp_path / name)
    data = _load("chexpert", tmp_path)
    assert [case.split for case in data.cases] == ["val"]
    assert data.skipped == {OTHER_SPLIT: 1, NO_STUDY: 2}


def test_labels_set_by_hand_need_no_more_than_path_and_labels(tmp_path: Path) -> None:
    head = HEAD.replace("Sex,Age,Frontal/Lateral,AP/PA,", "")
    name = "test/patient64741/study1/view1_frontal.jpg"
    (tmp_path / "test_labels.csv").write_text(head + name + "," * 13 + ",1\n")
    _picture(tmp_path / name)
    (case,) = _load("chexpert", tmp_path).cases
    assert (case.split, [f.name for f in case.findings]) == ("test", ["device"])
    assert case.study.views[0].projection is Projection.UNKNOWN


def test_a_renamed_label_column_is_told(tmp_path: Path) -> None:
    (tmp_path / "train.csv").write_text(HEAD.replace("Edema", "Oedema"))
    with pytest.raises(SightlineError, match="column Edema is missing"):
        _load("chexpert", tmp_path)


def _plus(folder: Path, rows: list[str]) -> None:
    (folder / PLUS).write_text(PLUS_HEAD + "\n".join(rows) + "\n")


def test_a_report_of_chexpert_plus(tmp_path: Path) -> None:
    texts = '"COUGH,\n FEVER",,None.,,"Small left  effusion.",1. No pneumothorax.'
    path = "train/patient42142/study5/view{}"
    _plus(
        tmp_path,
        [
            f"{path.format('1_frontal.jpg')},{path.format('1_frontal.dcm')},Frontal,PA,patient42142,{texts},58.0,Male,train",
            f"{path.format('2_lateral.jpg')},,Lateral,,patient42142,{texts},58.0,Male,train",
        ],
    )
    for view in ("view1_frontal", "view2_lateral"):
        _picture(tmp_path / "PNG" / "PNG" / "train" / "patient42142" / "study5" / f"{view}.png")
    (case,) = _load("chexpert_plus", tmp_path).cases
    study, report = case.study, case.report
    assert (study.study_id, study.sex, study.age, study.indication) == ("patient42142-study5", "M", 58, "COUGH, FEVER")
    assert report is not None
    assert (report.findings, report.impression) == ("Small left effusion.", "1. No pneumothorax.")
    assert {(f.name, f.certainty, f.side) for f in case.findings} == {
        ("pleural_effusion", Certainty.PRESENT, Side.LEFT),
        ("pneumothorax", Certainty.ABSENT, None),
    }
    assert [view.projection for view in study.views] == [Projection.PA, Projection.LATERAL]
    assert (case.split, study.priors) == ("train", ())


def test_labels_stand_in_where_the_report_is_silent(tmp_path: Path) -> None:
    rows = [f"valid/patient{i}/study1/view1_frontal.jpg,,Frontal,AP,,,,,,,,,,valid" for i in (1, 2, 3, 4)]
    _plus(tmp_path, [*rows, "view1.jpg,,,,,,,,,,,,,"])
    for i in (1, 2, 3):
        _picture(tmp_path / "valid" / f"patient{i}" / "study1" / "view1_frontal.png")
    (tmp_path / "valid" / "patient3" / "study1" / "view1_frontal.png").write_bytes(b"\xff\xd8\xff")
    (tmp_path / "chexbert_labels").mkdir()
    line = {"path_to_image": "valid/patient1/study1/view1_frontal.jpg", "Edema": 1.0, "Fracture": None, "Pneumonia": 0}
    (tmp_path / "chexbert_labels" / "report_fixed.json").write_text(json.dumps(line) + "\n\n")
    data = _load("chexpert_plus", tmp_path)
    (case,) = data.cases
    assert (case.report, case.split) == (None, "val")
    assert {f.name: f.certainty for f in case.findings} == {"edema": Certainty.PRESENT, "pneumonia": Certainty.ABSENT}
    assert data.skipped == {NO_TRUTH: 1, UNREADABLE: 1, MISSING: 1, NO_STUDY: 1}


@pytest.mark.parametrize(("text", "words"), [("{", "line 1 is no JSON"), ("[]", "line 1 is no object")])
def test_damaged_labels_are_told(text: str, words: str, tmp_path: Path) -> None:
    _plus(tmp_path, [])
    (tmp_path / "impression_fixed.json").write_text(text)
    with pytest.raises(SightlineError, match=words):
        _load("chexpert_plus", tmp_path)


def test_a_missing_table_or_column_is_told(tmp_path: Path) -> None:
    with pytest.raises(SightlineError, match=r"df_chexpert_plus_\*\.csv.*is missing"):
        _load("chexpert_plus", tmp_path)
    (tmp_path / PLUS).write_text("path_to_image\n")
    with pytest.raises(SightlineError, match="column ap_pa is missing"):
        _load("chexpert_plus", tmp_path)


@pytest.mark.parametrize("path", ["", "patient1/study1/v.jpg", "train/patient1/v.jpg", "train/patientX/study1/v.jpg"])
def test_a_path_that_names_no_study(path: str) -> None:
    assert place_of(path) is None
