from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from mllm.boxes import Frame, encode
from mllm.draft.evidence import weigh
from mllm.draft.retriever import SimilarCase
from radiology.imaging.letterbox import Letterbox
from radiology.study import Box, Case, Certainty, Change, DraftSentence, Finding, Report, Severity, Side, Study

FRAME = Frame("F", "frontal", Letterbox(96, 80, 48))
ON_LEFT = Box(view="frontal", x0=0.6, y0=0.5, x1=0.95, y1=0.9)
ON_RIGHT = Box(view="frontal", x0=0.05, y0=0.5, x1=0.4, y1=0.9)
LIT_LEFT = [("pleural_effusion", 0.75, 0.7)]
OPEN = {"pleural_effusion": 0.3}
"""Between the thresholds: the heads cannot tell."""
EFFUSION = Finding(name="pleural_effusion", side=Side.LEFT)

Make = Callable[..., Any]


def boxed(box: Box, side: str = "left") -> str:
    return f"There is a {encode(f'{side} pleural effusion', [box], [FRAME], tokens=False)}."


def only(sentences: tuple[DraftSentence, ...]) -> DraftSentence:
    assert len(sentences) == 1
    return sentences[0]


def supported(sentence: DraftSentence) -> bool:
    return "unsupported" not in sentence.flags


def disagrees(sentence: DraftSentence) -> bool:
    return any(flag.startswith("disagreement: heads") for flag in sentence.flags)


def test_a_lit_box_is_a_region(study: Study, sight: Make) -> None:
    sentence = only(weigh(boxed(ON_LEFT), study, sight(lit=LIT_LEFT)))
    assert supported(sentence)
    assert [e.kind for e in sentence.evidence] == ["region"]
    assert sentence.evidence[0].text == "dense head sees pleural effusion in the box, peak .90, threshold .40"
    assert sentence.findings[0].finding.probability == 0.9
    assert sentence.flags == ()


def test_a_dark_box_is_none_even_if_the_side_is_lit_elsewhere(study: Study, sight: Make) -> None:
    above = Box(view="frontal", x0=0.6, y0=0.1, x1=0.95, y1=0.3)
    assert not supported(only(weigh(boxed(above), study, sight(lit=LIT_LEFT))))


def test_without_a_box_the_stated_side_counts(study: Study, sight: Make) -> None:
    seen = sight(lit=LIT_LEFT)
    assert supported(only(weigh("Left pleural effusion.", study, seen)))
    assert supported(only(weigh("There is a pleural effusion.", study, seen)))
    wrong = only(weigh("Right pleural effusion.", study, seen))
    assert not supported(wrong)
    assert "disagreement: heads see pleural effusion on the left, not on the right" in wrong.flags


def test_a_lit_box_on_the_other_side_than_stated_is_no_support(study: Study, sight: Make) -> None:
    sentence = only(weigh(boxed(ON_LEFT, side="right"), study, sight(lit=LIT_LEFT)))
    assert not supported(sentence)
    assert "side against box" in sentence.flags


def test_both_sides_must_be_lit(study: Study, sight: Make) -> None:
    both = [*LIT_LEFT, ("pleural_effusion", 0.2, 0.7)]
    assert supported(only(weigh("Bilateral pleural effusions.", study, sight(lit=both))))
    assert not supported(only(weigh("Bilateral pleural effusions.", study, sight(lit=LIT_LEFT))))


def test_a_film_that_is_called_free_gives_no_region(study: Study, sight: Make) -> None:
    sentence = only(weigh("Left pleural effusion.", study, sight({"pleural_effusion": 0.05}, LIT_LEFT)))
    assert not supported(sentence)
    assert "disagreement: heads see no pleural effusion (.05, below .10)" in sentence.flags


def test_absence_needs_a_low_probability(study: Study, sight: Make) -> None:
    clear = only(weigh("No pleural effusion.", study, sight()))
    assert supported(clear)
    assert clear.evidence[0].kind == "absence"
    assert not supported(only(weigh("No pleural effusion.", study, sight(OPEN))))
    missed = only(weigh("No pleural effusion.", study, sight(lit=LIT_LEFT)))
    assert not supported(missed)
    assert disagrees(missed)


def test_one_side_can_be_free_when_the_other_explains_the_film(study: Study, sight: Make) -> None:
    seen = sight(lit=LIT_LEFT)
    assert supported(only(weigh("No right pleural effusion.", study, seen)))
    assert not supported(only(weigh("No left pleural effusion.", study, seen)))


def test_a_finding_without_a_map_is_judged_on_the_whole_image(study: Study, sight: Make) -> None:
    sentence = only(weigh("There is pneumonia.", study, sight({"pneumonia": 0.7})))
    assert supported(sentence)
    assert sentence.evidence[0].text == "image-level head sees pneumonia, .70, threshold .60"
    assert not supported(only(weigh("There is pneumonia.", study, sight({"pneumonia": 0.5}))))


def test_a_finding_that_no_head_knows_is_unsupported_whatever_cases_say(study: Study, sight: Make, case: Make) -> None:
    similar = [SimilarCase(case("C1", Finding(name="fracture")), 0.9)]
    assert not supported(only(weigh("There is a fracture.", study, sight(), similar)))


def test_every_mention_must_be_supported(study: Study, sight: Make) -> None:
    seen = sight(lit=LIT_LEFT)
    assert supported(only(weigh("Left pleural effusion, no nodule.", study, seen)))
    half = only(weigh("Left pleural effusion and left consolidation.", study, seen))
    assert not supported(half)
    assert [e.kind for e in half.evidence] == ["region"]


@pytest.mark.parametrize(
    ("finding", "agrees"),
    [
        (EFFUSION, True),
        (Finding(name="pleural_effusion", side=Side.BILATERAL), True),
        (Finding(name="pleural_effusion", side=Side.RIGHT), False),
        (Finding(name="pleural_effusion", side=Side.LEFT, certainty=Certainty.ABSENT), False),
        (Finding(name="consolidation", side=Side.LEFT), False),
    ],
)
def test_a_case_supports_what_the_heads_leave_open(
    finding: Finding, agrees: bool, study: Study, sight: Make, case: Make
) -> None:
    similar = [SimilarCase(case("C1", finding), 0.81)]
    sentence = only(weigh("Left pleural effusion.", study, sight(OPEN), similar))
    assert supported(sentence) is agrees
    assert [(e.kind, e.id, e.licence) for e in sentence.evidence] == ([("case", "C1", "CC0")] if agrees else [])


def test_a_case_alone_does_not_stand_against_the_heads(study: Study, sight: Make, case: Make) -> None:
    sentence = only(weigh("Left pleural effusion.", study, sight(), [SimilarCase(case("C1", EFFUSION), 0.99)]))
    assert not supported(sentence)
    assert disagrees(sentence)
    assert [e.kind for e in sentence.evidence] == ["case"]


def test_a_cases_report_is_read_where_its_findings_are_not_listed(study: Study, sight: Make, case: Make) -> None:
    told = case("C1").model_copy(update={"report": Report(findings="There is a small left pleural effusion.")})
    assert supported(only(weigh("Left pleural effusion.", study, sight(OPEN), [SimilarCase(told, 0.8)])))


def with_prior(study: Study, prior: Case) -> Study:
    return study.model_copy(update={"priors": (prior,)})


@pytest.mark.parametrize(
    ("text", "before", "stands"),
    [
        ("The left pleural effusion is unchanged since the prior study.", (EFFUSION,), True),
        ("The left pleural effusion is unchanged since the prior study.", (), False),
        ("There is a new left pleural effusion.", (Finding(name="nodule"),), True),
        ("There is a new left pleural effusion.", (), False),
        ("There is a new left pleural effusion.", (EFFUSION,), False),
        ("There is a left pleural effusion.", (), True),
    ],
)
def test_a_change_needs_a_prior_that_agrees(
    text: str, before: tuple[Finding, ...], stands: bool, study: Study, sight: Make, case: Make
) -> None:
    sentence = only(weigh(text, with_prior(study, case("S0", *before)), sight(lit=LIT_LEFT)))
    assert supported(sentence) is stands
    assert "comparison without a prior" not in sentence.flags


def test_severity_must_go_the_way_the_change_says(study: Study, sight: Make, case: Make) -> None:
    known = with_prior(study, case("S0", EFFUSION.model_copy(update={"severity": Severity.LARGE})))
    text = "The small left pleural effusion has {} since the prior study."
    seen = sight(lit=LIT_LEFT)
    assert supported(only(weigh(text.format("decreased"), known, seen)))
    assert not supported(only(weigh(text.format("increased"), known, seen)))


def test_resolved_needs_the_finding_before_and_its_absence_now(study: Study, sight: Make, case: Make) -> None:
    text = "The left pleural effusion has resolved."
    assert supported(only(weigh(text, with_prior(study, case("S0", EFFUSION)), sight())))
    assert not supported(only(weigh(text, with_prior(study, case("S0")), sight())))
    assert not supported(only(weigh(text, with_prior(study, case("S0", EFFUSION)), sight(OPEN))))


def test_a_change_without_a_prior_is_unsupported_and_flagged(study: Study, sight: Make) -> None:
    sentence = only(weigh("The left pleural effusion is unchanged since the prior study.", study, sight(lit=LIT_LEFT)))
    assert {"unsupported", "comparison without a prior"} <= set(sentence.flags)
    assert sentence.findings[0].finding.change is Change.STABLE


def test_possible_findings_stand_unless_the_heads_exclude_them(study: Study, sight: Make) -> None:
    assert supported(only(weigh("Possible left consolidation.", study, sight({"consolidation": 0.3}))))
    assert not supported(only(weigh("Possible left consolidation.", study, sight())))


def test_a_sentence_without_a_finding_is_neither_supported_nor_not(study: Study, sight: Make) -> None:
    sentence = only(weigh("The film is slightly rotated.", study, sight()))
    assert sentence.flags == ("no finding",)
    assert sentence.evidence == ()


@pytest.mark.parametrize("text", ["Normal chest.", "No acute cardiopulmonary abnormality.", "No acute abnormality."])
def test_a_normal_film_is_a_claim_too(text: str, study: Study, sight: Make) -> None:
    clear = only(weigh(text, study, sight()))
    assert supported(clear)
    assert clear.evidence[0].kind == "absence"
    ill = only(weigh(text, study, sight(lit=LIT_LEFT)))
    assert not supported(ill)
    assert disagrees(ill)


def test_a_device_leaves_a_chest_normal_and_a_large_heart_is_not_acute(study: Study, sight: Make) -> None:
    assert supported(only(weigh("Normal chest.", study, sight(lit=[("pacemaker", 0.7, 0.2)]))))
    big = sight(lit=[("cardiomegaly", 0.5, 0.6)])
    assert supported(only(weigh("No acute cardiopulmonary abnormality.", study, big)))
    assert not supported(only(weigh("Normal chest.", study, big)))


def test_the_same_text_over_a_normal_film_loses_its_support(study: Study, sight: Make) -> None:
    lit = [*LIT_LEFT, ("consolidation", 0.2, 0.4), ("nodule", 0.75, 0.2), ("cardiomegaly", 0.5, 0.6)]
    text = f"{boxed(ON_LEFT)} Right consolidation. Left nodule. Cardiomegaly.\nImpression: Left pleural effusion."
    ill, swapped = weigh(text, study, sight(lit=lit)), weigh(text, study, sight())
    assert len(ill) == len(swapped) == 5
    assert all(supported(sentence) for sentence in ill)
    assert not any(supported(sentence) for sentence in swapped)
