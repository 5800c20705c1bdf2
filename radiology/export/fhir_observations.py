"""The Observations of a draft: one for each sentence, one for each finding that it states."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from radiology.export.codes import (
    CERTAINTIES,
    CERTAINTY_OF_FINDING,
    CERTAINTY_OF_IMPRESSION,
    CHANGE,
    CHANGES,
    COUNT,
    EVIDENCE,
    FAULT,
    FLAG,
    IMAGE_REGION,
    LATERALITY,
    LENGTH,
    LOCATION,
    MILLIMETRE,
    PERCENT,
    POSITION,
    PROBABILITY,
    SEVERITIES,
    SEVERITY,
    SIDES,
    UNITY,
    finding_code,
)
from radiology.export.fhir_parts import coded, concept, quantity, reference
from radiology.export.films import DicomFilm
from radiology.export.marks import drawn, of_the_study, seen
from radiology.export.sites import position_code, site_of
from radiology.export.wording import box_in_words, percent, plain, source_of
from radiology.study import Certainty, Draft, DraftSentence, Finding

Parts = Iterator[dict[str, Any]]

_SECTIONS = {
    "findings": ("http://loinc.org", "59776-5", "Findings"),
    "impression": ("http://loinc.org", "19005-8", "Impression"),
}
_IMAGING = ("http://terminology.hl7.org/CodeSystem/observation-category", "imaging", "Imaging")
_INTERPRETATIONS = {
    Certainty.PRESENT: ("POS", "Positive"),
    Certainty.ABSENT: ("NEG", "Negative"),
    Certainty.UNCERTAIN: ("IND", "Indeterminate"),
}
_INTERPRETATION = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation"


def observations(draft: Draft, films: Mapping[str, DicomFilm], name: str) -> Parts:
    """films: by view id, those whose boxes are ImagingSelections; name: of the draft."""
    for number, sentence in enumerate(draft.sentences, 1):
        yield _sentence(number, sentence, films, name)
        for i, mention in enumerate(sentence.findings, 1):
            yield _finding(f"sentence-{number}-finding-{i}", mention.finding, draft, name)


def _observation(id_: str, name: str, code: dict[str, Any], **rest: Any) -> dict[str, Any]:
    observation = {
        "resourceType": "Observation",
        "id": id_,
        "status": "preliminary",
        "category": [coded(*_IMAGING)],
        "code": code,
        "device": reference(name, "Device", "model"),
        **rest,
    }
    return {key: value for key, value in observation.items() if value}


def _sentence(number: int, sentence: DraftSentence, films: Mapping[str, DicomFilm], name: str) -> dict[str, Any]:
    id_ = f"sentence-{number}"
    members = [reference(name, "Observation", f"{id_}-finding-{i}") for i in range(1, len(sentence.findings) + 1)]
    boxes = [
        reference(name, "ImagingSelection", f"{id_}-box-{i}")
        for i, box in enumerate(drawn(sentence), 1)
        if box.view in films
    ]
    return _observation(
        id_,
        name,
        coded(*_SECTIONS[sentence.section]),
        valueString=plain(sentence.text) or "(empty)",
        component=list(_said(sentence)),
        hasMember=members,
        derivedFrom=boxes,
    )


def _said(sentence: DraftSentence) -> Parts:
    if sentence.confidence is not None:
        code = CERTAINTY_OF_FINDING if sentence.section == "findings" else CERTAINTY_OF_IMPRESSION
        yield {"code": concept(code), "valueQuantity": quantity(percent(sentence.confidence), PERCENT)}
    checks = {fault.check for fault in sentence.faults}
    yield from (_text(FLAG, flag) for flag in sentence.flags if flag not in checks)
    yield from (_text(FAULT, f"{fault.check}: {fault.reason}") for fault in sentence.faults)
    yield from (_text(EVIDENCE, source_of(evidence)) for evidence in sentence.evidence)
    yield from (_text(EVIDENCE, f"seen by the heads: {box_in_words(box)}") for box in seen(sentence))
    yield from (_text(IMAGE_REGION, box_in_words(box)) for box in drawn(sentence))


def _finding(id_: str, finding: Finding, draft: Draft, name: str) -> dict[str, Any]:
    site = site_of(finding)
    return _observation(
        id_,
        name,
        concept(finding_code(finding)),
        valueCodeableConcept=concept(CERTAINTIES[finding.certainty]),
        interpretation=[coded(_INTERPRETATION, *_INTERPRETATIONS[finding.certainty])],
        note=[{"text": f"{draft.notice}."}],
        bodySite=concept(site) if site is not None else None,
        component=list(_attributes(finding)),
    )


def _attributes(finding: Finding) -> Parts:
    if finding.side is not None:
        yield {"code": concept(LATERALITY), "valueCodeableConcept": concept(SIDES[finding.side])}
    if finding.severity is not None:
        yield {"code": concept(SEVERITY), "valueCodeableConcept": concept(SEVERITIES[finding.severity])}
    if finding.change is not None:
        yield {"code": concept(CHANGE), "valueCodeableConcept": concept(CHANGES[finding.change])}
    if finding.size_mm is not None:
        yield {"code": concept(LENGTH), "valueQuantity": quantity(finding.size_mm, MILLIMETRE)}
    if finding.count is not None:
        yield {"code": concept(COUNT), "valueQuantity": quantity(finding.count, UNITY)}
    if finding.probability is not None:
        yield {"code": concept(PROBABILITY), "valueQuantity": quantity(percent(finding.probability), PERCENT)}
    if finding.location is not None:
        yield _text(LOCATION, finding.location)
    if finding.position is not None:
        code = position_code(finding.position)
        yield (
            {"code": concept(POSITION), "valueCodeableConcept": concept(code)}
            if code
            else _text(POSITION, finding.position)
        )
    yield from (_text(IMAGE_REGION, box_in_words(box)) for box in of_the_study(finding.boxes))


def _text(code: Any, text: str) -> dict[str, Any]:
    return {"code": concept(code), "valueString": plain(text) or "(empty)"}
