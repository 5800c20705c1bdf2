"""Files are written whole or not at all, and what cannot be written is told in one sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from eval.prediction import Prediction, read_predictions, write_predictions, write_text
from radiology.errors import SightlineError


def test_what_cannot_be_written_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "folder" / "inner").mkdir(parents=True)
    with pytest.raises(SightlineError, match=r"file`: cannot be written .*, choose another place"):
        write_text(tmp_path / "file" / "scores.json", "text")
    with pytest.raises(SightlineError, match="folder`: cannot be written"):
        write_text(tmp_path / "folder", "text")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "folder"]


def test_odd_characters_come_back(tmp_path: Path) -> None:
    """A line separator and a picture stay; half a pair of surrogates, which is no character, does not."""
    row = Prediction(id="a", task="open", prediction="clear\u2028\U0001fac1\ud800", reference="", study_id="a")
    write_predictions(tmp_path / "rows.jsonl", [row])
    (back,) = read_predictions(tmp_path / "rows.jsonl")
    assert back.prediction == "clear\u2028\U0001fac1?"
