"""Heads that see exactly what is there bear out every sentence of the phantoms' own reports, and none without it."""

from __future__ import annotations

import numpy as np
import pytest

from mllm.boxes import Frame
from mllm.draft.evidence import weigh
from mllm.draft.sight import Seen, Sight
from mllm.draft.truth import is_right
from mllm.model.perception import Percept, Thresholds
from mllm.prompts import report_answer
from radiology.findings import PHANTOM_FINDINGS
from radiology.imaging.letterbox import Letterbox
from radiology.phantom.cohort import make_phantom
from radiology.phantom.record import Phantom
from radiology.study import Certainty, Projection, View

SIZE, GRID = 112, 14
RULES = dict.fromkeys(PHANTOM_FINDINGS, Thresholds(patch=0.4, lower=0.1, upper=0.6))


def perfect(phantom: Phantom, blank: bool = False) -> Sight:
    """The masks as maps; `blank`: the same views of a normal film."""
    present = set() if blank else {finding.name for finding in phantom.case.present}
    return Sight(tuple(_seen(phantom, view, present) for view in phantom.case.study.views), RULES)


def _seen(phantom: Phantom, view: View, present: set[str]) -> Seen:
    maps = {name: np.full((GRID, GRID), 0.02, np.float32) for name in PHANTOM_FINDINGS}
    patch = SIZE // GRID
    for name in present & phantom.masks[view.id].keys():
        touched = phantom.masks[view.id][name].reshape(GRID, patch, GRID, patch).any((1, 3))
        maps[name][touched] = 0.9
    probabilities = {name: 0.95 if name in present else 0.02 for name in PHANTOM_FINDINGS}
    frame = Frame("F" if view.projection.frontal else "L", view.id, Letterbox(SIZE, SIZE, SIZE))
    return Seen(frame, Percept(maps, probabilities, {"chest": 1.0}, np.ones(3, np.float32)))


@pytest.fixture(scope="module")
def visits() -> list[Phantom]:
    """First and second visits, with and without a lateral."""
    views = {0: (Projection.PA,), 1: (Projection.PA, Projection.LATERAL)}
    return [visit for seed in range(6) for visit in make_phantom(seed, SIZE, views[seed % 2], visits=2)]


def test_a_true_report_is_supported_throughout(visits: list[Phantom]) -> None:
    for visit in visits:
        assert visit.case.report is not None
        for sentence in weigh(report_answer(visit.case.report), visit.case.study, perfect(visit)):
            assert sentence.flags == (), sentence.text
            assert sentence.evidence != ()
            assert is_right(sentence, visit.case.findings) is True


def test_without_the_film_nothing_positive_is_supported(visits: list[Phantom]) -> None:
    flags = [
        "unsupported" in sentence.flags
        for visit in visits
        if visit.case.report is not None
        for sentence in weigh(report_answer(visit.case.report), visit.case.study, perfect(visit, blank=True))
        if any(mention.finding.certainty is Certainty.PRESENT for mention in sentence.findings)
    ]
    assert len(flags) > 20
    assert all(flags)
