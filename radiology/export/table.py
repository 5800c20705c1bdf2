"""Every format a draft can be exported to. To add one, write a function as below and add its line."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import datetime

from pydicom import Dataset

from radiology.errors import SightlineError
from radiology.export.json import schema, to_json
from radiology.export.text import to_text
from radiology.findings import FINDINGS
from radiology.study import Draft, Study

Export = Callable[[Draft, Study | None, datetime], bytes]


def export(draft: Draft, study: Study | None, created: datetime, name: str) -> bytes:
    """The file called `name` in `FORMATS`, whole. created: when the draft was written, with its time zone.

    study: the films that the draft is of; sr, gsps and pdf need them. Raises SightlineError for another study's films,
    for a draft that names a finding beyond the vocabulary, and for what a format cannot hold.
    """
    if study is not None and study.study_id != draft.study_id:
        raise SightlineError("The films are not those of the draft, name the films that it was drafted from.")
    unknown = [m.finding.name for s in draft.sentences for m in s.findings if m.finding.name not in FINDINGS]
    if unknown:
        raise SightlineError(f"The draft names the finding `{unknown[0]}`, which is not known here, draft it again.")
    return FORMATS[name](draft, study, created)


def _needed(study: Study | None) -> Study:
    if study is None:
        raise SightlineError("An export to sr, gsps or pdf needs the films of the draft, name them with --study.")
    return study


def _sr(draft: Draft, study: Study | None, created: datetime) -> bytes:
    from radiology.export.sr import to_sr

    return _file(to_sr(draft, _needed(study), created))


def _gsps(draft: Draft, study: Study | None, created: datetime) -> bytes:
    from radiology.export.gsps import to_gsps

    return _file(to_gsps(draft, _needed(study), created))


def _fhir_r4b(draft: Draft, study: Study | None, created: datetime) -> bytes:
    from radiology.export.fhir import to_fhir

    return to_fhir(draft, study, created, "R4B").encode()


def _fhir_r5(draft: Draft, study: Study | None, created: datetime) -> bytes:
    from radiology.export.fhir import to_fhir

    return to_fhir(draft, study, created, "R5").encode()


def _pdf(draft: Draft, study: Study | None, _: datetime) -> bytes:
    from radiology.export.pdf import to_pdf

    return to_pdf(draft, _needed(study))


def _file(document: Dataset) -> bytes:
    buffer = io.BytesIO()
    document.save_as(buffer, enforce_file_format=True)
    return buffer.getvalue()


FORMATS: dict[str, Export] = {
    "sr": _sr,
    "gsps": _gsps,
    "fhir-r4b": _fhir_r4b,
    "fhir-r5": _fhir_r5,
    "pdf": _pdf,
    "json": lambda draft, *_: (to_json(draft, indent=2) + "\n").encode(),
    "json-schema": lambda *_: schema().encode(),
    "text": lambda draft, *_: (to_text(draft) + "\n").encode(),
}
