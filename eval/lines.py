"""Lines that benchmarks share: which metrics a report, a grounded report or an answer is scored by."""

from __future__ import annotations

from collections.abc import Iterable

from eval.sheet import Chosen, Line, task, topic
from radiology.findings import FINDINGS

_REPORT = task("report")

HEADLINES = frozenset(
    {
        "finding_micro_f1",
        "finding_side_micro_f1",
        "structured_f1",
        "side_accuracy",
        "grounded_f1_50",
        "phrase_grounded_f1_50",
        "temporal_f1",
        "bleu_4",
        "closed_accuracy",
        "choice_accuracy",
        "open_token_f1",
        "asked_side_accuracy",
        "macro_auroc",
        "balanced_accuracy",
        "accuracy",
    }
)
"""The lines that stress tests go by: one or two of each kind."""


def lines(names: Iterable[str], of: Chosen) -> tuple[Line, ...]:
    """Metrics under their own names."""
    return tuple(Line(name, name, of) for name in names)


CLINICAL = lines(
    (
        "finding_micro_f1",
        "finding_macro_f1",
        "finding_precision",
        "finding_recall",
        "finding_side_micro_f1",
        "structured_f1",
        "side_f1",
        "side_accuracy",
        "severity_accuracy",
        "omission_rate",
        "unsupported_finding_rate",
        "comparison_without_prior_rate",
    ),
    _REPORT,
)
LABEL_SETS = lines(
    (
        "chexpert14_micro_f1",
        "chexpert14_macro_f1",
        "chexpert5_micro_f1",
        "chexpert5_macro_f1",
        "nih14_micro_f1",
    ),
    _REPORT,
)
TEMPORAL = lines(("change_accuracy", "temporal_f1"), _REPORT)
WORDS = lines(("bleu_1", "bleu_2", "bleu_3", "bleu_4", "rouge_l", "meteor", "cider"), _REPORT)
OTHER_WORDS = lines(
    (f"{name}:{tokens}" for tokens in ("drop", "whitespace") for name in ("bleu_4", "rouge_l", "cider")), _REPORT
)
"""Under the two other tokenisations that published numbers were made with."""
COPYING = lines(("copied_sentences", "copied_run"), _REPORT)
FACTUAL = lines(
    (
        "radfact_logical_precision",
        "radfact_logical_recall",
        "radfact_logical_f1",
        "green",
        "chexbert_micro_f1_14",
        "chexbert_macro_f1_14",
        "chexbert_micro_f1_5",
        "chexbert_macro_f1_5",
        "radgraph_simple",
        "radgraph_partial",
        "radgraph_complete",
        "bertscore_f1",
        "radcliq_v1",
    ),
    _REPORT,
)
SPATIAL = lines(("radfact_spatial_precision", "radfact_spatial_recall", "radfact_spatial_f1"), _REPORT)

_BOXES = ("grounded_f1_30", "grounded_f1_50", "grounded_f1_75", "mean_iou", "map_50", "map")
GROUNDED = lines(_BOXES, _REPORT)
PHRASES = tuple(Line(f"phrase_{name}", name, task("ground")) for name in _BOXES)


def per_finding(names: Iterable[str] = FINDINGS) -> tuple[Line, ...]:
    """F1 of each finding of the reports."""
    return lines((f"finding_f1:{name}" for name in names), _REPORT)


CLOSED = (
    Line("closed_accuracy", "accuracy", task("closed")),
    *(
        Line(f"closed_{name}", name, task("closed"))
        for name in ("auroc", "auprc", "ece", "ece_adaptive", "brier", "aurc", "risk_at_80")
    ),
)
CALIBRATION = tuple(
    Line(name, name, task("closed")) for name in ("auprc", "ece", "ece_adaptive", "brier", "aurc", "risk_at_80")
)
OPEN = (
    Line("open_accuracy", "accuracy", task("open")),
    Line("open_token_f1", "token_f1", task("open")),
)
ASKED = (
    Line("where_accuracy", "accuracy", topic("where")),
    Line("asked_side_accuracy", "accuracy", topic("side")),
    Line("asked_change_accuracy", "accuracy", topic("change")),
)
"""Open questions about a finding that is there; `side_accuracy` and `change_accuracy` are those of reports."""
LLAVA_MED = (
    Line("llava_med_closed", "llava_med_closed", task("closed")),
    Line("llava_med_open", "llava_med_open", task("open")),
)


def by_topic(names: Iterable[str], metric: str = "accuracy", suffix: str = "_accuracy") -> tuple[Line, ...]:
    """One metric over the questions of each topic."""
    return tuple(Line(f"{name}{suffix}", metric, topic(name)) for name in names)
