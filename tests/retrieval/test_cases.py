from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from mllm.engine.protocol import GrayImage
from mllm.model.perception import Percept, Thresholds
from radiology.errors import SightlineError
from radiology.study import Case, Finding, Projection, Study, View
from retrieval.cases import CaseRetriever, build_cases, info, search


class BrightnessPerception:
    """Embeds an image by the direction of its mean grey: near greys are near vectors."""

    image_size = 24

    def __init__(self, embedder_id: str = "brightness-1") -> None:
        self.embedder_id = embedder_id
        self.thresholds: dict[str, Thresholds] = {}
        self.batches: list[int] = []

    def see(self, images: Sequence[GrayImage]) -> list[Percept]:
        self.batches.append(len(images))
        return [Percept({}, {}, {}, self._embed(image)) for image in images]

    def _embed(self, image: GrayImage) -> np.ndarray:
        assert image.shape == (self.image_size, self.image_size)
        angle = float(image.max()) / 255 * np.pi / 2
        return np.array([np.cos(angle), np.sin(angle), 0], dtype=np.float32)


def _case(folder: Path, study_id: str, grey: int, patient_id: str) -> Case:
    path = folder / f"{study_id}.png"
    Image.fromarray(np.full((40, 32), grey, dtype=np.uint8)).save(path)
    view = View(id="frontal", path=str(path), projection=Projection.PA, width=32, height=40)
    return Case(
        study=Study(study_id=study_id, patient_id=patient_id, views=(view,)),
        findings=(Finding(name="edema"),),
        source="made here",
        licence="Apache-2.0",
    )


@pytest.fixture
def cases(tmp_path: Path) -> list[Case]:
    return [_case(tmp_path, f"s{n}", 10 + 12 * n, f"p{n // 2}") for n in range(20)]


def _query(grey: int, study_id: str = "query", patient_id: str = "nobody") -> tuple[Study, np.ndarray]:
    image = np.full((24, 24), grey, dtype=np.uint8)
    return Study(study_id=study_id, patient_id=patient_id), BrightnessPerception().see([image])[0].embedding


def test_nearest_first(cases: list[Case], tmp_path: Path) -> None:
    perception, steps = BrightnessPerception(), list[tuple[int, int]]()
    summary = build_cases(cases, perception, tmp_path / "base", lambda *step: steps.append(step))
    assert (summary.added, summary.total, summary.failed) == (20, 20, 0)
    assert steps == [(16, 20), (20, 20)]
    found = CaseRetriever(tmp_path / "base", perception).similar(*_query(10 + 12 * 8), 3)
    assert found[0].case.study.study_id == "s8"
    assert {similar.case.study.study_id for similar in found[1:]} == {"s7", "s9"}
    assert found[0].score == pytest.approx(1.0)
    assert 0.9 < found[1].score < found[0].score <= 1.0


def test_never_the_same_patient_nor_the_same_study(cases: list[Case], tmp_path: Path) -> None:
    build_cases(cases, BrightnessPerception(), tmp_path / "base")
    retriever = CaseRetriever(tmp_path / "base", BrightnessPerception())
    study, vector = _query(10 + 12 * 8, patient_id="p4")
    found = retriever.similar(study, vector, 20)
    assert len(found) == 18
    assert {"s8", "s9"}.isdisjoint(similar.case.study.study_id for similar in found)
    study, vector = _query(10 + 12 * 8, study_id="s8")
    assert "s8" not in {similar.case.study.study_id for similar in retriever.similar(study, vector, 20)}


def test_building_again_embeds_only_what_is_new(cases: list[Case], tmp_path: Path) -> None:
    build_cases(cases[:5], BrightnessPerception(), tmp_path / "base")
    perception = BrightnessPerception()
    summary = build_cases(cases, perception, tmp_path / "base")
    assert (summary.added, summary.known, summary.total) == (15, 5, 20)
    assert perception.batches == [15]


def test_an_interrupted_build_goes_on(cases: list[Case], tmp_path: Path) -> None:
    def interrupt(*_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build_cases(cases, BrightnessPerception(), tmp_path / "base", interrupt)
    healed = CaseRetriever(tmp_path / "base", BrightnessPerception())
    assert len(healed.similar(*_query(50), 50)) == 16
    assert build_cases(cases, BrightnessPerception(), tmp_path / "base").known == 16
    assert info(tmp_path / "base").indexed == 20


def test_every_case_is_counted(cases: list[Case], tmp_path: Path) -> None:
    copy = cases[0].model_copy(
        update={"study": cases[0].study.model_copy(update={"study_id": "copy", "patient_id": "px"})}
    )
    Path(cases[1].study.views[0].path).unlink()
    blind = Case(study=Study(study_id="blind", patient_id="pb"))
    summary = build_cases([*cases[:3], copy, blind, cases[2]], BrightnessPerception(), tmp_path / "base")
    assert summary.model_dump() == {"added": 2, "known": 1, "duplicate": 1, "failed": 2, "total": 2}


def test_nothing_readable(tmp_path: Path) -> None:
    blind = Case(study=Study(study_id="blind", patient_id="pb"))
    with pytest.raises(SightlineError, match="`blind`: no image"):
        build_cases([blind], BrightnessPerception(), tmp_path / "base")


def test_another_model_is_refused(cases: list[Case], tmp_path: Path) -> None:
    build_cases(cases[:2], BrightnessPerception(), tmp_path / "base")
    other = BrightnessPerception("brightness-2")
    with pytest.raises(SightlineError, match="brightness-1 and this model is brightness-2"):
        CaseRetriever(tmp_path / "base", other)
    with pytest.raises(SightlineError, match="brightness-1 and this model is brightness-2"):
        build_cases(cases, other, tmp_path / "base")


def test_info_and_no_case_base(cases: list[Case], tmp_path: Path) -> None:
    build_cases(cases[:3], BrightnessPerception(), tmp_path / "base")
    about = info(tmp_path / "base")
    assert (about.count, about.indexed, about.embedder_id) == (3, 3, "brightness-1")
    assert about.sources == {"made here (Apache-2.0)": 3}
    with pytest.raises(SightlineError, match="holds no case base"):
        info(tmp_path / "elsewhere")
    assert not (tmp_path / "elsewhere").exists()


def test_thumbnails_are_small_pngs(cases: list[Case], tmp_path: Path) -> None:
    build_cases(cases[:1], BrightnessPerception(), tmp_path / "base")
    retriever = CaseRetriever(tmp_path / "base", BrightnessPerception())
    assert retriever.thumbnail("s0").startswith(b"\x89PNG")
    with pytest.raises(KeyError):
        retriever.thumbnail("s99")


def test_search_by_an_image_file(cases: list[Case], tmp_path: Path) -> None:
    build_cases(cases, BrightnessPerception(), tmp_path / "base")
    path = tmp_path / "new film.png"
    Image.fromarray(np.full((50, 40), 10 + 12 * 6, dtype=np.uint8)).save(path)
    found = search(tmp_path / "base", path, BrightnessPerception(), k=2)
    assert found[0].case.study.study_id == "s6"
    assert len(found) == 2
