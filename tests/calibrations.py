"""Calibrations made by hand, for tests that need to know what confidence will come out."""

from __future__ import annotations

from collections.abc import Mapping

from mllm.draft.calibration.conformal import Band
from mllm.draft.calibration.features import FEATURES
from mllm.draft.calibration.logistic import Logistic
from mllm.draft.calibration.record import Calibration, Confidence, Kind


def plain_kind(
    name: str = "phantom",
    weights: Mapping[str, float] | None = None,
    intercept: float = 0.0,
    abstain_below: float = 0.0,
    films: tuple[tuple[float, ...], ...] = ((1.0, 0.0, 0.0),),
    familiar: float = -1.0,
    bands: Mapping[str, Band] | None = None,
) -> Kind:
    """The same regression for drafts and reports: log-odds `intercept` plus the `weights` of the features named."""
    regression = Logistic(
        intercept=intercept,
        weights=tuple((weights or {}).get(feature, 0.0) for feature in FEATURES),
        typical=(0.0, 0.0),
        offsets={},
    )
    sure = Confidence(regression=regression, abstain_below=abstain_below, n=9)
    return Kind(name=name, n=9, films=films, familiar=familiar, draft=sure, report=sure, bands=dict(bands or {}))


def plain_calibration(
    model_hash: str = "0",
    weights: Mapping[str, float] | None = None,
    intercept: float = 0.0,
    abstain_below: float = 0.0,
    films: tuple[tuple[float, ...], ...] = ((1.0, 0.0, 0.0),),
) -> Calibration:
    """One kind of film, which every film is of."""
    kind = plain_kind(weights=weights, intercept=intercept, abstain_below=abstain_below, films=films)
    return Calibration(model_hash=model_hash, coverage=0.9, risk=0.1, kinds=(kind,))
