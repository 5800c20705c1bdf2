from __future__ import annotations

from eval.prediction import Prediction
from eval.report.verdicts import judge_findings, named_absent, right
from radiology.study import Certainty, Finding, Severity, Side
from tests.eval.report.made import SAID_BOX, TRUE_BOX, closed, finding, report


def test_found_missed_invented_and_on_the_wrong_side() -> None:
    truth = (
        Finding(name="pleural_effusion", side=Side.LEFT, severity=Severity.SMALL),
        finding("nodule", Side.RIGHT),
        finding("edema"),
        finding("mass", Side.LEFT),
    )
    said = (
        finding("pleural_effusion", Side.LEFT),
        finding("nodule", Side.LEFT),
        Finding(name="mass", certainty=Certainty.UNCERTAIN),
        finding("pneumothorax"),
        Finding(name="hernia", certainty=Certainty.ABSENT),
    )
    row = report("s", "text", said, truth)
    judged = {each.name: each for each in judge_findings(row)}
    assert {name: each.verdict for name, each in judged.items()} == {
        "pleural_effusion": "found",
        "nodule": "wrong side",
        "edema": "missed",
        "mass": "missed",
        "pneumothorax": "invented",
    }
    assert (judged["pleural_effusion"].truth, judged["pleural_effusion"].predicted) == ("left, small", "left")
    assert [piece.text for piece in judged["pleural_effusion"].pieces[0] if not piece.shared] == ["small"]
    assert judged["mass"].predicted == "uncertain"
    assert named_absent(row) == ("hernia",)
    assert right(row) is False


def test_both_sides_in_two_findings_are_bilateral() -> None:
    said = (finding("nodule", Side.LEFT), finding("nodule", Side.RIGHT))
    row = report("s", "text", said, (finding("nodule", Side.BILATERAL),))
    assert [each.verdict for each in judge_findings(row)] == ["found"]
    assert right(row) is True


def test_a_failed_report_misses_everything() -> None:
    row = report("s", None, (finding("nodule"),), (finding("nodule"),))
    assert [each.verdict for each in judge_findings(row)] == ["missed"]
    assert right(row) is False
    assert right(report("s", None, (), ())) is False


def test_answers_sentences_and_boxes() -> None:
    assert right(closed("s", 0, "Yes.", "yes", 0.9)) is True
    assert right(closed("s", 0, None, "yes", None)) is False
    sentence = Prediction(id="s#1", task="sentence", prediction="No nodule.", reference="wrong", study_id="s")
    assert right(sentence) is False
    assert right(sentence.model_copy(update={"task": "retrieval"})) is None
    boxes = Prediction(id="s#2", task="ground", prediction="x", reference="y", study_id="s")
    true = (finding("nodule", box=TRUE_BOX),)
    assert right(boxes.model_copy(update={"truth": true, "findings": true})) is True
    assert right(boxes.model_copy(update={"truth": true, "findings": (finding("nodule", box=SAID_BOX),)})) is False
