from __future__ import annotations

import pytest

from radiology.reading.labels import chexpert_labels, nih_labels
from radiology.reading.report import read_report
from radiology.reading.sections import read_sections
from radiology.study import Certainty

REPORT = """INDICATION: Pneumonia? COMPARISON: None.
FINDINGS: Small left pleural effusion. Possible consolidation. No pneumothorax.
IMPRESSION: 1. Left pleural effusion, unchanged. 2. Heart size is normal.
RECOMMENDATION: CT for a mass."""


def test_sections_are_found_by_their_headings() -> None:
    report = read_sections(REPORT)
    assert report.indication == "Pneumonia?"
    assert report.comparison == "None."
    assert report.findings.startswith("Small left")
    assert report.impression.endswith("normal.")


def test_text_without_headings_is_findings() -> None:
    assert read_sections("No effusion.\nImpression: Normal chest.").findings == "No effusion."


def test_mentions_merge_by_name_and_side_and_indications_do_not_count() -> None:
    found = {f.name: f for f in read_report(REPORT)}
    assert set(found) == {"pleural_effusion", "consolidation", "pneumothorax", "cardiomegaly"}
    assert (found["pleural_effusion"].severity, found["pleural_effusion"].change) == ("small", "stable")


def test_a_present_side_outweighs_a_sideless_absence() -> None:
    (finding,) = read_report("No large effusion. Small right effusion.")
    assert (finding.certainty, finding.side) == (Certainty.PRESENT, "right")


def test_labels_tell_absent_from_unmentioned() -> None:
    nih = nih_labels(REPORT)
    assert len(nih) == 14
    assert (nih["Effusion"], nih["Consolidation"], nih["Pneumothorax"], nih["Mass"]) == (1, -1, 0, None)
    assert chexpert_labels(REPORT)["No Finding"] is None


def test_no_finding_needs_a_report_with_nothing_but_devices() -> None:
    assert chexpert_labels("Left pacemaker. No effusion.")["No Finding"] == 1
    assert chexpert_labels("")["No Finding"] is None


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("Scoliosis. Lungs are clear.", None),
        ("Possible aortic calcification.", None),
        ("No scoliosis.", 1),
        ("Low lung volumes. Azygos lobe. Surgical clips.", 1),
    ],
)
def test_no_finding_counts_what_has_no_label_of_its_own(text: str, label: int | None) -> None:
    assert chexpert_labels(text)["No Finding"] == label


def test_an_enlarged_outline_of_the_heart_is_no_sure_cardiomegaly_for_nih() -> None:
    assert nih_labels("The cardiac silhouette is enlarged.")["Cardiomegaly"] == -1
    assert nih_labels("The cardiac silhouette is enlarged. Cardiomegaly.")["Cardiomegaly"] == 1
    assert nih_labels("The cardiac silhouette is normal.")["Cardiomegaly"] == 0
    assert chexpert_labels("The cardiac silhouette is enlarged.")["Cardiomegaly"] == 1


def test_alternatives_are_positive_for_nih_and_uncertain_for_chexpert() -> None:
    text = "Atelectasis or pneumonia."
    assert (nih_labels(text)["Atelectasis"], chexpert_labels(text)["Atelectasis"]) == (1, -1)
