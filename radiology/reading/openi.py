"""One report of Open-i from its XML: the identifier, the sections as they stand and the names of its pictures."""

from __future__ import annotations

from typing import NamedTuple
from xml.etree import ElementTree as ET

LARGEST = 1_000_000
"""A report's XML has some 10 kB; anything beyond this many bytes is not parsed."""


class OpeniReport(NamedTuple):
    """`id` is empty where the XML has none; `sections` are (heading, text) in the order of the file."""

    id: str
    sections: tuple[tuple[str, str], ...]
    pictures: tuple[str, ...]


def parse_openi(document: bytes) -> OpeniReport:
    """Raises ValueError, which says what is wrong, for what is too large, declares entities or is no XML."""
    root = _root(document)
    uid = root.find(".//uId")
    return OpeniReport(
        id="" if uid is None else uid.get("id", ""),
        sections=tuple((part.get("Label", "FINDINGS"), part.text or "") for part in root.iter("AbstractText")),
        pictures=tuple(picture.get("id", "") for picture in root.iter("parentImage")),
    )


def _root(document: bytes) -> ET.Element:
    if len(document) >= LARGEST:
        raise ValueError(f"{len(document)} bytes are more than a report has")
    if b"<!ENTITY" in document or b"\0" in document:  # in UTF-16 a declaration would hide behind zero bytes
        raise ValueError("it declares entities or holds zero bytes, which no report needs")
    try:
        return ET.fromstring(document)  # noqa: S314
    except (ET.ParseError, LookupError) as error:
        raise ValueError(str(error)) from error
