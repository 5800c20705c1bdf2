from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from mllm.draft.sight import look, overlap, peak
from radiology.errors import SightlineError
from radiology.study import Box, Projection, Side, Study, View

GRID = np.arange(12, dtype=np.float32).reshape(3, 4)


@pytest.mark.parametrize(
    ("area", "expected"),
    [
        ((0.0, 0.0, 1.0, 1.0), 11),
        ((0.0, 0.0, 0.5, 1.0), 9),  # columns 0 and 1
        ((0.5, 0.0, 1.0, 0.34), 3),  # row 0, columns 2 and 3
        ((0.30, 0.4, 0.31, 0.41), 5),  # holds no centre: the patch it lies in
        ((0.99, 0.99, 1.0, 1.0), 11),
    ],
)
def test_the_peak_is_taken_over_patches_whose_centre_is_inside(
    area: tuple[float, float, float, float], expected: float
) -> None:
    assert peak(GRID, area) == expected


def test_boxes_are_cut_to_a_side() -> None:
    box = Box(view="frontal", x0=0.4, y0=0.1, x1=0.8, y1=0.2)
    assert overlap(box, (0.5, 0.0, 1.0, 1.0)) == (0.5, 0.1, 0.8, 0.2)
    assert overlap(box, (0.0, 0.0, 0.3, 1.0)) is None


def test_the_left_half_of_the_film_is_the_patients_right(sight: Callable[..., Any]) -> None:
    seen = sight(lit=[("nodule", 0.2, 0.5)])
    assert seen.lit_on("nodule", Side.RIGHT)
    assert not seen.lit_on("nodule", Side.LEFT)


def test_what_no_head_knows_is_neither_seen_nor_excluded(sight: Callable[..., Any]) -> None:
    seen = sight()
    assert seen.probability("fracture") is None
    assert not seen.excludes("fracture")
    assert not seen.asserts("fracture")
    assert seen.excludes("nodule")


def test_what_is_no_chest_film_is_refused_unless_forced(study: Study, heads: Callable[..., Any]) -> None:
    with pytest.raises(SightlineError, match=r"film\.png.*not look like a chest film.*--force"):
        look(study, heads(chest=0.1))
    assert look(study, heads(chest=0.1), force=True).flags == ("not_chest",)
    assert look(study, heads()).flags == ()


def test_a_film_with_black_and_white_exchanged_is_read_and_flagged(study: Study, heads: Callable[..., Any]) -> None:
    perception, answers = heads(), [heads(chest=0.1), heads()]
    perception.see = lambda images: answers.pop(0).see(images)
    assert look(study, perception).flags == ("looks inverted",)


def test_a_study_without_an_image_is_refused(heads: Callable[..., Any]) -> None:
    with pytest.raises(SightlineError, match="no image"):
        look(Study(study_id="S2", patient_id="P2"), heads())


def test_the_priors_film_is_not_looked_at(study: Study, heads: Callable[..., Any], case: Callable[..., Any]) -> None:
    old = case("S0").model_copy(update={"study": study.model_copy(update={"study_id": "S0"})})
    lateral = View(
        id="lateral",
        path=study.views[0].path,
        projection=Projection.LATERAL,
        width=study.views[0].width,
        height=study.views[0].height,
    )
    both = study.model_copy(update={"priors": (old,), "views": (*study.views, lateral)})
    assert [each.frame.view for each in look(both, heads()).seen] == ["frontal", "lateral"]
