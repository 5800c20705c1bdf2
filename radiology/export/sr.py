"""A draft as a DICOM Comprehensive SR: a measurement report (PS3.16 TID 1500), preliminary and unverified.

The sentences stand as text in its Qualitative Evaluations (TID 1500 rows 12 and 14), each with its confidence, its
evidence and what is against it. What they state stands in codes in its Imaging Measurements (rows 6 to 9). The notice
comes first, as a comment: the template may be extended.
"""

from __future__ import annotations

from datetime import datetime

from highdicom.sr import (
    CodeContentItem,
    CodedConcept,
    ComprehensiveSR,
    ContainerContentItem,
    ContentItem,
    ContentSequence,
    DeviceObserverIdentifyingAttributes,
    LanguageOfContentItemAndDescendants,
    ObservationContext,
    ObserverContext,
    TextContentItem,
)
from highdicom.sr.enum import RelationshipTypeValues
from pydicom import Dataset
from pydicom.sr.codedict import codes
from pydicom.sr.coding import Code

from radiology.export.codes import CHEST_FILM, COMMENT
from radiology.export.equipment import coding_schemes, dated, equipment
from radiology.export.films import DicomFilm, dicom_films, names_unsaid, references
from radiology.export.marks import marks_by_view
from radiology.export.sr_groups import groups
from radiology.export.sr_sentences import sentences
from radiology.export.uids import digest, uid_of
from radiology.export.wording import short
from radiology.study import Draft, Study

_TITLE = Code("126000", "DCM", "Imaging Measurement Report")
_MEASUREMENTS = Code("126010", "DCM", "Imaging Measurements")
_EVALUATIONS = Code("C0034375", "UMLS", "Qualitative Evaluations")
_PROCEDURE = Code("121058", "DCM", "Procedure reported")
_ENGLISH = CodedConcept("en", "RFC5646", "English")


@names_unsaid()
def to_sr(draft: Draft, study: Study, created: datetime) -> Dataset:
    """The document, of the patient and the study of its films.

    created: when the draft was written; the same draft with the same `created` gives the same document, UIDs included.
    Raises SightlineError where the films are no DICOM files, or not those of the draft.
    """
    films = dicom_films(study)
    marks_by_view(draft, study)
    name = (digest(draft), created.isoformat(), *(film.uid for film in films))
    document = ComprehensiveSR(
        evidence=references(films),
        content=_content(draft, films)[0],
        series_instance_uid=uid_of("sr series", films[0].reference.StudyInstanceUID),
        sop_instance_uid=uid_of("sr", *name),
        instance_number=1,
        is_complete=True,
        is_final=False,
        is_verified=False,
        coding_schemes=coding_schemes(),
        **equipment(draft),
    )
    document.CompletionFlagDescription = draft.notice
    return dated(document, created, "Content")


def _content(draft: Draft, films: list[DicomFilm]) -> ContentSequence:
    root = ContainerContentItem(name=_TITLE, template_id="1500")
    root.ContentSequence = ContentSequence()
    root.ContentSequence.extend(LanguageOfContentItemAndDescendants(_ENGLISH))
    root.ContentSequence.extend(_observer(draft))
    root.ContentSequence.append(CodeContentItem(_PROCEDURE, CHEST_FILM, RelationshipTypeValues.HAS_CONCEPT_MOD))
    root.ContentSequence.append(TextContentItem(COMMENT, f"{draft.notice}.", RelationshipTypeValues.CONTAINS))
    stated = groups(draft, {film.view.id: film for film in films})
    if stated:
        root.ContentSequence.append(_container(_MEASUREMENTS, stated))
    root.ContentSequence.append(_container(_EVALUATIONS, sentences(draft)))
    return ContentSequence([root], is_root=True)


def _observer(draft: Draft) -> ObservationContext:
    """The model, as a device (TID 1004)."""
    device = DeviceObserverIdentifyingAttributes(
        uid=uid_of("model", draft.model.id, draft.model.hash),
        name=short(draft.model.id) or "unnamed",
        manufacturer_name="Sightline",
        serial_number=short(draft.model.hash) or None,
    )
    return ObservationContext(observer_device_context=ObserverContext(codes.DCM.Device, device))


def _container(name: Code, items: list[ContentItem]) -> ContainerContentItem:
    container = ContainerContentItem(name=name, relationship_type=RelationshipTypeValues.CONTAINS)
    container.ContentSequence = ContentSequence(items)
    return container
