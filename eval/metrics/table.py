"""Every metric there is. No torch is needed to score."""

from __future__ import annotations

from eval.metrics import copying, retrieved, vqa
from eval.metrics.agreement import judged, known, macro, micro, precision, rate, recall
from eval.metrics.answers import accuracy, balanced_accuracy, token_f1
from eval.metrics.attributes import change_pairs, changes, right, severities, sides
from eval.metrics.average_precision import THRESHOLDS, average_precision
from eval.metrics.averaging import averaged
from eval.metrics.calibration import BINS, adaptive_ece, brier, ece, pooled_auprc, pooled_auroc
from eval.metrics.evidence import ranked_sentences, sentence_auroc, supported, supported_right, unsupported_wrong
from eval.metrics.factual import FACTUAL
from eval.metrics.findings import names, names_among
from eval.metrics.forecasts import forecast_metric
from eval.metrics.grounding import grounded, overlaps, true_boxes
from eval.metrics.judged import (
    BERTSCORE_F1,
    CHEXBERT_LABELS,
    RADGRAPH_COMPLETE,
    RADGRAPH_PARTIAL,
    RADGRAPH_SIMPLE,
    SEMB,
    chexbert_f1,
    mean_of,
    radcliq_v1,
)
from eval.metrics.labels import CHEXPERT_5, CHEXPERT_14, chexpert
from eval.metrics.metric import Metric
from eval.metrics.overlap import overlap_metrics
from eval.metrics.per_finding import finding_f1, true_findings
from eval.metrics.ranking import macro_auroc
from eval.metrics.report_errors import compares_without_prior, makes_up, omits
from eval.metrics.selective import aurc, risk_at
from eval.metrics.sides import finding_side_pairs, side_pairs
from eval.metrics.structured import structured, true_items
from eval.metrics.weighting import Rows, Score
from eval.metrics.words import TOKENISATIONS
from radiology.findings import FINDINGS, NIH_LABELS

_PRESENCE, _SIDE = frozenset({"presence"}), frozenset({"side"})
_MACRO = "mean over the findings that a prediction or a truth has"
_MEAN = "mean over reports"
_PRESENT = "names that are present in predictions and truths; uncertain is not present"
_SIDES = "bilateral is left and right; where the truth states no side, none is judged; a hedge only against a hedge"
_ATTRIBUTE = "over findings both call present (or both uncertain); what is missing is wrong"
_MATCHED = "a box matches one of its finding and view, each once, best pairs first"
_LABELS = "positive is what is present; uncertain is not"


def _studies(rows: Rows) -> int:
    return len({row.study_id for row in rows})


def _of(name: str) -> Metric:
    return Metric(f"finding_f1:{name}", finding_f1(name), "true findings", true_findings(name), how=_LABELS)


def _labels(name: str, labels: tuple[str, ...]) -> tuple[Metric, Metric]:
    compare = chexpert(labels)
    return (
        Metric(f"{name}_micro_f1", micro(compare), "studies", how=_LABELS, sees=_PRESENCE),
        Metric(f"{name}_macro_f1", macro(compare), "studies", how=f"{_LABELS}; {_MACRO}", sees=_PRESENCE),
    )


def _judged(name: str, score: Score, how: str, *judges: str) -> Metric:
    return Metric(name, score, "reports", judges=judges, how=how)


def _chexbert(suffix: str, labels: tuple[str, ...]) -> tuple[Metric, Metric]:
    how = "positive and uncertain count as found"
    return (
        _judged(f"chexbert_micro_f1_{suffix}", chexbert_f1("micro", labels), how, "chexbert"),
        _judged(f"chexbert_macro_f1_{suffix}", chexbert_f1("macro", labels), f"{how}; mean over labels", "chexbert"),
    )


def _grounded(suffix: str, iou_suffix: str, iou: float) -> tuple[Metric, Metric]:
    pairs = overlaps(iou)
    return (
        Metric(f"grounded_f1_{suffix}", rate(grounded(iou)), "true boxes", true_boxes, how=_MATCHED),
        Metric(f"mean_iou{iou_suffix}", rate(pairs), "matched boxes", judged(pairs), how=_MATCHED),
    )


_METRICS = (
    # clinical
    Metric(
        "finding_side_micro_f1",
        micro(finding_side_pairs),
        "true (finding, side) pairs",
        known(finding_side_pairs),
        how=_SIDES,
        sees=_PRESENCE | _SIDE,
    ),
    Metric(
        "structured_f1",
        rate(structured),
        "true findings",
        true_items,
        how="findings with attributes, matched one to one after LunguageScore's description; our own weights",
        sees=_PRESENCE | _SIDE,
    ),
    Metric("finding_micro_f1", micro(names), "studies", how=_PRESENT, sees=_PRESENCE),
    Metric("finding_macro_f1", macro(names), "studies", how=_MACRO, sees=_PRESENCE),
    Metric("finding_precision", micro(names, precision), "studies", how=_PRESENT, sees=_PRESENCE),
    Metric("finding_recall", micro(names, recall), "studies", how=_PRESENT, sees=_PRESENCE),
    Metric(
        "finding_macro_precision",
        macro(names, precision),
        "studies",
        how="mean over the findings that are predicted",
        sees=_PRESENCE,
    ),
    Metric("finding_macro_recall", macro(names, recall), "studies", how="mean over the true findings", sees=_PRESENCE),
    *_labels("chexpert14", CHEXPERT_14),
    *_labels("chexpert5", CHEXPERT_5),
    Metric("nih14_micro_f1", micro(names_among(NIH_LABELS.values())), "studies", how=_LABELS, sees=_PRESENCE),
    Metric(
        "side_f1",
        micro(side_pairs),
        "true (finding, side) pairs",
        known(side_pairs),
        how=_SIDES,
        sees=_PRESENCE | _SIDE,
    ),
    Metric(
        "side_accuracy",
        rate(right(sides)),
        "true-positive findings with a side",
        judged(right(sides)),
        how=_ATTRIBUTE,
        sees=_SIDE,
    ),
    Metric(
        "severity_accuracy",
        rate(right(severities)),
        "true-positive findings with a severity",
        judged(right(severities)),
        how=_ATTRIBUTE,
    ),
    Metric(
        "change_accuracy",
        rate(right(changes)),
        "true-positive findings with a change",
        judged(right(changes)),
        how=f"{_ATTRIBUTE}; or both absent, where the finding has resolved",
    ),
    Metric(
        "temporal_f1",
        micro(change_pairs),
        "true (finding, direction) pairs",
        known(change_pairs),
        how="reports that tell no change count for nothing",
    ),
    Metric("omission_rate", rate(omits), "reports", how="of all reports", worst=1.0, best=0.0, sees=_PRESENCE),
    Metric(
        "unsupported_finding_rate", rate(makes_up), "reports", how="of all reports", worst=1.0, best=0.0, sees=_PRESENCE
    ),
    Metric(
        "comparison_without_prior_rate",
        rate(compares_without_prior),
        "reports without a prior",
        judged(compares_without_prior),
        worst=1.0,
        best=0.0,
        how="a sentence names a change or a prior, other than that there is none",
    ),
    # grounding
    *_grounded("30", "_30", 0.3),
    *_grounded("50", "", 0.5),
    *_grounded("75", "_75", 0.75),
    Metric("map_50", average_precision(1), "true boxes", true_boxes, how="COCO, IoU .5, boxes of one score together"),
    Metric(
        "map",
        average_precision(len(THRESHOLDS)),
        "true boxes",
        true_boxes,
        how="COCO, IoU .5 to .95, boxes of one score together",
    ),
    # evidence
    Metric("supported_share", rate(supported), "sentences", how="supported of all sentences"),
    Metric(
        "supported_precision",
        rate(supported_right),
        "supported sentences",
        judged(supported_right),
        how="right of them",
    ),
    Metric(
        "unsupported_error_rate",
        rate(unsupported_wrong),
        "unsupported sentences",
        judged(unsupported_wrong),
        how="wrong of them: the flag is deserved",
    ),
    Metric(
        "sentence_auroc", sentence_auroc, "sentences with a confidence", ranked_sentences, how="right against wrong"
    ),
    Metric("accuracy", accuracy, "answers", how="exact match after normalisation"),
    Metric(
        "balanced_accuracy",
        balanced_accuracy,
        "answers",
        how="mean over the reference answers of their share that is right",
    ),
    Metric("token_f1", token_f1, "answers", how="mean F1 of the two bags of words after normalisation"),
    Metric(
        "macro_auroc", macro_auroc, "images", _studies, how="mean over the findings asked for that have both classes"
    ),
    *(_of(name) for name in FINDINGS),
    # words
    *(metric for tokenisation in TOKENISATIONS for metric in overlap_metrics(tokenisation)),
    # copying
    averaged("copied_sentences", copying.copied_sentences, copying.UNIT, copying.HOW, worst=1.0, best=0.0),
    averaged("copied_run", copying.copied_run, copying.UNIT, copying.HOW, worst=1.0, best=0.0),
    # published protocols for answers
    averaged("llava_med_closed", vqa.closed_hit, "answers", vqa.CLOSED),
    averaged("llava_med_open", vqa.open_recall, "answers", vqa.OPEN),
    averaged("vqa_med_bleu", vqa.answer_bleu, "answers", vqa.VQA_MED),
    # retrieval
    *(averaged(f"precision@{k}", retrieved.precision_at(k), "queries", retrieved.HOW) for k in retrieved.PLACES),
    *(averaged(f"recall@{k}", retrieved.recall_at(k), "queries", retrieved.HOW) for k in retrieved.PLACES),
    *(averaged(f"hit_rate@{k}", retrieved.hit_at(k), "queries", retrieved.HOW) for k in retrieved.PLACES),
    averaged("retrieval_map", retrieved.average_precision, "queries", retrieved.HOW),
    averaged("mrr", retrieved.reciprocal_rank, "queries", retrieved.HOW),
    averaged("ndcg@10", retrieved.ndcg_at(10), "queries", f"linear gains, log2 discount; {retrieved.HOW}"),
    # calibration
    forecast_metric("auroc", pooled_auroc, "pooled over all findings and questions"),
    forecast_metric("auprc", pooled_auprc, "average precision, pooled; chance is the share of positives, not 0"),
    forecast_metric("ece", ece, f"{BINS} bins of equal width", lower_is_better=True),
    forecast_metric("ece_adaptive", adaptive_ece, f"{BINS} bins of equal weight, ties together", lower_is_better=True),
    forecast_metric("brier", brier, "mean squared error of the probability", lower_is_better=True),
    forecast_metric("aurc", aurc, "mean error rate over all coverages, ties in random order", lower_is_better=True),
    forecast_metric("risk_at_80", risk_at(0.8), "error rate of the 80 % most confident answers", lower_is_better=True),
    # judged by a model
    *_chexbert("14", CHEXBERT_LABELS),
    *_chexbert("5", CHEXPERT_5),
    Metric(
        "chexbert_cosine",
        mean_of("chexbert", SEMB),
        "reports",
        worst=-1.0,
        judges=("chexbert",),
        how="cosine of CheXbert's CLS vectors (SembScore)",
    ),
    _judged("radgraph_simple", mean_of("radgraph", RADGRAPH_SIMPLE), f"entities; {_MEAN}", "radgraph"),
    _judged(
        "radgraph_partial", mean_of("radgraph", RADGRAPH_PARTIAL), f"entities, related or not; {_MEAN}", "radgraph"
    ),
    _judged(
        "radgraph_complete", mean_of("radgraph", RADGRAPH_COMPLETE), f"entities with relations; {_MEAN}", "radgraph"
    ),
    _judged("bertscore_f1", mean_of("bertscore", BERTSCORE_F1), f"no idf, no rescaling; {_MEAN}", "bertscore"),
    Metric(
        "radcliq_v1",
        radcliq_v1,
        "reports",
        worst=12.607366,  # of RadGraph 0, BERTScore 0 and cosine -1; the best is that of 1, 1 and 1
        best=-1.440691,
        judges=("radgraph", "bertscore", "chexbert"),
        how=f"needs radgraph (not XL) and distilroberta-base layer 5; {_MEAN}",
    ),
    *FACTUAL,
)

METRICS: dict[str, Metric] = {metric.name: metric for metric in _METRICS}
