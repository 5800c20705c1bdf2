"""The boxes of a draft on its films: a DICOM Grayscale Softcopy Presentation State (PS3.3 A.33.1).

A viewer that opens it shows the films as `radiology.imaging.dicom` does: with the modality LUT and the VOI of the film
itself, since a presentation state replaces both, and INVERSE for MONOCHROME1, which it also replaces (PS3.3 C.11.6).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from highdicom import PresentationLUTShapeValues, PresentationLUTTransformation
from highdicom.pr import (
    AnnotationUnitsValues,
    GraphicAnnotation,
    GraphicLayer,
    GraphicObject,
    GraphicTypeValues,
    GrayscaleSoftcopyPresentationState,
    TextJustificationValues,
    TextObject,
)
from pydicom import Dataset

from radiology.errors import SightlineError
from radiology.export.equipment import dated, equipment
from radiology.export.films import DicomFilm, dicom_films, names_unsaid, references
from radiology.export.gsps_display import displayed_area, image_reference, modality_luts, voi_luts
from radiology.export.marks import Mark, marks_by_view
from radiology.export.uids import digest, uid_of
from radiology.export.wording import label_of, plain
from radiology.study import Certainty, Draft, Study

_LAYERS = {
    False: GraphicLayer("DRAFT", order=1, description="Boxes of the draft, by the number of the sentence"),
    True: GraphicLayer("EVIDENCE", order=2, description="What the heads see, by the number of the sentence"),
}
"""By whether the heads saw it."""
_LINE = 0.03
"""Height of a line of text as a share of the film."""


@names_unsaid()
def to_gsps(draft: Draft, study: Study, created: datetime) -> Dataset:
    """The presentation state of all films of the study, with the notice on each and the boxes that lie in it.

    created: when the draft was written; the same draft with the same `created` gives the same document, UIDs included.
    Raises SightlineError where the films are no DICOM files, not those of the draft, or cannot share one state.
    """
    films = dicom_films(study)
    marks = marks_by_view(draft, study)
    _check_shared(films)
    name = (digest(draft), created.isoformat(), *(film.uid for film in films))
    state = GrayscaleSoftcopyPresentationState(
        referenced_images=references(films[:1]),
        series_instance_uid=uid_of("gsps series", films[0].reference.StudyInstanceUID),
        sop_instance_uid=uid_of("gsps", *name),
        instance_number=1,
        content_label="DRAFT",
        content_description=draft.notice,
        presentation_lut_transformation=PresentationLUTTransformation(presentation_lut_shape=_shape(films[0])),
        **equipment(draft),
    )
    state.ReferencedSeriesSequence = _series(films)
    state.GraphicAnnotationSequence = list(_annotations(draft, films, marks))
    state.GraphicLayerSequence = list(_LAYERS.values())
    state.DisplayedAreaSelectionSequence = [displayed_area(film) for film in films]
    state.update(modality_luts(films[0]))
    if windows := voi_luts(films):
        state.SoftcopyVOILUTSequence = windows
    return dated(state, created, "PresentationCreation")


def _series(films: Sequence[DicomFilm]) -> list[Dataset]:
    """All films by series; highdicom itself takes films of one size only, and a lateral often has another."""
    found: dict[str, Dataset] = {}
    for film in films:
        series = found.setdefault(film.reference.SeriesInstanceUID, Dataset())
        series.SeriesInstanceUID = film.reference.SeriesInstanceUID
        series.ReferencedImageSequence = [*series.get("ReferencedImageSequence", []), image_reference(film)]
    return list(found.values())


def _check_shared(films: Sequence[DicomFilm]) -> None:
    """One state has one modality LUT and one polarity for all of its films."""
    for film in films:
        path = Path(film.view.path)
        if film.reference.SamplesPerPixel != 1:
            raise SightlineError(f"`{path}`: is in colour, a grey presentation state cannot show it, export it as sr.")
        if _shape(film) != _shape(films[0]) or modality_luts(film) != modality_luts(films[0]):
            raise SightlineError(
                f"`{path}`: is stored in other grey levels than `{films[0].view.path}`, which one presentation state "
                "cannot show, export it as sr."
            )


def _shape(film: DicomFilm) -> PresentationLUTShapeValues:
    inverted = film.header.get("PhotometricInterpretation") == "MONOCHROME1"
    return PresentationLUTShapeValues.INVERSE if inverted else PresentationLUTShapeValues.IDENTITY


def _annotations(
    draft: Draft, films: Sequence[DicomFilm], marks: Mapping[str, Sequence[Mark]]
) -> Iterator[GraphicAnnotation]:
    for film in films:
        notice = _text(f"{draft.notice}.", (0.0, 0.0, 1.0, _LINE), AnnotationUnitsValues.DISPLAY)
        yield GraphicAnnotation([film.reference], _LAYERS[False], text_objects=[notice])
        for mark in marks[film.view.id]:
            outline = GraphicObject(GraphicTypeValues.POLYLINE, film.outline(mark.box), AnnotationUnitsValues.PIXEL)
            yield GraphicAnnotation(
                [film.reference],
                _LAYERS[mark.seen],
                graphic_objects=[outline],
                text_objects=[_label(draft, mark, film)],
            )


def _label(draft: Draft, mark: Mark, film: DicomFilm) -> TextObject:
    """The numbers of the sentences and what they say of it, above its box, or inside where there is no room above."""
    findings = [mention.finding for n in mark.numbers for mention in draft.sentences[n - 1].findings]
    owners = [
        finding.name.replace("_", " ") if finding.certainty is Certainty.PRESENT else label_of(finding)
        for finding in findings
        if mark.box in finding.boxes
    ]
    rows, columns = film.reference.Rows, film.reference.Columns
    top = max(0.0, mark.box.y0 - _LINE)
    corners = (mark.box.x0 * columns, top * rows, columns, (top + _LINE) * rows)
    words = "seen by the heads" if mark.seen else ", ".join(dict.fromkeys(owners))
    return _text(f"{mark.label} {words}".strip(), corners, AnnotationUnitsValues.PIXEL)


def _text(text: str, corners: tuple[float, float, float, float], units: AnnotationUnitsValues) -> TextObject:
    return TextObject(plain(text), units, bounding_box=corners, text_justification=TextJustificationValues.LEFT)
