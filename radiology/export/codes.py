"""What the exports say in codes: SNOMED CT, LOINC, UCUM and the DICOM vocabulary (PS3.16), else codes of our own.

Each code of a standard stands in the context group named beside it, or is used under that meaning by PS3.16. What has
no certain code is said under `PRIVATE`, which PS3.16 section 8.2 allows ("99" and a name), in words of ours.
"""

from __future__ import annotations

from pydicom.sr.coding import Code

from radiology.findings import FINDINGS
from radiology.study import Certainty, Change, Finding, Severity, Side

PRIVATE = "99SIGHTLINE"

CERTAINTIES: dict[Certainty, Code] = {
    Certainty.PRESENT: Code("52101004", "SCT", "Present"),
    Certainty.ABSENT: Code("272519000", "SCT", "Absent"),
    Certainty.UNCERTAIN: Code("373068000", "SCT", "Undetermined"),
}
"""CID 240."""

SIDES: dict[Side, Code] = {
    Side.LEFT: Code("7771000", "SCT", "Left"),
    Side.RIGHT: Code("24028007", "SCT", "Right"),
    Side.BILATERAL: Code("51440002", "SCT", "Bilateral"),
}
"""CID 244."""

SEVERITIES: dict[Severity, Code] = {
    Severity.SMALL: Code("255507004", "SCT", "Small"),
    Severity.MODERATE: Code("6736007", "SCT", "Moderate"),
    Severity.LARGE: Code("255509001", "SCT", "Large"),
}
"""CID 6118, "moderate" CID 6130."""

CHANGES: dict[Change, Code] = {
    Change.NEW: Code("7147002", "SCT", "New"),
    Change.WORSE: Code("230993007", "SCT", "Worsening"),
    Change.STABLE: Code("58158008", "SCT", "Stable"),
    Change.BETTER: Code("385633008", "SCT", "Improving"),
    Change.RESOLVED: Code("723506003", "SCT", "Resolved"),
}
"""Qualifier values of SNOMED CT; the change descriptors of CID 6134 tell sizes only."""

LATERALITY = Code("272741003", "SCT", "Laterality")
SEVERITY = Code("246112005", "SCT", "Severity")
CHANGE = Code("111049", "DCM", "Qualitative Difference")
"""The concept that PS3.16 gives to the change descriptors of a chest finding."""
LENGTH = Code("410668003", "SCT", "Length")
"""CID 7470."""
CERTAINTY_OF_FINDING = Code("111012", "DCM", "Certainty of Finding")
CERTAINTY_OF_IMPRESSION = Code("111013", "DCM", "Certainty of Impression")
FINDING = Code("121071", "DCM", "Finding")
IMPRESSION = Code("121073", "DCM", "Impression")
COMMENT = Code("121106", "DCM", "Comment")
TRACKING = Code("112039", "DCM", "Tracking Identifier")
IMAGE_REGION = Code("111030", "DCM", "Image Region")
CHEST_FILM = Code("399208008", "SCT", "Plain chest X-ray")

MILLIMETRE = Code("mm", "UCUM", "mm")
PERCENT = Code("%", "UCUM", "Percent")
UNITY = Code("1", "UCUM", "no units")

PROBABILITY = Code("probability", PRIVATE, "Probability that the finding is present")
COUNT = Code("count", PRIVATE, "Number of such findings")
LOCATION = Code("location", PRIVATE, "Location as worded")
POSITION = Code("position", PRIVATE, "Position of the device")
EVIDENCE = Code("evidence", PRIVATE, "Evidence for the sentence")
FLAG = Code("flag", PRIVATE, "Flag of the draft or the sentence")
FAULT = Code("fault", PRIVATE, "What a check found in the sentence")


def finding_code(finding: Finding) -> Code:
    """The concept of a finding, whether it is there or not. Raises KeyError for one beyond the vocabulary."""
    term = FINDINGS[finding.name]
    if term.snomed is not None:
        return Code(term.snomed, "SCT", term.text)
    return Code(term.dicom, "DCM", term.text) if term.dicom is not None else Code(term.name, PRIVATE, term.text)
