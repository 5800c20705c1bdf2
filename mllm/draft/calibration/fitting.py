"""A calibration from judged sentences and films of several kinds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mllm.draft.calibration.abstention import abstain_below
from mllm.draft.calibration.conformal import fit_bands
from mllm.draft.calibration.logistic import Judged, Logistic, fit
from mllm.draft.calibration.record import Calibration, Confidence, Kind, known_films
from radiology.errors import SightlineError

COVERAGE, RISK = 0.9, 0.1
FOLDS = 5


@dataclass(frozen=True)
class Material:
    """What the films of one kind taught.

    embeddings [N, D]; probabilities [N, F] of the findings `names` by the image-level heads; truth [N, F]: 1, 0 or NaN;
    draft, report: judged sentences of the model's drafts and of other reports.
    """

    embeddings: NDArray[np.float32]
    names: tuple[str, ...]
    probabilities: NDArray[np.float64]
    truth: NDArray[np.float64]
    draft: tuple[Judged, ...]
    report: tuple[Judged, ...]


def fit_calibration(
    kinds: Mapping[str, Material], model_hash: str, coverage: float = COVERAGE, risk: float = RISK
) -> Calibration:
    """Raises SightlineError where no draft says anything that can be judged."""
    if not any(material.draft for material in kinds.values()):
        raise SightlineError(
            "calibration: no sentence of any draft can be judged, give films whose findings are known."
        )
    draft = fit_confidences({name: material.draft for name, material in kinds.items()}, risk)
    report = fit_confidences({name: material.report or material.draft for name, material in kinds.items()}, risk)
    return Calibration(
        model_hash=model_hash,
        coverage=coverage,
        risk=risk,
        kinds=tuple(_kind(name, material, draft[name], report[name], coverage) for name, material in kinds.items()),
    )


def fit_confidences(sets: Mapping[str, Sequence[Judged]], risk: float) -> dict[str, Confidence]:
    """The regression of each set of sentences, and the confidence below which they do not stand."""
    fitted, unseen = fit(sets), out_of_fold(sets)
    return {
        name: Confidence(
            regression=fitted[name],
            abstain_below=abstain_below(unseen[name], [judged.right for judged in some], risk),
            n=len(some),
        )
        for name, some in sets.items()
    }


def out_of_fold(sets: Mapping[str, Sequence[Judged]]) -> dict[str, list[float]]:
    """The confidence of each sentence by a fit on other studies' (`FOLDS` parts of the studies, taken in turn)."""
    part = {study: i % FOLDS for some in sets.values() for i, study in enumerate(_studies(some))}
    fits: list[dict[str, Logistic]] = []
    for fold in range(FOLDS):
        rest = {name: [judged for judged in some if part[judged.study] != fold] for name, some in sets.items()}
        fits.append(fit(rest if any(rest.values()) else sets))
    return {name: [fits[part[j.study]][name].confidence(j.row) for j in some] for name, some in sets.items()}


def _studies(some: Sequence[Judged]) -> list[str]:
    return list(dict.fromkeys(judged.study for judged in some))


def _kind(name: str, material: Material, draft: Confidence, report: Confidence, coverage: float) -> Kind:
    films, familiar = known_films(material.embeddings)
    return Kind(
        name=name,
        n=len(material.embeddings),
        films=films,
        familiar=familiar,
        draft=draft,
        report=report,
        bands=fit_bands(material.names, material.probabilities, material.truth, coverage),
    )
