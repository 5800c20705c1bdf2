"""A small evaluation made by hand: three studies, of which one is wrong, one right and one failed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from eval.folder import PREDICTIONS, Scores, write_scores
from eval.prediction import Prediction, write_predictions
from eval.sheet import Score
from eval.signature import Baselines, Signature
from radiology.datasets.jsonl import write_cases
from radiology.study import Box, Case, Finding, ModelInfo, Projection, Side, Study, View

HOSTILE = "<script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">"
TRUE_BOX = Box(view="frontal", x0=0.25, y0=0.5, x1=0.5, y1=0.75)
SAID_BOX = Box(view="frontal", x0=0.5, y0=0.5, x1=0.75, y1=0.75)


def finding(name: str, side: Side | None = None, box: Box | None = None) -> Finding:
    return Finding(name=name, side=side, boxes=(box,) if box else ())


def report(study_id: str, prediction: str | None, said: tuple[Finding, ...], truth: tuple[Finding, ...]) -> Prediction:
    return Prediction(
        id=study_id,
        task="report",
        prediction=prediction,
        reference="Left effusion. No nodule.",
        study_id=study_id,
        findings=said,
        truth=truth,
    )


def closed(study_id: str, number: int, prediction: str | None, reference: str, probability: float | None) -> Prediction:
    return Prediction(
        id=f"{study_id}#{number}",
        task="closed",
        prediction=prediction,
        reference=reference,
        probability=probability,
        study_id=study_id,
        question="Is there a nodule?",
        name="nodule",
        topic="presence",
    )


def rows() -> list[Prediction]:
    effusion = finding("pleural_effusion", Side.LEFT, TRUE_BOX)
    other_side = finding("pleural_effusion", Side.RIGHT, SAID_BOX)
    return [
        report("wrong", f"Right effusion. {HOSTILE}", (other_side, finding("nodule")), (effusion,)),
        report("right", "Left effusion. No nodule.", (effusion,), (effusion,)),
        report("failed", None, (), (effusion, finding("edema"))),
        closed("wrong", 0, "yes", "no", 0.7),
        closed("right", 1, "yes", "yes", 0.9),
        closed("failed", 2, None, "no", None),
    ]


def score(value: float, low: float, high: float, n: int = 3, n_failed: int = 0) -> Score:
    return Score(value=value, low=low, high=high, n=n, n_failed=n_failed)


def signature() -> Signature:
    return Signature(
        split="test",
        split_hash="5ad4",
        n=3,
        questions=3,
        skipped={"unreadable image": 2},
        limit=None,
        seed=0,
        views={"frontal": 3},
        phantom_version=None,
        model=ModelInfo(id="made <b>bold</b>", hash="0123456789abcdef0123"),
        baselines=Baselines(majority_from="train split", majority_n=9, blank_n=3),
        versions={"python": "3.11"},
    )


def scores() -> Scores:
    return Scores(
        benchmark="phantom",
        signature=signature(),
        metrics={
            "finding_micro_f1": score(0.5, 0.2, 0.8, n_failed=1),
            "closed_accuracy": score(0.4, 0.1, 0.7),
            "closed_brier": score(0.1, 0.05, 0.2),
        },
        baseline={
            "majority": {
                "finding_micro_f1": score(0.1, 0.0, 0.2),
                "closed_accuracy": score(0.6, 0.5, 0.7),
                "closed_brier": score(0.3, 0.2, 0.4),
            },
            "blank": {"finding_micro_f1": score(0.3, 0.2, 0.4)},
        },
        unavailable={"green": "name a server", "radgraph_simple": "name a file", "radgraph_partial": "name a file"},
    )


def write_folder(folder: Path) -> Path:
    write_predictions(folder / PREDICTIONS, rows())
    write_scores(folder, scores())
    return folder


def write_data(folder: Path, names: tuple[str, ...] = ("wrong", "right", "failed")) -> Path:
    """A film of 96 x 48 px for each study."""
    folder.mkdir(parents=True, exist_ok=True)
    cases = []
    for shade, name in enumerate(names):
        path = folder / f"{name}.png"
        Image.fromarray(np.full((48, 96), 60 + 40 * shade, dtype=np.uint8)).save(path)
        view = View(id="frontal", path=str(path), projection=Projection.PA, width=96, height=48)
        cases.append(Case(study=Study(study_id=name, patient_id=name, views=(view,), indication=f"Cough, {name}.")))
    write_cases(folder / "studies.jsonl", cases)
    return folder
