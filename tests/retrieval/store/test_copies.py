from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from mllm.engine.protocol import GrayImage
from radiology.datasets.duplicates import thumbnail
from retrieval.store.copies import FARTHEST, copies_among, hash_of
from tests.retrieval.toys import pattern


def _jpeg(image: GrayImage, side: int, quality: int = 40) -> GrayImage:
    stream = io.BytesIO()
    Image.fromarray(image).resize((side, side)).save(stream, "JPEG", quality=quality)
    return np.asarray(Image.open(stream))


@pytest.mark.parametrize("side", [72, 96, 200])
def test_a_film_encoded_or_sized_again_is_a_copy(side: int) -> None:
    look, again = thumbnail(pattern(1)), thumbnail(_jpeg(pattern(1), side))
    assert (hash_of(look) != hash_of(again)).sum() <= FARTHEST
    assert copies_among(look, [thumbnail(pattern(2)), again]) == [1]


def test_films_without_contrast_are_no_copies() -> None:
    flat = thumbnail(np.full((40, 40), 7, np.uint8))
    assert copies_among(flat, [flat]) == []


def test_the_hash_reads_from_left_to_right() -> None:
    ramp = np.tile(np.arange(0, 255, 5, dtype=np.uint8), (51, 1))
    assert np.unpackbits(hash_of(thumbnail(ramp))).all()
    assert not np.unpackbits(hash_of(thumbnail(ramp[:, ::-1].copy()))).any()
