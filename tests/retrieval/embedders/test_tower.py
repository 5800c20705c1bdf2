"""The model's own embedder: the same vectors and the same name as the heads of a draft, and its text side."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from mllm.model.heads import open_perception
from radiology.errors import SightlineError
from radiology.imaging.letterbox import letterbox
from retrieval.embedders.joint import find_films, find_texts
from retrieval.embedders.table import open_image_embedder, open_joint_embedder, open_text_embedder
from retrieval.embedders.tower import open_tower
from tests.mllm.model.tiny_text import CORPUS, EMBEDDING, SIZE, save_model, save_side


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    save_model(tmp_path)
    return tmp_path


def films(count: int) -> list[np.ndarray]:
    rng = np.random.default_rng(0)
    return [rng.integers(0, 256, (40 + 9 * i, 90 - i), np.uint8) for i in range(count)]


def test_films_are_embedded_as_a_draft_embeds_them(folder: Path) -> None:
    perception, embedder = open_perception(folder), open_image_embedder(f"tower:{folder}")
    images = films(18)
    seen = perception.see([letterbox(image, SIZE)[0] for image in images])
    assert embedder.id == perception.embedder_id
    assert embedder.width == EMBEDDING
    assert np.allclose(embedder.images(images), np.stack([percept.embedding for percept in seen]), atol=1e-5)
    assert embedder.images([]).shape == (0, EMBEDDING)


def test_texts_need_a_text_side(folder: Path) -> None:
    with pytest.raises(SightlineError, match="a tower with a text side"):
        open_text_embedder(f"tower:{folder}")
    with pytest.raises(SightlineError, match=r"train\.text"):
        open_tower(str(folder)).texts(["normal"])
    side = save_side(folder)
    embedder = open_joint_embedder(f"tower:{folder}")
    assert np.array_equal(embedder.texts(CORPUS), side.embed(CORPUS))
    assert embedder.scale == pytest.approx(side.scale)


def test_the_text_side_leaves_the_name_of_the_index_as_it_is(folder: Path) -> None:
    before = open_tower(str(folder)).id
    save_side(folder)
    assert open_tower(str(folder)).id == before


def test_a_text_side_of_another_tower_is_refused(folder: Path) -> None:
    save_side(folder)
    save_model(folder, seed=1)
    with pytest.raises(SightlineError, match="belongs to another tower"):
        open_tower(str(folder))


def test_words_find_films_and_films_find_words(folder: Path) -> None:
    save_side(folder)
    embedder, images = open_joint_embedder(f"tower:{folder}"), films(6)
    cosines = embedder.texts(CORPUS) @ embedder.images(images).T
    found = find_films(embedder, CORPUS[0], images, 3)
    assert [match.index for match in found] == np.argsort(-cosines[0])[:3].tolist()
    assert [match.score for match in found] == pytest.approx(np.sort(cosines[0])[::-1][:3].tolist(), abs=1e-4)
    assert find_texts(embedder, images[2], CORPUS, 9)[0].index == int(cosines[:, 2].argmax())
    assert find_films(embedder, CORPUS[0], images, 0) == find_films(embedder, CORPUS[0], [], 3) == ()
