"""MIMIC-CXR in the layout of PhysioNet, with invented patients."""

from __future__ import annotations

import gzip
from datetime import date
from pathlib import Path

import pytest

from radiology.datasets.mimic_cxr import NO_FINDINGS, NO_FRONTAL, NO_LABELS, NO_REPORT, read_text
from radiology.datasets.pictures import MISSING
from radiology.datasets.source import Dataset
from radiology.datasets.table import SOURCES
from radiology.errors import SightlineError
from radiology.study import Certainty, Projection, Side

PATIENT, OTHER = "10000017", "11000023"
METADATA = "mimic-cxr-2.0.0-metadata.csv"
SPLIT = "mimic-cxr-2.0.0-split.csv"
LABELS = "mimic-cxr-2.0.0-chexpert.csv"
HEAD = "dicom_id,subject_id,study_id,ViewPosition,Rows,Columns,StudyDate,StudyTime\n"
TEXT = """                                 FINAL REPORT
 EXAMINATION:  CHEST (PA AND LAT)

 INDICATION:  Cough for
 two weeks.

 COMPARISON:  None.

 FINDINGS:

 A small effusion is seen on the left.  There is
 no pneumothorax.

 IMPRESSION:

 Small left pleural effusion.
"""


class Folder:
    """A copy of the set that grows film by film."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.films: list[str] = []
        self.parts: list[str] = []

    def place(self, patient: str, study: str) -> Path:
        return self.root / "files" / f"p{patient[:2]}" / f"p{patient}" / f"s{study}"

    def film(self, patient: str, study: str, view: str, day: str = "21500203", end: str | None = ".jpg") -> None:
        """A film of 30 by 20 px, `end` None: only in the tables. Nothing opens it, so it is empty."""
        name = f"{len(self.films):08x}-film"
        self.films.append(f"{name},{patient},{study},{view},20,30,{day},93000.25")
        self.parts.append(f"{name},{study},{patient},train")
        if end:
            self.place(patient, study).mkdir(parents=True, exist_ok=True)
            (self.place(patient, study) / (name + end)).touch()

    def report(self, patient: str, study: str, text: str = TEXT) -> None:
        self.place(patient, study).parent.mkdir(parents=True, exist_ok=True)
        self.place(patient, study).with_suffix(".txt").write_text(text)

    def load(self) -> Dataset:
        (self.root / METADATA).write_text(HEAD + "\n".join(self.films) + "\n")
        if not (self.root / f"{SPLIT}.gz").exists():
            (self.root / SPLIT).write_text("\n".join(("dicom_id,study_id,subject_id,split", *self.parts)) + "\n")
        return SOURCES["mimic_cxr"].load(self.root, self.root / "work")


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


def test_a_study_of_two_views_with_its_report(folder: Folder) -> None:
    for view in ("LL", "AP", "PA", "LAO"):
        folder.film(PATIENT, "50000001", view)
    folder.report(PATIENT, "50000001")
    (case,) = folder.load().cases
    study, report = case.study, case.report
    assert (study.study_id, study.patient_id, study.date) == ("50000001", PATIENT, date(2150, 2, 3))
    assert [(view.id, view.projection) for view in study.views] == [
        ("frontal", Projection.PA),
        ("frontal2", Projection.AP),
        ("lateral", Projection.LATERAL),
    ]
    assert {(view.width, view.height) for view in study.views} == {(30, 20)}
    assert Path(study.views[0].path) == folder.place(PATIENT, "50000001") / "00000002-film.jpg"
    assert (study.indication, study.technique, study.comparison) == (
        "Cough for two weeks.",
        "CHEST (PA AND LAT)",
        "None.",
    )
    assert report is not None
    assert report.findings == "A small effusion is seen on the left. There is no pneumothorax."
    assert report.impression == "Small left pleural effusion."
    assert {(f.name, f.certainty, f.side) for f in case.findings} == {
        ("pleural_effusion", Certainty.PRESENT, Side.LEFT),
        ("pneumothorax", Certainty.ABSENT, None),
    }


def test_films_may_be_dicom_and_reports_lie_in_their_own_folder(folder: Folder) -> None:
    folder.film(PATIENT, "50000001", "PA", end=".dcm")
    folder.report(PATIENT, "50000001")
    reports = folder.root / "mimic-cxr-reports" / "files" / "p10" / f"p{PATIENT}"
    reports.mkdir(parents=True)
    folder.place(PATIENT, "50000001").with_suffix(".txt").rename(reports / "s50000001.txt")
    (case,) = folder.load().cases
    assert case.study.views[0].path.endswith(".dcm")
    assert case.report is not None


def test_the_official_split_is_kept_and_tables_may_be_gzipped(folder: Folder) -> None:
    for number, study in enumerate(("50000001", "50000002", "50000003", "50000004")):
        patient = str(int(PATIENT) + number)
        folder.film(patient, study, "PA")
        folder.report(patient, study)
    rows = "study_id,split\n50000001,train\n50000002,validate\n50000003,test\n"
    (folder.root / f"{SPLIT}.gz").write_bytes(gzip.compress(rows.encode()))
    assert [case.split for case in folder.load().cases] == ["train", "val", "test", "custom"]


def test_the_prior_is_the_nearest_earlier_study_of_the_patient_with_a_frontal(folder: Folder) -> None:
    for study, view, day in (
        ("50000009", "PA", "21500101"),
        ("50000001", "PA", "21500301"),
        ("50000005", "PA", "21500201"),
        ("50000007", "LATERAL", "21500215"),
        ("50000003", "AP", "21500301"),
    ):
        folder.film(PATIENT, study, view, day)
        folder.report(PATIENT, study)
    folder.film(OTHER, "50000010", "PA", "21500102")
    folder.report(OTHER, "50000010")
    cases = folder.load().cases
    assert {case.study.study_id: [prior.study.study_id for prior in case.study.priors] for case in cases} == {
        "50000009": [],
        "50000005": ["50000009"],
        "50000001": ["50000005"],
        "50000003": ["50000005"],
        "50000010": [],
    }
    nearest = cases[1].study.priors[0]
    assert nearest.study.priors == ()
    assert nearest.report is not None


def test_a_study_without_findings_is_left_out_but_may_be_a_prior(folder: Folder) -> None:
    folder.film(PATIENT, "50000001", "PA", "21500101")
    folder.report(PATIENT, "50000001", "FINAL REPORT\n TWO VIEWS OF THE CHEST\n\n IMPRESSION:  Normal chest.\n")
    folder.film(PATIENT, "50000002", "PA", "21500102")
    folder.report(PATIENT, "50000002")
    data = folder.load()
    (case,) = data.cases
    assert data.skipped == {NO_FINDINGS: 1}
    assert [prior.study.study_id for prior in case.study.priors] == ["50000001"]


def test_what_is_left_out_is_counted_by_reason(folder: Folder) -> None:
    for study, view, end, told in (
        ("50000001", "PA", ".jpg", True),
        ("50000002", "LATERAL", ".jpg", True),
        ("50000003", "", ".jpg", True),
        ("50000004", "AP", None, True),
        ("50000005", "AP", ".jpg", False),
    ):
        folder.film(PATIENT, study, view, end=end)
        if told:
            folder.report(PATIENT, study)
    folder.film(PATIENT, "50000001", "LATERAL", end=None)
    data = folder.load()
    assert [(case.study.study_id, len(case.study.views)) for case in data.cases] == [("50000001", 1)]
    assert data.skipped == {NO_FRONTAL: 2, MISSING: 1, NO_REPORT: 1}


def test_without_any_report_the_published_labels_stand_in(folder: Folder) -> None:
    for study in ("50000001", "50000002"):
        folder.film(PATIENT, study, "PA")
    (folder.root / LABELS).write_text(
        "subject_id,study_id,Edema,Lung Lesion,Pneumonia,Support Devices,Fracture\n"
        f"{PATIENT},50000001,-1.0,1.0,0.0,1.0,\n"
    )
    data = folder.load()
    (case,) = data.cases
    assert case.report is None
    assert {(f.name, f.certainty) for f in case.findings} == {
        ("edema", Certainty.UNCERTAIN),
        ("pneumonia", Certainty.ABSENT),
        ("device", Certainty.PRESENT),
    }
    assert data.skipped == {NO_LABELS: 1}


def test_labels_are_not_mixed_with_reports(folder: Folder) -> None:
    for study in ("50000001", "50000002"):
        folder.film(PATIENT, study, "PA")
    folder.report(PATIENT, "50000001")
    (folder.root / LABELS).write_text(f"subject_id,study_id,Edema\n{PATIENT},50000002,1.0\n")
    data = folder.load()
    assert [case.study.study_id for case in data.cases] == ["50000001"]
    assert data.skipped == {NO_REPORT: 1}


@pytest.mark.parametrize(
    ("text", "findings", "impression"),
    [
        ("WET READ: ___ 9:28 AM\n Big mass.\n  FINAL REPORT\n FINDINGS:  Clear lungs.\n", "Clear lungs.", ""),
        ("FINAL REPORT\n CHEST RADIOGRAPH\n\n COMPARISON: ___\n\n IMPRESSION:  Normal.", "", "Normal."),
        ("FINDINGS:\n Clear lungs.\n\n NOTIFICATION:  Told by telephone.", "Clear lungs.", ""),
        ("No heading at all.", "", ""),
    ],
)
def test_findings_are_what_a_heading_calls_so(text: str, findings: str, impression: str) -> None:
    report = read_text(text)
    assert (report.findings, report.impression) == (findings, impression)


@pytest.mark.parametrize("table", [METADATA, SPLIT])
def test_a_missing_table_is_named(table: str, folder: Folder) -> None:
    folder.film(PATIENT, "50000001", "PA")
    folder.report(PATIENT, "50000001")
    folder.load()
    (folder.root / table).unlink()
    with pytest.raises(
        SightlineError, match=rf"mimic-cxr-\*-{Path(table).stem.removeprefix('mimic-cxr-2.0.0-')}.*is missing"
    ):
        SOURCES["mimic_cxr"].load(folder.root, folder.root)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        (METADATA, b"colour\nred\n", "column Columns is missing"),
        (f"{METADATA}.gz", b"no gzip", "cannot be read as CSV"),
        (f"{METADATA}.gz", gzip.compress(HEAD.encode() * 99)[:-9], "cannot be read as CSV"),
    ],
)
def test_a_damaged_table_is_named(name: str, content: bytes, words: str, folder: Folder) -> None:
    (folder.root / SPLIT).write_text("study_id,split\n")
    (folder.root / name).write_bytes(content)
    with pytest.raises(SightlineError, match=words):
        SOURCES["mimic_cxr"].load(folder.root, folder.root)


@pytest.mark.parametrize("rows", ["nan", "inf", "-1", "many"])
def test_a_film_without_a_size_is_none(rows: str, folder: Folder) -> None:
    for study in ("50000001", "50000002"):
        folder.film(PATIENT, study, "PA")
        folder.report(PATIENT, study)
    folder.films[1] = folder.films[1].replace(",20,", f",{rows},")
    data = folder.load()
    assert (len(data.cases), data.skipped) == (1, {NO_FRONTAL: 1})


def test_what_is_no_date_gives_no_date_and_no_prior(folder: Folder) -> None:
    folder.film(PATIENT, "50000001", "PA", "")
    folder.film(PATIENT, "50000002", "PA", "21500203")
    for study in ("50000001", "50000002"):
        folder.report(PATIENT, study)
    first, second = folder.load().cases
    assert (first.study.date, second.study.priors) == (None, ())
