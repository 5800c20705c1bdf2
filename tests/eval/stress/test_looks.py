from __future__ import annotations

import numpy as np

from eval.items import look
from eval.stress.images import inverted, noisy
from eval.stress.looks import changed, remembered
from mllm.prompts import Shown
from radiology.datasets.table import Dataset
from radiology.study import Study
from tests.eval.stress.watcher import SIZE


def test_only_the_film_changes_not_the_black_around_it(data: Dataset) -> None:
    study = data.cases[0].study
    (before,), (after,) = look(study, SIZE), changed(look, lambda film, rng: inverted(film, 1, rng), 0)(study, SIZE)
    top = before.frame.letterbox.offset[1]
    assert top == 6
    assert not after.image[:top].any()
    assert np.array_equal(after.image[top:-top], 255 - before.image[top:-top])
    assert after.frame == before.frame


def test_what_is_drawn_belongs_to_seed_and_study(data: Dataset) -> None:
    def image(seed: int, study: Study) -> bytes:
        return changed(look, lambda film, rng: noisy(film, 20, rng), seed)(study, SIZE)[0].image.tobytes()

    first, second = data.cases[0].study, data.cases[1].study.model_copy(update={"views": data.cases[0].study.views})
    assert image(0, first) == image(0, first)
    assert len({image(0, first), image(1, first), image(0, second)}) == 3


def test_letters_say_which_films(data: Dataset) -> None:
    study = data.cases[0].study
    (before,), (after,) = look(study, SIZE), changed(look, lambda film, rng: film * 0, 0, "LP")(study, SIZE)
    assert np.array_equal(before.image, after.image)


def test_films_are_read_once_and_not_too_many_kept(data: Dataset) -> None:
    read: list[str] = []

    def see(study: Study, size: int) -> tuple[Shown, ...]:
        read.append(study.study_id)
        return look(study, size)

    seen = remembered(see, at_most=1)
    for case in (*data.cases[:2], *data.cases[:2]):
        seen(case.study, SIZE)
    assert read == ["s00", "s01", "s01"]
