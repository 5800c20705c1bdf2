"""The labels of VinDr-CXR as findings, and how several radiologists are heard together.

Names: 22 local and 6 global labels (Nguyen et al., Scientific Data 9, 2022). "Nodule/Mass" is one of two findings,
"Other lesion" and "Other disease" are none: they have no counterpart.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from radiology.overlap import iou
from radiology.study import Box, Certainty

VINDR_FINDINGS = {
    "Aortic enlargement": "aortic_dilatation",
    "Atelectasis": "atelectasis",
    "Calcification": "calcification",
    "Cardiomegaly": "cardiomegaly",
    "Clavicle fracture": "fracture",
    "Consolidation": "consolidation",
    "Edema": "edema",
    "Emphysema": "emphysema",
    "Enlarged PA": "pulmonary_artery_enlargement",
    "ILD": "interstitial_pattern",
    "Infiltration": "infiltration",
    "Lung Opacity": "opacity",
    "Lung cavity": "cavitation",
    "Lung cyst": "bulla",
    "Mediastinal shift": "mediastinal_shift",
    "Pleural effusion": "pleural_effusion",
    "Pleural thickening": "pleural_thickening",
    "Pneumothorax": "pneumothorax",
    "Pulmonary fibrosis": "fibrosis",
    "Rib fracture": "fracture",
    "COPD": "hyperinflation",
    "Lung tumor": "mass",
    "Pneumonia": "pneumonia",
    "Tuberculosis": "tuberculosis",
}
UNNAMED = frozenset({"Nodule/Mass", "Other lesion", "Other disease", "Other diseases"})
OVERLAP = 0.4
"""Intersection over union from which two readers' boxes of one finding count as one."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A box of one reader for one finding."""

    reader: str
    box: Box


def agreed(votes: Mapping[str, bool]) -> Certainty:
    """Of what each reader says: present for most of them (a lone reader's word is enough when there is no other),
    uncertain for fewer, absent for none."""
    found = sum(votes.values())
    if not found:
        return Certainty.ABSENT
    return Certainty.PRESENT if 2 * found > len(votes) else Certainty.UNCERTAIN


def merged(drawn: Sequence[Drawn], readers: int) -> tuple[tuple[Box, ...], int]:
    """The boxes that most of `readers` drew, each the mean of theirs, and how many boxes were left out.

    Boxes are grouped in their order: each joins the first group whose mean it overlaps by `OVERLAP` and in which its
    reader has none yet.
    """
    groups: list[list[Drawn]] = []
    for each in drawn:
        near = (group for group in groups if _joins(each, group))
        found = next(near, None)
        if found is None:
            groups.append([each])
        else:
            found.append(each)
    kept = [group for group in groups if 2 * len(group) > readers]
    return tuple(_mean(each.box for each in group) for group in kept), len(drawn) - sum(map(len, kept))


def _joins(drawn: Drawn, group: Sequence[Drawn]) -> bool:
    if any(drawn.reader == other.reader for other in group):
        return False
    return iou(drawn.box, _mean(other.box for other in group)) >= OVERLAP


def _mean(boxes: Iterable[Box]) -> Box:
    found = list(boxes)
    edges = {edge: sum(getattr(box, edge) for box in found) / len(found) for edge in ("x0", "y0", "x1", "y1")}
    return Box(view=found[0].view, **edges)
