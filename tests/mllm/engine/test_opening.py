from __future__ import annotations

import json
from pathlib import Path

import pytest

from mllm.engine import opening
from mllm.engine.local import LocalEngine
from mllm.engine.opening import open_engine
from radiology.errors import SightlineError


def test_a_folder_opens_as_a_local_engine(llava: Path) -> None:
    engine = open_engine(str(llava))
    assert isinstance(engine, LocalEngine)
    assert engine.info.id == str(llava)


def test_a_local_engine_has_the_limits_of_the_environment(llava: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIGHTLINE_ROWS", "2")
    engine = open_engine(str(llava))
    assert isinstance(engine, LocalEngine)
    assert engine.limits.rows == 2


def test_mini_is_the_bundled_folder(llava: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "MINI", llava)
    assert open_engine("mini").info.id == "mini"


def test_mini_without_weights_says_how_to_make_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "config.json").write_text("{}")
    monkeypatch.setattr(opening, "MINI", tmp_path)
    with pytest.raises(SightlineError, match="run `make mini`"):
        open_engine("mini")


def test_a_folder_that_is_no_model(tmp_path: Path) -> None:
    with pytest.raises(SightlineError, match=r"no config\.json in this folder"):
        open_engine(str(tmp_path))


@pytest.mark.parametrize("config", ["not json", "{}", '{"model_type": "nonsense"}'])
def test_a_config_that_names_no_known_model(tmp_path: Path, config: str) -> None:
    (tmp_path / "config.json").write_text(config)
    with pytest.raises(SightlineError, match=r"its config\.json cannot be used"):
        open_engine(str(tmp_path))


def test_a_text_model(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text(json.dumps({"model_type": "gpt2"}))
    with pytest.raises(SightlineError, match="`gpt2` is not an image-text model"):
        open_engine(str(tmp_path))


def test_weights_that_are_cut_short(llava: Path, tmp_path: Path) -> None:
    for file in llava.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes()[: 2000 if file.suffix == ".safetensors" else None])
    with pytest.raises(SightlineError, match="cannot be loaded"):
        open_engine(str(tmp_path))


def test_no_weights(llava: Path, tmp_path: Path) -> None:
    for file in llava.glob("*.json"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    with pytest.raises(SightlineError, match="cannot be loaded"):
        open_engine(str(tmp_path))


def test_a_hub_id_offline() -> None:
    with pytest.raises(SightlineError, match="`nobody/nothing`: not found on the model hub from here"):
        open_engine("nobody/nothing")


def test_a_file(tmp_path: Path) -> None:
    file = tmp_path / "model.safetensors"
    file.write_bytes(b"")
    with pytest.raises(SightlineError, match="this is a file"):
        open_engine(str(file))


@pytest.mark.parametrize("spec", ["nonsense", "/no/such/folder", "./x", "~/nothing-here", "a/b/c", ""])
def test_a_name_that_is_nothing(spec: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    with pytest.raises(SightlineError, match="no such folder"):
        open_engine(spec)


def test_precision_is_checked(llava: Path) -> None:
    with pytest.raises(SightlineError, match="`2bit`: not a way to load a model, choose one of 4bit, 8bit"):
        open_engine(str(llava), "2bit")
    with pytest.raises(SightlineError, match="leave out --load 4bit"):
        open_engine("http://127.0.0.1:1", "4bit")
