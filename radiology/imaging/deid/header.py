"""A header without identity: a new data set into which only what the profile lets pass is written.

Sequences are treated at every depth. Whatever cannot be decoded, has a value of the wrong form for its representation,
or still holds a value that the same header calls the patient's, a person's, a device's or a place's, is left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from pydicom import DataElement, Dataset
from pydicom._uid_dict import UID_dictionary
from pydicom.multival import MultiValue
from pydicom.sequence import Sequence
from pydicom.uid import UID

from radiology.imaging.deid.dates import capped_age, shifted
from radiology.imaging.deid.known import Known
from radiology.imaging.deid.profile import Action, action_for
from radiology.imaging.deid.secret import Secret
from radiology.imaging.deid.spelling import plain
from radiology.imaging.deid.tally import Tally
from radiology.imaging.deid.text import scrubbed

_UTF_8 = "ISO_IR 192"
_CODE = re.compile(r"[A-Z0-9_ ]{0,16}")
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
_DUMMY = {"SH": "NONE", "LO": "NONE", "ST": "NONE", "LT": "NONE", "UT": "NONE", "CS": "NONE", "AE": "NONE"}
_LONG_NUMBER = 5
"""Shorter numbers are counts and sizes, even where they equal an identifier."""
_METHODS = (
    ("113100", "Basic Application Confidentiality Profile"),
    ("113101", "Clean Pixel Data Option"),
    ("113105", "Clean Descriptors Option"),
    ("113107", "Retain Longitudinal Temporal Information Modified Dates Option"),
    ("113108", "Retain Patient Characteristics Option"),
)
"""PS3.16, CID 7050."""


@dataclass(frozen=True)
class Cleaner:
    """How one patient's headers and texts are treated."""

    secret: Secret
    patient: str
    """What the patient's pseudonym and shift follow from."""
    known: Known
    tally: Tally

    def text(self, value: str) -> str:
        return scrubbed(value, self.known, self.tally.found)

    def clean(self, header: Dataset) -> Dataset:
        """A new data set; `PixelData` is not in it."""
        clean = self._items(header)
        clean.SpecificCharacterSet = _UTF_8
        clean.PatientIdentityRemoved = "YES"
        clean.LongitudinalTemporalInformationModified = "MODIFIED"
        clean.DeidentificationMethod = [meaning[:64] for _, meaning in _METHODS]
        clean.DeidentificationMethodCodeSequence = Sequence(_code(*method) for method in _METHODS)
        return clean

    def _items(self, dataset: Dataset) -> Dataset:
        clean = Dataset()
        for tag in list(dataset.keys()):
            if int(tag) == 0x7FE00010:
                continue
            try:
                element = dataset[tag]
                kept = self._element(element)
            except Exception:
                self.tally.tag(Action.REMOVE, "undecodable")
                continue
            if kept is not None:
                clean.add(kept)
        _cut_table(clean)
        return clean

    def _element(self, element: DataElement) -> DataElement | None:
        action = action_for(element.tag, element.VR)
        if action is Action.ENTER:
            return DataElement(element.tag, "SQ", Sequence(self._items(item) for item in element.value or ()))
        if action is not Action.KEEP and action is not Action.REMOVE and _is_empty(element):
            return DataElement(element.tag, element.VR, "")
        value = self._value(element, action)
        if value is None or (action is Action.KEEP and self._tells(value, element.VR)):
            self._count(Action.REMOVE, element)
            return None
        if value != element.value:
            self._count(action if action is not Action.KEEP else Action.EMPTY, element)
        return DataElement(element.tag, element.VR, value)

    def _value(self, element: DataElement, action: Action) -> object:
        """The value to write, None to write nothing."""
        match action:
            case Action.KEEP:
                return _well_formed(element)
            case Action.EMPTY:
                return [] if element.VR == "SQ" else ""
            case Action.DUMMY:
                return _DUMMY.get(element.VR)
            case Action.PATIENT:
                return self.secret.patient(self.patient)
            case Action.REMOVE:
                return None
            case _:
                return _each(element, lambda value: self._one(value, element.VR, action))

    def _one(self, value: str, vr: str, action: Action) -> str:
        match action:
            case Action.UID:
                return value if UID(value) in UID_dictionary else self.secret.uid(value)
            case Action.SHIFT:
                return shifted(value, vr, self.secret.days(self.patient))
            case Action.AGE:
                return capped_age(value)
            case _:
                return self.text(value)[: 16 if vr == "SH" else 64 if vr == "LO" else None]

    def _tells(self, value: object, vr: str) -> bool:
        """True for a kept code or number that is one of the header's own identifiers, or has the form of one."""
        if isinstance(value, bytes):
            return False
        texts = [str(one) for one in (value if isinstance(value, MultiValue | list) else [value])]
        if vr == "CS" and any(scrubbed(text, Known(), lambda _: None) != plain(text) for text in texts):
            return True
        return any(self.known.named_in(text) for text in texts if not text.isdigit() or len(text) >= _LONG_NUMBER)

    def _count(self, action: Action, element: DataElement) -> None:
        name = "private attribute" if element.tag.is_private else element.keyword or _group(element)
        self.tally.tag(action, name)


def _cut_table(item: Dataset) -> None:
    """Bytes behind the last entry of a look-up table go; so does a table of unknown length."""
    if isinstance(item.get("LUTData"), bytes):
        entries = int(item.LUTDescriptor[0]) or 65536 if item.get("LUTDescriptor") else 0
        item.LUTData = item.LUTData[: 2 * entries]


def _group(element: DataElement) -> str:
    return f"({element.tag.group:04X},xxxx)"


def _code(value: str, meaning: str) -> Dataset:
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = value, "DCM", meaning
    return item


def _is_empty(element: DataElement) -> bool:
    return element.VR != "SQ" and element.is_empty


def _values(element: DataElement) -> list[object]:
    value = element.value
    if value is None:
        return []
    return list(value) if isinstance(value, MultiValue | list | tuple) else [value]


def _each(element: DataElement, change: Callable[[str], str]) -> str | list[str]:
    changed = [change(str(value)) for value in _values(element)]
    return changed[0] if len(changed) == 1 else changed


def _well_formed(element: DataElement) -> object:
    """The value where it has the form of its representation, else None."""
    pattern = {"CS": _CODE, "DS": _NUMBER, "IS": _NUMBER}.get(element.VR)
    if pattern is None or all(pattern.fullmatch(str(value).strip()) for value in _values(element)):
        return element.value
    return None
