"""Every source in its publisher's layout and as Parquet."""

from __future__ import annotations

import io
import json
import tarfile
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from radiology.datasets.label_names import NO_COUNTERPART
from radiology.datasets.patients import OTHER_SPLIT
from radiology.datasets.pictures import store_picture
from radiology.datasets.source import Dataset
from radiology.datasets.split import split_of
from radiology.datasets.table import SOURCES
from radiology.datasets.vqa_med_2019 import NO_QUESTION
from radiology.errors import SightlineError
from radiology.study import Box, Certainty, Projection


def _bytes(level: int, kind: str = "PNG") -> bytes:
    buffer = io.BytesIO()
    Image.new("L", (50, 40), level).save(buffer, kind)
    return buffer.getvalue()


def _picture(path: Path, level: int = 0) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(_bytes(level))


def _parquet(path: Path, rows: list[dict[str, Any]]) -> Path:
    import pyarrow as pa
    from pyarrow.parquet import write_table

    write_table(pa.Table.from_pylist(rows), path)
    return path


def _load(name: str, path: Path, tmp_path: Path) -> Dataset:
    return SOURCES[name].load(path, tmp_path / "work")


def test_nih_as_published(tmp_path: Path) -> None:
    (tmp_path / "Data_Entry_2017.csv").write_text(
        "Image Index,Finding Labels,Follow-up #,Patient ID,Patient Age,Patient Gender,View Position\n"
        "1_0.png,Mass|Infiltration,0,7,50,F,PA\n1_1.png,No Finding|Shoe,1,9,51,F,AP\n2_0.png,Edema,0,8,9,M,AP\n"
    )
    (tmp_path / "BBox_List_2017.csv").write_text(
        'Image Index,Finding Label,"Bbox [x",y,w,h],,,\n1_0.png,Infiltrate,10,8,20,40,,,\n'
    )
    (tmp_path / "test_list.txt").write_text("1_0.png\n")
    _picture(tmp_path / "images_001" / "images" / "1_0.png")
    _picture(tmp_path / "images_002" / "images" / "1_1.png")
    data = _load("nih", tmp_path, tmp_path)
    first, second = data.cases
    assert data.skipped == {"image not found": 1, NO_COUNTERPART: 1}
    assert [(f.name, f.certainty) for f in first.findings] == [
        ("infiltration", Certainty.PRESENT),
        ("mass", Certainty.PRESENT),
    ]
    (box,) = first.findings[0].boxes
    assert (box.view, box.x0, box.y0, box.x1, box.y1) == ("frontal", *(pytest.approx(v) for v in (0.2, 0.2, 0.6, 1)))
    assert (first.split, second.split, second.findings) == ("test", "custom", ())
    assert [case.study.views[0].projection for case in data.cases] == [Projection.PA, Projection.AP]
    assert (first.study.patient_id, second.study.patient_id) == ("7", "9")


def test_boxes_that_leave_an_nih_film_are_counted(tmp_path: Path) -> None:
    (tmp_path / "Data_Entry_2017.csv").write_text(NIH_HEAD + "1_0.png,Mass,7,PA\n")
    (tmp_path / "BBox_List_2017.csv").write_text(
        'Image Index,Finding Label,"Bbox [x",y,w,h],,,\n1_0.png,Mass,60,8,20,40,,,\n1_0.png,Mass,10,8,0,40,,,\n'
    )
    _picture(tmp_path / "images" / "1_0.png")
    data = _load("nih", tmp_path, tmp_path)
    assert ([f.boxes for f in data.cases[0].findings], data.skipped) == ([()], {"box outside its film": 2})


def test_nih_as_parquet(tmp_path: Path) -> None:
    row = {"image": {"bytes": _bytes(3, "JPEG")}, "image_id": "a/../b", "patient_id": "7", "view": "PA"}
    box = {"label": "Mass", "x": 0.5, "y": 0.25, "w": 0.75, "h": 0.5}
    path = _parquet(tmp_path / "x.parquet", [row | {"labels": ["Mass"], "boxes": [box]}])
    (case,) = _load("nih", path, tmp_path).cases
    picture = Path(case.study.views[0].path)
    assert picture == tmp_path / "work" / "images" / "a_.._b.jpg"
    assert picture.read_bytes() == row["image"]["bytes"]  # type: ignore[index]
    assert case.findings[0].boxes == (Box(view="frontal", x0=0.5, y0=0.25, x1=1, y1=0.75),)


def test_kermany_as_published(tmp_path: Path) -> None:
    names = (
        "train/NORMAL/NORMAL2-IM-0123-0001",
        "train/PNEUMONIA/person12_virus_3",
        "test/PNEUMONIA/person9_bacteria_1",
    )
    for level, name in enumerate(names):
        _picture(tmp_path / "chest_xray" / f"{name}.jpeg", level)
    found = {case.study.patient_id: case for case in _load("kermany", tmp_path, tmp_path).cases}
    assert {key: (case.split, case.findings[0].certainty) for key, case in found.items()} == {
        "0123": ("custom", Certainty.ABSENT),
        "P12": ("custom", Certainty.PRESENT),
        "P9": ("test", Certainty.PRESENT),
    }


def test_a_patient_of_the_test_part_is_in_no_other(tmp_path: Path) -> None:
    for level, name in enumerate(("train/PNEUMONIA/person9_bacteria_2", "test/PNEUMONIA/person9_virus_1")):
        _picture(tmp_path / f"{name}.jpeg", level)
    data = _load("kermany", tmp_path, tmp_path)
    assert [(case.study.study_id, case.split) for case in data.cases] == [("person9_virus_1", "test")]
    assert data.skipped == {OTHER_SPLIT: 1}


def test_pictures_of_one_name_are_kept_apart(tmp_path: Path) -> None:
    first = store_picture(b"one", tmp_path, "a/b")
    second = store_picture(b"two", tmp_path, "a_b")
    assert (first.read_bytes(), second.read_bytes()) == (b"one", b"two")
    assert store_picture(b"two", tmp_path, "a_b") == second


def test_a_column_of_paths_is_no_column_of_pictures(tmp_path: Path) -> None:
    file = _parquet(tmp_path / "x.parquet", [{"image": "a.png", "image_id": "a", "organ": "", "qas": []}])
    with pytest.raises(SightlineError, match="column image holds no encoded pictures"):
        _load("vqa_rad", file, tmp_path)


def test_hannover_as_published(tmp_path: Path) -> None:
    (tmp_path / "data.csv").write_text("patient_id,image_id,projection\np1,i1,ap\np1,i2,pa\n")
    _picture(tmp_path / "png" / "i1.png")
    data = _load("hannover", tmp_path, tmp_path)
    assert [(c.study.study_id, c.study.views[0].projection, c.findings) for c in data.cases] == [
        ("i1", Projection.AP, ())
    ]
    assert data.skipped == {"image not found": 1}


def test_vqa_rad_as_published(tmp_path: Path) -> None:
    row = {
        "image_name": "s1.jpg",
        "image_organ": "CHEST",
        "question": "Is it  big?",
        "answer": "Yes",
        "answer_type": "CLOSED ",
    }
    other = row | {"question": "How many?", "answer": 2, "answer_type": "OPEN"}
    (tmp_path / "VQA_RAD Dataset Public.json").write_text(json.dumps([row, other]))
    _picture(tmp_path / "VQA_RAD Image Folder" / "s1.jpg")
    data = _load("vqa_rad", tmp_path, tmp_path)
    assert len(data.cases) == 1
    assert [(q.text, q.answer, q.kind, q.topic) for q in data.questions] == [
        ("Is it big?", "Yes", "closed", "CHEST"),
        ("How many?", "2", "open", "CHEST"),
    ]


def test_vqa_med_2019_as_published(tmp_path: Path) -> None:
    for part in ("train", "val"):
        folder = tmp_path / part / "QAPairsByCategory"
        folder.mkdir(parents=True)
        (folder / f"C1_Modality_{part}.txt").write_text(f"{part}1|is this a ct?|no\n")
        (folder / f"C3_Organ_{part}.txt").write_text(f"{part}1|what organ?|breast\n")
        _picture(tmp_path / part / "images" / f"{part}1.jpg")
    (tmp_path / "VQAMed2019_Test_Questions_w_Ref_Answers.txt").write_text("t1|plane|which plane?|axial\nt1|cut short\n")
    _picture(tmp_path / "test" / "t1.jpg")
    data = _load("vqa_med_2019", tmp_path, tmp_path)
    assert {case.study.study_id: case.split for case in data.cases} == {"train1": "train", "val1": "val", "t1": "test"}
    assert data.skipped == {NO_QUESTION: 1}
    assert [(q.kind, q.topic) for q in data.questions if q.study_id == "val1"] == [
        ("closed", "modality"),
        ("open", "organ"),
    ]


def test_the_official_validation_part_says_so_as_parquet(tmp_path: Path) -> None:
    qa = {"category": "plane", "question": "which?", "answer": "ap"}
    row = {"image": {"bytes": _bytes(1)}, "image_id": "s", "qas": [qa]}
    for part in ("train", "val"):
        _parquet(tmp_path / f"{part}.parquet", [row | {"image_id": part}])
    data = _load("vqa_med_2019", tmp_path, tmp_path)
    assert {case.study.study_id: case.split for case in data.cases} == {"train": "train", "val": "val"}


XML = """<eCitation><uId id="CXR5"/><Abstract><AbstractText Label="FINDINGS">Clear
lungs.</AbstractText><AbstractText Label="IMPRESSION">Normal.</AbstractText></Abstract><parentImage id="CXR5_IM-1"/>
<parentImage id="CXR5_IM-2"/><parentImage id="CXR5_IM-3"/></eCitation>"""


@pytest.mark.parametrize("packed", [True, False])
def test_openi(packed: bool, tmp_path: Path) -> None:
    (tmp_path / "5.xml").write_text(XML)
    (tmp_path / "6.xml").write_text("<eCitation>")
    if packed:
        with tarfile.open(tmp_path / "reports.tgz", "w:gz") as tar:
            for name in ("5.xml", "6.xml"):
                tar.add(tmp_path / name, f"radiology/{name}")
                (tmp_path / name).unlink()
    (tmp_path / "gold_labels_half.csv").write_text("filename,Edema,Hernia\nCXR5,0,1\n")
    _picture(tmp_path / "images" / "5_IM-1.png")
    _picture(tmp_path / "images" / "CXR5_IM-3.png")
    data = _load("openi", tmp_path, tmp_path)
    (case,) = data.cases
    assert data.skipped == {"report that is no XML": 1}
    assert case.report is not None
    assert (case.report.findings, case.report.impression) == ("Clear lungs.", "Normal.")
    assert [view.id for view in case.study.views] == ["frontal", "frontal2"]
    assert {f.name: f.certainty for f in case.findings} == {"edema": Certainty.ABSENT, "hernia": Certainty.PRESENT}


@pytest.mark.parametrize("name", sorted(SOURCES))
def test_what_is_not_the_set_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(SightlineError, match="`"):
        _load(name, tmp_path, tmp_path)
    with pytest.raises(SightlineError, match="gone"):
        _load(name, tmp_path / "gone", tmp_path)


@pytest.mark.parametrize("name", ["hannover", "kermany", "nih", "vqa_med_2019", "vqa_rad"])
def test_a_parquet_file_of_another_set_is_refused(name: str, tmp_path: Path) -> None:
    path = _parquet(tmp_path / "x.parquet", [{"colour": "red"}])
    with pytest.raises(SightlineError, match=r"column \w+ is missing"):
        _load(name, path, tmp_path)
    path.write_bytes(b"PAR1 but no more")
    with pytest.raises(SightlineError, match="cannot be read as Parquet"):
        _load(name, path, tmp_path)


NIH_HEAD = "Image Index,Finding Labels,Patient ID,View Position\n"


@pytest.mark.parametrize(
    ("name", "files", "words"),
    [
        ("nih", {"Data_Entry_2017.csv": "Image Index,Finding Labels\n"}, "column Patient ID is missing"),
        (
            "nih",
            {"Data_Entry_2017.csv": NIH_HEAD, "BBox_List_2017.csv": "Image Index\n1.png,Mass,wide\n"},
            "is no list of boxes",
        ),
        (
            "nih",
            {"Data_Entry_2017.csv": NIH_HEAD, "BBox_List_2017.csv": "Image Index\n1.png,Mass,1,2,nan,4\n"},
            "nan is no length",
        ),
        ("hannover", {"data.csv": "patient_id,image_id\np1,i1\n"}, "column projection is missing"),
        ("vqa_rad", {"public.json": '{"a": 1}'}, "holds no list of objects"),
        ("vqa_rad", {"public.json": '[{"image_name": "s1.jpg"}]'}, "entry 1 has no answer"),
        ("openi", {"5.xml": XML, "gold_labels.csv": "name,Edema\nCXR5,1\n"}, "column filename is missing"),
    ],
)
def test_a_damaged_table_is_named(name: str, files: dict[str, str], words: str, tmp_path: Path) -> None:
    for file, text in files.items():
        (tmp_path / file).write_text(text)
    with pytest.raises(SightlineError, match=words):
        _load(name, tmp_path, tmp_path)


def test_an_unreadable_picture_is_counted_and_not_lost(tmp_path: Path) -> None:
    row = {"image_id": "a", "patient_id": "1", "label": "normal"}
    pictures = (_bytes(1), b"\xff\xd8\xff broken")
    rows = [row | {"image_id": str(i), "image": {"bytes": data}} for i, data in enumerate(pictures)]
    data = _load("kermany", _parquet(tmp_path / "x.parquet", rows), tmp_path)
    assert (len(data.cases), data.skipped) == (1, {"unreadable image": 1})


def test_a_fifth_of_the_patients_is_for_validation_and_stays_so() -> None:
    found = [split_of(str(patient)) for patient in range(2000)]
    assert 0.17 < found.count("val") / 2000 < 0.23
    known = {"1": "train", "2": "train", "0115": "val", "P1000": "train", "synpic100132": "train"}
    assert {patient: split_of(patient) for patient in known} == known
