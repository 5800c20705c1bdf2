"""Findings from descriptors: probabilities worked by hand, shares that add up, and a table without slips."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from mllm.engine.protocol import GrayImage
from radiology.findings import FINDINGS
from radiology.reading.mentions import read_sentence
from radiology.study import Certainty
from retrieval.embedders.protocol import Vectors
from retrieval.zeroshot.descriptors import DESCRIPTORS
from retrieval.zeroshot.reading import HERE, NOT_HERE, zero_shot
from train.targets import IMAGE_FINDINGS

SIGNS = {"nodule": ("dot", "spot"), "edema": ("haze",)}
ANGLES = {"there is dot": 0.0, "there is no dot": 90.0, "there is spot": 60.0, "there is no spot": 60.0}


class Plane:
    """Films and texts at angles in a plane: cosines are known."""

    id, width, scale = "plane", 2, 10.0

    def images(self, images: Sequence[GrayImage]) -> Vectors:
        return self._at([float(image[0, 0]) for image in images])

    def texts(self, texts: Sequence[str]) -> Vectors:
        return self._at([ANGLES.get(text, 45.0) for text in texts])

    @staticmethod
    def _at(degrees: Sequence[float]) -> Vectors:
        radians = np.deg2rad(np.array(degrees, np.float32).reshape(-1))
        return np.stack([np.cos(radians), np.sin(radians)], axis=1).astype(np.float32)


def at(degrees: int) -> GrayImage:
    return np.full((2, 3), degrees, np.uint8)


def test_probabilities_are_the_mean_log_odds_of_descriptors() -> None:
    found = zero_shot(Plane(), [at(0), at(90), at(45)], SIGNS)
    dot = 10 * (np.cos(np.deg2rad([0, 90, 45])) - np.sin(np.deg2rad([0, 90, 45])))
    assert found.findings == ("nodule", "edema")
    assert found.probabilities[:, 0].tolist() == pytest.approx((1 / (1 + np.exp(-dot / 2))).tolist(), abs=1e-4)
    assert found.probabilities[:, 1].tolist() == pytest.approx([0.5] * 3, abs=1e-4)


def test_shares_add_up_and_the_weightiest_comes_first() -> None:
    found = zero_shot(Plane(), [at(0), at(90)], SIGNS)
    for film in range(2):
        odds = found.shares["nodule"][film].sum()
        assert 1 / (1 + np.exp(-odds)) == pytest.approx(float(found.probabilities[film, 0]), abs=1e-5)
    first, second = found.why(1, "nodule")
    assert (first.descriptor, second.descriptor) == ("dot", "spot")
    assert first.log_odds == pytest.approx(-5, abs=1e-3)
    assert second.log_odds == pytest.approx(0, abs=1e-3)


def test_no_film_is_no_row() -> None:
    assert zero_shot(Plane(), [], SIGNS).probabilities.shape == (0, 2)


def test_there_are_descriptors_for_all_that_the_bundled_model_knows() -> None:
    assert set(DESCRIPTORS) == set(IMAGE_FINDINGS)
    assert set(DESCRIPTORS) <= set(FINDINGS)


def test_a_descriptor_belongs_to_one_finding_and_never_names_it() -> None:
    signs = [sign for own in DESCRIPTORS.values() for sign in own]
    assert len(set(signs)) == len(signs) == 3 * len(DESCRIPTORS)
    for name, own in DESCRIPTORS.items():
        for sign in own:
            assert FINDINGS[name].text not in sign, sign
            assert sign == sign.strip(" ."), sign


def test_a_denied_descriptor_denies_whatever_it_reads_as() -> None:
    for own in DESCRIPTORS.values():
        for sign in own:
            assert all(m.finding.certainty is not Certainty.PRESENT for m in read_sentence(NOT_HERE.format(sign))), sign
            assert all(m.finding.certainty is not Certainty.ABSENT for m in read_sentence(HERE.format(sign))), sign
