from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import retrieval.spread
from mllm.engine.protocol import GrayImage
from radiology.datasets.jsonl import read_cases, write_cases
from radiology.errors import SightlineError
from radiology.study import Case, Projection, Study, View
from retrieval.cases.base import store_file
from retrieval.cases.build import build_cases
from retrieval.cases.merge import merge_cases
from retrieval.embedders.protocol import Vectors
from retrieval.spread import main, spread
from retrieval.store.store import CaseStore

ROOT = Path(__file__).resolve().parents[2]
COUNT = 12
TWO_PROCESSES = """
import sys
from pathlib import Path
import retrieval.spread
from tests.retrieval.test_spread import Corners
retrieval.spread.open_image_embedder = lambda spec: Corners()
sys.exit(retrieval.spread.main([sys.argv[1], "-o", sys.argv[2]]))
"""


class Corners:
    """Embeds a film by the grey of its corners; breaks off before film `breaks`."""

    width = 4

    def __init__(self, breaks: int = -1, name: str = "corners") -> None:
        self.id, self.seen, self._breaks = name, 0, breaks

    def images(self, images: Sequence[GrayImage]) -> Vectors:
        if 0 <= self._breaks <= self.seen:
            raise KeyboardInterrupt
        self.seen += len(images)
        corners = np.stack([image[[0, 0, -1, -1], [0, -1, 0, -1]] for image in images]).astype(np.float32) + 1
        rows: Vectors = corners / np.linalg.norm(corners, axis=1, keepdims=True)
        return rows


@pytest.fixture
def studies(tmp_path: Path) -> Path:
    """A `studies.jsonl` of noise, no film like another."""
    path, noise = tmp_path / "studies.jsonl", np.random.default_rng(5)
    cases = []
    for number in range(COUNT):
        film = tmp_path / f"{number}.png"
        Image.fromarray(noise.integers(0, 256, (64, 64), dtype=np.uint8)).save(film)
        view = View(id="frontal", path=str(film), projection=Projection.PA, width=64, height=64)
        study = Study(study_id=f"s{number}", patient_id=f"p{number}", views=(view,))
        cases.append(Case(study=study, source="made here", licence="Apache-2.0", split="train"))
    write_cases(path, cases)
    return path


def _vectors(*parts: Path) -> dict[str, list[float]]:
    """Study -> vector, of all parts together; a study that is in two of them fails."""
    rows = [row for part in parts for rows in CaseStore(store_file(part)).records() for row in rows]
    found = {row.case.study.study_id: row.vector.tolist() for row in rows}
    assert len(found) == len(rows)
    return found


def _one_process(studies: Path, folder: Path) -> dict[str, list[float]]:
    build_cases(read_cases(studies), Corners(), folder)
    return _vectors(folder)


@pytest.mark.slow
def test_two_processes_make_what_one_makes(studies: Path, tmp_path: Path) -> None:
    """Under torch's own launcher: on GPUs `accelerate launch` does the same, on CPUs it starts one process."""
    script, out, base = tmp_path / "two.py", tmp_path / "parts", tmp_path / "base"
    script.write_text(TWO_PROCESSES)
    launch = ["-m", "torch.distributed.run", "--standalone", "--nproc_per_node=2"]
    run = subprocess.run(
        [sys.executable, *launch, str(script), str(studies), str(out)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    parts = [out / "part-0-of-2", out / "part-1-of-2"]
    assert [len(CaseStore(store_file(part))) for part in parts] == [COUNT // 2, COUNT // 2]
    assert _vectors(*parts) == _one_process(studies, tmp_path / "one")
    assert f"{COUNT} added" in run.stderr
    for part in parts:
        merge_cases(part, base)
    assert _vectors(base) == _vectors(*parts)


def test_one_process_needs_no_launcher(
    studies: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(retrieval.spread, "open_image_embedder", lambda spec: Corners())
    out = tmp_path / "parts"
    assert main([str(studies), "-o", str(out)]) == 0
    assert _vectors(out / "part-0-of-1") == _one_process(studies, tmp_path / "one")
    assert f"{COUNT} added" in capsys.readouterr().err
    assert main([str(studies), "-o", str(out)]) == 0
    assert f"{COUNT} known" in capsys.readouterr().err


def test_what_was_broken_off_goes_on(studies: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("retrieval.cases.build.BATCH", 2)
    cases, again = read_cases(studies), Corners()
    with pytest.raises(KeyboardInterrupt):
        spread(cases, Corners(breaks=6), tmp_path / "parts")
    kept = len(CaseStore(store_file(tmp_path / "parts" / "part-0-of-1")))
    spread(cases, again, tmp_path / "parts")
    assert again.seen == COUNT - kept < COUNT
    assert _vectors(tmp_path / "parts" / "part-0-of-1") == _one_process(studies, tmp_path / "one")


def test_another_number_of_processes_embeds_what_is_missing(studies: Path, tmp_path: Path) -> None:
    cases, out = read_cases(studies), tmp_path / "parts"
    build_cases(cases[::2], Corners(), out / "part-0-of-2")
    embedder = Corners()
    counts = spread(cases, embedder, out)
    assert (counts["known"], counts["added"], embedder.seen) == (COUNT // 2, COUNT // 2, COUNT // 2)
    assert _vectors(out / "part-0-of-2", out / "part-0-of-1") == _one_process(studies, tmp_path / "one")


def test_parts_of_another_embedder_are_refused(studies: Path, tmp_path: Path) -> None:
    cases, other = read_cases(studies), Corners(name="centres")
    build_cases(cases[::2], Corners(), tmp_path / "part-0-of-2")
    with pytest.raises(SightlineError, match="embedded by corners and this is centres"):
        spread(cases, other, tmp_path)
    assert other.seen == 0


def test_what_cannot_be_used_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "studies.jsonl").write_text("{}\n")
    assert main([str(tmp_path / "studies.jsonl"), "-o", str(tmp_path / "parts")]) == 2
    assert main([str(tmp_path / "none.jsonl"), "-o", str(tmp_path / "parts")]) == 2
    said = capsys.readouterr().err.splitlines()
    assert len(said) == 2
    assert not (tmp_path / "parts").exists()
