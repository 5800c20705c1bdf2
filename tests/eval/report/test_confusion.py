from __future__ import annotations

from eval.prediction import Prediction
from eval.report.confusion import matrices


def answer(number: int, prediction: str | None, reference: str, topic: str = "plane") -> Prediction:
    return Prediction(
        id=f"s#{number}", task="open", prediction=prediction, reference=reference, study_id="s", topic=topic
    )


def test_answers_by_reference() -> None:
    given = [("Axial", "axial"), ("the axial", "axial"), ("coronal", "axial"), ("coronal", "coronal")]
    given += [("sagittal", "coronal")]
    (matrix,) = matrices([*(answer(i, *pair) for i, pair in enumerate(given)), answer(9, None, "coronal")])
    assert (matrix.title, matrix.n, matrix.n_right, matrix.distinct) == ("plane (open)", 6, 3, 2)
    assert matrix.answers == ("axial", "coronal")
    assert [column.strip() for column in matrix.extra] == ["other", "none"]
    assert [[cell.count for cell in line.cells] for line in matrix.lines] == [[2, 1, 0, 0], [0, 1, 1, 1]]
    assert [[cell.diagonal for cell in line.cells].index(True) for line in matrix.lines] == [0, 1]
    assert matrix.lines[0].cells[1].heat == 1 / 3


def test_only_the_commonest_have_a_line() -> None:
    rows = [answer(i, "x", f"answer{i // 3}") for i in range(27)]
    (matrix,) = matrices(rows)
    assert (len(matrix.lines), matrix.rest, matrix.rest_right) == (8, 3, 0)


def test_no_table_where_nearly_every_reference_is_one_of_its_kind() -> None:
    (matrix,) = matrices([answer(i, f"a{i}", f"a{i}") for i in range(30)])
    assert (matrix.lines, matrix.n_right, matrix.distinct) == ((), 30, 30)


def test_topics_apart_and_heads_left_out() -> None:
    head = answer(3, "yes", "yes").model_copy(update={"task": "head"})
    rows = [answer(1, "a", "a", "organ"), answer(2, "a", "a"), head]
    assert [matrix.title for matrix in matrices(rows)] == ["organ (open)", "plane (open)"]
