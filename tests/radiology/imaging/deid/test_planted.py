"""Identifiers of some seventy kinds are planted; after `sightline deid` none is in any byte, name, log or report."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pydicom import dcmread

import cli
from mllm.model.heads import perception_of
from radiology.datasets.jsonl import read_cases
from radiology.imaging.pixels import read_pixels
from retrieval.cases.build import build_cases
from retrieval.cases.eyes import Tower
from tests.radiology.imaging.deid.plants import INK, MEDICAL, SECRETS, background, drawn, plant


@dataclass(frozen=True)
class Result:
    source: Path
    out: Path
    printed: str

    def one(self, suffix: str) -> Path:
        return next(self.out.rglob(f"*{suffix}"))


def _run(capture: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str]:
    """Exit status and all that was printed."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cli, "_be_quiet", lambda: None)
        patch.setattr(sys, "argv", ["sightline", *map(str, arguments)])
        with pytest.raises(SystemExit) as end:
            cli.main()
    printed = capture.readouterr()
    return int(end.value.code or 0), printed.out + printed.err


@pytest.fixture
def result(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Result:
    source, out = plant(tmp_path / "given"), tmp_path / "out"
    status, printed = _run(capsys, "deid", source, "-o", out)
    assert status == 0, printed
    return Result(source, out, printed)


def _found(text: bytes) -> list[str]:
    """The kinds of secrets in `text`, whatever their case."""
    lower = text.lower()
    return [kind for kind, secret in SECRETS.items() if secret.lower().encode() in lower]


def _everything(folder: Path) -> bytes:
    """Names and bytes of all below `folder`; compressed texts of pictures as text too."""
    parts = [str(path.relative_to(folder)).encode() + b"\n" for path in folder.rglob("*")]
    for path in folder.rglob("*"):
        if path.is_file():
            parts.append(path.read_bytes())
        if path.suffix in (".png", ".jpg"):
            with Image.open(path) as image:
                parts.append(repr(image.info).encode())
    return b"\n".join(parts)


def test_every_secret_is_in_what_is_given(tmp_path: Path) -> None:
    assert _found(_everything(plant(tmp_path).parent)) == list(SECRETS)


def test_no_secret_in_any_byte_name_or_line(result: Result) -> None:
    assert _found(_everything(result.out)) == []
    assert _found(result.printed.replace(str(result.out), "").encode()) == []


def test_no_secret_in_a_draft(result: Result, capsys: pytest.CaptureFixture[str]) -> None:
    status, printed = _run(capsys, "report", result.one(".dcm"), "--format", "json", "--force")
    assert status == 0
    assert _found(printed.encode()) == []


def test_no_secret_in_an_index(result: Result, tmp_path: Path) -> None:
    build_cases(read_cases(result.one("studies.jsonl")), Tower(perception_of("mini")), tmp_path / "base")
    assert _found(_everything(tmp_path / "base")) == []


@pytest.mark.parametrize("suffix", ["dcm", "png", "jpg"])
def test_text_in_pixels_is_masked_and_nothing_far_from_it(result: Result, suffix: str) -> None:
    before = read_pixels(next(result.source.rglob(f"*.{suffix}"))).astype(int)
    after, ink = read_pixels(result.one(f".{suffix}")).astype(int), INK[suffix]
    assert (np.abs(after - before) > 8)[ink].mean() > 0.9
    assert (np.abs(after - before) > 8).mean() < 0.12
    contrast = np.abs(after - np.median(after[ink]))[ink]
    assert np.percentile(contrast, 99) < 60


def test_what_the_film_needs_stays(result: Result) -> None:
    film = dcmread(result.one(".dcm"))
    assert (film.ViewPosition, film.BodyPartExamined, film.PatientSex, film.PatientAge) == ("PA", "CHEST", "F", "090Y")
    assert film.StudyDescription == "CHEST PA for [name]"
    assert film.PatientIdentityRemoved == "YES"
    assert film.DeidentificationMethodCodeSequence[0].CodeValue == "113100"
    assert str(film.StudyInstanceUID).startswith("2.25.")
    assert film.SOPInstanceUID == film.file_meta.MediaStorageSOPInstanceUID
    assert film.preamble == b"\0" * 128


def test_what_a_report_says_of_the_chest_stays(result: Result) -> None:
    case = read_cases(result.one("studies.jsonl"))[0]
    assert case.report is not None
    assert case.report.findings == MEDICAL
    assert [Path(view.path).is_file() for view in case.study.views] == [True, True]
    assert case.study.age == 90


def test_report_counts_and_names_no_value(result: Result) -> None:
    counts = json.loads((result.out / "deid-report.json").read_text())
    assert counts["files"] == {"left out: neither image nor list of cases": 2, "written": 4}
    assert counts["tags"]["pseudonym: PatientName"] == 1
    assert counts["text"]["phone"] >= 2
    assert counts["pixels"]["films with text"] == 3


def test_a_single_letter_stays_unless_asked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "in").mkdir()
    pixels, ink = drawn(background(), "L", (440, 20), 255)
    Image.fromarray(pixels).save(tmp_path / "in" / "a.png")
    for markers, stays in (("keep", True), ("mask", False)):
        status, _ = _run(capsys, "deid", tmp_path / "in", "-o", tmp_path / markers, "--markers", markers)
        after = read_pixels(next((tmp_path / markers).rglob("*.png")))
        assert status == 0
        assert bool((after[ink] > 200).any()) is stays
