"""Small parts of FHIR resources."""

from __future__ import annotations

from typing import Any

from pydicom.sr.coding import Code

from radiology.export.codes import PRIVATE
from radiology.export.uids import uuid_of

BASE = "https://sightline.example/fhir"
"""A name, not a place: `.example` leads nowhere (RFC 2606)."""

_SYSTEMS = {
    "SCT": "http://snomed.info/sct",
    "DCM": "http://dicom.nema.org/resources/ontology/DCM",
    PRIVATE: f"{BASE}/codes",
}


def coded(system: str, code: str, text: str) -> dict[str, Any]:
    """A CodeableConcept, with our own words: a `display` would have to be the system's."""
    return {"coding": [{"system": system, "code": code}], "text": text}


def concept(code: Code) -> dict[str, Any]:
    """A CodeableConcept of a DICOM coded concept."""
    return coded(_SYSTEMS[code.scheme_designator], code.value, code.meaning)


def quantity(value: float, unit: Code) -> dict[str, Any]:
    return {"value": value, "unit": unit.meaning, "system": "http://unitsofmeasure.org", "code": unit.value}


def url_of(name: str, kind: str, id_: str) -> str:
    """The address of a resource of the draft called `name`, the same each time."""
    return f"urn:uuid:{uuid_of('fhir', name, kind, id_)}"


def reference(name: str, kind: str, id_: str) -> dict[str, Any]:
    return {"reference": url_of(name, kind, id_), "type": kind}


def entry(name: str, resource: dict[str, Any]) -> dict[str, Any]:
    return {"fullUrl": url_of(name, resource["resourceType"], resource["id"]), "resource": resource}
