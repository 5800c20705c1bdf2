"""MS-CXR as published, with invented phrases and noise for films."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from radiology.datasets.chexpert import CHEXPERT_FINDINGS
from radiology.datasets.grounding import boxes_in
from radiology.datasets.ms_cxr import OUTSIDE, UNKNOWN_NAME
from radiology.datasets.pictures import MISSING, UNREADABLE
from radiology.datasets.source import Dataset
from radiology.datasets.table import SOURCES
from radiology.errors import SightlineError
from radiology.findings import FINDINGS
from radiology.study import Box, Certainty, Side

CSV, JSON = "MS_CXR_Local_Alignment_v1.0.0.csv", "MS_CXR_Local_Alignment_v1.0.0.json"
HEAD = "dicom_id,category_name,label_text,path,x,y,w,h,image_width,image_height"
FILM = "files/p10/p10000017/s50000001/aa-film.jpg"
SECOND = "files/p11/p11000023/s50000002/bb-film.jpg"
EFFUSION = f'aa-film,Pleural Effusion,"Small  left effusion, perhaps",{FILM},40,20,80,100,200,100'
"""Drawn on a film of 200 by 100 px: it leaves the film at the bottom."""
MORE = f'aa-film,Pleural Effusion,"Small  left effusion, perhaps",{FILM},0,10,20,40,200,100'
RIGHT = f"aa-film,Pleural Effusion,Right pleural effusion,{FILM},160,50,40,50,200,100"
DENSE = f"bb-film,Lung Opacity,Patch at the base,{SECOND},0,0,50,25,100,50"


def _film(root: Path, name: str = FILM) -> None:
    """Half the size that the boxes were drawn on."""
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.random.default_rng(1).integers(0, 255, (50, 100), np.uint8)).save(path, "JPEG")


def _csv(root: Path, *lines: str, head: str = HEAD, name: str = CSV) -> None:
    (root / name).write_text("\n".join((head, *lines)) + "\n")


def _load(root: Path) -> Dataset:
    return SOURCES["ms_cxr"].load(root, root / "work")


def test_a_phrase_is_a_finding_and_a_question(tmp_path: Path) -> None:
    _film(tmp_path)
    _csv(tmp_path, EFFUSION, MORE, RIGHT)
    data = _load(tmp_path)
    (case,) = data.cases
    left, right = case.findings
    assert (case.study.study_id, case.study.patient_id, case.split) == ("aa-film", "10000017", "test")
    assert (case.study.views[0].width, case.study.views[0].height) == (100, 50)
    assert (left.name, left.certainty, left.side, right.side) == (
        "pleural_effusion",
        Certainty.PRESENT,
        Side.LEFT,
        Side.RIGHT,
    )
    assert left.boxes == (
        Box(view="frontal", x0=0.2, y0=0.2, x1=0.6, y1=1),
        Box(view="frontal", x0=0, y0=0.1, x1=0.1, y1=0.5),
    )
    first, second = data.questions
    assert (first.study_id, first.text, first.kind) == ("aa-film", "Small left effusion, perhaps", "open")
    assert (first.topic, first.name, first.answer) == (
        "ground",
        "pleural_effusion",
        "0.2,0.2,0.6,1.0; 0.0,0.1,0.1,0.5",
    )
    assert (boxes_in(first.answer), boxes_in(second.answer)) == (left.boxes, right.boxes)


def test_the_json_says_the_same(tmp_path: Path) -> None:
    for root in (tmp_path / "csv", tmp_path / "json"):
        _film(root)
        _film(root, SECOND)
    _csv(tmp_path / "csv", EFFUSION, DENSE)
    content = {
        "images": [
            {"id": 7, "path": FILM, "width": 200, "height": 100},
            {"id": 8, "path": SECOND, "width": 100, "height": 50},
        ],
        "categories": [{"id": 1, "name": "Pleural Effusion"}, {"id": 2, "name": "Lung Opacity"}],
        "annotations": [
            {"image_id": 7, "category_id": 1, "label_text": "Small left effusion, perhaps", "bbox": [40, 20, 80, 100]},
            {"image_id": 8, "category_id": 2, "label_text": "Patch at the base", "bbox": [0, 0, 50, 25]},
        ],
    }
    (tmp_path / "json" / JSON).write_text(json.dumps(content))
    one, other = _load(tmp_path / "csv"), _load(tmp_path / "json")
    assert one.questions == other.questions
    assert [case.findings for case in one.cases] == [case.findings for case in other.cases]
    assert [case.study.patient_id for case in other.cases] == ["10000017", "11000023"]


def test_a_split_in_the_file_is_kept_and_the_newest_version_read(tmp_path: Path) -> None:
    _film(tmp_path)
    _film(tmp_path, SECOND)
    _csv(tmp_path, RIGHT)
    newer = CSV.replace("1.0.0", "1.1.0")
    _csv(tmp_path, f"{EFFUSION},val", f"{DENSE},test", head=f"{HEAD},split", name=newer)
    assert {case.study.study_id: case.split for case in _load(tmp_path).cases} == {"aa-film": "val", "bb-film": "test"}


def test_what_is_left_out_is_counted_by_reason(tmp_path: Path) -> None:
    broken = FILM.replace("aa-film", "cc-film")
    _film(tmp_path)
    (tmp_path / broken).write_bytes(b"\xff\xd8\xff broken")
    _csv(
        tmp_path,
        EFFUSION,
        RIGHT.replace("Pleural Effusion", "Dragon"),
        RIGHT.replace("160,50,40,50", "200,50,40,50"),
        DENSE,
        RIGHT.replace("aa-film", "cc-film"),
    )
    data = _load(tmp_path)
    assert len(data.cases) == len(data.questions) == 1
    assert data.skipped == {UNKNOWN_NAME: 1, OUTSIDE: 1, MISSING: 1, UNREADABLE: 1}


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        (CSV, "colour\nred\n", "column category_name is missing"),
        (CSV, f"{HEAD}\n{RIGHT.replace('160', 'left')}\n", "line 2 has no box"),
        (JSON, "{", "is no JSON"),
        (JSON, "[]", "no list of objects under `images`"),
        (JSON, '{"images": [], "categories": [], "annotations": [{"bbox": 3}]}', "annotation 1 has no box"),
    ],
)
def test_a_damaged_file_is_named(name: str, content: str, words: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(content)
    with pytest.raises(SightlineError, match=words):
        _load(tmp_path)


def test_every_category_is_a_finding_of_that_label() -> None:
    assert {FINDINGS[name].chexpert for name in CHEXPERT_FINDINGS.values()} == set(CHEXPERT_FINDINGS)
