from __future__ import annotations

import numpy as np
import pytest

from mllm.draft.calibration.features import VALUES, Row
from mllm.draft.calibration.fitting import Material, fit_calibration, out_of_fold
from mllm.draft.calibration.logistic import Judged
from radiology.errors import SightlineError


def sentences(n: int, seed: int, rate: float) -> tuple[Judged, ...]:
    """Sentences of which those with head agreement above 0 are right with probability `rate`, and the others wrong."""
    rng = np.random.default_rng(seed)
    agreement = rng.normal(size=n)
    right = (agreement > 0) == (rng.random(n) < rate)
    values = (0.0,) * (len(VALUES) - 1)
    return tuple(
        Judged(Row((float(a), *values), None, ("nodule:present",)), bool(r), f"study {i // 3}")
        for i, (a, r) in enumerate(zip(agreement, right, strict=True))
    )


def material(direction: int, draft: tuple[Judged, ...], n: int = 120) -> Material:
    """Films whose embeddings point one way."""
    rng = np.random.default_rng(direction)
    rows = np.eye(3)[np.full(n, direction)] + 0.1 * rng.normal(size=(n, 3))
    embeddings = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    truth = (rng.random((n, 2)) < [0.4, 0.5]).astype(float)
    truth[:, 1] = np.nan
    return Material(embeddings, ("nodule", "mass"), rng.random((n, 2)), truth, draft, ())


def test_each_kind_of_film_has_confidences_and_bands_of_its_own() -> None:
    kinds = {"phantom": material(0, sentences(600, 0, 0.98)), "film": material(1, sentences(600, 1, 0.7))}
    calibration = fit_calibration(kinds, "hash", risk=0.1)
    phantom, film = calibration.kinds
    assert calibration.kind((0.99, 0.05, 0.0)) == phantom
    assert calibration.kind((0.05, 0.99, 0.0)) == film
    sure = kinds["phantom"].draft[0].row.values
    row = Row((2.0, *sure[1:]), None, ("nodule:present",))
    assert calibration.confidence(row, phantom) > calibration.confidence(row, film) + 0.1
    assert phantom.draft.abstain_below < 1.0 == film.draft.abstain_below
    assert set(phantom.bands) == {"nodule"}
    assert phantom.report.regression == phantom.draft.regression
    assert (phantom.n, phantom.draft.n) == (120, 600)


def test_a_sentence_is_not_judged_by_a_fit_that_has_seen_its_study() -> None:
    """Where labels are chance, a fit on others knows no better than chance."""
    rng = np.random.default_rng(0)
    noise = tuple(
        Judged(Row((0.0,) * len(VALUES), None, (f"finding {i}:present",)), bool(rng.random() < 0.5), f"s{i}")
        for i in range(200)
    )
    confidences = np.array(out_of_fold({"phantom": noise})["phantom"])
    right = np.array([judged.right for judged in noise])
    assert abs(confidences[right].mean() - confidences[~right].mean()) < 0.05


def test_one_study_alone_can_be_fitted() -> None:
    alone = tuple(Judged(j.row, j.right, "only") for j in sentences(9, 0, 0.9))
    assert len(out_of_fold({"phantom": alone})["phantom"]) == 9


def test_nothing_to_judge_is_refused() -> None:
    with pytest.raises(SightlineError, match="no sentence of any draft can be judged"):
        fit_calibration({"phantom": material(0, ())}, "hash")
