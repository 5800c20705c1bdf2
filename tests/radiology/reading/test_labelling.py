from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from radiology.errors import SightlineError
from radiology.reading.labelling import COLUMNS, label_reports

OPENI = """<?xml version="1.0"?><eCitation><uId id="CXR7"/><Abstract>
<AbstractText Label="INDICATION">Effusion?</AbstractText><AbstractText Label="FINDINGS">No pneumothorax.</AbstractText>
<AbstractText Label="IMPRESSION"/></Abstract></eCitation>"""


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_json_lines(tmp_path: Path) -> None:
    source, out = tmp_path / "reports.jsonl", tmp_path / "labels.csv"
    source.write_text(json.dumps({"id": "a", "text": "Left effusion, no edema."}) + "\n\n", encoding="utf-8")
    assert label_reports(source, out) == 1
    (row,) = _rows(out)
    assert tuple(row) == COLUMNS
    assert len(COLUMNS) == 29
    assert (row["id"], row["nih:Effusion"], row["chexpert:Edema"], row["nih:Mass"]) == ("a", "1", "0", "")


def test_open_i_folder(tmp_path: Path) -> None:
    (tmp_path / "7.xml").write_text(OPENI, encoding="utf-8")
    assert label_reports(tmp_path, tmp_path / "out.csv") == 1
    (row,) = _rows(tmp_path / "out.csv")
    assert (row["id"], row["nih:Pneumothorax"], row["nih:Effusion"]) == ("CXR7", "0", "")


@pytest.mark.parametrize("line", ["not json", "[1]", '{"id": "a"}', '{"id": "a", "text": 3}', "[" * 100_000])
def test_a_bad_line_is_named_and_nothing_is_written(tmp_path: Path, line: str) -> None:
    source, out = tmp_path / "reports.jsonl", tmp_path / "out.csv"
    source.write_text('{"id": "a", "text": "Normal."}\n' + line, encoding="utf-8")
    with pytest.raises(SightlineError, match="line 2"):
        label_reports(source, out)
    assert [path.name for path in tmp_path.iterdir()] == ["reports.jsonl"]


@pytest.mark.parametrize(("name", "content"), [("a.xml", "<x>"), ("a.xml", "<x/>"), ("a.txt", "")])
def test_a_folder_without_readable_reports_is_refused(tmp_path: Path, name: str, content: str) -> None:
    (tmp_path / name).write_text(content, encoding="utf-8")
    with pytest.raises(SightlineError):
        label_reports(tmp_path, tmp_path / "out.csv")


def test_a_missing_path_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SightlineError, match="not found"):
        label_reports(tmp_path / "none.jsonl", tmp_path / "out.csv")


def test_odd_characters_end_no_line(tmp_path: Path) -> None:
    """A line separator, a picture, and half a character in an id."""
    source = tmp_path / "reports.jsonl"
    lines = [json.dumps({"id": "a", "text": "Left\u2028effusion. \U0001fac1\u0085"}, ensure_ascii=False)]
    source.write_text("\n".join([*lines, '{"id": "\\ud800", "text": "Edema."}']), encoding="utf-8")
    assert label_reports(source, tmp_path / "out.csv") == 2
    assert [(row["id"], row["nih:Effusion"]) for row in _rows(tmp_path / "out.csv")] == [("a", "1"), ("?", "")]


def test_a_file_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    source = tmp_path / "reports.jsonl"
    source.write_text('{"id": "a", "text": "Edema."}')
    (tmp_path / "taken" / "inner").mkdir(parents=True)
    with pytest.raises(SightlineError, match=r"taken`: cannot be written .*, choose another file"):
        label_reports(source, tmp_path / "taken")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["reports.jsonl", "taken"]
