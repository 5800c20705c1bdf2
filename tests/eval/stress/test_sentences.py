from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from eval.prediction import Prediction
from eval.stress.sentences import look_with, rows_of, weigh_report, write_reports
from mllm.draft.calibration.record import Calibration
from mllm.draft.evidence import weigh
from mllm.draft.sight import look
from radiology.datasets.table import Dataset
from radiology.study import Case, DraftSentence, Finding, Mention, Side, Study
from tests.calibrations import plain_calibration
from tests.eval.stress.watcher import EFFUSION, Watcher, WatchingHeads


def drafted(cases: Sequence[Case], calibration: Calibration | None = None) -> list[Prediction]:
    """The sentences of a draft of each case that can be read, judged by its findings."""
    return [
        row
        for each in write_reports(cases, Watcher())
        for row in rows_of(
            each.case.study,
            weigh_report(each.completion, each.case.study, look_with(WatchingHeads(), each.case.study), calibration),
            each.case.findings,
        )
    ]


def test_each_judgeable_sentence_is_a_row(data: Dataset) -> None:
    rows = drafted(data.cases, plain_calibration(films=((1.0,),)))
    first = rows[0]
    assert (first.id, first.task, first.study_id) == ("s00#0", "sentence", "s00")
    assert (first.prediction, first.reference, first.topic) == (
        "There is a left pleural effusion.",
        "right",
        "supported",
    )
    assert first.probability == 0.5
    assert first.groups["sex"] == "M"
    assert {row.study_id for row in rows} == {case.study.study_id for case in data.cases}
    assert {row.reference for row in rows if "effusion" in (row.prediction or "")} == {"right"}


def test_without_a_calibration_there_is_no_confidence(data: Dataset) -> None:
    assert {row.probability for row in drafted(data.cases[:2])} == {None}


def test_wrong_and_unsupported_are_told_and_the_unjudgeable_left_out() -> None:
    def said(text: str, *flags: str, side: Side | None = None, name: str | None = EFFUSION) -> DraftSentence:
        mentions = (Mention(finding=Finding(name=name, side=side), start=0, end=1),) if name else ()
        return DraftSentence(text=text, section="findings", findings=mentions, flags=flags, confidence=0.25)

    study = Study(study_id="s", patient_id="p")
    sentences = (
        said("Left effusion.", side=Side.LEFT),
        said("AP film.", "no finding", name=None),
        said("Right effusion.", "unsupported", side=Side.RIGHT),
    )
    rows = rows_of(study, sentences, (Finding(name=EFFUSION, side=Side.LEFT),))
    assert [(row.id, row.reference, row.topic) for row in rows] == [
        ("s#0", "right", "supported"),
        ("s#2", "wrong", "unsupported"),
    ]
    assert rows[0].probability == 0.25


def test_a_film_that_cannot_be_read_is_left_out(data: Dataset, tmp_path: Path) -> None:
    (tmp_path / "broken.png").write_bytes(b"no picture")
    case = data.cases[0]
    view = case.study.views[0].model_copy(update={"path": str(tmp_path / "broken.png")})
    broken = case.model_copy(update={"study": case.study.model_copy(update={"views": (view,)})})
    assert {row.study_id for row in drafted([broken, data.cases[1]])} == {"s01"}


def test_a_report_is_weighed_as_any_text_is(data: Dataset) -> None:
    case = data.cases[0]
    (written,) = write_reports([case], Watcher())
    sight = look(case.study, WatchingHeads())
    assert weigh_report(written.completion, case.study, sight) == weigh(written.completion.text, case.study, sight)
