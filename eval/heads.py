"""What the image-level heads say of each film: the second path from pixels to findings, scored beside the answers."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from eval.prediction import Prediction
from mllm.model.perception import Percept, Perception
from mllm.prompts import Shown, study_images
from radiology.datasets.table import Dataset
from radiology.errors import SightlineError
from radiology.study import Case

BATCH = 32


def predict_heads(
    data: Dataset,
    perception: Perception,
    names: Sequence[str],
    progress: Callable[[str, int], None] = lambda what, n: None,
) -> list[Prediction]:
    """One row a study and finding of `names` that the heads know: "yes" from the finding's upper threshold on.

    What a case does not list counts as "no": callers score only sets for which that holds.
    """
    rows: list[Prediction] = []
    for start in range(0, len(data.cases), BATCH):
        cases = data.cases[start : start + BATCH]
        films = [_film(case, perception.image_size) for case in cases]
        percepts = iter(perception.see([film.image for film in films if film is not None]))
        for case, film in zip(cases, films, strict=True):
            rows += _rows(case, next(percepts) if film is not None else None, perception, names)
        progress("heads", len(cases))
    return rows


def _film(case: Case, size: int) -> Shown | None:
    try:
        shown = study_images(case.study, size)
    except (SightlineError, OSError):
        return None
    return shown[0] if shown else None


def _rows(case: Case, percept: Percept | None, perception: Perception, names: Sequence[str]) -> list[Prediction]:
    present = {finding.name for finding in case.present}
    return [
        Prediction(
            id=f"{case.study.study_id}#{name}",
            task="head",
            prediction=None if percept is None else _word(percept.probabilities[name] >= threshold.upper),
            reference=_word(name in present),
            probability=None if percept is None else percept.probabilities[name],
            study_id=case.study.study_id,
            patient_id=case.study.patient_id,
            name=name,
        )
        for name, threshold in perception.thresholds.items()
        if name in names
    ]


def _word(yes: bool) -> str:
    return "yes" if yes else "no"
