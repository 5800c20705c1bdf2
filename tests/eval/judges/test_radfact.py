"""RadFact by rule and by a language model: entailment case by case, boxes by hand, answers that cannot be used."""

from __future__ import annotations

import json
import math
from itertools import starmap

import numpy as np
import pytest

from eval.judges.coverage import coverage
from eval.judges.phrases import Weighed, verdict
from eval.judges.radfact import ENTAIL, SPLIT, RadFactChat, open_radfact, read_entailment, read_phrases
from eval.judges.reader import entailing
from eval.prediction import Prediction
from radiology.errors import SightlineError
from radiology.reading.report import read_report
from radiology.study import Box, Finding, Side
from tests.eval.judges.fake_server import FakeWriter, serving


def row(prediction: str | None, reference: str, **more: object) -> Prediction:
    fields = {"id": "s", "study_id": "s", "task": "report", "prediction": prediction, "reference": reference}
    return Prediction.model_validate(fields | more)


def box(x0: float, y0: float, x1: float, y1: float, view: str = "f") -> Box:
    return Box(view=view, x0=x0, y0=y0, x1=x1, y1=y1)


def unjudged(weighed: tuple[float, ...]) -> bool:
    return len(weighed) == 8 and all(map(math.isnan, weighed))


@pytest.mark.parametrize(
    ("premise", "hypothesis", "entailed"),
    [
        ("Small left pleural effusion.", "Pleural effusion.", True),
        ("Pleural effusion.", "Left pleural effusion.", False),
        ("Left pleural effusion.", "Right pleural effusion.", False),
        ("Bilateral pleural effusions.", "Right pleural effusion.", True),
        ("Left pleural effusion.", "Bilateral pleural effusions.", False),
        ("Small left effusion. Large right effusion.", "Bilateral pleural effusions.", True),
        ("Small left effusion. Large right effusion.", "Small bilateral pleural effusions.", False),
        ("Large left effusion.", "Small left effusion.", False),
        ("Left effusion.", "Small left effusion.", False),
        ("The left effusion is unchanged.", "Left effusion.", True),
        ("The left effusion is unchanged.", "The left effusion has increased.", False),
        ("Consolidation in the right lower lobe.", "Right consolidation.", True),
        ("Consolidation in the right lower lobe.", "Consolidation in the right upper lobe.", False),
        ("Possible nodule.", "Nodule.", False),
        ("Nodule.", "Possible nodule.", False),
        ("No pneumothorax.", "Pneumothorax.", False),
        ("No pneumothorax.", "No left pneumothorax.", True),
        ("No left pneumothorax.", "No pneumothorax.", False),
        ("No left pneumothorax. No right pneumothorax.", "No pneumothorax.", True),
        ("The heart is normal in size.", "No cardiomegaly.", True),
        ("The effusion has resolved.", "No effusion.", True),
        ("No effusion.", "The effusion has resolved.", False),
        ("Left pneumothorax.", "Left effusion.", False),
    ],
)
def test_entailment_as_a_table(premise: str, hypothesis: str, entailed: bool) -> None:
    (claim,) = read_report(hypothesis)
    assert bool(entailing(claim, read_report(premise))) is entailed


def test_coverage_by_hand() -> None:
    half = box(0, 0, 0.5, 1)
    assert coverage([box(0, 0, 1, 1)], [half]) == pytest.approx(0.5)
    assert coverage([box(0.2, 0, 0.4, 0.2), box(0.3, 0, 0.5, 0.2)], [box(0.3, 0, 0.4, 1)]) == pytest.approx(1 / 3)
    assert coverage([half], [box(0, 0, 0.3, 1), box(0.2, 0, 0.4, 1)]) == pytest.approx(0.8)
    assert coverage([half], [box(0, 0, 0.5, 1, view="other")]) == 0.0
    assert coverage([half, box(0, 0, 0.5, 1, view="l")], [half]) == pytest.approx(0.5)
    assert coverage([], [half]) == coverage([half], []) == 0.0


def test_coverage_equals_a_raster() -> None:
    generator = np.random.default_rng(2)

    def some() -> list[Box]:
        corners = np.sort(generator.integers(0, 50, (4, 2, 2)), axis=1) + np.array([[0, 0], [1, 1]])
        return [box(*(corner / 60).ravel()) for corner in corners]

    def mask(boxes: list[Box]) -> np.ndarray[tuple[int, int], np.dtype[np.bool_]]:
        grid = np.zeros((60, 60), dtype=bool)
        for b in boxes:
            grid[round(b.y0 * 60) : round(b.y1 * 60), round(b.x0 * 60) : round(b.x1 * 60)] = True
        return grid

    for _ in range(20):
        own, by = some(), some()
        assert coverage(own, by) == pytest.approx((mask(own) & mask(by)).sum() / mask(own).sum())


def test_half_the_box_is_enough_and_the_phrase_must_be_entailed() -> None:
    tenth, half, less = box(0, 0, 0.1, 0.3), box(0, 0, 0.05, 0.3), box(0, 0, 0.049, 0.3)
    weighed = list(
        starmap(Weighed, [(True, (tenth,), (half,)), (True, (tenth,), (less,)), (False, (tenth,), (tenth,))])
    )
    assert verdict(weighed, [Weighed(True)]) == (3, 2, 1, 1, 3, 1, 0, 0)


def test_the_reader_weighs_grounded_reports() -> None:
    left, shifted, wrong = box(0.6, 0.5, 0.9, 0.9), box(0.65, 0.5, 0.95, 0.9), box(0.1, 0.1, 0.2, 0.2)
    said = (
        Finding(name="pleural_effusion", side=Side.LEFT, boxes=(shifted,)),
        Finding(name="nodule", side=Side.RIGHT, boxes=(wrong,)),
    )
    truth = (Finding(name="pleural_effusion", side=Side.LEFT, boxes=(left,)), Finding(name="nodule", boxes=(left,)))
    reference = "There is a small left pleural effusion. Nodule. No pneumothorax."
    (judged,) = open_radfact("reader").judge([row("text", reference, findings=said, truth=truth)])
    # "left effusion" follows with its box; "right nodule" says more than "nodule". Back: "small" is not said, "nodule"
    # follows but its box does not, pneumothorax is not mentioned.
    assert judged == (2, 1, 3, 1, 2, 1, 2, 0)


def test_the_reader_reads_plain_text_and_knows_what_it_cannot_judge() -> None:
    judge = open_radfact("reader")
    same = "Small left pleural effusion. No pneumothorax. Possible right nodule."
    nothing_to_compare, silent, label = row(same, " "), row(None, same), Finding(name="edema")
    verdicts = judge.judge([row(same, same), nothing_to_compare, silent, row("Edema.", "", truth=(label,))])
    assert unjudged(verdicts.pop(1))
    assert verdicts == [(3, 3, 3, 3, 0, 0, 0, 0), (0, 0, 3, 0, 0, 0, 0, 0), (1, 1, 1, 1, 0, 0, 0, 0)]


REPORTS = {
    "Effusion, large. Nodule seen.": ["Large left pleural effusion.", "Right nodule."],
    "Left effusion.": ["Left pleural effusion."],
}


def reply(messages: list[dict[str, str]]) -> str:
    """Splits the two reports above; a claim about an effusion follows from the first statement."""
    task, text = messages[0]["content"], messages[1]["content"]
    if task == SPLIT:
        return f"```json\n{json.dumps({'phrases': REPORTS[text]})}\n```"
    claim = text.rpartition("Claim: ")[2]
    return json.dumps({"entailed": "effusion" in claim, "evidence": [1] if "effusion" in claim else []})


def test_a_language_model_splits_and_decides() -> None:
    left, far = box(0.6, 0.5, 0.9, 0.9), box(0.0, 0.0, 0.1, 0.1)
    said = (Finding(name="pleural_effusion", boxes=(left,)), Finding(name="nodule", side=Side.RIGHT, boxes=(far,)))
    truth = (Finding(name="pleural_effusion", side=Side.LEFT, boxes=(left,)),)
    writer = FakeWriter(reply)
    pair = row("Effusion, large. Nodule seen.", "Left effusion.", findings=said, truth=truth)
    verdicts = RadFactChat(writer).judge([pair, pair, row(None, "Left effusion."), row("Left effusion.", "")])
    assert unjudged(verdicts.pop())
    assert verdicts == [(2, 1, 1, 1, 2, 1, 1, 1)] * 2 + [(0, 0, 1, 0, 0, 0, 0, 0)]
    assert [len(asked) for asked in writer.rounds] == [2, 3]  # each text and each claim once
    claim = writer.rounds[1][0]
    assert claim[0] == {"role": "system", "content": ENTAIL}
    assert claim[1]["content"] == "Report:\n1. Left pleural effusion.\n\nClaim: Large left pleural effusion."


def test_a_malformed_answer_is_asked_for_once_more() -> None:
    def careless(messages: list[dict[str, str]]) -> str:
        return "I think so." if len(messages) == 2 else reply(messages)

    writer = FakeWriter(careless)
    assert RadFactChat(writer).judge([row("Left effusion.", "Left effusion.")]) == [(1, 1, 1, 1, 0, 0, 0, 0)]
    assert [len(asked) for asked in writer.rounds] == [1, 1, 1, 1]
    assert writer.rounds[1][0][2:] == [
        {"role": "assistant", "content": "I think so."},
        {"role": "user", "content": writer.rounds[1][0][3]["content"]},
    ]


@pytest.mark.parametrize("broken", [SPLIT, ENTAIL])
@pytest.mark.parametrize("answer", ["yes", '{"phrases": "a", "entailed": 1}', ""])
def test_a_report_without_a_usable_answer_is_unjudged_and_the_others_are_not(broken: str, answer: str) -> None:
    def partly(messages: list[dict[str, str]]) -> str:
        bad = messages[0]["content"] == broken and "Nodule" in messages[1]["content"].replace("Right nodule", "Nodule")
        return answer if bad else reply(messages)

    rows = [row("Effusion, large. Nodule seen.", "Left effusion."), row("Left effusion.", "Left effusion.")]
    first, second = RadFactChat(FakeWriter(partly)).judge(rows)
    assert unjudged(first)
    assert second == (1, 1, 1, 1, 0, 0, 0, 0)


def test_answers_as_a_table() -> None:
    assert read_phrases('Sure: {"phrases": ["No nodule.", " No nodule. ", ""]}') == ("No nodule.",)
    assert read_phrases('<think>{"a"}</think>{"phrases": []}') == ()
    assert read_entailment('{"entailed": true, "evidence": [2, 1]}', 2) == (1, 0)
    assert read_entailment('{"entailed": false, "evidence": [7]}', 2) == ()
    for wrong in (
        '{"entailed": true, "evidence": []}',
        '{"entailed": true, "evidence": [3]}',
        '{"entailed": "yes"}',
        "",
    ):
        with pytest.raises(ValueError):
            read_entailment(wrong, 2)


def test_a_server_gets_text_only_and_is_named() -> None:
    with serving(reply) as (url, asked):
        judge = open_radfact(url)
        assert judge.judge([row("Left <image>effusion.", "Left effusion.")]) == [(1, 1, 1, 1, 0, 0, 0, 0)]
    assert judge.identity.startswith("judge-7b, prompts ")
    assert {ask["temperature"] for ask in asked} == {0}
    assert all(isinstance(message["content"], str) for ask in asked for message in ask["messages"])


def test_a_server_that_refuses_everything_is_one_sentence() -> None:
    with serving(lambda messages: "") as (url, _):
        judge = open_radfact(url)
        with pytest.raises(SightlineError, match="answered 422"):
            judge.judge([row("Left effusion.", "Left effusion.")])
