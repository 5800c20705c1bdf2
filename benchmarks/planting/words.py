"""The words of what is planted, written by hand: none comes from the checks or from anybody's report."""

from __future__ import annotations

import re

DENIES = re.compile(r"\b(?:no|not|without|negative|free of|clear|normal|unremarkable|resolved|absent)\b", re.I)
DOUBTS = re.compile(
    r"\b(?:possibl|probabl|may|might|could|suspect|cannot|question|versus|concern|suggest|likely)", re.I
)
QUALIFIES = re.compile(
    r"\b(?:large|definite|suspicious|significant\w*|acute|new|other|visible|x{3,}|on the|in the)\b", re.I
)
"""A denial with such a word leaves room for the finding."""
SIDES = re.compile(r"\b(left|right)\b", re.I)
BOTH = re.compile(r"\b(?:both|bilateral\w*|bibas\w*|biapical)\b", re.I)
SWAP = {"left": "right", "right": "left", "Left": "Right", "Right": "Left", "LEFT": "RIGHT", "RIGHT": "LEFT"}
NOUN = re.compile(
    r"\b(pneumothorax|effusion|consolidation|nodule|mass|atelectasis|pneumonia|opacity|infiltrate|fracture|granuloma)s?\b",
    re.I,
)
ABNORMAL = re.compile(
    r"effusion|opaci|atelecta|consolid|nodul|mass|fibro|emphysem|scar|granulom|fracture|cardiomegaly|enlarged|edema"
    r"|catheter|tube|line|pacemaker|scolio|degenerat|calcif|hernia|infiltrat|deformit|pneumon|thicken|congest|clips"
    r"|sternotomy",
    re.I,
)

STEMS = {
    "pneumothorax": r"pneumothora",
    "effusion": r"effusion|pleur|costophrenic|fluid|heart failure",
    "mass": r"mass|nodul|lesion|opaci|densit|tumou?r|granulom|metasta|hil(?:ar|um)|mediast|cavit|adenopathy|calcif",
    "consolidation": r"consolid|pneumon|infiltrat|opaci|airspace|air space|atelecta|edema|scar|densit|lungs?\b|vascul"
    r"|fibro|interstit|marking|collapse|congest|failure|volume|aspirat|silhouette|obscur|heart border",
}
"""Word of a finding -> words by which a report may speak of it or of its kin."""
GRAVE = {
    "pneumothorax": (
        "There is a moderate {side} pneumothorax.",
        "{Side} pneumothorax of 3 cm.",
        "Large {side} apical pneumothorax is present.",
    ),
    "effusion": (
        "There is a large {side} pleural effusion.",
        "Moderate {side} effusion.",
        "A moderate {side} pleural effusion is seen.",
    ),
    "mass": (
        "There is a 5 cm mass in the {side} upper lobe.",
        "{Side} hilar mass.",
        "A large mass projects over the {side} mid lung.",
    ),
    "consolidation": (
        "Dense consolidation of the {side} lower lobe.",
        "There is consolidation in the {side} upper lobe.",
        "{Side} lower lobe consolidation.",
    ),
}
DENIALS = {
    "pneumothorax": ("No pneumothorax is seen.", "There is no pneumothorax.", "Negative for pneumothorax."),
    "effusion": ("No pleural effusion.", "There is no pleural effusion.", "No effusion is identified."),
    "mass": ("No mass is seen.", "There is no mass."),
    "consolidation": ("No consolidation.", "There is no consolidation.", "The lungs are free of consolidation."),
}
COMPARISONS = (
    "The appearance is unchanged from the previous radiograph.",
    "Compared with the earlier film, the lungs are better aerated.",
    "There has been interval improvement in aeration.",
    "The heart is larger than on the prior study.",
    "The findings have progressed since the last examination.",
    "No interval change.",
    "Stable appearance of the chest.",
    "The interstitial markings are more prominent than before.",
    "In comparison with the previous examination there is little change.",
    "The previously described right basal opacity has cleared.",
    "New blunting of the left costophrenic angle.",
    "Again noted is mild scoliosis.",
    "The left basal atelectasis has improved.",
    "The infiltrate is no longer visible.",
)
NEGATIONS = (
    "No {a} or {b} is seen, but a small left {b} is present.",
    "There is no {b}, although the right {b} measures 2 cm.",
    "There is no evidence of no {a}.",
    "The chest is not without {a}.",
    "{A} is not absent.",
    "No {a} is not seen.",
    "No {a}, 14 mm {b} on the right.",
    "No {a} or {b} of 22 mm in the left upper zone.",
    "The right lung is without no {b}.",
    "There is no absence of {a}.",
)
NEGATED = (
    ("pneumothorax", "nodule"),
    ("pleural effusion", "mass"),
    ("consolidation", "pleural effusion"),
    ("edema", "opacity"),
    ("fracture", "pneumothorax"),
)
DEVICES = {
    r"endotracheal|ett?\b|intubat|tube": (
        "An endotracheal tube ends 4 cm above the carina.",
        "Endotracheal tube in good position.",
    ),
    r"gastric|enteric|feeding|dobb?hoff|tube": (
        "A nasogastric tube ends in the stomach.",
        "The tip of the feeding tube is in the duodenum.",
    ),
    r"chest tube|drain|tube|catheter": (
        "There is a right chest tube with its tip at the apex.",
        "A left pleural drain is in place.",
    ),
    r"pacemaker|pacer|aicd|defib|lead": (
        "Left pacemaker with leads in the right atrium and right ventricle.",
        "A pacemaker is seen.",
    ),
    r"line|catheter|picc|port|swan|central": (
        "A right internal jugular line ends in the superior vena cava.",
        "PICC line with its tip at the cavoatrial junction.",
    ),
}
"""Words by which a report may speak of a device -> sentences about it."""
LONG = (
    "A wedge-shaped opacity abuts the minor fissure and fades towards the hilum with a faint meniscus at its border.",
    "Coarse reticular shadowing with traction bronchiectasis and fibrosis involves the periphery of both lower lobes.",
    "The trachea curves around a rounded goiter that widens the superior mediastinum and darkens the clavicle.",
    "There is a thin-walled cavity beneath the right clavicle with satellite nodules scattered in the lung nearby.",
    "An old healed fracture of the left seventh rib has left a bulky callus that mimics a nodule at first glance.",
    "Patchy consolidation spreads from the left hilum towards the lingula and silhouettes the apex of the heart.",
    "A loculated effusion tracks up the lateral chest wall and dips into the horizontal fissure like a spindle.",
    "Surgical clips crowd the left axilla after dissection and the soft tissue contour there is visibly flattened.",
)
IDENTIFIERS = (
    "Discussed with Dr. {name} by telephone.",
    "Patient name: {name}, {first}.",
    "MRN {number}.",
    "Accession number A{number} was reviewed together with this film.",
    "Date of birth 03/{day}/1957.",
    "Results were phoned to the ward at 555-013-{last}.",
    "The report was mailed to {first}.{name}@example.org for review.",
    "Mr. {name} was positioned upright.",
    "Seen on {day} March 2019 in the outpatient clinic.",
    "Electronically signed by {first} {name}, MD.",
    "Lives at {day} Maple Street.",
    "Patient ID: {number}.",
)
NAMES = ("Miller", "Okafor", "Lindqvist", "Haddad", "Moreau", "Tanaka", "O'Brien", "Kowalski")
FIRST = ("Anna", "Peter", "Laila", "John", "Ines", "Marek")
SEXED = {
    "M": (
        "She is rotated to the left.",
        "The uterus is not included.",
        "This female patient is obese.",
        "Her arms are down.",
    ),
    "F": (
        "He is rotated to the left.",
        "Sclerosis as in metastatic prostatic carcinoma.",
        "This is an elderly male.",
        "His arms are down.",
    ),
}
"""Sex of the study -> sentences that fit only the other."""
LATERALS = (
    "On the lateral view the retrosternal space is clear.",
    "The lateral film shows no collapse of a vertebra.",
    "The opacity lies behind the heart on the lateral radiograph.",
    "In the lateral projection the nodule is anterior.",
)
MEASURES = (
    "There is a nodule of 900 mm in the left lung.",
    "A 75 cm opacity lies at the right base.",
    "The effusion measures -12 mm.",
    "A nodule of 0 mm is seen.",
    "Pneumothorax of 60 cm.",
)
