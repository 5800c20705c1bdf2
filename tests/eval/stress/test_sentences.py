from __future__ import annotations

from pathlib import Path

from eval.stress.sentences import rows_of, sentence_rows, weigh_report, write_reports
from mllm.draft.calibration import FEATURES, Calibration
from mllm.draft.evidence import weigh
from mllm.draft.sight import look
from radiology.datasets.table import Dataset
from radiology.study import DraftSentence, Finding, Mention, Side, Study
from tests.eval.stress.watcher import EFFUSION, Watcher, WatchingHeads


def calibration() -> Calibration:
    n = len(FEATURES)
    zeros, ones = (0.0,) * n, (1.0,) * n
    return Calibration(
        model_hash="0",
        names=FEATURES,
        means=zeros,
        scales=ones,
        coefficients=zeros,
        intercept=0.0,
        abstain_below=0.0,
        n=1,
    )


def test_each_judgeable_sentence_is_a_row(data: Dataset) -> None:
    found = sentence_rows(data.cases, Watcher(), WatchingHeads(), calibration())
    first = found.rows[0]
    assert (first.id, first.task, first.study_id) == ("s00#0", "sentence", "s00")
    assert (first.prediction, first.reference, first.topic) == (
        "There is a left pleural effusion.",
        "right",
        "supported",
    )
    assert first.probability == 0.5
    assert first.groups["sex"] == "M"
    assert len(found.rows) + found.unjudgeable == 8 * 2 + 8
    assert {row.reference for row in found.rows if "effusion" in (row.prediction or "")} == {"right"}
    assert found.failed == 0


def test_without_a_calibration_there_is_no_confidence(data: Dataset) -> None:
    assert {row.probability for row in sentence_rows(data.cases[:2], Watcher(), WatchingHeads()).rows} == {None}


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


def test_a_film_that_cannot_be_read_is_a_failed_study(data: Dataset, tmp_path: Path) -> None:
    (tmp_path / "broken.png").write_bytes(b"no picture")
    case = data.cases[0]
    view = case.study.views[0].model_copy(update={"path": str(tmp_path / "broken.png")})
    broken = case.model_copy(update={"study": case.study.model_copy(update={"views": (view,)})})
    found = sentence_rows([broken, data.cases[1]], Watcher(), WatchingHeads())
    assert found.failed == 1
    assert {row.study_id for row in found.rows} == {"s01"}


def test_a_report_is_weighed_as_any_text_is(data: Dataset) -> None:
    case = data.cases[0]
    (written,) = write_reports([case], Watcher())
    sight = look(case.study, WatchingHeads())
    assert weigh_report(written.completion, case.study, sight) == weigh(written.completion.text, case.study, sight)
