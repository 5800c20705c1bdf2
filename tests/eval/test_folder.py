"""A folder never holds scores or baselines of other predictions than its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from eval.folder import Predicted, read_predicted, read_scores, write_predicted, write_scores
from eval.score import score
from radiology.errors import SightlineError
from tests.eval.test_compare import predicted


def test_other_predictions_take_the_place_of_all_that_was_there(tmp_path: Path) -> None:
    first = predicted(20)
    write_predicted(tmp_path, Predicted(first.run, first.rows, {"blank": first.rows, "majority": first.rows}))
    write_scores(tmp_path, score(first))
    assert read_scores(tmp_path).signature.model.id == "one"
    second = predicted(30, model="two")
    write_predicted(tmp_path, Predicted(second.run, second.rows, {"majority": second.rows}))
    assert read_predicted(tmp_path).baseline.keys() == {"majority"}
    with pytest.raises(SightlineError, match="holds predictions without scores, run `sightline eval score`"):
        read_scores(tmp_path)


def test_a_folder_of_nothing_has_no_scores(tmp_path: Path) -> None:
    with pytest.raises(SightlineError, match=r"scores.json`: cannot be read"):
        read_scores(tmp_path)
