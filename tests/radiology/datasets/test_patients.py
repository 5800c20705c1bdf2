"""One split a patient, and which study came before which."""

from __future__ import annotations

from radiology.datasets.patients import OTHER_SPLIT, one_split, with_priors
from radiology.datasets.source import Item
from radiology.study import Case, Projection, Study, View


def _item(name: str, patient: str, split: str = "custom", lateral: bool = False) -> Item:
    kind = Projection.LATERAL if lateral else Projection.PA
    view = View(id="frontal", path=f"{name}.png", projection=kind, width=50, height=40)
    return Case(study=Study(study_id=name, patient_id=patient, views=(view,)), split=split), ()


def _names(items: list[Item]) -> list[str]:
    return [item if isinstance(item, str) else item[0].study.study_id for item in items]


def test_what_must_stay_unseen_is_kept() -> None:
    items = [_item("a", "1", "train"), "why", _item("b", "1", "test"), _item("c", "2"), _item("d", "1", "val")]
    assert _names(list(one_split(items))) == [OTHER_SPLIT, "why", "b", "c", OTHER_SPLIT]


def test_the_nearest_earlier_study_with_a_frontal_is_the_prior() -> None:
    items = [_item("c", "1"), _item("a", "1"), _item("b", "1", lateral=True), "why", _item("d", "1"), _item("x", "2")]
    when = {"a": 1, "b": 2, "c": 3, "d": 3, "x": None}
    found = list(with_priors(items, lambda case: when[case.study.study_id]))
    priors = {item[0].study.study_id: item[0].study.priors for item in found if not isinstance(item, str)}
    assert {name: [case.study.study_id for case in each] for name, each in priors.items()} == {
        "c": ["a"],
        "a": [],
        "b": ["a"],
        "d": ["a"],
        "x": [],
    }
    assert _names(found) == ["c", "a", "b", "why", "d", "x"]
