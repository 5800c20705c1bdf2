"""SLAKE as published, with invented questions."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from radiology.datasets.pictures import MISSING, UNREADABLE
from radiology.datasets.slake import NOT_ENGLISH
from radiology.datasets.source import Dataset
from radiology.datasets.table import SOURCES
from radiology.errors import SightlineError


def _entry(image: str, **changes: Any) -> dict[str, Any]:
    entry = {
        "img_id": 1,
        "img_name": f"{image}/source.jpg",
        "question": "Is the  lung grey?",
        "answer": "Yes",
        "q_lang": "en",
        "location": "Lung",
        "modality": "X-Ray",
        "answer_type": "CLOSED",
        "base_type": "vqa",
        "content_type": "Abnormality",
        "triple": ["vhead", "_", "_"],
        "qid": 1,
    }
    return entry | changes


def _write(root: Path, name: str, *entries: dict[str, Any], pictures: bool = True) -> None:
    (root / name).write_text(json.dumps(entries, ensure_ascii=False), encoding="utf-8")
    for entry in entries if pictures else ():
        path = root / "imgs" / entry["img_name"]
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (45, 37), (9, 9, 9)).save(path)


def _load(root: Path) -> Dataset:
    return SOURCES["slake"].load(root, root / "work")


def test_english_questions_one_case_an_image_split_by_file(tmp_path: Path) -> None:
    chinese = _entry("xmlab1", q_lang="zh", question="肺是灰色的吗？", answer="是")
    count = _entry("xmlab1", question="How many?", answer=2, answer_type="OPEN", content_type="Quantity")
    _write(tmp_path, "train.json", _entry("xmlab1"), chinese, count)
    _write(tmp_path, "validate.json", _entry("xmlab2"))
    _write(tmp_path, "test.json", _entry("xmlab3", answer_type="OPEN", content_type="KG"))
    data = _load(tmp_path)
    assert {case.study.study_id: case.split for case in data.cases} == {
        "xmlab1": "train",
        "xmlab2": "val",
        "xmlab3": "test",
    }
    assert (data.cases[0].study.views[0].width, data.cases[0].study.views[0].height) == (45, 37)
    assert [(q.study_id, q.text, q.answer, q.kind, q.topic) for q in data.questions] == [
        ("xmlab1", "Is the lung grey?", "Yes", "closed", "abnormality"),
        ("xmlab1", "How many?", "2", "open", "quantity"),
        ("xmlab2", "Is the lung grey?", "Yes", "closed", "abnormality"),
        ("xmlab3", "Is the lung grey?", "Yes", "open", "knowledge graph"),
    ]
    assert data.skipped == {}


def test_the_other_name_of_the_validation_file_is_known(tmp_path: Path) -> None:
    _write(tmp_path, "validation.json", _entry("xmlab2"))
    assert [case.split for case in _load(tmp_path).cases] == ["val"]


def test_what_is_left_out_is_counted_by_reason(tmp_path: Path) -> None:
    _write(tmp_path, "train.json", _entry("xmlab1"), _entry("xmlab2"), _entry("xmlab3", q_lang="zh"))
    _write(tmp_path, "test.json", _entry("xmlab4"), _entry("xmlab4"), pictures=False)
    (tmp_path / "imgs" / "xmlab2" / "source.jpg").write_bytes(b"\xff\xd8\xff broken")
    data = _load(tmp_path)
    assert [case.study.study_id for case in data.cases] == ["xmlab1"]
    assert data.skipped == {UNREADABLE: 1, NOT_ENGLISH: 1, MISSING: 1}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("[{", "train.json`: is no JSON"),
        ('{"data": []}', "no list of objects"),
        ('[{"img_name": "xmlab1/source.jpg"}]', "entry 1 has no answer,"),
    ],
)
def test_a_damaged_file_is_named(content: str, words: str, tmp_path: Path) -> None:
    (tmp_path / "train.json").write_text(content)
    with pytest.raises(SightlineError, match=words):
        _load(tmp_path)
