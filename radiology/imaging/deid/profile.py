"""What becomes of each attribute: the Basic Application Level Confidentiality Profile of DICOM PS3.15, Annex E.

The table is PS3.15 2026c, Table E.1-1, as `dicom-anonymizer` ships it. On top come the options "Clean Descriptors"
(113105), "Retain Longitudinal Temporal Information with Modified Dates" (113107), and sex and age of "Retain Patient
Characteristics" (113108). Stricter than the profile: what the table does not list stays only where its value
representation holds numbers or codes, or where it is named here; free text and bytes that nobody vouches for go.
"""

from __future__ import annotations

from enum import StrEnum

from dicomanonymizer.dicom_anonymization_databases import dicomfields_2026c as table  # type: ignore[import-untyped]
from pydicom.datadict import dictionary_has_tag, dictionary_VR, tag_for_keyword
from pydicom.tag import BaseTag, Tag


class Action(StrEnum):
    KEEP = "kept"
    REMOVE = "removed"
    EMPTY = "emptied"
    DUMMY = "replaced"
    UID = "UID replaced"
    SHIFT = "date shifted"
    CLEAN = "text cleaned"
    AGE = "age capped"
    PATIENT = "pseudonym"
    ENTER = "entered"
    """A sequence: its items are treated one by one."""


def _tags(*keywords: str) -> frozenset[int]:
    return frozenset(tag for keyword in keywords if (tag := tag_for_keyword(keyword)) is not None)


_PATIENT = _tags("PatientID", "PatientName")
_AGE = _tags("PatientAge")
_ASIS = _tags("PatientSex")
_CODES = _tags("CodeValue", "CodingSchemeDesignator", "CodingSchemeVersion", "ContextIdentifier")
_CLEANED = _tags(
    "AcquisitionComments",
    "AcquisitionDeviceProcessingDescription",
    "AcquisitionProtocolDescription",
    "ContrastBolusAgent",
    "DerivationDescription",
    "ImageComments",
    "PerformedProcedureStepDescription",
    "ProtocolName",
    "RequestedProcedureDescription",
    "SeriesDescription",
    "StudyDescription",
)
"""Descriptions that tell how a film was made: kept without what identifies (column "Clean Desc. Opt.", C)."""

_VOUCHED = _tags(
    "CodeMeaning",
    "LUTExplanation",
    "Manufacturer",
    "ManufacturerModelName",
    "LUTData",
    "ModalityLUTType",
    "PixelData",
    "SoftwareVersions",
    "WindowCenterWidthExplanation",
)
"""Text and bytes outside the table that an image needs; text among them is cleaned."""

_DROPPED = _tags(
    "IconImageSequence", "ReferencedImageEvidenceSequence", "DigitalSignaturesSequence", "MACParametersSequence"
)
"""Pictures inside the picture, and signatures of what is no longer signed."""

_DATES = ("DA", "DT", "TM")
_TEXT = ("LO", "LT", "SH", "ST", "UC", "UT")
_PLAIN = ("AT", "CS", "DS", "FD", "FL", "IS", "SL", "SS", "SV", "UL", "US", "UV", "US or SS")
_KINDS = (frozenset(_TEXT), frozenset(_PLAIN) - {"CS"})
"""Representations that writers take for each other, and that are treated alike."""
_BY_VR = dict.fromkeys(_PLAIN, Action.KEEP) | {"UI": Action.UID, "SQ": Action.ENTER}
_PICTURE = _tags("PixelData")
_WITHOUT_DATE_OPTION = _tags("PatientBirthDate", "PatientBirthTime")


def _listed(*names: str) -> frozenset[int]:
    return frozenset(int(Tag(*tag)) for name in names for tag in getattr(table, name) if len(tag) == 2)


_BY_TAG: dict[int, Action] = {
    **dict.fromkeys(_listed("D_TAGS", "X_D_TAGS", "X_Z_D_TAGS"), Action.DUMMY),
    **dict.fromkeys(_listed("Z_TAGS", "X_Z_TAGS", "Z_D_TAGS"), Action.EMPTY),
    **dict.fromkeys(_listed("X_TAGS") | _DROPPED, Action.REMOVE),
    **dict.fromkeys(_listed("U_TAGS"), Action.UID),
    **dict.fromkeys(_listed("X_Z_U_STAR_TAGS"), Action.ENTER),
    **dict.fromkeys(_CLEANED, Action.CLEAN),
    **dict.fromkeys(_PATIENT, Action.PATIENT),
    **dict.fromkeys(_AGE, Action.AGE),
    **dict.fromkeys(_ASIS | _CODES, Action.KEEP),
}
"""The table and the options; later lines go before earlier ones."""


def action_for(tag: BaseTag, vr: str) -> Action:
    """What is done to an attribute of value representation `vr`, at the top or in an item of a sequence."""
    number = int(tag)
    if tag.is_private or _unwanted_group(tag) or not _of_its_kind(number, vr):
        return Action.REMOVE
    if vr in _DATES and number not in _WITHOUT_DATE_OPTION:
        return Action.SHIFT
    action = _BY_TAG.get(number) or _unlisted(number, vr)
    return Action.REMOVE if vr == "SQ" and action in (Action.DUMMY, Action.EMPTY) else action


def _unwanted_group(tag: BaseTag) -> bool:
    """Curves, overlays, pictures other than the image, groups of commands, files and padding, group lengths."""
    repeating = tag.group & 0xFF00 in (0x5000, 0x6000)
    picture = tag.group == 0x7FE0 and int(tag) not in _PICTURE
    return repeating or picture or tag.group in (0x0000, 0x0002, 0x0004, 0xFFFA, 0xFFFC) or tag.element == 0


def _of_its_kind(number: int, vr: str) -> bool:
    """False where a file gives an attribute another kind of value than the standard does: text as a code, say."""
    if not dictionary_has_tag(number):
        return True
    usual = dictionary_VR(number).split(" or ")
    return vr in usual or any(vr in kind and not kind.isdisjoint(usual) for kind in _KINDS)


def _unlisted(number: int, vr: str) -> Action:
    if number in _VOUCHED:
        return Action.CLEAN if vr in _TEXT else Action.KEEP
    return _BY_VR.get(vr, Action.REMOVE)
