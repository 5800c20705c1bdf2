from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from pydicom import Dataset
from pydicom.sequence import Sequence

from radiology.datasets.jsonl import write_cases
from radiology.errors import SightlineError
from radiology.imaging.intake import read_studies
from radiology.imaging.projection import projection_of
from radiology.imaging.scope import file_not_chest, not_chest
from radiology.study import Case, Projection, Study
from tests.radiology.imaging.films import film, ramp, save


def _film(path: Path, seed: int = 0, **tags: Any) -> Path:
    return save(film(ramp(seed, 200, "uint8"), **tags), path)


def _picture(path: Path, level: int = 0) -> Path:
    Image.new("L", (44, 36), level).save(path)
    return path


def test_frontal_and_lateral_are_one_study_without_identifiers(tmp_path: Path) -> None:
    lateral = _film(tmp_path / "a", 1, ViewPosition="LL", StudyDate="20200304", InstanceNumber=2)
    frontal = _film(
        tmp_path / "b", 2, ViewPosition="PA", StudyDate="20200304", InstanceNumber=1, PixelSpacing=[0.2, 0.3]
    )
    (study,) = read_studies([lateral, frontal])
    assert [view.id for view in study.views] == ["frontal", "lateral"]
    assert [view.path for view in study.views] == [str(frontal), str(lateral)]
    assert study.date == date(2020, 3, 4)
    assert (study.views[0].width, study.views[0].height, study.views[0].pixel_spacing) == (44, 36, (0.2, 0.3))
    said = study.model_dump_json()
    assert "4711" not in said
    assert "1.2.3" not in said


def test_names_are_the_same_in_every_call_and_differ_between_patients(tmp_path: Path) -> None:
    first = read_studies([_film(tmp_path / "a")])[0]
    again = read_studies([_film(tmp_path / "b", 5, StudyInstanceUID="1.2.4")])[0]
    other = read_studies([_film(tmp_path / "c", 6, PatientID="4712")])[0]
    assert first.patient_id == again.patient_id != other.patient_id
    assert first.study_id == other.study_id != again.study_id


def test_two_visits_are_two_studies_and_the_earlier_is_the_prior_of_the_later(tmp_path: Path) -> None:
    late = _film(tmp_path / "a", 1, StudyInstanceUID="1.1", StudyDate="20210101")
    early = _film(tmp_path / "b", 2, StudyInstanceUID="1.2", StudyDate="1999.05.24")
    first, second = read_studies([late, early])
    assert (first.date, second.date) == (date(1999, 5, 24), date(2021, 1, 1))
    assert first.priors == ()
    assert [prior.study for prior in second.priors] == [first]


def test_two_patients_are_refused_also_within_one_study(tmp_path: Path) -> None:
    paths = [_film(tmp_path / "a", 1), _film(tmp_path / "b", 2, PatientID="9")]
    with pytest.raises(SightlineError, match=r"b`: is not of the same patient as `.*a`"):
        read_studies(paths)
    with pytest.raises(SightlineError, match="same patient"):
        read_studies([tmp_path])


@pytest.mark.filterwarnings("error")
def test_nonsense_in_a_header_is_passed_over_in_silence(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = _film(tmp_path / "a", InstanceNumber=7777, PatientSex="F")
    path.write_bytes(path.read_bytes().replace(b"7777", b"7x7y"))
    assert len(read_studies([path])) == 1
    assert capfd.readouterr() == ("", "")


def test_a_film_without_patient_belongs_to_its_study_only(tmp_path: Path) -> None:
    known, nameless = _film(tmp_path / "a", 1), _film(tmp_path / "b", 2, PatientID=None)
    assert len(read_studies([nameless, known])[0].views) == 2
    assert read_studies([nameless])[0].patient_id
    with pytest.raises(SightlineError, match="same patient"):
        read_studies([known, _film(tmp_path / "c", 3, PatientID=None, StudyInstanceUID="7.7")])


def test_the_same_file_twice_is_one_view(tmp_path: Path) -> None:
    path = _film(tmp_path / "a")
    (tmp_path / "copy").write_bytes(path.read_bytes())
    assert len(read_studies([path, tmp_path])[0].views) == 1


def test_pictures_given_together_are_one_study(tmp_path: Path) -> None:
    paths = [
        _picture(tmp_path / "x_PA.png", 1),
        _picture(tmp_path / "x_lateral.png", 2),
        _picture(tmp_path / "y.png", 3),
    ]
    (study,) = read_studies(paths)
    assert [view.id for view in study.views] == ["frontal", "lateral", "frontal2"]
    assert [view.projection for view in study.views] == [Projection.PA, Projection.LATERAL, Projection.UNKNOWN]
    assert read_studies(paths)[0].study_id == study.study_id


def test_many_pictures_are_no_study(tmp_path: Path) -> None:
    for level in range(9):
        _picture(tmp_path / f"{level}.png", level)
    with pytest.raises(SightlineError, match="8 more pictures"):
        read_studies([tmp_path])


def test_a_picture_beside_dicom_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SightlineError, match="whose it is"):
        read_studies([_film(tmp_path / "a"), _picture(tmp_path / "b.png")])


def test_a_folder_is_searched_and_what_is_no_image_passed_over(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    _film(tmp_path / "deep" / "a")
    _film(tmp_path / "report", PixelData=None, Rows=None)
    (tmp_path / "README.txt").write_text("hello")
    assert len(read_studies([tmp_path])[0].views) == 1
    cut = _film(tmp_path / "cut", 7)
    cut.write_bytes(cut.read_bytes()[:-1590])
    with pytest.raises(SightlineError, match="cut short"):
        read_studies([tmp_path])


def test_a_list_of_cases(tmp_path: Path) -> None:
    studies = [Study(study_id=name, patient_id=name) for name in ("one", "two")]
    write_cases(tmp_path / "studies.jsonl", [Case(study=study) for study in studies])
    assert read_studies([tmp_path / "studies.jsonl"]) == studies
    with pytest.raises(SightlineError, match="on its own"):
        read_studies([tmp_path / "studies.jsonl", tmp_path])


def test_bad_paths(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "text.dcm").write_text("hello")
    (tmp_path / "no.jsonl").write_text("\n")
    for name, words in (
        ("empty", "folder holds no"),
        ("text.dcm", "neither DICOM"),
        ("gone", "is not there"),
        ("no.jsonl", "holds no study"),
    ):
        with pytest.raises(SightlineError, match=words):
            read_studies([tmp_path / name])
    with pytest.raises(SightlineError, match="No file"):
        read_studies([])


@pytest.mark.parametrize(
    ("tags", "reason"),
    [
        ({"Modality": "CT"}, "Modality is CT"),
        ({"Modality": "MR", "BodyPartExamined": "CHEST"}, "Modality is MR"),
        ({"BodyPartExamined": "RIBCAGE"}, "BodyPartExamined is RIBCAGE"),
        ({"BodyPartExamined": "EXTREMITY"}, "BodyPartExamined is EXTREMITY"),
        ({"BodyPartExamined": "CHEST"}, None),
        ({"BodyPartExamined": "CHEST_ABDOMEN"}, None),
        ({"BodyPartExamined": "TORAX"}, None),
        ({"BodyPartExamined": "", "Modality": "CR"}, None),
        ({"Modality": None}, None),
    ],
)
def test_other_examinations_are_refused_by_their_header(
    tags: dict[str, Any], reason: str | None, tmp_path: Path
) -> None:
    path = _film(tmp_path / "a", **tags)
    assert file_not_chest(path) == reason
    if reason:
        with pytest.raises(SightlineError, match=reason):
            read_studies([path])
    assert len(read_studies([path], force=True)) == 1


def test_a_picture_tells_nothing(tmp_path: Path) -> None:
    assert file_not_chest(_picture(tmp_path / "a.png")) is None
    assert not_chest(Dataset()) is None


def _coded(meaning: str) -> Sequence:
    item = Dataset()
    item.CodeMeaning = meaning
    return Sequence([item])


@pytest.mark.parametrize(
    ("tags", "projection"),
    [
        ({"ViewPosition": "PA"}, Projection.PA),
        ({"ViewPosition": "ap "}, Projection.AP),
        ({"ViewPosition": "RL"}, Projection.LATERAL),
        ({"ViewPosition": "LLD"}, Projection.UNKNOWN),
        ({"ViewCodeSequence": _coded("postero-anterior")}, Projection.PA),
        ({"ViewCodeSequence": _coded("left lateral")}, Projection.LATERAL),
        ({"SeriesDescription": "view: PA"}, Projection.PA),
        ({"SeriesDescription": "CHEST_LAT"}, Projection.LATERAL),
        ({"SeriesDescription": "chest PA and lateral"}, Projection.UNKNOWN),
        ({"SeriesDescription": "Palliative ward, late film"}, Projection.UNKNOWN),
        ({"PatientPosition": "AP"}, Projection.AP),
        ({"PatientPosition": "HFS"}, Projection.UNKNOWN),
        ({"PatientOrientation": ["A", "F"]}, Projection.LATERAL),
        ({"PatientOrientation": ["L", "F"]}, Projection.UNKNOWN),
        ({"PatientOrientation": ""}, Projection.UNKNOWN),
        ({"ViewPosition": "PA", "SeriesDescription": "LAT"}, Projection.PA),
        ({}, Projection.UNKNOWN),
    ],
)
def test_projection(tags: dict[str, Any], projection: Projection) -> None:
    assert projection_of(film(np.zeros((2, 2), np.uint8), **tags)) is projection


def test_real_files(real_data: Path) -> None:
    for path in sorted((real_data / "dicom").glob("*.dcm")):
        (study,) = read_studies([path])
        assert [view.id for view in study.views] == ["frontal"]
    for path in sorted((real_data / "dicom" / "not_chest").glob("*.dcm")):
        with pytest.raises(SightlineError, match="chest film"):
            read_studies([path])
