from __future__ import annotations

import pytest

from radiology.reading.mentions import read_sentence
from radiology.study import Certainty, Finding

P, A, U = "present", "absent", "uncertain"


def certainties(sentence: str) -> dict[str, str]:
    return {m.finding.name: str(m.finding.certainty) for m in read_sentence(sentence)}


def only(sentence: str) -> Finding:
    (mention,) = read_sentence(sentence)
    return mention.finding


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("No effusion or pneumothorax.", {"pleural_effusion": A, "pneumothorax": A}),
        ("Neither effusion nor pneumothorax is present.", {"pleural_effusion": A, "pneumothorax": A}),
        ("No pneumothorax, small left effusion.", {"pneumothorax": A, "pleural_effusion": P}),
        ("No pneumothorax but a small effusion.", {"pneumothorax": A, "pleural_effusion": P}),
        ("No pneumothorax; however, an effusion is seen.", {"pneumothorax": A, "pleural_effusion": P}),
        ("No pneumothorax and the heart is enlarged.", {"pneumothorax": A, "cardiomegaly": P}),
        ("No evidence of pneumothorax with a small effusion.", {"pneumothorax": A, "pleural_effusion": P}),
        (
            "No consolidation, large pleural effusion or pneumothorax.",
            {"consolidation": A, "pleural_effusion": A, "pneumothorax": A},
        ),
        ("Cardiomegaly without evidence of edema.", {"cardiomegaly": P, "edema": A}),
        ("Pneumothorax is not seen.", {"pneumothorax": A}),
        ("Pneumothorax: none.", {"pneumothorax": A}),
        ("Pneumonia has been ruled out.", {"pneumonia": A}),
        ("Rule out pneumonia.", {"pneumonia": U}),
        ("Opacity may represent pneumonia.", {"opacity": P, "pneumonia": U}),
        ("Cannot exclude a small pneumothorax.", {"pneumothorax": U}),
        ("A small pneumothorax cannot be excluded.", {"pneumothorax": U}),
        ("Effusion, cannot exclude pneumonia.", {"pleural_effusion": P, "pneumonia": U}),
        ("Atelectasis versus pneumonia.", {"atelectasis": U, "pneumonia": U}),
        ("No opacity to suggest pneumonia.", {"opacity": A, "pneumonia": A}),
        ("Heart size is normal.", {"cardiomegaly": A}),
        ("The heart is not enlarged.", {"cardiomegaly": A}),
        ("Heart size is stable.", {}),
        ("Normal heart size and mediastinal contours.", {"cardiomegaly": A, "enlarged_mediastinum": A}),
        ("The heart is enlarged, the mediastinum is normal.", {"cardiomegaly": P, "enlarged_mediastinum": A}),
        ("The lungs are clear.", {"consolidation": A, "infiltration": A, "opacity": A}),
        ("The lungs are otherwise clear.", {}),
        ("Pericardial effusion.", {"pericardial_effusion": P}),
        ("Subcutaneous emphysema.", {"subcutaneous_emphysema": P}),
        ("Blunting of the left costophrenic angle.", {"pleural_effusion": U}),
        ("The left costophrenic angle is not blunted.", {"pleural_effusion": A}),
        ("There isn't an effusion.", {"pleural_effusion": A}),
        ("Pneumothorax - no.", {"pneumothorax": A}),
        ("Central line removed.", {"central_line": A}),
        ("The opacity is unlikely to be pneumonia.", {"opacity": P, "pneumonia": U}),
        ("Pneumonia is a consideration.", {"pneumonia": U}),
        ("Consolidation is less likely.", {"consolidation": U}),
        ("Age-indeterminate rib fracture.", {"fracture": P}),
        ("Heart size is upper limits normal or mildly enlarged.", {"cardiomegaly": U}),
        ("There is an increase in heart size.", {"cardiomegaly": P}),
        ("No increase in heart size.", {}),
        ("Borderline heart size, tracheostomy tube in place.", {"cardiomegaly": U, "tracheostomy_tube": P}),
        ("Pacemaker/defibrillator.", {"pacemaker": P, "defibrillator": P}),
        ("Vascular engorgement appears within limits of normal.", {"vascular_congestion": A}),
        ("There is no pneumothorax the lungs are hyperinflated.", {"pneumothorax": A, "hyperinflation": P}),
        ("Nodular right lower lobe opacity.", {"nodule": U, "opacity": P}),
    ],
)
def test_certainty(sentence: str, expected: dict[str, str]) -> None:
    assert certainties(sentence) == expected


@pytest.mark.parametrize(
    "sentence",
    [
        "Recommend chest CT to exclude a mass.",
        "CT is recommended to exclude an underlying mass.",
        "Follow-up radiograph to document resolution of the pneumonia.",
        "Patient has a history of pneumonia.",
        "Status post pneumothorax repair.",
        "If there is concern for pneumonia, repeat the study.",
        "No acute cardiopulmonary abnormality.",
        "Findings of previous active tuberculosis pneumonia.",
        "No interval change.",
        "Stable examination.",
    ],
)
def test_what_is_asked_for_or_remembered_is_no_finding(sentence: str) -> None:
    assert read_sentence(sentence) == ()


@pytest.mark.parametrize(
    ("sentence", "certainty", "change"),
    [
        ("No change in the left effusion.", P, "stable"),
        ("The effusion is not significantly changed.", P, "stable"),
        ("The effusion has resolved.", A, "resolved"),
        ("Effusion no longer seen.", A, "resolved"),
        ("Resolution of the effusion.", A, "resolved"),
        ("The effusion has nearly resolved.", P, "better"),
        ("The effusion has increased since the prior.", P, "worse"),
        ("Right effusion, worse.", P, "worse"),
        ("Smaller effusion.", P, "better"),
        ("New effusion.", P, "new"),
        ("Effusion not seen previously.", P, "new"),
        ("No new effusion.", A, None),
        ("Mildly increased effusion.", P, "worse"),
        ("The effusion has not resolved.", P, "stable"),
        ("The effusion has neither increased nor decreased.", P, "stable"),
        ("The effusion is still present.", P, "stable"),
        ("Continued left effusion.", P, "stable"),
        ("The effusion continues to improve.", P, "better"),
        ("The effusion has reaccumulated.", P, "worse"),
        ("The effusion has enlarged.", P, "worse"),
        ("Interval appearance of an effusion.", P, "new"),
        ("The previously seen effusion is not visible.", A, "resolved"),
        ("Near complete resolution of the effusion.", P, "better"),
    ],
)
def test_change(sentence: str, certainty: str, change: str | None) -> None:
    finding = only(sentence)
    assert (finding.certainty, finding.change) == (certainty, change)


@pytest.mark.parametrize(
    ("sentence", "side"),
    [
        ("Left pleural effusion.", "left"),
        ("Right-sided effusion.", "right"),
        ("Left and right effusions, left greater than right.", "bilateral"),
        ("Effusions on both sides.", "bilateral"),
        ("Bibasilar atelectasis.", "bilateral"),
        ("Lingular atelectasis.", "left"),
        ("Middle lobe consolidation.", "right"),
        ("Atelectasis in the right lower lobe.", "right"),
        ("Left central line with its tip in the right atrium.", "left"),
        ("Consolidation.", None),
        ("Consolidation in both lower lobes.", "bilateral"),
        ("Left effusion, both new and large.", "left"),
        ("No effusion on the right; however the left is small.", "right"),
        ("Small effusion on the right, although the left is clear of it.", "right"),
        ("The trachea is deviated to the right.", "right"),
        ("Leftward mediastinal shift.", "left"),
        ("Left-to-right mediastinal shift.", "right"),
    ],
)
def test_side(sentence: str, side: str | None) -> None:
    assert only(sentence).side == side


@pytest.mark.parametrize(
    ("sentence", "severity"),
    [
        ("Tiny effusion.", "small"),
        ("Small to moderate effusion.", "moderate"),
        ("Moderate-to-large effusion.", "large"),
        ("Massive effusion.", "large"),
        ("The effusion, previously large, is small.", "small"),
        ("The effusion is small, previously moderate.", "small"),
        ("Slightly decreased large effusion.", "large"),
        ("Small residual effusion.", "small"),
        ("Thickening of the minor fissure.", None),
        ("No large effusion.", None),
    ],
)
def test_severity(sentence: str, severity: str | None) -> None:
    assert only(sentence).severity == severity


@pytest.mark.parametrize(
    ("sentence", "size", "count", "change"),
    [
        ("Nodule of 8 mm.", 8, None, None),
        ("A 2.2 x 1.6 cm nodule.", 22, None, None),
        ("8 mm nodule, previously 6 mm.", 8, None, "worse"),
        ("The nodule measures 9 mm (12 mm previously).", 9, None, "better"),
        ("Nodule, decreased from 15 mm to 8 mm.", 8, None, "better"),
        ("Unchanged 7-mm nodule.", 7, None, "stable"),
        ("Three nodules.", None, 3, None),
        ("2 calcified nodules, up to 11 mm.", 11, 2, None),
        ("Nodule on two views.", None, None, None),
    ],
)
def test_size_and_count(sentence: str, size: float | None, count: int | None, change: str | None) -> None:
    nodule = only(sentence)
    assert (nodule.size_mm, nodule.count, nodule.change) == (size, count, change)


@pytest.mark.parametrize(
    "sentence",
    [
        "Moderate left and small right pleural effusions.",
        "Bilateral pleural effusions, moderate on the left and small on the right.",
        "Small right and moderate left effusion.",
    ],
)
def test_sides_that_differ_are_two_findings(sentence: str) -> None:
    graded = {(m.finding.side, m.finding.severity) for m in read_sentence(sentence)}
    assert graded == {("left", "moderate"), ("right", "small")}


def test_modifiers_belong_to_the_nearest_finding() -> None:
    effusion, pneumothorax = (
        m.finding for m in read_sentence("Small left effusion and a new large right pneumothorax.")
    )
    assert (effusion.severity, effusion.side, effusion.change) == ("small", "left", None)
    assert (pneumothorax.severity, pneumothorax.side, pneumothorax.change) == ("large", "right", "new")


def test_coordinated_findings_share_side_and_change() -> None:
    effusion, atelectasis = (m.finding for m in read_sentence("Effusion and atelectasis on the left are unchanged."))
    assert effusion.side == atelectasis.side == "left"
    assert effusion.change == atelectasis.change == "stable"


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Left effusion and right consolidation.", [("left", None), ("right", None)]),
        ("Left effusion is new and right atelectasis is unchanged.", [("left", "new"), ("right", "stable")]),
        ("Left effusion and right consolidation, both unchanged.", [("left", "stable"), ("right", "stable")]),
        ("Effusion, atelectasis and consolidation on the left.", [("left", None)] * 3),
        ("No effusion, atelectasis or pneumothorax on the left.", [("left", None)] * 3),
        ("ET tube, NG tube and PICC are unchanged.", [(None, "stable")] * 3),
        ("Right effusion with leftward mediastinal shift.", [("right", None), ("left", None)]),
    ],
)
def test_coordination(sentence: str, expected: list[tuple[str | None, str | None]]) -> None:
    assert [(m.finding.side, m.finding.change) for m in read_sentence(sentence)] == expected


def test_location_size_count_and_position() -> None:
    nodule = only("Two nodules in the right upper lobe, the larger 2.2 x 1.6 cm.")
    assert (nodule.location, nodule.size_mm, nodule.count) == ("upper lobe", 22.0, 2)
    assert only("Right PICC, tip in the SVC.").position == "superior vena cava"


@pytest.mark.parametrize(
    ("sentence", "spans"),
    [
        ("The HEART is mildly enlarged; no Pleural effusion.", ["HEART is mildly enlarged", "Pleural effusion"]),
        ("\u0130 small effusion.", ["effusion"]),
    ],
)
def test_spans_are_offsets_into_the_sentence(sentence: str, spans: list[str]) -> None:
    assert [sentence[m.start : m.end] for m in read_sentence(sentence)] == spans


def test_weak_statements_count_as_asked() -> None:
    (mention,) = read_sentence("Borderline cardiomegaly.", Certainty.PRESENT)
    assert mention.finding.certainty is Certainty.PRESENT
    assert only("Borderline cardiomegaly.").certainty is Certainty.UNCERTAIN
