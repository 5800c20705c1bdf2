"""A draft as HL7 FHIR: a Bundle of a preliminary DiagnosticReport and its Observations, in R4B (4.3) or R5 (5.0).

Each sentence is an Observation of its text, each finding of it one in codes, its member: named after the finding,
valued Present, Absent or Undetermined, so that nobody who looks for what is present meets what is denied. In R5 every
box of a DICOM film is an ImagingSelection too. No patient is named: who sends it on adds the subject.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Literal

from radiology.export.fhir_narrative import conclusion, narrative
from radiology.export.fhir_observations import observations
from radiology.export.fhir_parts import BASE, coded, entry, reference
from radiology.export.films import DicomFilm, dicom_films, dicom_views
from radiology.export.marks import drawn, marks_by_view
from radiology.export.uids import digest
from radiology.export.wording import plain
from radiology.study import Draft, Study

Release = Literal["R4B", "R5"]
_REPORT = ("http://loinc.org", "18748-4", "Diagnostic imaging study")
_RADIOLOGY = ("http://terminology.hl7.org/CodeSystem/v2-0074", "RAD", "Radiology")


def to_fhir(draft: Draft, study: Study | None, created: datetime, release: Release) -> str:
    """JSON of the Bundle, checked against the models of `fhir.resources`; the same for the same draft and `created`.

    study: where its films are DICOM files, the report refers to it by StudyInstanceUID. created: when the draft was
    written, with its time zone.
    """
    films = dicom_films(study) if study is not None and dicom_views(study) else []
    if study is not None:
        marks_by_view(draft, study)
    name = digest(draft)
    resources = list(_resources(draft, {film.view.id: film for film in films}, created, release, name))
    bundle = {
        "resourceType": "Bundle",
        "identifier": {"system": f"{BASE}/draft", "value": name},
        "type": "collection",
        "timestamp": created.isoformat(),
        "entry": [entry(name, resource) for resource in resources],
    }
    return str(_model(release).model_validate(bundle).model_dump_json(indent=2))


def _resources(
    draft: Draft, films: dict[str, DicomFilm], created: datetime, release: Release, name: str
) -> Iterator[dict[str, Any]]:
    yield _report(draft, films, created, release, name)
    yield _device(draft, release)
    if release == "R5":
        yield from _selections(draft, films)
    yield from observations(draft, films if release == "R5" else {}, name)


def _report(
    draft: Draft, films: dict[str, DicomFilm], created: datetime, release: Release, name: str
) -> dict[str, Any]:
    report: dict[str, Any] = {
        "resourceType": "DiagnosticReport",
        "id": "report",
        "text": {"status": "generated", "div": narrative(draft)},
        "status": "preliminary",
        "category": [coded(*_RADIOLOGY)],
        "code": coded(*_REPORT),
        "issued": created.isoformat(),
        "conclusion": conclusion(draft),
        "result": [reference(name, "Observation", f"sentence-{n}") for n in range(1, len(draft.sentences) + 1)],
    }
    if films:
        report["imagingStudy" if release == "R4B" else "study"] = [imaging_study(next(iter(films.values())))]
    return {key: value for key, value in report.items() if value}


def imaging_study(film: DicomFilm) -> dict[str, Any]:
    """A logical reference, by the StudyInstanceUID as FHIR spells it."""
    uid = f"urn:oid:{film.reference.StudyInstanceUID}"
    return {"type": "ImagingStudy", "identifier": {"system": "urn:dicom:uid", "value": uid}}


def _device(draft: Draft, release: Release) -> dict[str, Any]:
    """The model, which every Observation is by."""
    named = {"value": plain(draft.model.id) or "unnamed", "type": "user-friendly-name"}
    r4b = {"deviceName": [{"name": named["value"], "type": named["type"]}]}
    versions = [{"value": plain(draft.model.hash)}] if plain(draft.model.hash) else []
    own = r4b if release == "R4B" else {"name": [named]}
    device = {"resourceType": "Device", "id": "model", "manufacturer": "Sightline", "version": versions, **own}
    return {key: value for key, value in device.items() if value}


def _selections(draft: Draft, films: dict[str, DicomFilm]) -> Iterator[dict[str, Any]]:
    """A region of a film for each box that a sentence draws (R5 only)."""
    for number, sentence in enumerate(draft.sentences, 1):
        for i, box in enumerate(drawn(sentence), 1):
            if box.view in films:
                film = films[box.view]
                yield {
                    "resourceType": "ImagingSelection",
                    "id": f"sentence-{number}-box-{i}",
                    "status": "available",
                    "code": {"text": f"Box {i} of sentence {number}"},
                    "derivedFrom": [imaging_study(film)],
                    "studyUid": str(film.reference.StudyInstanceUID),
                    "seriesUid": str(film.reference.SeriesInstanceUID),
                    "instance": [_instance(film, film.outline(box).ravel().tolist())],
                }


def _instance(film: DicomFilm, coordinates: list[float]) -> dict[str, Any]:
    kind = {"system": "urn:ietf:rfc:3986", "code": f"urn:oid:{film.reference.SOPClassUID}"}
    region = {"regionType": "polyline", "coordinate": coordinates}
    return {"uid": film.uid, "sopClass": kind, "imageRegion2D": [region]}


def _model(release: Release) -> Any:
    if release == "R4B":
        from fhir.resources.R4B.bundle import Bundle as BundleR4B

        return BundleR4B
    from fhir.resources.bundle import Bundle as BundleR5

    return BundleR5
