"""`sightline export` as a user types it: the file, what is printed, and the refusals."""

from __future__ import annotations

import os
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
import typer
from PIL import Image
from pydicom import dcmread
from typer.testing import CliRunner, Result

from mllm.export_commands import export
from radiology.errors import SightlineError
from radiology.imaging.intake import read_studies
from radiology.phantom.dicom import write_dicom
from radiology.study import NOTICE, Draft, DraftSentence, ModelInfo, Projection, Study, View

PIXELS = np.arange(64 * 64).reshape(64, 64).astype(np.uint8)


def _run(*words: object) -> Result:
    command = typer.Typer()
    command.command()(export)
    return CliRunner().invoke(command, [str(word) for word in words])


def _refused(*words: object) -> str:
    """The one sentence; nothing printed, nothing written."""
    result = _run(*words)
    assert isinstance(result.exception, SightlineError)
    assert result.stdout == ""
    assert not Path(str(words[words.index("-o") + 1])).exists()
    return str(result.exception)


def _draft(study_id: str) -> Draft:
    sentence = DraftSentence(text="The chest is normal.", section="findings")
    return Draft(study_id=study_id, sentences=(sentence,), model=ModelInfo(id="mini", hash="ab" * 32), prompt_hash="ff")


@pytest.fixture
def films(tmp_path: Path) -> dict[str, Path]:
    """Study id -> its DICOM file, of two studies."""
    found = {}
    for name in ("one", "two"):
        view = View(id="frontal", path="", projection=Projection.PA, width=64, height=64)
        path = tmp_path / f"{name}.dcm"
        write_dicom(path, PIXELS, Study(study_id=name, patient_id="P"), view)
        found[read_studies([path])[0].study_id] = path
    return found


@pytest.fixture
def draft_file(tmp_path: Path, films: dict[str, Path]) -> Path:
    """One draft, of the first study."""
    path = tmp_path / "draft.json"
    path.write_text(_draft(next(iter(films))).model_dump_json() + "\n")
    return path


@pytest.mark.parametrize("to", ["sr", "gsps", "fhir-r4b", "fhir-r5", "pdf", "json", "json-schema", "text"])
def test_a_draft_is_written_whole_and_named(draft_file: Path, films: dict[str, Path], tmp_path: Path, to: str) -> None:
    result = _run(draft_file, "--study", next(iter(films.values())), "--to", to, "-o", tmp_path / "new" / "out")
    assert (result.exit_code, result.stdout) == (0, f"{tmp_path / 'new' / 'out'}\n")
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["out"]
    assert (tmp_path / "new" / "out").stat().st_size > 100


def test_a_second_export_is_the_same_and_dated_as_the_draft(
    draft_file: Path, films: dict[str, Path], tmp_path: Path
) -> None:
    os.utime(draft_file, (1_700_000_000.5, 1_700_000_000.5))
    contents = []
    for name in ("a", "b"):
        _run(draft_file, "--study", next(iter(films.values())), "--to", "sr", "-o", tmp_path / name)
        contents.append((tmp_path / name).read_bytes())
    assert contents[0] == contents[1]
    assert dcmread(BytesIO(contents[0])).ContentDate in {"20231114", "20231115"}  # the time zone decides


def test_of_several_drafts_the_films_choose(films: dict[str, Path], tmp_path: Path) -> None:
    several = tmp_path / "drafts.jsonl"
    several.write_text("\n".join(_draft(study_id).model_dump_json() for study_id in films) + "\n\n")
    for study_id, path in films.items():
        _run(several, "--study", path, "--to", "json", "-o", tmp_path / "out.json")
        assert Draft.model_validate_json((tmp_path / "out.json").read_text()).study_id == study_id
    ask = _refused(several, "--to", "text", "-o", tmp_path / "out")
    assert ask == f"`{several}`: holds 2 drafts, name the films of one of them with --study."
    both = [word for path in films.values() for word in ("--study", path)]
    assert "holds 2 drafts, name the films of one" in _refused(several, *both, "--to", "text", "-o", tmp_path / "out")
    several.write_text(f"{_draft(next(iter(films))).model_dump_json()}\n" * 2)
    assert "keep one of them" in _refused(several, *both, "--to", "text", "-o", tmp_path / "out")


def test_a_draft_over_many_lines_is_one_and_may_be_longer_than_a_report(tmp_path: Path) -> None:
    sentence = DraftSentence(text="The chest is normal.", section="findings")
    long = _draft("S").model_copy(update={"sentences": (sentence,) * 1000})
    (tmp_path / "draft.json").write_text(long.model_dump_json(indent=2), encoding="utf-8-sig")
    assert (tmp_path / "draft.json").stat().st_size > 200_000
    _run(tmp_path / "draft.json", "--to", "text", "-o", tmp_path / "out")
    assert f"{NOTICE}." in (tmp_path / "out").read_text()


@pytest.mark.parametrize(
    "text", ["{", "[]", "{}", '{"study_id": 1}', "null\n{}", "[" * 100_000, '{"study_id": "SECRET", "x": "SECRET"}']
)
def test_what_is_no_draft_is_refused_without_its_values(tmp_path: Path, text: str) -> None:
    (tmp_path / "draft.json").write_text(text)
    said = _refused(tmp_path / "draft.json", "--to", "text", "-o", tmp_path / "out")
    assert "draft.json`: is no draft" in said
    assert said.endswith("give what `sightline report --format json` printed.")
    assert "SECRET" not in said


def test_nothing_is_written_onto_what_it_is_made_from(draft_file: Path, films: dict[str, Path]) -> None:
    film = next(iter(films.values()))
    for output in (draft_file, film):
        before = output.read_bytes()
        result = _run(draft_file, "--study", film, "--to", "sr", "-o", output)
        assert "is what this is made from" in str(result.exception)
        assert output.read_bytes() == before


def test_what_cannot_be_read_or_written_is_refused(draft_file: Path, tmp_path: Path) -> None:
    assert "gone.json`: cannot be read" in _refused(tmp_path / "gone.json", "--to", "text", "-o", tmp_path / "out")
    (tmp_path / "bytes.json").write_bytes(b"\xff\xfe\x00")
    assert "save it as UTF-8" in _refused(tmp_path / "bytes.json", "--to", "text", "-o", tmp_path / "out")
    (tmp_path / "empty.json").write_text(" \n")
    assert "empty.json`: is empty" in _refused(tmp_path / "empty.json", "--to", "text", "-o", tmp_path / "out")
    result = _run(draft_file, "--to", "text", "-o", draft_file / "under" / "a-file")
    assert "cannot be written" in str(result.exception)


def test_films_must_be_those_of_the_draft_and_dicom_for_a_report(
    draft_file: Path, films: dict[str, Path], tmp_path: Path
) -> None:
    other = list(films.values())[1]
    wrong = _refused(draft_file, "--study", other, "--to", "sr", "-o", tmp_path / "out")
    assert "holds no draft of the films given" in wrong
    assert "needs the films" in _refused(draft_file, "--to", "sr", "-o", tmp_path / "out")
    Image.fromarray(PIXELS).save(tmp_path / "a.png")
    study = read_studies([tmp_path / "a.png"])[0]
    draft_file.write_text(_draft(study.study_id).model_dump_json())
    for to in ("sr", "gsps"):
        said = _refused(draft_file, "--study", tmp_path / "a.png", "--to", to, "-o", tmp_path / "out")
        assert "a.png`: is a picture, this export refers to DICOM files, name the film as one." in said
    assert _run(draft_file, "--study", tmp_path / "a.png", "--to", "pdf", "-o", tmp_path / "out").exit_code == 0
