from __future__ import annotations

import io

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from radiology.datasets import duplicates
from radiology.datasets.duplicates import near_groups, thumbnail


def _film(seed: int) -> Image.Image:
    """130 x 110 px of soft blobs."""
    coarse = np.random.default_rng(seed).integers(0, 256, (14, 12), np.uint8)
    return Image.fromarray(coarse).resize((110, 130), Image.Resampling.BICUBIC)


def _changed(image: Image.Image) -> Image.Image:
    """Smaller, darker and as JPEG of low quality."""
    file = io.BytesIO()
    image.resize((70, 83)).point(lambda grey: grey * 8 // 10).save(file, "JPEG", quality=40)
    return Image.open(file)


def _thumbnails(*images: Image.Image) -> list[bytes]:
    return [thumbnail(np.asarray(image)) for image in images]


@pytest.mark.parametrize("all_pairs", [4096, 10])
def test_changed_copies_are_found_and_nothing_else(all_pairs: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(duplicates, "ALL_PAIRS", all_pairs)
    images = [_film(seed) for seed in range(60)]
    copies = [_changed(images[7]), _changed(images[20]), images[20]]
    assert near_groups(_thumbnails(*images, *copies)) == [[7, 60], [20, 61, 62]]


def test_films_without_contrast_are_like_no_other() -> None:
    blank: NDArray[np.uint8] = np.zeros((50, 60), np.uint8)
    assert near_groups([thumbnail(blank), thumbnail(blank + 9), *_thumbnails(_film(1))]) == []


def test_there_may_be_none() -> None:
    assert near_groups([]) == []
