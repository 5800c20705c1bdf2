"""What a draft states, in codes: one measurement group for each finding of a sentence, or for each of its boxes.

With a box it is PS3.16 TID 1410, without one TID 1501. Whether the finding is there is an evaluation named after it
(Present, Absent or Undetermined, CID 240). Only one that is present is also the group's Finding, so that a reader that
asks for Findings gets none that the draft denies or doubts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, cast

from highdicom.sr import (
    ContentItem,
    FindingSite,
    GraphicTypeValues,
    ImageRegion,
    Measurement,
    MeasurementsAndQualitativeEvaluations,
    PlanarROIMeasurementsAndQualitativeEvaluations,
    QualitativeEvaluation,
    SourceImageForRegion,
    TextContentItem,
    TrackingIdentifier,
)
from highdicom.sr.enum import RelationshipTypeValues

from radiology.export.codes import (
    CERTAINTIES,
    CHANGE,
    CHANGES,
    COUNT,
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
from radiology.export.films import DicomFilm
from radiology.export.marks import drawn, of_the_study, seen
from radiology.export.sites import position_code, site_of, uncoded_place
from radiology.export.uids import uid_of
from radiology.export.wording import label_of, percent, plain
from radiology.study import Box, Certainty, Draft, DraftSentence, Finding

Films = Mapping[str, DicomFilm]
_CONTAINS = RelationshipTypeValues.CONTAINS


def groups(draft: Draft, films: Films) -> list[ContentItem]:
    """Tracked as "sentence 3, nodule, present". films: by view id, one for every box."""
    return [group for number, sentence in enumerate(draft.sentences, 1) for group in _groups(number, sentence, films)]


def _groups(number: int, sentence: DraftSentence, films: Films) -> Iterator[ContentItem]:
    named = f"sentence {number}"
    owned = [box for mention in sentence.findings for box in mention.finding.boxes]
    for mention in sentence.findings:
        finding = mention.finding
        for box in of_the_study(finding.boxes) or (None,):
            yield _group(f"{named}, {label_of(finding)}", finding, box, films)
    for box in drawn(sentence):
        if box not in owned:
            yield _region(named, box, films)
    for box in seen(sentence):
        yield _region(f"{named}, evidence", box, films)


def _group(name: str, finding: Finding, box: Box | None, films: Films) -> ContentItem:
    tracking = _tracking(name, finding, box, films)
    told: dict[str, Any] = {
        "finding_type": finding_code(finding) if finding.certainty is Certainty.PRESENT else None,
        "finding_sites": _sites(finding),
        "measurements": list(_measurements(finding)),
        "qualitative_evaluations": list(_evaluations(finding)),
    }
    group = (
        MeasurementsAndQualitativeEvaluations(tracking, **told)
        if box is None
        else PlanarROIMeasurementsAndQualitativeEvaluations(tracking, _image_region(box, films), **told)
    )
    group[0].ContentSequence.extend(_texts(finding))
    return cast("ContentItem", group[0])


def _region(name: str, box: Box, films: Films) -> ContentItem:
    """A box that no finding owns."""
    tracking = _tracking(name, None, box, films)
    region = PlanarROIMeasurementsAndQualitativeEvaluations(tracking, _image_region(box, films))
    return cast("ContentItem", region[0])


def _tracking(name: str, finding: Finding | None, box: Box | None, films: Films) -> TrackingIdentifier:
    of = (name, str(finding), str(box), *(film.uid for film in films.values()))
    return TrackingIdentifier(uid=uid_of("group", *of), identifier=name)


def _image_region(box: Box, films: Films) -> ImageRegion:
    film = films[box.view]
    source = SourceImageForRegion(film.reference.SOPClassUID, film.reference.SOPInstanceUID)
    return ImageRegion(GraphicTypeValues.POLYLINE, film.outline(box), source)


def _sites(finding: Finding) -> list[FindingSite]:
    site = site_of(finding)
    side = SIDES[finding.side] if finding.side is not None else None
    return [FindingSite(site, laterality=side)] if site is not None else []


def _measurements(finding: Finding) -> Iterator[Measurement]:
    if finding.size_mm is not None:
        yield Measurement(LENGTH, finding.size_mm, MILLIMETRE)
    if finding.count is not None:
        yield Measurement(COUNT, finding.count, UNITY)
    if finding.probability is not None:
        yield Measurement(PROBABILITY, percent(finding.probability), PERCENT)


def _evaluations(finding: Finding) -> Iterator[QualitativeEvaluation]:
    yield QualitativeEvaluation(finding_code(finding), CERTAINTIES[finding.certainty])
    if finding.severity is not None:
        yield QualitativeEvaluation(SEVERITY, SEVERITIES[finding.severity])
    if finding.change is not None:
        yield QualitativeEvaluation(CHANGE, CHANGES[finding.change])
    if finding.position is not None and (code := position_code(finding.position)):
        yield QualitativeEvaluation(POSITION, code)


def _texts(finding: Finding) -> Iterator[ContentItem]:
    """What has no code."""
    place, position = uncoded_place(finding), finding.position
    if place:
        yield TextContentItem(LOCATION, plain(place), _CONTAINS)
    if position and position_code(position) is None:
        yield TextContentItem(POSITION, plain(position), _CONTAINS)
