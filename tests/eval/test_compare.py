"""Comparing two evaluations: the difference, its interval and p, and what may not be compared."""

from __future__ import annotations

from pathlib import Path

import pytest

from eval.compare import compare, compare_folders
from eval.folder import Predicted, Run, write_predicted
from eval.prediction import Prediction
from eval.selection import Taken
from eval.signature import Asked, Baselines, Signature, differences, sign
from radiology.datasets.table import Dataset
from radiology.errors import SightlineError
from radiology.study import Case, ModelInfo, Study

N = 60


def signature(model: str = "one", n: int = N) -> Signature:
    cases = tuple(Case(study=Study(study_id=f"s{i}", patient_id=f"s{i}")) for i in range(n))
    used = Baselines(majority_from="train split", majority_n=1, blank_n=1)
    asked = Asked(prompt="the question", reference="the answer")
    return sign(Dataset(cases), Taken(), ModelInfo(id=model, hash="0"), used, asked)


def predicted(right: int, model: str = "one", ids: str = "s") -> Predicted:
    """Answers to `N` questions of which the first `right` are right."""
    rows = [
        Prediction(
            id=f"{ids}{i}#0",
            task="open",
            prediction="axial" if i < right else "coronal",
            reference="axial",
            study_id=f"{ids}{i}",
            topic="plane",
        )
        for i in range(N)
    ]
    return Predicted(Run(benchmark="vqa_med_2019", signature=signature(model)), rows, {})


def test_a_clear_difference_is_told_from_chance() -> None:
    rows = {row.name: row for row in compare(predicted(20), predicted(50))}
    assert rows.keys() == {"accuracy", "vqa_med_bleu", "accuracy:plane"}
    row = rows["accuracy"]
    assert [row.a, row.b] == pytest.approx([20 / 60, 50 / 60], abs=1e-6)
    assert row.n == N
    assert row.difference == pytest.approx(0.5)
    assert row.low is not None
    assert row.high is not None
    assert row.p is not None
    assert 0.35 < row.low < 0.5 < row.high < 0.65
    assert row.p <= 0.002
    assert row.higher_is_better


def test_the_same_answers_differ_by_nothing() -> None:
    row = compare(predicted(30), predicted(30))[0]
    assert (row.difference, row.low, row.high, row.p) == (0.0, 0.0, 0.0, 1.0)


def test_one_answer_more_is_no_finding() -> None:
    row = compare(predicted(30), predicted(31))[0]
    assert row.p is not None
    assert row.p > 0.3


def test_p_is_that_of_the_sign_test() -> None:
    """Six answers differ, all to the advantage of B: of 2^6 exchanges only two are as extreme, p = 2/64."""
    row = compare(predicted(30), predicted(36))[0]
    assert row.p == pytest.approx(2 / 64, abs=0.02)


def folder(path: Path, made: Predicted) -> Path:
    write_predicted(path, made)
    return path


def test_unlike_evaluations_are_refused(tmp_path: Path) -> None:
    a = folder(tmp_path / "a", predicted(30))
    other = predicted(30)
    shorter = Run(benchmark="vqa_med_2019", signature=signature(n=N - 1))
    elsewhere = Run(benchmark="vqa_rad", signature=signature())
    for name, made, message in [
        ("b", Predicted(shorter, other.rows, {}), "their signatures differ in split_hash"),
        ("c", Predicted(elsewhere, other.rows, {}), "are of vqa_med_2019 and vqa_rad"),
        ("d", Predicted(other.run, other.rows[1:], {}), "only one of them has item s0#0 of task open"),
        ("e", predicted(30, ids="t"), "only one of them has item"),
    ]:
        with pytest.raises(SightlineError, match=message):
            compare_folders(a, folder(tmp_path / name, made))
    with pytest.raises(SightlineError, match=r"run.json`: cannot be read .*, name the folder of an evaluation"):
        compare_folders(a, tmp_path / "nothing")


def test_items_with_another_truth_are_refused(tmp_path: Path) -> None:
    a, other = folder(tmp_path / "a", predicted(30)), predicted(30)
    rows = [row.model_copy(update={"reference": "sagittal"}) if row.id == "s7#0" else row for row in other.rows]
    b = folder(tmp_path / "b", Predicted(other.run, rows, {}))
    with pytest.raises(SightlineError, match="item s7#0 of task open is compared with different truths"):
        compare_folders(a, b)


def test_a_limit_that_leaves_all_does_not_keep_two_apart(tmp_path: Path) -> None:
    a, made = folder(tmp_path / "a", predicted(30)), predicted(30)
    limited = made.run.signature.model_copy(update={"limit": N, "part": "test"})
    b = folder(tmp_path / "b", Predicted(Run(benchmark="vqa_med_2019", signature=limited), made.rows, {}))
    assert compare_folders(a, b)[0].difference == 0
    fewer = made.run.signature.model_copy(update={"views": {"frontal": 3}})
    c = folder(tmp_path / "c", Predicted(Run(benchmark="vqa_med_2019", signature=fewer), made.rows, {}))
    with pytest.raises(SightlineError, match=r"differ in views\.frontal \(0 and 3\)"):
        compare_folders(a, c)


def test_signatures_tell_in_what_they_differ() -> None:
    unlike = differences(signature("one"), signature("other", n=3))
    assert unlike["model.id"] == ("one", "other")
    assert unlike["n"] == ("60", "3")
    assert differences(signature(), signature()) == {}
