from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mllm.draft.calibration import FEATURES, FILE, Calibration, Row, features, load_calibration
from mllm.draft.evidence import weigh
from radiology.errors import SightlineError
from radiology.study import Study


def rows(n: int, seed: int = 0) -> tuple[list[Row], list[bool]]:
    """Sentences of which those with head agreement (feature 2) above 0 are mostly right."""
    rng = np.random.default_rng(seed)
    table = rng.normal(size=(n, len(FEATURES)))
    right = table[:, 2] + rng.normal(scale=0.3, size=n) > 0
    return [tuple(map(float, row)) for row in table], right.tolist()


def row(value: float) -> Row:
    return (0.0, 0.0, value, *(0.0,) * (len(FEATURES) - 3))


def test_confidence_follows_what_the_fit_learnt() -> None:
    calibration = Calibration.fit(*rows(400), "hash")
    assert calibration.confidence(row(2.0)) > 0.95
    assert calibration.confidence(row(-2.0)) < 0.05
    fresh, right = rows(400, seed=1)
    kept = [r for f, r in zip(fresh, right, strict=True) if calibration.confidence(f) >= calibration.abstain_below]
    assert 0.3 < calibration.abstain_below < 0.9
    assert np.mean(kept) > 0.85


def test_an_unknown_feature_counts_as_its_mean() -> None:
    table, right = rows(50)
    calibration = Calibration.fit(table, right, "hash")
    mean = float(np.mean([r[0] for r in table if r[0] is not None]))
    assert calibration.confidence((None, *row(1.0)[1:])) == pytest.approx(calibration.confidence((mean, *row(1.0)[1:])))


def test_labels_all_alike_give_the_smoothed_rate() -> None:
    table, _ = rows(8)
    assert Calibration.fit(table, [True] * 8, "hash").confidence(row(-5.0)) == pytest.approx(0.9)


def test_a_precision_out_of_reach_abstains_below_a_half() -> None:
    table, _ = rows(8)
    assert Calibration.fit(table, [False] * 8, "hash").abstain_below == 0.5


def test_nothing_to_fit_is_refused() -> None:
    with pytest.raises(SightlineError, match="0 rows"):
        Calibration.fit([], [], "hash")


def test_it_is_saved_beside_its_model_and_refuses_another(tmp_path: Path) -> None:
    calibration = Calibration.fit(*rows(40), "abc")
    assert load_calibration(tmp_path, "abc") is None
    calibration.save(tmp_path)
    assert load_calibration(tmp_path, "abc") == calibration
    assert [path.name for path in tmp_path.iterdir()] == [FILE]
    with pytest.raises(SightlineError, match="made for model abc, not xyz"):
        load_calibration(tmp_path, "xyz")


def test_other_features_and_other_files_are_refused(tmp_path: Path) -> None:
    path = Calibration.fit(*rows(40), "abc").save(tmp_path)
    content = json.loads(path.read_text())
    path.write_text(json.dumps(content | {"names": ["other"]}))
    with pytest.raises(SightlineError, match="another version"):
        load_calibration(tmp_path, "abc")
    path.write_text("{}")
    with pytest.raises(SightlineError, match="not a calibration file"):
        load_calibration(tmp_path, "abc")


@pytest.mark.parametrize(
    "damage",
    [{"scales": [0.0] * len(FEATURES)}, {"means": [0.5]}, {"intercept": float("nan")}, {"films": [[1.0], [0.6, 0.8]]}],
)
def test_numbers_that_give_no_confidence_are_refused(damage: dict[str, Any], tmp_path: Path) -> None:
    path = Calibration.fit(*rows(40), "abc").save(tmp_path)
    path.write_text(json.dumps(json.loads(path.read_text()) | damage))
    with pytest.raises(SightlineError, match="not a calibration file"):
        load_calibration(tmp_path, "abc")


def test_a_calibration_that_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"\xff{}")
    with pytest.raises(SightlineError, match="not a calibration file"):
        load_calibration(tmp_path, "abc")


def test_features_of_a_weighed_sentence(study: Study, sight: Callable[..., Any]) -> None:
    seen = sight(lit=[("nodule", 0.75, 0.2)])
    good, bad = weigh("Left nodule. Right consolidation.", study, seen)
    known = dict(zip(FEATURES, features(good, seen, [-0.5, -1.5]), strict=True))
    assert known["mean_log_probability"] == -1.0
    assert known["least_log_probability"] == -1.5
    assert known["region_peak"] == pytest.approx(0.9)
    assert known["unsupported"] == 0.0
    assert known["sided"] == known["positive"] == known["claims"] == 1.0
    other = dict(zip(FEATURES, features(bad, seen), strict=True))
    assert other["mean_log_probability"] is None
    assert other["unsupported"] == other["disagreement"] == 1.0
    assert (known["head_agreement"] or 0) > 0
    assert (other["head_agreement"] or 0) < 0


def test_films_unlike_those_of_the_fit_are_told(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    kind = rng.normal(size=12)
    near = kind + 0.2 * rng.normal(size=(200, 12))
    films = (near / np.linalg.norm(near, axis=1, keepdims=True)).astype(np.float32)
    plain = Calibration.fit(*rows(40), "abc")
    calibration = plain.with_films(films)
    calibration.save(tmp_path)
    assert load_calibration(tmp_path, "abc") == calibration
    assert sum(calibration.knows(film) for film in films) > 190
    assert not calibration.knows(-films[0])
    assert plain.knows(-films[0])
    assert plain.with_films(films[:100]) == plain


def test_what_is_more_likely_wrong_than_right_is_abstained_from() -> None:
    table, labels = rows(40)
    assert Calibration.fit(table, labels, "hash", precision=0.01).abstain_below == 0.5
