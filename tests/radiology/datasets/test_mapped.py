"""Anybody's table by a mapping: every kind of file, every field, and what cannot be used."""

from __future__ import annotations

import io
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from radiology.datasets.cells import OTHER_VIEW
from radiology.datasets.label_names import NO_COUNTERPART
from radiology.datasets.mapped import TWO_PATIENTS, mapped_source
from radiology.datasets.mapped_rows import NO_ANSWER, NO_IMAGE, NO_PATIENT, NO_STUDY, NOT_UNDERSTOOD
from radiology.datasets.mapping import ColumnMap, mapping_of, read_mapping
from radiology.datasets.patients import OTHER_SPLIT
from radiology.datasets.pictures import MISSING, UNREADABLE
from radiology.datasets.source import Dataset
from radiology.datasets.table import SOURCES
from radiology.errors import SightlineError
from radiology.study import Certainty, Projection


def _bytes(level: int = 0) -> bytes:
    buffer = io.BytesIO()
    Image.new("L", (50, 40), level).save(buffer, "PNG")
    return buffer.getvalue()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "png").mkdir()
    for name in "abcdef":
        (tmp_path / "png" / f"{name}.png").write_bytes(_bytes(ord(name)))
    return tmp_path


def _load(path: Path, *words: str) -> Dataset:
    return mapped_source(mapping_of(words)).load(path, path.parent / "work")


def _csv(folder: Path, text: str, name: str = "table.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_study_of_several_rows_with_every_field(folder: Path) -> None:
    path = _csv(
        folder,
        "file,pat,acc,day,sex,years,view,part,text,Edema,Lung Opacity,extra\n"
        'png/a.png,007,s1,2024-02-03,F,58,LL,valid,"INDICATION: Cough.\n'
        'FINDINGS: Clear.\nIMPRESSION: Normal.",0,-1.0,x\n'
        "png/b.png,007,s1,2024-02-03,F,58,PA,valid,,,1,x\n"
        "png/c.png,007,s0,20240102,F,58,AP,valid,,,,x\n",
    )
    words = ("image=file,patient=pat,study=acc", "date=day,sex=sex,age=years,view=view,split=part,report=text")
    first, second = _load(path, *words, "labels=Edema,Lung Opacity").cases
    study = first.study
    assert (study.study_id, study.patient_id, study.date, study.sex, study.age) == (
        "s1",
        "007",
        date(2024, 2, 3),
        "F",
        58,
    )
    assert [(view.id, view.projection, Path(view.path).name) for view in study.views] == [
        ("frontal", Projection.PA, "b.png"),
        ("lateral", Projection.LATERAL, "a.png"),
    ]
    assert first.report is not None
    assert (first.report.findings, first.report.impression, study.indication) == ("Clear.", "Normal.", "Cough.")
    assert {f.name: f.certainty for f in first.findings} == {"edema": Certainty.ABSENT, "opacity": Certainty.PRESENT}
    assert (first.split, first.source, second.report, second.findings) == ("val", "mapped", None, ())
    assert [prior.study.study_id for prior in study.priors] == ["s0"]


def test_without_labels_the_findings_are_read_from_the_report(folder: Path) -> None:
    path = _csv(folder, "i,f,g\npng/a.png,Left pleural effusion.,No pneumothorax.\n")
    (case,) = _load(path, "image=i,findings=f,impression=g").cases
    assert {(f.name, f.certainty) for f in case.findings} == {
        ("pleural_effusion", Certainty.PRESENT),
        ("pneumothorax", Certainty.ABSENT),
    }
    assert case.study.study_id == case.study.patient_id == "png/a.png"


def test_a_list_of_labels_counts_what_has_no_counterpart(folder: Path) -> None:
    path = _csv(folder, "i,l\npng/a.png,Mass|No Finding|Left shoe|Wet\npng/b.png,\n")
    data = _load(path, "image=i", "label_list=l,label_names.Wet=edema")
    assert [[f.name for f in case.findings] for case in data.cases] == [["mass", "edema"], []]
    assert data.skipped == {NO_COUNTERPART: 1}


@pytest.mark.parametrize("kind", ["parquet", "jsonl", "disk", "splits"])
def test_images_inside_the_table_stay_the_bytes_they_are(kind: str, tmp_path: Path) -> None:
    import datasets

    rows = [
        {"im": {"bytes": _bytes(i % 2), "path": None}, "q": ["Is it big?", "Where?"], "a": ["no", "left"]}
        for i in range(3)
    ]
    features = datasets.Features({"im": datasets.Image(), "q": datasets.List(datasets.Value("string"))})
    features["a"] = datasets.List(datasets.Value("string"))
    table = datasets.Dataset.from_list(rows, features=features)
    path = tmp_path / "table"
    if kind == "parquet":
        path = tmp_path / "table.parquet"
        table.to_parquet(path)
    elif kind == "jsonl":
        (tmp_path / "x.png").write_bytes(_bytes(0))
        (tmp_path / "y.png").write_bytes(_bytes(1))
        path = tmp_path / "table.jsonl"
        lines = [row | {"im": name} for row, name in zip(rows, ("x.png", "y.png", "x.png"), strict=True)]
        path.write_text("\n".join(map(json.dumps, lines)))
    elif kind == "disk":
        table.save_to_disk(path)
    else:
        datasets.DatasetDict({"validation": table}).save_to_disk(path)
    data = _load(path, "image=im,question=q,answer=a")
    assert [Path(case.study.views[0].path).read_bytes() for case in data.cases] == [_bytes(0), _bytes(1)]
    assert [(q.text, q.answer, q.kind) for q in data.questions[:2]] == [
        ("Is it big?", "no", "closed"),
        ("Where?", "left", "open"),
    ]
    assert (len(data.questions), data.cases[0].split) == (4, "val" if kind == "splits" else "custom")


def test_class_labels_are_their_names(tmp_path: Path) -> None:
    import datasets

    features = datasets.Features(
        {"im": datasets.List(datasets.Image()), "Edema": datasets.ClassLabel(names=["unlabeled", "absent", "present"])}
    )
    image = {"bytes": _bytes(), "path": None}
    other = {"bytes": _bytes(1), "path": None}
    rows = [{"im": [image, other], "Edema": 2}, {"im": [other], "Edema": 0}]
    datasets.Dataset.from_list(rows, features=features).to_parquet(tmp_path / "t.parquet")
    first, second = _load(tmp_path / "t.parquet", "image=im,labels=Edema").cases
    assert [f.certainty for f in first.findings] == [Certainty.PRESENT]
    assert (second.findings, [view.id for view in first.study.views]) == ((), ["frontal", "frontal2"])


def test_one_split_a_patient_and_the_tested_one_wins(folder: Path) -> None:
    path = _csv(
        folder,
        "i,p,s\npng/a.png,1,train\npng/b.png,1,test\npng/c.png,2,train\npng/d.png,2,val\npng/e.png,3,\npng/f.png,3,train\n",
    )
    data = _load(path, "image=i,patient=p,split=s")
    assert [(case.study.patient_id, case.split) for case in data.cases] == [("1", "test"), ("2", "val"), ("3", "train")]
    assert data.skipped == {OTHER_SPLIT: 3}


def test_a_study_in_two_splits_is_of_the_tested_one(folder: Path) -> None:
    path = _csv(folder, "i,u,s\npng/a.png,s1,train\npng/b.png,s1,test\n")
    data = _load(path, "image=i,study=u,split=s")
    assert [(case.split, len(case.study.views)) for case in data.cases] == [("test", 1)]
    assert data.skipped == {OTHER_SPLIT: 1}


def test_what_is_left_out_is_counted(folder: Path) -> None:
    (folder / "png" / "bad.png").write_bytes(b"\x89PNG\r\n\x1a\n no more")
    path = _csv(
        folder,
        "i,p,s,v,d,x,y,q,a\n"
        "png/a.png,1,s1,PA,yesterday,Z,old,Why?,\n"
        "png/b.png,2,s1,PA,,,,,\n"
        "png/c.png,,s3,PA,,,,,\n"
        "png/d.png,4,,PA,,,,,\n"
        "png/gone.png,5,s5,PA,,,,,\n"
        "png/bad.png,6,s6,PA,,,,,\n"
        "png/e.png,7,s7,oblique,,,,,\n"
        ",8,s8,PA,,,,,\n",
    )
    data = _load(path, "image=i,patient=p,study=s,view=v,date=d,sex=x,age=y,question=q,answer=a")
    assert [case.study.study_id for case in data.cases] == ["s1"]
    once = (TWO_PATIENTS, NO_PATIENT, NO_STUDY, MISSING, UNREADABLE, OTHER_VIEW, NO_IMAGE, NO_ANSWER)
    assert data.skipped == dict.fromkeys((*once, *NOT_UNDERSTOOD.values()), 1)


@pytest.mark.parametrize("end", ["yaml", "json"])
def test_a_mapping_file_names_its_table(end: str, folder: Path) -> None:
    fields: dict[str, Any] = {
        "data": "table.tsv",
        "images": "png",
        "image": {"front": None, "side": "LATERAL"},
        "labels": {"wet": "edema"},
        "date": "d",
        "date_format": "%d/%m/%Y",
        "licence": "our own",
        "name": "ward",
    }
    (folder / f"map.{end}").write_text(json.dumps(fields))
    _csv(folder, "front\tside\twet\td\na.png\tb.png\tyes\t03/02/2024\n", "table.tsv")
    (case,) = SOURCES["mapped"].load(folder / f"map.{end}", folder / "work").cases
    assert [view.projection for view in case.study.views] == [Projection.UNKNOWN, Projection.LATERAL]
    assert (case.source, case.licence, case.study.date) == ("ward", "our own", date(2024, 2, 3))
    assert [f.name for f in case.findings] == ["edema"]


def test_a_table_without_a_mapping_is_told(folder: Path) -> None:
    with pytest.raises(SightlineError, match="is a table, say what its columns hold"):
        SOURCES["mapped"].load(_csv(folder, "front\na.png\n", "table.tsv"), folder / "work")


def test_images_start_from_the_file_that_says_so(tmp_path: Path) -> None:
    (tmp_path / "map.yaml").write_text("image: path\nimages: films\n")
    assert read_mapping(tmp_path / "map.yaml").images == str(tmp_path / "films")


def test_words_outdo_the_file(tmp_path: Path) -> None:
    (tmp_path / "map.yaml").write_text("image: path\npatient: who\n")
    mapping = mapping_of(["patient=subject", "labels.Wet=edema"], read_mapping(tmp_path / "map.yaml"))
    assert mapping == ColumnMap(image={"path": None}, patient="subject", labels={"Wet": "edema"})


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["patient=p"], "image: Field required"),
        (["image=i,colour=c"], "colour: is no field, the fields are data, images"),
        (["image"], "is no FIELD=COLUMN"),
        (["image=i,labels=Shoe"], "column Shoe is called like no finding"),
        (["image=i", "labels.x=shoe"], "shoe is no finding"),
        (["image=i,question=q"], "question and answer need one another"),
        (["image=i", "split_names.a=b"], "split b is none of"),
        (["image.a=SIDEWAYS"], r"image\.a"),
        (["image.a=PA", "image=b", "image.c=UP"], r"image\.c"),
    ],
)
def test_a_wrong_mapping_is_told(words: list[str], told: str) -> None:
    with pytest.raises(SightlineError, match=told):
        mapping_of(words)


@pytest.mark.parametrize("text", ["- a\n", "image: [\n", "\x00"])
def test_a_file_that_is_no_mapping_is_told(text: str, tmp_path: Path) -> None:
    (tmp_path / "m.yaml").write_text(text)
    with pytest.raises(SightlineError, match="is no mapping"):
        read_mapping(tmp_path / "m.yaml")


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("t.csv", "j\nx\n", "column i, mapped to image, is missing, name one of j"),
        ("t.csv", "", "is empty"),
        ("t.csv", "i,i\n1,2\n", "two columns are called i"),
        ("t.csv", "i,Edema,s\npng/a.png,0.7,\n", r"row 1: label Edema is 0\.7"),
        ("t.csv", "i,Edema,s\npng/a.png,1,fold3\n", "row 1: `fold3` is no split"),
        ("t.csv", 'i,Edema,s\npng/a.png,"1,\n', "`"),
        ("t.parquet", "PAR1", "cannot be read as a table"),
        ("t.jsonl", '{"i": 1\n', "cannot be read as a table"),
        ("t.xls", "i", "is no table"),
    ],
)
def test_a_wrong_table_is_told(name: str, text: str, told: str, folder: Path) -> None:
    with pytest.raises(SightlineError, match=told) as error:
        _load(_csv(folder, text, name), "image=i,labels=Edema,split=s" if "Edema" in text else "image=i")
    assert "\n" not in str(error.value)


def test_a_row_of_more_cells_than_the_header_is_told(folder: Path) -> None:
    with pytest.raises(SightlineError, match="Length of header"):
        _load(_csv(folder, "i,p\npng/a.png,7,8,9\n"), "image=i,patient=p")


def test_the_hub_is_only_asked_by_name(tmp_path: Path) -> None:
    with pytest.raises(SightlineError, match="cannot be had from the hub"):
        _load(Path("hf:nobody/nothing"), "image=i")
    with pytest.raises(SightlineError, match="is not there"):
        _load(tmp_path / "nobody" / "nothing", "image=i")
