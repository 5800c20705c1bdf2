from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from radiology.errors import SightlineError
from radiology.study import Case, Finding, Study
from retrieval.cases.base import CaseBase, store_file
from retrieval.cases.build import build_cases
from retrieval.cases.info import info
from retrieval.cases.merge import merge_cases
from retrieval.cases.remove import remove_cases
from retrieval.cases.verify import verify_cases
from retrieval.store.filter import Filter
from retrieval.store.store import CaseStore
from retrieval.store.writer import writer_of
from tests.retrieval.toys import REPORT, CornerEmbedder, angle, film_case, pattern


@pytest.fixture
def cases(tmp_path: Path) -> list[Case]:
    return [film_case(tmp_path, n, f"p{n // 2}") for n in range(1, 21)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "base"


def _film(case: Case) -> Path:
    return Path(case.study.views[0].path)


def test_every_batch_is_told_once_it_is_stored(cases: list[Case], folder: Path) -> None:
    steps, told, held = list[tuple[int, int]](), list[str](), list[int]()

    def acknowledge(studies: Sequence[str]) -> None:
        told.extend(studies)
        held.append(len(CaseStore(store_file(folder))))

    summary = build_cases(cases, CornerEmbedder(), folder, lambda *step: steps.append(step), acknowledge)
    assert (summary.added, summary.total, summary.failed) == (20, 20, 0)
    assert steps == [(16, 20), (20, 20)]
    assert (told, held) == ([case.study.study_id for case in cases], [16, 20])


def test_building_again_embeds_only_what_is_new(cases: list[Case], folder: Path) -> None:
    build_cases(cases[:5], CornerEmbedder(), folder)
    embedder = CornerEmbedder()
    summary = build_cases(cases, embedder, folder)
    assert (summary.added, summary.known, summary.total) == (15, 5, 20)
    assert embedder.batches == [15]


def test_an_interrupted_build_goes_on(cases: list[Case], folder: Path) -> None:
    def interrupt(*_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build_cases(cases, CornerEmbedder(), folder, interrupt)
    found = CaseBase(folder).nearest(np.array(angle(50), np.float32), 50)
    assert (len(found), info(folder).indexed) == (16, 0)
    assert build_cases(cases, CornerEmbedder(), folder).known == 16
    assert (info(folder).indexed, verify_cases(folder).repaired) == (20, ())


def test_every_case_is_counted(cases: list[Case], folder: Path) -> None:
    copy = cases[0].model_copy(
        update={"study": cases[0].study.model_copy(update={"study_id": "copy", "patient_id": "px"})}
    )
    _film(cases[1]).unlink()
    blind = Case(study=Study(study_id="blind", patient_id="pb"), split="train")
    tested = cases[4].model_copy(update={"split": "test"})
    summary = build_cases([*cases[:3], copy, blind, cases[2], tested], CornerEmbedder(), folder)
    assert summary.model_dump() == {
        "added": 2, "updated": 0, "known": 1, "duplicate": 1, "withheld": 1, "failed": 2, "total": 2
    }  # fmt: skip


def test_a_film_encoded_or_sized_again_stays_out(cases: list[Case], tmp_path: Path, folder: Path) -> None:
    build_cases(cases[:4], CornerEmbedder(), folder)
    stream = io.BytesIO()
    Image.fromarray(pattern(3)).resize((140, 140)).save(stream, "JPEG", quality=60)
    again = film_case(tmp_path, 77, "another")
    _film(again).write_bytes(stream.getvalue())
    twice = film_case(tmp_path, 78, "one more")
    _film(twice).write_bytes(_film(film_case(tmp_path, 79, "and another")).read_bytes())
    fresh = film_case(tmp_path, 79, "and another")
    summary = build_cases([again, twice, fresh], CornerEmbedder(), folder)
    assert (summary.added, summary.duplicate) == (1, 2)


def test_the_evaluated_split_stays_out(cases: list[Case], folder: Path) -> None:
    held = [case.model_copy(update={"split": "test" if n % 2 else "val"}) for n, case in enumerate(cases)]
    build_cases(held, CornerEmbedder(), folder)
    assert info(folder).splits == {"val": 10}
    phantom = cases[0].model_copy(update={"phantom_version": "1", "seed": 900_000_007, "split": "test"})
    assert build_cases([phantom], CornerEmbedder(), folder / "other").added == 1


def test_a_changed_case_takes_the_place_of_the_old(cases: list[Case], folder: Path) -> None:
    build_cases(cases[:3], CornerEmbedder(), folder)
    changed = cases[0].model_copy(update={"report": REPORT, "findings": ()})
    assert build_cases([changed, cases[1]], CornerEmbedder(), folder).model_dump(include={"updated", "known"}) == {
        "updated": 1,
        "known": 1,
    }
    base = CaseBase(folder)
    assert len(base) == 3
    assert [row for row, _ in base.match("effusion", 5)] == [row for row, _ in base.nearest(_vector(1), 1)]
    assert base.match("edema", 5, Filter(study="s1")) == []


def _vector(seed: int) -> np.ndarray:
    return np.array(angle(12 * seed), np.float32)


def test_nothing_readable(folder: Path) -> None:
    blind = Case(study=Study(study_id="blind", patient_id="pb"), split="train")
    with pytest.raises(SightlineError, match="`blind`: no image"):
        build_cases([blind], CornerEmbedder(), folder)


def test_another_model_is_refused(cases: list[Case], folder: Path) -> None:
    build_cases(cases[:2], CornerEmbedder(), folder)
    with pytest.raises(SightlineError, match="embedded by corner-1 and this is corner-2"):
        build_cases(cases, CornerEmbedder("corner-2"), folder)


def test_a_second_writer_is_refused_and_a_reader_is_not(cases: list[Case], folder: Path) -> None:
    build_cases(cases[:3], CornerEmbedder(), folder)
    reader = CaseBase(folder)
    with writer_of(store_file(folder)) as writer:
        for write in (
            lambda: build_cases(cases, CornerEmbedder(), folder),
            lambda: remove_cases(folder, Filter(study="s1")),
            lambda: verify_cases(folder),
        ):
            with pytest.raises(SightlineError, match="is being written by another process"):
                write()
        assert len(reader.nearest(_vector(1), 9)) == 3
        writer.remove(Filter(study="s1"))
        assert len(reader.nearest(_vector(1), 9)) == 2


def test_a_reader_sees_what_is_added_and_removed(cases: list[Case], folder: Path) -> None:
    build_cases(cases[:3], CornerEmbedder(), folder)
    reader = CaseBase(folder)
    build_cases(cases, CornerEmbedder(), folder)
    assert len(reader.nearest(_vector(1), 99)) == 20
    assert remove_cases(folder, Filter(patient=" P1")) == 2
    assert len(reader.nearest(_vector(1), 99)) == 18


def test_what_is_removed_is_gone_from_the_files(cases: list[Case], folder: Path) -> None:
    secret = cases[0].model_copy(update={"report": REPORT.model_copy(update={"findings": "Zebraform opacity."})})
    build_cases([secret, *cases[1:]], CornerEmbedder(), folder)
    assert remove_cases(folder, Filter(study="s1")) == 1
    assert (len(CaseBase(folder)), info(folder).indexed) == (19, 19)
    for file in folder.rglob("*"):
        assert file.is_dir() or b"ebraform" not in file.read_bytes()
    with pytest.raises(SightlineError, match="nothing says which cases"):
        remove_cases(folder, Filter())


def test_two_bases_become_one(cases: list[Case], tmp_path: Path) -> None:
    build_cases(cases[:6], CornerEmbedder(), tmp_path / "a")
    build_cases([cases[5].model_copy(update={"findings": (Finding(name="fracture"),)}), *cases[6:9]],
                CornerEmbedder(), tmp_path / "b")  # fmt: skip
    summary = merge_cases(tmp_path / "b", tmp_path / "a")
    assert (summary.added, summary.updated, summary.total) == (3, 1, 9)
    assert merge_cases(tmp_path / "a", tmp_path / "new").added == 9
    assert merge_cases(tmp_path / "a", tmp_path / "new").known == 9
    for name in ("a", "new"):
        assert len(CaseBase(tmp_path / name).nearest(_vector(1), 99)) == info(tmp_path / name).indexed == 9
    with pytest.raises(SightlineError, match="into itself"):
        merge_cases(tmp_path / "a", tmp_path / "a")


def test_what_a_base_says_of_itself(cases: list[Case], folder: Path) -> None:
    build_cases(cases[:3], CornerEmbedder(), folder)
    about = info(folder)
    assert (about.count, about.patients, about.indexed, about.embedder_id) == (3, 2, 3, "corner-1")
    assert (about.sources, about.views) == ({"made here (Apache-2.0)": 3}, {"PA": 3})
    with pytest.raises(SightlineError, match="holds no case base"):
        info(folder / "elsewhere")
    assert not (folder / "elsewhere").exists()
