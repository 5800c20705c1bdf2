from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from radiology.errors import SightlineError
from retrieval.vectors.disk import load, save
from retrieval.vectors.header import Damaged, Header, read_header
from retrieval.vectors.local import LocalIndex
from tests.retrieval.vectors.made_rows import ids_of, made, unit

QUERIES = unit(4, seed=9)


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A saved index of 1,200 rows with a structure."""
    folder = tmp_path_factory.mktemp("shelf")
    save(made(1_200, "ivfpq"), folder)
    return folder


def _loaded(folder: Path) -> LocalIndex:
    index = load(folder, "tower-a")
    assert isinstance(index, LocalIndex), index
    return index


def _names(folder: Path, pattern: str = "*-*") -> set[str]:
    return {path.name for path in folder.glob(pattern)}


def _same(a: LocalIndex, b: LocalIndex) -> None:
    assert len(a) == len(b)
    first, second = a.search(QUERIES, 10), b.search(QUERIES, 10)
    assert (first.ids == second.ids).all()
    assert (first.scores == second.scores).all()


def test_nothing_saved_is_no_index(tmp_path: Path) -> None:
    assert load(tmp_path, "tower-a") is None
    assert load(tmp_path / "nowhere", "tower-a") is None


def test_a_loaded_index_answers_the_same_and_keeps_its_stamp(tmp_path: Path) -> None:
    index = made(200)
    index.stamp = {"store": "abc", "revision": "7"}
    save(index, tmp_path)
    loaded = _loaded(tmp_path)
    _same(loaded, index)
    _same(loaded, made(200))
    assert loaded.stamp == {"store": "abc", "revision": "7"}
    header = read_header(tmp_path)
    assert isinstance(header, Header)
    assert (header.count, header.kind, header.width) == (200, "flat", index.width)


def test_an_empty_index_is_kept_too(tmp_path: Path) -> None:
    save(LocalIndex("tower-a", 24, "hnsw"), tmp_path)
    loaded = _loaded(tmp_path)
    assert (len(loaded), loaded.asked) == (0, "hnsw")
    loaded.add(ids_of(3), unit(3, 1))
    save(loaded, tmp_path)
    _same(_loaded(tmp_path), made(3))


def test_added_rows_go_behind_the_others_in_the_same_file(tmp_path: Path) -> None:
    index = made(200)
    save(index, tmp_path)
    before = _names(tmp_path, "vectors-*")
    loaded = _loaded(tmp_path)
    for step in range(3):
        ids, vectors = 10_000 + 100 * step + ids_of(20), unit(20, seed=30 + step)
        for each in (index, loaded):
            each.add(ids, vectors)
        save(loaded, tmp_path)
    assert _names(tmp_path, "vectors-*") == before
    _same(_loaded(tmp_path), index)


def test_removals_are_kept_and_many_make_the_files_smaller(tmp_path: Path) -> None:
    index = made(200)
    save(index, tmp_path)
    size = sum(path.stat().st_size for path in tmp_path.glob("vectors-*"))
    index.remove(ids_of(20))
    save(index, tmp_path)
    assert len(_loaded(tmp_path)) == 180
    index.remove(ids_of(100))
    save(index, tmp_path)
    _same(_loaded(tmp_path), index)
    (vectors,) = tmp_path.glob("vectors-*")
    assert vectors.stat().st_size == size // 2
    assert not _names(tmp_path, "removed-*")


def test_the_same_index_can_be_saved_into_another_folder(tmp_path: Path) -> None:
    index = made(300)
    save(index, tmp_path / "a")
    index.remove(ids_of(3))
    save(index, tmp_path / "b")
    _same(_loaded(tmp_path / "b"), index)
    assert len(_loaded(tmp_path / "a")) == 300


def test_another_embedder_is_refused(tmp_path: Path) -> None:
    save(made(20), tmp_path)
    with pytest.raises(SightlineError, match=r"made by tower-a and this model is tower-b, build the cases again"):
        load(tmp_path, "tower-b")
    with pytest.raises(SightlineError, match=r"made by tower-a and this model is tower-b"):
        save(LocalIndex("tower-b", 24), tmp_path)
    assert len(_loaded(tmp_path)) == 20


def _cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size - 1)


def _flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 4
    path.write_bytes(content)


@pytest.mark.parametrize("harm", [_cut, _flip, Path.unlink])
@pytest.mark.parametrize("role", ["vectors", "ids", "removed", "structure"])
def test_a_damaged_file_is_named(role: str, harm: Callable[[Path], None], shelf: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(shelf, tmp_path / "cases")
    index = _loaded(folder)
    index.remove(ids_of(3))
    save(index, folder)
    (path,) = folder.glob(f"{role}-*")
    harm(path)
    found = load(folder, "tower-a")
    assert isinstance(found, Damaged)
    assert found.file == path.name
    assert str(tmp_path) not in found.why
    save(made(30), folder)  # made again from what the store holds
    _same(_loaded(folder), made(30))
    assert not path.exists()


def test_without_the_check_the_vectors_are_not_read_but_measured(tmp_path: Path) -> None:
    save(made(300), tmp_path)
    (path,) = tmp_path.glob("vectors-*")
    _flip(path)
    assert isinstance(load(tmp_path, "tower-a", check=False), LocalIndex)
    _cut(path)
    assert isinstance(load(tmp_path, "tower-a", check=False), Damaged)


@pytest.mark.parametrize("share", [0.0, 0.3, 0.99])
def test_a_half_written_header_is_damage(share: float, tmp_path: Path) -> None:
    save(made(30), tmp_path)
    path = tmp_path / "index.json"
    path.write_bytes(path.read_bytes()[: int(share * path.stat().st_size)])
    assert load(tmp_path, "tower-a") == Damaged("index.json", "is not the header of an index of this version")


@pytest.mark.parametrize("change", [{"count": 31}, {"format": 2}, {"stamp": {"revision": "8"}}, {"extra": 1}])
def test_a_changed_header_is_damage(change: dict[str, object], tmp_path: Path) -> None:
    save(made(30), tmp_path)
    path = tmp_path / "index.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    found = load(tmp_path, "tower-a")
    assert isinstance(found, Damaged)
    assert found.file == "index.json"


def test_what_an_interrupted_writer_appended_is_not_read_and_overwritten(tmp_path: Path) -> None:
    index = made(30)
    save(index, tmp_path)
    for path in [*tmp_path.glob("vectors-*"), *tmp_path.glob("ids-*")]:
        with path.open("ab") as stream:
            stream.write(b"\x7f" * 999)
    (tmp_path / "structure-0123456789ab.faiss").write_bytes(b"half")
    loaded = _loaded(tmp_path)
    _same(loaded, index)
    for each in (loaded, index):
        each.add(np.array([77_777]), QUERIES[:1])
    save(loaded, tmp_path)
    _same(_loaded(tmp_path), index)
    assert not _names(tmp_path, "structure-*")


class _Crash(BaseException):
    """What no handler takes for a fault of the disk."""


@pytest.mark.parametrize("error", [_Crash(), OSError(28, "No space left on device")])
@pytest.mark.parametrize(("removed", "kind"), [(3, "ivfpq"), (3, "hnsw"), (600, "flat")])
def test_whatever_step_fails_the_folder_holds_the_old_index_or_the_new(
    error: BaseException, removed: int, kind: str, shelf: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for failing in range(20):
        folder = shutil.copytree(shelf, tmp_path / str(failing))
        index = _loaded(folder)
        index.asked = kind
        index.remove(ids_of(1_200)[:removed])
        index.add(50_000 + ids_of(100), unit(100, 7))
        with monkeypatch.context() as patch:
            calls = _failing_at(failing, error, patch)
            try:
                save(index, folder)
            except (_Crash, SightlineError):
                assert len(_loaded(folder)) in {1_200, len(index)}
        save(index, folder)  # as once the disk has room again
        _same(_loaded(folder), index)
        assert len(_names(folder)) == len(_header(folder).files)
        if calls[0] <= failing:
            break
    assert 4 < failing < 19


def _header(folder: Path) -> Header:
    header = read_header(folder)
    assert isinstance(header, Header)
    return header


def _failing_at(number: int, error: BaseException, patch: pytest.MonkeyPatch) -> list[int]:
    """Count calls that reach the disk and fail in one of them."""
    calls = [0]

    def counted(real: Callable[..., object]) -> Callable[..., object]:
        def call(*arguments: object) -> object:
            calls[0] += 1
            if calls[0] == number + 1:
                raise error
            return real(*arguments)

        return call

    for name in ("fsync", "replace"):
        patch.setattr(f"os.{name}", counted(getattr(os, name)))
    return calls


def test_a_second_writer_does_not_undo_the_first(tmp_path: Path) -> None:
    save(made(30), tmp_path)
    first, second = _loaded(tmp_path), _loaded(tmp_path)
    first.add(np.array([500]), QUERIES[:1])
    second.add(np.array([600]), QUERIES[1:2])
    save(first, tmp_path)
    with pytest.raises(SightlineError, match="changed by another writer meanwhile, load it again"):
        save(second, tmp_path)
    _same(_loaded(tmp_path), first)


def test_a_reader_keeps_what_it_loaded(tmp_path: Path) -> None:
    save(made(300), tmp_path)
    reader, writer = _loaded(tmp_path), _loaded(tmp_path)
    for step in range(4):
        writer.remove(ids_of(300)[60 * step : 60 * (step + 1)])
        writer.add(10_000 + ids_of(10), unit(10, step))
        save(writer, tmp_path)
    assert not {file.name for file in _header(tmp_path).files.values()} & {
        file.name
        for file in reader.saved.header.files.values()  # type: ignore[union-attr]
    }
    _same(reader, made(300))
    _same(_loaded(tmp_path), writer)


def test_a_load_that_a_writer_overtakes_begins_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save(made(300), tmp_path)
    from retrieval.vectors import disk

    real, headers = read_header, []

    def overtaken(folder: Path) -> object:
        headers.append(real(folder))
        if len(headers) == 1:
            save(made(40), tmp_path / "other")
            for path in tmp_path.glob("*-*"):
                path.unlink()
            for path in (tmp_path / "other").iterdir():
                os.replace(path, tmp_path / path.name)
        return headers[-1]

    monkeypatch.setattr(disk, "read_header", overtaken)
    _same(_loaded(tmp_path), made(40))
