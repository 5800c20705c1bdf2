from __future__ import annotations

from pathlib import Path

import pytest

from mllm.doctor import describe, hub_models, installed


def test_it_names_device_model_and_libraries() -> None:
    found = describe()
    assert found["python"].startswith("3.")
    assert found["torch"] == installed("torch")
    assert {"device", "model mini", "models of the hub", "chromium"} <= found.keys()


def test_it_shows_the_limits_that_the_environment_sets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIGHTLINE_ROWS", "3")
    monkeypatch.setenv("SIGHTLINE_CACHE_MB", "64")
    shown = "3 answers at once, 64 MB of caches, 120 s to the first token, 600 s in all"
    assert describe()["limits of a local model"] == shown


def test_a_missing_distribution_is_said_to_be_missing() -> None:
    assert installed("no-such-distribution-7") == "not installed"


def test_downloaded_models_are_listed_by_their_ids(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "models--google--medgemma-4b-it").mkdir()
    (tmp_path / "datasets--some--set").mkdir()
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    assert hub_models() == ["google/medgemma-4b-it"]
