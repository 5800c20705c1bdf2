from __future__ import annotations

import gc
from pathlib import Path

import pytest

from radiology.errors import SightlineError
from tests.fake_assistant import film_study, write_film
from web.reading import Reading
from web.session import Sessions


def _upload(folder: Path, name: str = "film.dcm") -> Path:
    folder.mkdir()
    return write_film(folder / name, 200)


def test_files_leave_the_upload_cache(tmp_path: Path) -> None:
    session = Sessions(tmp_path / "tabs").start("key")
    cache = tmp_path / "hash"
    (taken,) = session.take([_upload(cache)])
    assert taken.name == "film.dcm"
    assert taken.is_relative_to(session.folder)
    assert not cache.exists()


def test_two_files_of_one_name(tmp_path: Path) -> None:
    session = Sessions(tmp_path / "tabs").start("key")
    taken = session.take([_upload(tmp_path / "a"), _upload(tmp_path / "b")])
    assert len(set(taken)) == 2
    assert all(path.is_file() for path in taken)


def test_a_file_that_did_not_arrive(tmp_path: Path) -> None:
    with pytest.raises(SightlineError, match=r"`film.dcm`: did not arrive"):
        Sessions(tmp_path).start("key").take([tmp_path / "film.dcm"])


def test_a_new_study_drops_the_files_of_the_one_before(tmp_path: Path) -> None:
    session = Sessions(tmp_path / "tabs").start("key")
    (old,) = session.take([_upload(tmp_path / "a")])
    (new,) = session.take([_upload(tmp_path / "b")])
    session.reading = Reading(film_study(old))
    session.forget(keep=[new])
    assert vars(session)["reading"] is None
    assert (old.exists(), new.exists()) == (False, True)


def test_the_end_of_a_tab_leaves_nothing(tmp_path: Path) -> None:
    sessions = Sessions(tmp_path / "tabs")
    mine, other = sessions.start("mine"), sessions.start("other")
    (film,) = mine.take([_upload(tmp_path / "a")])
    (others,) = other.take([_upload(tmp_path / "b")])
    mine.reading = Reading(film_study(film))
    sessions.end("mine")
    sessions.end("mine")
    assert vars(mine)["reading"] is None
    assert not mine.folder.exists()
    assert others.exists()


def test_the_key_cannot_name_a_folder(tmp_path: Path) -> None:
    session = Sessions(tmp_path / "tabs").start("../../etc")
    assert session.folder.parent == tmp_path / "tabs"


def test_a_session_nobody_holds_is_released(tmp_path: Path) -> None:
    sessions = Sessions(tmp_path)
    sessions.start("key")
    gc.collect()
    assert len(sessions._open) == 0
