from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from mllm.draft.calibration.record import Calibration
from mllm.draft.opening import open_assistant, open_calibration
from mllm.model.loading import weights_hash
from radiology.errors import SightlineError
from tests.calibrations import plain_calibration

Opened = list[tuple[Any, ...]]


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch, heads: Callable[..., Any], writer: Callable[..., Any]) -> Opened:
    """What was opened instead of real models: ("engine", spec, load) and ("heads", folder)."""
    calls: Opened = []

    def engine(spec: str, load: str | None) -> object:
        calls.append(("engine", spec, load))
        return writer()

    def perception(model: str) -> object:
        calls.append(("heads", model))
        return heads()

    monkeypatch.setattr("mllm.engine.opening.open_engine", engine)
    monkeypatch.setitem(sys.modules, "mllm.model.heads", SimpleNamespace(perception_of=perception))
    return calls


def saved(folder: Path, model_hash: str) -> Calibration:
    calibration = plain_calibration(model_hash)
    calibration.save(folder)
    return calibration


def test_a_models_own_calibration_and_heads_come_with_it(tmp_path: Path, opened: Opened) -> None:
    calibration = saved(tmp_path, "0123456789abcdef")
    assert open_assistant(str(tmp_path), "4bit").calibration == calibration
    assert opened == [("engine", str(tmp_path), "4bit"), ("heads", str(tmp_path))]


def test_a_model_without_a_calibration_has_no_confidence(tmp_path: Path, opened: Opened) -> None:
    assert open_assistant(str(tmp_path)).calibration is None
    assert opened[1] == ("heads", str(tmp_path))


def test_heads_that_are_given_are_not_opened_again(
    tmp_path: Path, opened: Opened, heads: Callable[..., Any], shelf: Callable[..., Any]
) -> None:
    perception, retriever = heads(), shelf()
    assistant = open_assistant(str(tmp_path), retriever=retriever, perception=perception)
    assert assistant.perception is perception
    assert assistant.retriever is retriever
    assert [name for name, *_ in opened] == ["engine"]


@pytest.mark.usefixtures("opened")
def test_another_models_calibration_is_refused(tmp_path: Path) -> None:
    saved(tmp_path, "another")
    with pytest.raises(SightlineError, match="made for model another"):
        open_assistant(str(tmp_path))


def test_the_calibration_of_the_heads_that_read_a_film(tmp_path: Path) -> None:
    (tmp_path / "heads.safetensors").write_bytes(b"weights")
    calibration = saved(tmp_path, weights_hash(tmp_path))
    assert open_calibration(str(tmp_path)) == calibration
    (tmp_path / "heads.safetensors").write_bytes(b"other weights")
    with pytest.raises(SightlineError, match="made for model"):
        open_calibration(str(tmp_path))
