"""The labels of CheXpert as findings of our vocabulary.

"Lung Lesion" (nodule or mass) and "Pleural Other" (thickening or scar) name no single finding and are left out.
"""

from __future__ import annotations

from collections.abc import Mapping

from radiology.study import Certainty, Finding

CHEXPERT_FINDINGS = {
    "Atelectasis": "atelectasis",
    "Cardiomegaly": "cardiomegaly",
    "Consolidation": "consolidation",
    "Edema": "edema",
    "Enlarged Cardiomediastinum": "enlarged_mediastinum",
    "Fracture": "fracture",
    "Lung Opacity": "opacity",
    "Pleural Effusion": "pleural_effusion",
    "Pneumonia": "pneumonia",
    "Pneumothorax": "pneumothorax",
    "Support Devices": "device",
}
"""CheXpert label -> finding name."""

_CERTAINTY = {"1": Certainty.PRESENT, "0": Certainty.ABSENT, "-1": Certainty.UNCERTAIN}


def labelled_findings(row: Mapping[str, str]) -> tuple[Finding, ...]:
    """The findings of a row of labels: 1.0 present, 0.0 absent, -1.0 uncertain, empty not mentioned."""
    told = {label: row.get(label, "").removesuffix(".0") for label in CHEXPERT_FINDINGS}
    return tuple(
        Finding(name=CHEXPERT_FINDINGS[label], certainty=_CERTAINTY[value])
        for label, value in told.items()
        if value in _CERTAINTY
    )
