"""The finding vocabulary: names, words, and their places in the CheXpert-14 and NIH-14 label sets.

NIH names are those of ChestX-ray14 (Wang et al., CVPR 2017), CheXpert names those of Irvin et al. (AAAI 2019); beyond
them it holds what PadChest (Bustos et al., Medical Image Analysis 2020) labels most often, and devices.
"""

from __future__ import annotations

from radiology.vocabulary.devices import DEVICES
from radiology.vocabulary.labelled import LABELLED
from radiology.vocabulary.lungs import LUNGS
from radiology.vocabulary.mediastinum import MEDIASTINUM
from radiology.vocabulary.skeleton import SKELETON
from radiology.vocabulary.term import Term

_TERMS = (*LABELLED, *LUNGS, *MEDIASTINUM, *SKELETON, *DEVICES)

FINDINGS: dict[str, Term] = {term.name: term for term in _TERMS}

PHANTOM_FINDINGS: tuple[str, ...] = (
    *(term.name for term in _TERMS[:9]),
    "opacity",
    "mass",
    "cavitation",
    "granuloma",
    "emphysema",
    "hyperinflation",
    "fibrosis",
    "pleural_thickening",
    "hernia",
    "elevated_hemidiaphragm",
    "low_lung_volumes",
    "volume_loss",
    "mediastinal_shift",
    "silhouette_sign",
    "enlarged_mediastinum",
    "hilar_enlargement",
    "pneumoperitoneum",
    "fracture",
    "scoliosis",
    "endotracheal_tube",
    "gastric_tube",
    "chest_tube",
    "sternal_wires",
    "pulmonary_artery_catheter",
)
"""What phantoms can show, so what has masks: the rows of the dense head, the nine of version 1 first."""

NIH_LABELS: dict[str, str] = {term.nih: term.name for term in _TERMS if term.nih}
"""NIH label -> finding name, 14 entries."""

CHEXPERT_LABELS: tuple[str, ...] = (
    "No Finding",
    "Enlarged Cardiomediastinum",
    "Cardiomegaly",
    "Lung Opacity",
    "Lung Lesion",
    "Edema",
    "Consolidation",
    "Pneumonia",
    "Atelectasis",
    "Pneumothorax",
    "Pleural Effusion",
    "Pleural Other",
    "Fracture",
    "Support Devices",
)
