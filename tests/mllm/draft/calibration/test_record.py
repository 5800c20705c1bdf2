from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mllm.draft.calibration.features import FEATURES, VALUES, Row
from mllm.draft.calibration.record import FEWEST, FILE, KEPT, known_films, load_calibration
from radiology.errors import SightlineError
from tests.calibrations import plain_calibration, plain_kind

PLAIN = Row((0.0,) * len(VALUES), None, ())


def spoilt(path: Path, **changes: Any) -> None:
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def kind_with(path: Path, **changes: Any) -> list[dict[str, Any]]:
    """The first kind of a file, changed."""
    return [json.loads(path.read_text())["kinds"][0] | changes]


def test_it_is_saved_beside_its_model_and_refuses_another(tmp_path: Path) -> None:
    calibration = plain_calibration("abc")
    assert load_calibration(tmp_path, "abc") is None
    calibration.save(tmp_path)
    assert load_calibration(tmp_path, "abc") == calibration
    assert [path.name for path in tmp_path.iterdir()] == [FILE]
    with pytest.raises(SightlineError, match="made for model abc, not xyz"):
        load_calibration(tmp_path, "xyz")


@pytest.mark.parametrize("changes", [{"version": 1}, {"version": 3}, {"features": ["other"]}])
def test_another_version_is_told_as_such(changes: dict[str, Any], tmp_path: Path) -> None:
    spoilt(plain_calibration("abc").save(tmp_path), **changes)
    with pytest.raises(SightlineError, match=r"made by another version of Sightline, calibrate the model again"):
        load_calibration(tmp_path, "abc")


def test_the_first_versions_file_is_told_as_such(tmp_path: Path) -> None:
    old = {"model_hash": "abc", "names": ["a"], "means": [0.1], "coefficients": [1.0], "intercept": 0.0, "n": 3}
    (tmp_path / FILE).write_text(json.dumps(old))
    with pytest.raises(SightlineError, match="made by another version"):
        load_calibration(tmp_path, "abc")


@pytest.mark.parametrize("content", [b"{}", b"", b"\xff{}", b"[1]", b'{"model_hash": 3}'])
def test_what_is_no_calibration_is_refused(content: bytes, tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(content)
    with pytest.raises(SightlineError, match="not a calibration file"):
        load_calibration(tmp_path, "abc")


@pytest.mark.parametrize(
    "changes",
    [
        {"films": [[1.0], [0.6, 0.8]]},
        {"films": []},
        {"familiar": float("nan")},
        {"draft": {"regression": {"intercept": 0, "weights": [1.0], "typical": [0, 0], "offsets": {}}, "n": 1}},
        {"bands": {"nodule": {"present": 1.2, "absent": 0.3, "shown": 1, "free": 1}}},
    ],
)
def test_numbers_that_give_no_confidence_are_refused(changes: dict[str, Any], tmp_path: Path) -> None:
    path = plain_calibration("abc").save(tmp_path)
    spoilt(path, kinds=kind_with(path, **changes))
    with pytest.raises(SightlineError, match="not a calibration file"):
        load_calibration(tmp_path, "abc")


def test_a_weight_that_is_no_number_is_refused(tmp_path: Path) -> None:
    path = plain_calibration("abc").save(tmp_path)
    text = path.read_text().replace('"intercept":0.0', '"intercept":NaN')
    path.write_text(text)
    with pytest.raises(SightlineError, match="not a calibration file"):
        load_calibration(tmp_path, "abc")


def test_a_film_is_of_the_kind_with_the_nearest_film() -> None:
    phantom = plain_kind("phantom", intercept=3.0, films=((1.0, 0.0, 0.0),), familiar=0.8)
    real = plain_kind("film", intercept=-3.0, films=((0.0, 1.0, 0.0), (0.0, 0.0, 1.0)), familiar=0.9)
    calibration = plain_calibration().model_copy(update={"kinds": (phantom, real)})
    near_real = np.array([0.1, 0.2, 0.97], np.float32)
    between = np.array([0.6, 0.57, 0.56], np.float32)
    assert calibration.kind(near_real).name == "film"
    assert calibration.knows(near_real)
    assert calibration.kind(between).name == "phantom"
    assert not calibration.knows(between)
    assert calibration.confidence(PLAIN, phantom) > 0.9
    assert calibration.confidence(PLAIN, real) < 0.1


def test_the_films_of_a_kind_are_like_it_but_for_a_few() -> None:
    rng = np.random.default_rng(0)
    kind = rng.normal(size=12)
    near = kind + 0.2 * rng.normal(size=(200, 12))
    rows = (near / np.linalg.norm(near, axis=1, keepdims=True)).astype(np.float32)
    films, familiar = known_films(rows)
    calibration = plain_calibration().model_copy(update={"kinds": (plain_kind(films=films, familiar=familiar),)})
    assert len(films) == KEPT
    assert sum(calibration.knows(film) for film in rows) > 190
    assert not calibration.knows(-rows[0])


def test_with_few_films_every_film_is_familiar() -> None:
    rows = np.eye(3, dtype=np.float32)[np.zeros(KEPT + FEWEST - 1, int)]
    assert known_films(rows)[1] == -1.0
    assert len(known_films(rows[:2])[0]) == 2


def test_drafts_and_reports_have_confidences_of_their_own() -> None:
    kind = plain_kind(intercept=2.0)
    other = kind.model_copy(update={"report": plain_kind(intercept=-2.0).report})
    calibration = plain_calibration().model_copy(update={"kinds": (other,)})
    assert calibration.confidence(PLAIN, other, "draft") > 0.8
    assert calibration.confidence(PLAIN, other, "report") < 0.2
    assert len(other.draft.regression.weights) == len(FEATURES)
