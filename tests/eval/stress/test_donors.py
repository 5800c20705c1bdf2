from __future__ import annotations

import numpy as np
import pytest

from eval.items import look
from eval.stress.donors import donors, look_at_donor
from radiology.datasets.table import Dataset
from radiology.errors import SightlineError
from radiology.study import Case, Projection
from tests.eval.stress.watcher import SIZE


def lateral_too(case: Case) -> Case:
    view = case.study.views[0].model_copy(update={"id": "lateral", "projection": Projection.LATERAL})
    return case.model_copy(update={"study": case.study.model_copy(update={"views": (*case.study.views, view)})})


def test_each_gets_the_films_of_another_patient_with_other_findings(data: Dataset) -> None:
    found = donors(data.cases, 0)
    by_id = {case.study.study_id: case for case in data.cases}
    assert found.keys() == {study.study_id for study in found.values()} == by_id.keys()
    assert all(bool(by_id[name].present) != bool(by_id[study.study_id].present) for name, study in found.items())
    assert found == donors(data.cases[::-1], 0) != donors(data.cases, 1)


def test_films_of_the_own_patient_are_never_given(data: Dataset) -> None:
    one = [c.model_copy(update={"study": c.study.model_copy(update={"patient_id": "p"})}) for c in data.cases[:6]]
    found = donors((*one, *data.cases[6:8]), 0)
    assert all(study.patient_id != "p" for name, study in found.items() if name < "s06")
    assert len([name for name in found if name < "s06"]) == 2


def test_only_among_studies_with_the_same_kinds_of_films(data: Dataset) -> None:
    assert "s00" not in donors((lateral_too(data.cases[0]), *data.cases[1:]), 0)
    both = donors((lateral_too(data.cases[0]), lateral_too(data.cases[1]), *data.cases[2:]), 0)
    assert (both["s00"].study_id, both["s01"].study_id) == ("s01", "s00")


def test_the_donors_film_stands_under_the_own_name(data: Dataset) -> None:
    own, other = data.cases[0].study, data.cases[1].study
    other = other.model_copy(update={"views": (other.views[0].model_copy(update={"id": "other"}),)})
    (shown,) = look_at_donor(look, {own.study_id: other})(own, SIZE)
    assert shown.frame.view == "frontal"
    assert np.array_equal(shown.image, look(other, SIZE)[0].image)
    with pytest.raises(SightlineError, match="`s02`: no other patient"):
        look_at_donor(look, {})(data.cases[2].study, SIZE)
