from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

import retrieval.demo
from mllm.engine.protocol import GrayImage
from mllm.model.perception import Percept, Thresholds


class MeanPerception:
    """Embeds an image by the mean of its rows."""

    image_size = 48

    def __init__(self, embedder_id: str) -> None:
        self.thresholds: dict[str, Thresholds] = {}
        self.embedder_id = embedder_id
        self.seen = 0

    def see(self, images: Sequence[GrayImage]) -> list[Percept]:
        self.seen += sum(int(np.ptp(image)) > 0 for image in images)
        vectors = [image.mean(axis=1, dtype=np.float32) for image in images]
        return [Percept({}, {}, {}, vector / np.linalg.norm(vector)) for vector in vectors]


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retrieval.demo, "CASES", 5)
    monkeypatch.setattr(retrieval.demo, "EXAMPLE_PATIENTS", 1)
    monkeypatch.setattr(retrieval.demo, "SIZE", 40)


def test_the_second_study_of_an_example_patient_has_a_prior() -> None:
    first, second = retrieval.demo.demo_studies(lambda done, total: None)
    assert first.priors == ()
    assert [prior.study.study_id for prior in second.priors] == [first.study_id]
    assert len(second.views) == 2


def test_cases_are_made_once_for_each_embedder() -> None:
    steps: list[tuple[int, int]] = []
    perception, other = MeanPerception("one"), MeanPerception("two")
    retriever = retrieval.demo.demo_cases(perception, lambda done, total: steps.append((done, total)))
    retrieval.demo.demo_cases(perception, lambda done, total: None)
    retrieval.demo.demo_cases(other, lambda done, total: None)
    study = retrieval.demo.demo_studies(lambda done, total: None)[0]
    vector = np.ones(48, dtype=np.float32) / np.sqrt(np.float32(48))
    assert 1 <= len(retriever.similar(study, vector, 9)) <= len(retriever.base.store) == 5
    assert (perception.seen, other.seen) == (5, 5)
    assert steps[-1] == (10, 10)
