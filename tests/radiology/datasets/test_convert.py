"""A conversion is whole or begun, never half: killed and started again it ends with the same bytes."""

from __future__ import annotations

import csv
import hashlib
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from radiology.datasets.conversion import Conversion, state_of
from radiology.datasets.convert import NO_FILM, UNDECODED, Converted, convert
from radiology.datasets.folder_lock import only_writer
from radiology.datasets.jsonl import read_cases, read_questions, write_cases, write_questions
from radiology.datasets.source import Dataset
from radiology.datasets.table import SOURCES
from radiology.errors import SightlineError
from radiology.study import Box, Case, Finding, Question, Study, View

ROOT = Path(__file__).resolve().parents[3]
JSONL = SOURCES["jsonl"]


def _data(folder: Path, n: int = 5, width: int = 60, height: int = 40) -> Path:
    """`n` studies of a film of that many px each, every second one asked about."""
    folder.mkdir()
    cases = []
    for i in range(n):
        path = folder / f"film {i}.png"
        Image.fromarray(np.random.default_rng(i).integers(0, 256, (height, width), np.uint8)).save(
            path, compress_level=1
        )
        view = View(id="frontal", path=str(path), width=width, height=height, pixel_spacing=(0.2, 0.3))
        finding = Finding(name="nodule", boxes=(Box(view="frontal", x0=0.1, y0=0.1, x1=0.2, y1=0.2),))
        study = Study(study_id=f"study {i}", patient_id=f"patient {i}", views=(view,))
        cases.append(Case(study=study, findings=(finding,), source="made", licence="CC0-1.0"))
    write_cases(folder / "studies.jsonl", cases)
    asked = [Question(study_id=f"study {i}", text="Why?", answer="?", kind="open") for i in range(0, n, 2)]
    write_questions(folder / "questions.jsonl", asked)
    return folder


def _wanted(path: Path, **changes: object) -> Conversion:
    return Conversion(source="jsonl", licence="x", path=str(path), state=state_of(path)).model_copy(update=changes)


def _convert(path: Path, folder: Path, **changes: object) -> Converted:
    return convert(JSONL, path, folder, _wanted(path, **changes), workers=1)


def _bytes(folder: Path) -> dict[str, str]:
    """Every file of the folder by a hash of its content."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_films_stay_where_they_are(tmp_path: Path) -> None:
    made = _convert(_data(tmp_path / "data"), tmp_path / "out")
    assert (made.cases, made.questions, made.reasons()) == (5, 3, {})
    assert '"path":"../data/film 0.png"' in made.studies.read_text()
    assert read_cases(made.studies) == read_cases(tmp_path / "data" / "studies.jsonl")
    assert sorted(_bytes(tmp_path / "out")) == [
        ".lock",
        "conversion.json",
        "questions.jsonl",
        "skipped.csv",
        "studies.jsonl",
    ]


def test_films_are_scaled(tmp_path: Path) -> None:
    made = _convert(_data(tmp_path / "data"), tmp_path / "out", size=48)
    case = read_cases(made.studies)[0]
    (view,) = case.study.views
    assert (view.width, view.height) == (48, 32)
    assert view.pixel_spacing == pytest.approx((0.25, 0.375))
    assert case.findings[0].boxes[0].x1 == 0.2
    with Image.open(view.path) as image:
        assert (image.size, image.mode, image.format) == ((48, 32), "L", "PNG")
    assert Path(view.path).parent == tmp_path / "out" / "images"


def test_a_narrow_film_stays_readable(tmp_path: Path) -> None:
    made = _convert(_data(tmp_path / "data", 1, 400, 40), tmp_path / "out", size=48)
    view = read_cases(made.studies)[0].study.views[0]
    assert (view.width, view.height) == (320, 32)


def test_a_small_film_is_not_enlarged(tmp_path: Path) -> None:
    made = _convert(_data(tmp_path / "data"), tmp_path / "out", size=500)
    assert read_cases(made.studies)[0].study.views[0].width == 60


def test_what_cannot_be_decoded_is_listed(tmp_path: Path) -> None:
    film = _data(tmp_path / "data") / "film 3.png"
    film.write_bytes(film.read_bytes()[:200])
    made = _convert(tmp_path / "data", tmp_path / "out", size=48)
    assert (made.cases, made.reasons()) == (4, {UNDECODED: 1, NO_FILM: 1})
    with (tmp_path / "out" / "skipped.csv").open() as file:
        assert [(row["reason"], row["study"], row["count"]) for row in csv.DictReader(file)] == [
            (UNDECODED, "study 3", "1"),
            (NO_FILM, "study 3", "1"),
        ]


def test_what_a_reader_skips_is_listed(tmp_path: Path) -> None:
    (_data(tmp_path / "data") / "questions.jsonl").write_text(
        Question(study_id="none", text="?", answer="!", kind="open").model_dump_json() + "\n"
    )
    made = _convert(tmp_path / "data", tmp_path / "out")
    assert made.reasons() == {"question about a study that is not there": 1}


def test_a_split_and_a_limit_choose(tmp_path: Path) -> None:
    path = _data(tmp_path / "data", 20)
    val, train = (_convert(path, tmp_path / name, split=name).cases for name in ("val", "train"))
    assert min(val, train) > 0
    assert val + train == 20
    some = read_cases(_convert(path, tmp_path / "some", limit=7).studies)
    assert len(some) == 7
    assert [case.study.study_id for case in some] != [f"study {i}" for i in range(7)]
    asked = {question.study_id for question in read_questions(tmp_path / "some" / "questions.jsonl")}
    assert asked <= {case.study.study_id for case in some}
    with pytest.raises(SightlineError, match=r"`--split test`: no study is of it, the data set holds train, val\."):
        _convert(path, tmp_path / "none", split="test")


def test_a_second_run_changes_nothing(tmp_path: Path) -> None:
    path = _data(tmp_path / "data")
    _convert(path, tmp_path / "out", size=48)
    before = _bytes(tmp_path / "out")
    _convert(path, tmp_path / "out", size=48)
    assert _bytes(tmp_path / "out") == before


def test_pictures_that_no_study_shows_are_taken_away(tmp_path: Path) -> None:
    """A reader that unpacks its films does so for all of them, before some are chosen."""
    path = _data(tmp_path / "data")

    def load(path: Path, workdir: Path) -> Dataset:
        data = JSONL.load(path, workdir)
        (workdir / "images").mkdir(parents=True, exist_ok=True)
        for i, case in enumerate(data.cases):
            (workdir / "images" / f"{i}.png").write_bytes(Path(case.study.views[0].path).read_bytes())
        views = [
            case.study.views[0].model_copy(update={"path": str(workdir / "images" / f"{i}.png")})
            for i, case in enumerate(data.cases)
        ]
        moved = [
            case.model_copy(update={"study": case.study.model_copy(update={"views": (view,)})})
            for case, view in zip(data.cases, views, strict=True)
        ]
        return Dataset(tuple(moved), data.questions)

    unpacking = replace(JSONL, load=load)
    convert(unpacking, path, tmp_path / "out", _wanted(path, limit=2), workers=1)
    assert len(list((tmp_path / "out" / "images").iterdir())) == 2
    convert(unpacking, path, tmp_path / "small", _wanted(path, limit=2, size=48), workers=1)
    assert sorted(entry.name for entry in (tmp_path / "small").iterdir() if entry.is_dir()) == ["images"]
    assert len(list((tmp_path / "small" / "images").iterdir())) == 2


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"source": "nih"}, "source jsonl, not nih"),
        ({"size": 48}, "size None, not 48"),
        ({"split": "val"}, "split all, not val"),
        ({"state": "0"}, "the files have changed since"),
    ],
)
def test_another_conversion_is_not_written_over(changes: dict[str, object], told: str, tmp_path: Path) -> None:
    path = _data(tmp_path / "data")
    _convert(path, tmp_path / "out")
    before = _bytes(tmp_path / "out")
    with pytest.raises(SightlineError, match=rf"holds another conversion \({told}\), name another folder\."):
        _convert(path, tmp_path / "out", **changes)
    assert _bytes(tmp_path / "out") == before


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    path = _data(tmp_path / "data")

    def load(path: Path, workdir: Path) -> Dataset:
        raise PermissionError(13, "Permission denied", str(path / "locked.csv"))

    with pytest.raises(SightlineError, match=r"locked\.csv`: cannot be read \(Permission denied\)"):
        convert(replace(JSONL, load=load), path, tmp_path / "out", _wanted(path), workers=1)


def test_a_folder_of_other_things_is_left_alone(tmp_path: Path) -> None:
    path, other = _data(tmp_path / "data"), _data(tmp_path / "other")
    before = _bytes(other)
    with pytest.raises(SightlineError, match="holds what was not converted here"):
        _convert(path, other)
    with pytest.raises(SightlineError, match="is inside the data set"):
        _convert(path, path / "out")
    with pytest.raises(SightlineError, match="is no folder"):
        _convert(path, other / "studies.jsonl")
    assert _bytes(other) == before


def test_after_a_mistake_the_folder_can_be_used(tmp_path: Path) -> None:
    with pytest.raises(SightlineError, match="is no JSON Lines"):
        _convert(tmp_path / "dada", tmp_path / "out")
    assert _convert(_data(tmp_path / "data"), tmp_path / "out").cases == 5


def test_only_one_writes_at_a_time(tmp_path: Path) -> None:
    path = _data(tmp_path / "data")
    with only_writer(tmp_path / "out"), pytest.raises(SightlineError, match="is being written by another process"):
        _convert(path, tmp_path / "out")
    assert _convert(path, tmp_path / "out").cases == 5


def _start(path: Path, folder: Path) -> subprocess.Popen[bytes]:
    words = ["data", "convert", "jsonl", str(path), "-o", str(folder), "--size", "48", "--workers", "2"]
    return subprocess.Popen(
        [sys.executable, str(ROOT / "cli.py"), *words], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, cwd=ROOT
    )


def _wait_for(folder: Path, films: int) -> None:
    end = time.monotonic() + 60
    while len(list(folder.glob("images/*.png"))) < films and time.monotonic() < end:
        time.sleep(0.005)


@pytest.mark.slow
@pytest.mark.parametrize("films", [1, 40, 90])
def test_killed_and_started_again_it_ends_the_same(films: int, tmp_path: Path) -> None:
    path = _data(tmp_path / "data", 120, 900, 700)
    assert _start(path, tmp_path / "whole").wait(120) == 0
    first = _start(path, tmp_path / "torn")
    _wait_for(tmp_path / "torn", films)
    os.kill(first.pid, signal.SIGKILL)
    first.wait(20)
    assert not (tmp_path / "torn" / "studies.jsonl").exists()
    assert _start(path, tmp_path / "torn").wait(120) == 0
    assert _bytes(tmp_path / "torn") == _bytes(tmp_path / "whole")


@pytest.mark.slow
def test_of_two_at_once_one_is_refused_and_the_other_is_whole(tmp_path: Path) -> None:
    path = _data(tmp_path / "data", 120, 900, 700)
    runs = [_start(path, tmp_path / "out") for _ in range(2)]
    told = [run.communicate(timeout=120)[1] for run in runs]
    assert sorted(run.returncode for run in runs) == [0, 2]
    assert b"is being written by another process" in b"".join(told)
    assert len(read_cases(tmp_path / "out" / "studies.jsonl")) == 120
    assert _start(path, tmp_path / "whole").wait(120) == 0
    assert _bytes(tmp_path / "out") == _bytes(tmp_path / "whole")
