from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from mllm.draft.claims import Claim
from mllm.draft.editing.edit import Edit, edit
from radiology.errors import SightlineError
from radiology.study import Box, Draft, DraftSentence, Finding, Mention, Side

Weigh = Callable[[Claim], DraftSentence]
Drafted = Callable[[str], Draft]
REPORT = (
    "Findings: There is a small left pleural effusion. No pneumothorax or consolidation. The heart is mildly enlarged. "
    "8 mm nodule in the right upper lobe. Impression: Small left pleural effusion. Cardiomegaly. Right nodule."
)
TWO = (
    "Findings: Nodule in the left lower zone. 5 mm nodule in the right upper zone. Bilateral effusions. "
    "Large left tension pneumothorax with mediastinal shift to the right. Endotracheal tube. "
    "Pleura: Small left fissural thickening. Impression: Bilateral effusions."
)


@pytest.mark.parametrize(
    ("report", "command", "diff"),
    [
        (
            REPORT,
            "remove the effusion",
            "Findings|- There is a small left pleural effusion.|Impression|- Small left pleural effusion.",
        ),
        (
            REPORT,
            "the effusion is on the right",
            (
                "Findings|- There is a small left pleural effusion.|+ There is a small right pleural effusion."
                "|Impression|- Small left pleural effusion.|+ Small right pleural effusion."
            ),
        ),
        (
            REPORT,
            "there is no effusion",
            (
                "Findings|- There is a small left pleural effusion.|+ No pleural effusion."
                "|Impression|- Small left pleural effusion."
            ),
        ),
        (
            REPORT,
            "remove the pneumothorax",
            "Findings|- No pneumothorax or consolidation.|+ No consolidation.",
        ),
        (
            REPORT,
            "call the effusion possible",
            (
                "Findings|- There is a small left pleural effusion.|+ Possible small left pleural effusion."
                "|Impression|- Small left pleural effusion.|+ Possible small left pleural effusion."
            ),
        ),
        (
            "Findings: No left pleural effusion. The heart is normal.",
            "add bilateral pleural effusions",
            "Findings|- No left pleural effusion.|+ Bilateral pleural effusions.",
        ),
        (
            REPORT,
            "change the cardiomegaly to severe",
            "Findings|- The heart is mildly enlarged.|+ The heart is severely enlarged.",
        ),
        (
            REPORT,
            "the effusion has resolved",
            (
                "Findings|- There is a small left pleural effusion.|+ The left pleural effusion has resolved."
                "|Impression|- Small left pleural effusion.|+ The left pleural effusion has resolved."
            ),
        ),
        (
            REPORT,
            "add a moderate right pneumothorax",
            (
                "Findings|- No pneumothorax or consolidation.|+ No consolidation.|+ Moderate right pneumothorax."
                "|Impression|+ Moderate right pneumothorax."
            ),
        ),
        (REPORT, "there is no mass", "Findings|+ No mass."),
        (REPORT, "delete sentence 3", "Findings|- The heart is mildly enlarged."),
        (
            REPORT,
            "delete the sentence about the heart",
            "Findings|- The heart is mildly enlarged.|Impression|- Cardiomegaly.",
        ),
        (
            REPORT,
            "change the nodule to a mass",
            (
                "Findings|- 8 mm nodule in the right upper lobe.|+ 8 mm right upper lobe mass."
                "|Impression|- Right nodule.|+ Right mass."
            ),
        ),
        (REPORT, "remove the effusion from the impression", "Impression|- Small left pleural effusion."),
        (REPORT, "add a left nodule to the impression", "Impression|+ Left nodule."),
        (REPORT, "delete sentence 2 of the impression", "Impression|- Cardiomegaly."),
        (REPORT, "delete the sentences about the heart from the impression", "Impression|- Cardiomegaly."),
        (TWO, "remove the left nodule", "Findings|- Nodule in the left lower zone."),
        (
            TWO,
            "remove both nodules",
            "Findings|- Nodule in the left lower zone.|- 5 mm nodule in the right upper zone.",
        ),
        (
            TWO,
            "remove the left effusion",
            (
                "Findings|- Bilateral effusions.|+ Right pleural effusion."
                "|Impression|- Bilateral effusions.|+ Right pleural effusion."
            ),
        ),
        (
            TWO,
            "the pneumothorax is on the right",
            (
                "Findings|- Large left tension pneumothorax with mediastinal shift to the right."
                "|+ Large right tension pneumothorax with mediastinal shift to the right."
            ),
        ),
        (TWO, "remove the tube", "Findings|- Endotracheal tube."),
        (
            TWO,
            "call the pleural thickening possible",
            (
                "Findings|- Pleura: Small left fissural thickening."
                "|+ Pleura: Possible mild pleural thickening in the left fissure."
            ),
        ),
        (
            "Impression: No acute cardiopulmonary abnormality.",
            "add a small left effusion",
            "Impression|- No acute cardiopulmonary abnormality.|+ Small left pleural effusion.",
        ),
        (
            "Impression: No acute cardiopulmonary abnormality.",
            "add cardiomegaly",
            "Impression|+ Cardiomegaly.",
        ),
        (
            "Findings: The lungs are clear. Impression: Normal chest.",
            "add left atelectasis",
            (
                "Findings|- The lungs are clear.|+ No consolidation or infiltrate.|+ Left atelectasis."
                "|Impression|- Normal chest.|+ Left atelectasis."
            ),
        ),
        (
            "Findings: The lungs are clear. Impression: Normal chest.",
            "add a pacemaker",
            "Findings|+ Pacemaker.",
        ),
    ],
)
def test_only_the_sentences_concerned_change(
    report: str, command: str, diff: str, drafted: Drafted, unweighed: Weigh
) -> None:
    draft = drafted(report)
    done = _done(draft, command, unweighed)
    assert list(done.diff) == diff.split("|")
    assert done.text.splitlines() == diff.split("|")
    assert done.before is draft
    kept = [sentence for sentence in done.after.sentences if sentence in draft.sentences]
    written = [sentence for sentence in done.after.sentences if sentence not in draft.sentences]
    assert all((s.flags, s.evidence, s.confidence) == (("edited",), (), None) for s in written)
    assert [s for s in draft.sentences if s in kept] == kept
    assert done.after.impression == " ".join(s.text for s in done.after.sentences if s.section == "impression")
    assert "edited" in done.after.flags


def test_shorter_leaves_the_impression_without_its_denials(drafted: Drafted, unweighed: Weigh) -> None:
    draft = drafted("Findings: Small left effusion. No nodule. Impression: Small left effusion. No pneumothorax.")
    assert [s.text for s in _done(draft, "shorter", unweighed).after.sentences] == ["Small left effusion."]


@pytest.mark.parametrize(
    ("report", "command", "reason"),
    [
        (
            REPORT,
            "remove the mass",
            "is not in the draft, which speaks of pleural effusion on the left, cardiomegaly and",
        ),
        (REPORT, "remove it", "may be pleural effusion on the left, cardiomegaly or nodule on the right"),
        (
            REPORT,
            "the pneumothorax is on the left",
            'denies it \\("No pneumothorax or consolidation."\\), say "add pneum',
        ),
        (REPORT, "no pneumothorax", "already denies it"),
        (REPORT, "add an effusion", "has it already"),
        (REPORT, "change the effusion to purple", "`purple`: is not understood"),
        (REPORT, "change the effusion to small", "says so already"),
        (REPORT, "the cardiomegaly is on the left", "has no side"),
        (REPORT, "remove the right effusion", "the draft has pleural effusion on the left"),
        (REPORT, "delete sentence 99", "there is no such sentence, there are 7"),
        (REPORT, "delete sentence 0", "there is no such sentence"),
        (REPORT, "delete the sentence about the weather", "there is no such sentence"),
        (REPORT, "remove everything", "is no finding that I know"),
        (REPORT, "undo", "there is no edit to undo"),
        (REPORT, "remove the effusion and add a pneumothorax", "one after the other"),
        (REPORT, "the effusion is on the right and the nodule is on the left", "one after the other"),
        (REPORT, "remove the pneumothorax from the impression", "the impression says nothing of it"),
        (REPORT, "delete sentence 4 of the impression", "there are 3"),
        (
            REPORT,
            "delete the sentence about the lungs",
            'may be sentence 2 \\("No pneumothorax or consol.*"\\) or 4 \\("8 mm nod',
        ),
        (
            TWO,
            "remove the nodule",
            "may be nodule on the left \\(lower zone\\) or nodule on the right \\(upper zone, 5 mm\\)",
        ),
        (TWO, "the bilateral effusion is on the other side", "is on both sides in the draft"),
        ("", "remove the effusion", "states no finding as present"),
        ("", "shorter", "as short as it can be"),
        ("Findings: No effusion.", "shorter", "as short as it can be"),
    ],
)
def test_what_cannot_be_done_is_refused_with_the_choices(
    report: str, command: str, reason: str, drafted: Drafted, unweighed: Weigh
) -> None:
    with pytest.raises(SightlineError, match=reason):
        edit(drafted(report), command, unweighed)


def test_it_is_what_was_spoken_of_last(drafted: Drafted, unweighed: Weigh) -> None:
    draft = drafted(REPORT)
    spoken_of = (Finding(name="nodule"),)
    done = edit(draft, "it is on the left", unweighed, it=spoken_of)
    assert done is not None
    assert [finding.name for finding in done.about] == ["nodule"]
    assert done.about[0].side is Side.LEFT
    with pytest.raises(SightlineError, match="may be pleural effusion on the left or nodule"):
        edit(draft, "remove it", unweighed, it=(Finding(name="nodule"), Finding(name="pleural_effusion")))
    both = edit(draft, "remove them", unweighed, it=(Finding(name="nodule"), Finding(name="pleural_effusion")))
    assert both is not None
    assert {finding.name for finding in both.about} == {"nodule", "pleural_effusion"}


def test_a_question_is_no_edit(drafted: Drafted, unweighed: Weigh) -> None:
    assert edit(drafted(REPORT), "Is there an effusion?", unweighed) is None


def test_a_new_sentence_shows_what_speaks_against_it(drafted: Drafted) -> None:
    def against(claim: Claim) -> DraftSentence:
        return DraftSentence(
            text=claim.text, section=claim.section, findings=claim.mentions, flags=("unsupported", "disagreement: none")
        )

    done = _done(drafted("Findings: Small left effusion."), "the effusion is on the right", against)
    assert done.after.sentences[0].flags == ("unsupported", "disagreement: none", "edited")
    assert done.text.splitlines() == [
        "Findings",
        "- Small left effusion.",
        "+ Small right effusion.",
        "  ! unsupported",
        "  ! disagreement: none",
    ]


def test_a_box_stays_with_its_place(unweighed: Weigh, drafted: Drafted) -> None:
    box = Box(view="frontal", x0=0.6, y0=0.5, x1=0.9, y1=0.9)
    draft = drafted("Findings: Small left effusion.")
    (sentence,) = draft.sentences
    boxed = Mention(finding=sentence.findings[0].finding.model_copy(update={"boxes": (box,)}), start=6, end=19)
    sentence = sentence.model_copy(update={"boxes": (box,), "findings": (boxed,)})
    draft = draft.model_copy(update={"sentences": (sentence,)})
    assert _done(draft, "make the effusion large", unweighed).after.sentences[0].boxes == (box,)
    assert _done(draft, "the effusion is on the right", unweighed).after.sentences[0].boxes == ()
    assert _done(draft, "there is no effusion", unweighed).after.sentences[0].boxes == ()


def test_an_edit_is_a_record(drafted: Drafted, unweighed: Weigh) -> None:
    done = _done(drafted(REPORT), "remove the effusion", unweighed)
    assert Edit.model_validate_json(done.model_dump_json()) == done


def _done(draft: Draft, command: str, weigh: Any) -> Edit:
    done = edit(draft, command, weigh)
    assert done is not None
    return done
