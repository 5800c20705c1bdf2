"""Where a finding is, in codes of SNOMED CT: PS3.16 CID 4031, 6109 to 6113, 6117, 6124 to 6129."""

from __future__ import annotations

from pydicom.sr.coding import Code

from radiology.study import Finding

CHEST = Code("816094009", "SCT", "Chest")
HEART = Code("80891009", "SCT", "Heart")
LUNG = Code("39607008", "SCT", "Lung")
PLEURA = Code("3120008", "SCT", "Pleura")

_ORGANS: dict[str, Code] = {
    **dict.fromkeys(("cardiomegaly", "valve_prosthesis", "pacemaker"), HEART),
    **dict.fromkeys(("pleural_effusion", "pneumothorax", "pleural_thickening", "pleural_scarring"), PLEURA),
    **dict.fromkeys(
        (
            "atelectasis", "bronchiectasis", "bulla", "cavitation", "consolidation", "edema", "emphysema", "fibrosis",
            "hyperinflation", "infiltration", "interstitial_pattern", "low_lung_volumes", "lung_contusion",
            "lung_hemorrhage", "miliary_pattern", "pneumoconiosis", "pneumonia", "volume_loss",
        ),
        LUNG,
    ),
}  # fmt: skip
"""What has one organ by definition; a nodule, an opacity or a device may lie anywhere in the chest."""

_PLACES: dict[str, Code] = {
    "upper lobe": Code("45653009", "SCT", "Upper lobe of lung"),
    "middle lobe": Code("72481006", "SCT", "Middle lobe of right lung"),
    "lower lobe": Code("90572001", "SCT", "Lower lobe of lung"),
    "upper zone": Code("281392002", "SCT", "Upper zone of lung"),
    "mid zone": Code("281393007", "SCT", "Middle zone of lung"),
    "lower zone": Code("281394001", "SCT", "Lower zone of lung"),
    "apex": Code("86598002", "SCT", "Apex of Lung"),
    "hilum": Code("46750007", "SCT", "Hilum of lung"),
    "fissure": Code("278983006", "SCT", "Fissure of lung"),
    "clavicle": Code("51299004", "SCT", "Clavicle"),
}
"""By the location as `radiology.reading.modifiers` spells it."""

_POSITIONS: dict[str, Code] = {
    "superior vena cava": Code("48345005", "SCT", "Superior vena cava"),
    "right atrium": Code("73829009", "SCT", "Right atrium"),
    "right ventricle": Code("53085002", "SCT", "Right ventricle"),
    "brachiocephalic vein": Code("8887007", "SCT", "Brachiocephalic vein"),
    "subclavian vein": Code("9454009", "SCT", "Subclavian vein"),
    "pulmonary artery": Code("81040000", "SCT", "Pulmonary artery"),
    "carina": Code("28700002", "SCT", "Carina"),
    "trachea": Code("44567001", "SCT", "Trachea"),
    "left main bronchus": Code("75245000", "SCT", "Left main bronchus"),
    "right main bronchus": Code("70074004", "SCT", "Right main bronchus"),
    "main bronchus": Code("955009", "SCT", "Bronchus"),
    "stomach": Code("69695003", "SCT", "Stomach"),
    "duodenum": Code("38848004", "SCT", "Duodenum"),
    "esophagus": Code("32849002", "SCT", "Esophagus"),
    "apex": Code("86598002", "SCT", "Apex of Lung"),
    "fissure": Code("278983006", "SCT", "Fissure of lung"),
    "chest wall": Code("78904004", "SCT", "Chest wall"),
}
"""By the position as `radiology.reading.tips` spells it."""


def site_of(finding: Finding) -> Code | None:
    """The place told, else the organ that the finding is of; the chest where only a side is known."""
    place = _PLACES.get(finding.location or "") or _ORGANS.get(finding.name)
    return place or (CHEST if finding.side is not None else None)


def uncoded_place(finding: Finding) -> str | None:
    """A location that no code tells."""
    return finding.location if finding.location not in _PLACES else None


def position_code(position: str) -> Code | None:
    return _POSITIONS.get(position)
