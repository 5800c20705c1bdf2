"""The finding vocabulary: names, words, and their places in the CheXpert-14 and NIH-14 label sets.

NIH names are those of ChestX-ray14 (Wang et al., CVPR 2017), CheXpert names those of Irvin et al. (AAAI 2019),
codes are SNOMED CT concepts. Synonyms are phrases a report uses, lower case, singular or plural as written.
"""

from __future__ import annotations

from radiology.study import Noun


class Term(Noun):
    """One entry: `text` is how a sentence names it, `sided` whether it has a side, `dense` whether masks exist."""

    name: str
    text: str
    synonyms: tuple[str, ...] = ()
    sided: bool = True
    device: bool = False
    nih: str | None = None
    chexpert: str | None = None
    snomed: str | None = None


_TERMS = (
    Term(
        name="cardiomegaly", text="cardiomegaly", sided=False, nih="Cardiomegaly", chexpert="Cardiomegaly",
        snomed="8186001",
    ),
    Term(name="pleural_effusion", text="pleural effusion", nih="Effusion", chexpert="Pleural Effusion", snomed="60046008"),
    Term(name="consolidation", text="consolidation", nih="Consolidation", chexpert="Consolidation", snomed="95436008"),
    Term(name="nodule", text="nodule", nih="Nodule", chexpert="Lung Lesion"),
    Term(name="pneumothorax", text="pneumothorax", nih="Pneumothorax", chexpert="Pneumothorax", snomed="36118008"),
    Term(name="atelectasis", text="atelectasis", nih="Atelectasis", chexpert="Atelectasis", snomed="46621007"),
    Term(name="edema", text="pulmonary edema", sided=False, nih="Edema", chexpert="Edema", snomed="19242006"),
    Term(name="pacemaker", text="pacemaker", device=True, chexpert="Support Devices", snomed="14106009"),
    Term(name="central_line", text="central venous line", device=True, chexpert="Support Devices", snomed="52124006"),
    Term(name="infiltration", text="infiltrate", nih="Infiltration", chexpert="Lung Opacity"),
    Term(name="mass", text="mass", nih="Mass", chexpert="Lung Lesion"),
    Term(name="pneumonia", text="pneumonia", nih="Pneumonia", chexpert="Pneumonia", snomed="233604007"),
    Term(name="emphysema", text="emphysema", sided=False, nih="Emphysema", snomed="87433001"),
    Term(name="fibrosis", text="fibrosis", nih="Fibrosis", snomed="51615001"),
    Term(name="pleural_thickening", text="pleural thickening", nih="Pleural_Thickening", chexpert="Pleural Other"),
    Term(name="hernia", text="hiatal hernia", sided=False, nih="Hernia", snomed="84089009"),
    Term(name="opacity", text="opacity", chexpert="Lung Opacity"),
    Term(
        name="enlarged_mediastinum", text="enlarged mediastinum", sided=False, chexpert="Enlarged Cardiomediastinum",
    ),
    Term(name="fracture", text="fracture", chexpert="Fracture"),
    Term(name="device", text="support device", device=True, chexpert="Support Devices"),
)

FINDINGS: dict[str, Term] = {term.name: term for term in _TERMS}

PHANTOM_FINDINGS: tuple[str, ...] = tuple(term.name for term in _TERMS[:9])
"""The findings of the first phantoms: the only ones with masks, so the rows of the dense head."""

NIH_LABELS: dict[str, str] = {term.nih: term.name for term in _TERMS if term.nih}
"""NIH label -> finding name, 14 entries."""

CHEXPERT_LABELS: tuple[str, ...] = (
    "No Finding", "Enlarged Cardiomediastinum", "Cardiomegaly", "Lung Opacity", "Lung Lesion", "Edema", "Consolidation",
    "Pneumonia", "Atelectasis", "Pneumothorax", "Pleural Effusion", "Pleural Other", "Fracture", "Support Devices",
)
