"""What holds for every format."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pydicom import dcmread

from mllm.export_commands import Target
from radiology.errors import SightlineError
from radiology.export.json import schema
from radiology.export.table import FORMATS, export
from radiology.imaging.intake import read_studies
from radiology.study import NOTICE, Box, Draft, Finding, Study
from tests.radiology.export.drafts import CREATED, NODULE, draft_of, sentence

ROOT = Path(__file__).resolve().parents[3]
READABLE = ("fhir-r4b", "fhir-r5", "json", "json-schema", "text", "sr", "gsps")
"""Whose bytes show their text; pages of the PDF are packed."""


def test_the_command_offers_every_format() -> None:
    assert [target.value for target in Target] == list(FORMATS)


@pytest.mark.parametrize("name", READABLE)
def test_the_notice_is_in_every_format(study: Study, name: str) -> None:
    assert NOTICE.encode() in export(draft_of(study), study, CREATED, name)


@pytest.mark.parametrize("name", ["sr", "gsps", "pdf"])
def test_what_shows_films_asks_for_them(study: Study, name: str) -> None:
    with pytest.raises(SightlineError, match="needs the films of the draft, name them with --study"):
        export(draft_of(study), None, CREATED, name)


@pytest.mark.parametrize("name", sorted(set(FORMATS)))
def test_another_studys_films_are_refused(study: Study, name: str) -> None:
    with pytest.raises(SightlineError, match="films are not those of the draft, name the films"):
        export(draft_of(study, study_id="other"), study, CREATED, name)


def test_a_finding_beyond_the_vocabulary_is_refused(study: Study) -> None:
    draft = draft_of(study, sentence("Vapours.", Finding(name="vapours")))
    with pytest.raises(SightlineError, match="names the finding `vapours`"):
        export(draft, study, CREATED, "sr")


@pytest.mark.parametrize("name", ["sr", "gsps", "pdf", "fhir-r5"])
def test_a_box_up_to_every_edge_is_within_the_film(study: Study, name: str) -> None:
    whole = NODULE.model_copy(update={"boxes": (Box(view="lateral", x0=0, y0=0, x1=1, y1=1),)})
    assert export(draft_of(study, sentence("All of it.", whole)), study, CREATED, name)


def test_json_reads_back_and_its_schema_is_the_published_one(study: Study) -> None:
    draft = draft_of(study)
    text = export(draft, None, CREATED, "json")
    assert Draft.model_validate_json(text) == draft
    described = json.loads(schema())
    assert set(described["properties"]) == set(json.loads(text))
    assert described["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert (ROOT / "docs" / "draft.schema.json").read_text(encoding="utf-8") == schema()


def test_real_films_are_referred_to_and_shown(real_data: Path) -> None:
    films = sorted((real_data / "dicom").glob("*.dcm"))
    assert films
    for path in films:
        study = read_studies([path])[0]
        finding = NODULE.model_copy(update={"boxes": (Box(view=study.views[0].id, x0=0.2, y0=0.3, x1=0.4, y1=0.5),)})
        draft = draft_of(study, sentence("A nodule.", finding))
        for name in ("sr", "gsps", "fhir-r4b", "fhir-r5"):
            content = export(draft, study, CREATED, name)
            assert str(dcmread(path, stop_before_pixels=True).StudyInstanceUID).encode() in content
