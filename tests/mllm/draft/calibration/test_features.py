from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from mllm.draft.calibration.features import VALUES, Row, row_of
from mllm.draft.evidence import weigh
from radiology.study import Study

Look = Callable[..., Any]


def named(row: Row) -> dict[str, float]:
    return dict(zip(VALUES, row.values, strict=True))


def test_what_is_known_of_a_weighed_sentence(study: Study, sight: Look) -> None:
    seen = sight(lit=[("nodule", 0.75, 0.2)])
    good, bad = weigh("Left nodule. Right consolidation.", study, seen)
    row = row_of(good, seen, [-0.5, -1.5])
    assert row.tokens == (-1.0, -1.5)
    assert row.kinds == ("nodule:present",)
    assert named(row)["region_peak"] == pytest.approx(0.9)
    assert named(row)["unsupported"] == 0.0
    assert named(row)["sided"] == named(row)["positive"] == named(row)["claims"] == 1.0
    assert named(row)["head_agreement"] > 0
    assert named(row)["side_agreement"] > 0
    other = row_of(bad, seen)
    assert other.tokens is None
    assert named(other)["unsupported"] == named(other)["disagreement"] == 1.0
    assert named(other)["head_agreement"] < 0


def test_the_wrong_side_and_an_absence_look_the_other_way(study: Study, sight: Look) -> None:
    seen = sight(lit=[("nodule", 0.75, 0.2)])
    crossed, denied = weigh("Right nodule. No left nodule.", study, seen)
    assert named(row_of(crossed, seen))["side_agreement"] < 0
    assert named(row_of(denied, seen))["side_agreement"] == 0
    assert named(row_of(denied, seen))["head_agreement"] < 0


def test_a_normal_film_is_as_sure_as_the_most_suspicious_finding(study: Study, sight: Look) -> None:
    clear, doubtful = sight(), sight({"nodule": 0.5})
    (sentence,) = weigh("Normal chest.", study, clear)
    assert row_of(sentence, clear).kinds == ("normal",)
    assert named(row_of(sentence, clear))["head_agreement"] > named(row_of(sentence, doubtful))["head_agreement"]


def test_several_statements_are_as_sure_as_the_least(study: Study, sight: Look) -> None:
    seen = sight(lit=[("nodule", 0.75, 0.2)])
    one, two = weigh("Left nodule. Left nodule and right consolidation.", study, seen)
    assert named(row_of(two, seen))["head_agreement"] < named(row_of(one, seen))["head_agreement"]
    assert row_of(two, seen).kinds == ("consolidation:present", "nodule:present")
