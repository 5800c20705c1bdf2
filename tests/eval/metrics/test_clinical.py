from __future__ import annotations

import math

import pytest
from sklearn.metrics import f1_score, precision_score, recall_score

from eval.metrics.labels import chexpert_positives
from eval.metrics.table import METRICS
from radiology.findings import CHEXPERT_LABELS, NIH_LABELS
from radiology.reading.labels import chexpert_labels
from radiology.reading.report import read_report
from radiology.study import Certainty, Change, Severity, Side
from tests.eval.metrics.material import mixed
from tests.eval.metrics.rows import finding, report, value

PRESENT, ABSENT, UNCERTAIN = Certainty.PRESENT, Certainty.ABSENT, Certainty.UNCERTAIN

BOXES = ("grounded_f1_30", "grounded_f1_50", "grounded_f1_75", "map_50", "map")
RATES = ("omission_rate", "unsupported_finding_rate")
COMPARED = [name for name, metric in METRICS.items() if "presence" in metric.sees and name not in RATES]


@pytest.mark.parametrize("name", [*COMPARED, "temporal_f1", *BOXES])
def test_nothing_said_of_nothing_there_is_not_scored(name: str) -> None:
    normal = report(1, [finding("edema", certainty=ABSENT)], [finding("mass", certainty=ABSENT)])
    assert value(name, [normal]) == pytest.approx(1.0 if name.startswith("chexpert14") else math.nan, nan_ok=True)


def test_micro_and_macro_by_hand() -> None:
    rows = [
        report(1, [finding("nodule"), finding("edema")], [finding("nodule"), finding("hernia")]),
        report(2, [finding("nodule")], [finding("edema")]),
        report(3, [finding("mass", certainty=UNCERTAIN)], [finding("nodule"), finding("scoliosis", certainty=ABSENT)]),
    ]
    assert value("finding_micro_f1", rows) == pytest.approx(2 / (2 + 2 + 3))
    assert value("finding_precision", rows) == pytest.approx(1 / 3)
    assert value("finding_recall", rows) == pytest.approx(1 / 4)
    assert value("finding_macro_f1", rows) == pytest.approx((2 / 4 + 0 + 0) / 3)
    assert value("finding_macro_precision", rows) == pytest.approx((1 / 2 + 0) / 2)
    assert value("finding_macro_recall", rows) == pytest.approx((1 / 2 + 0 + 0) / 3)
    assert value("finding_f1:nodule", rows) == pytest.approx(2 / 4)
    assert value("finding_f1:edema", rows) == 0.0
    assert math.isnan(value("finding_f1:mass", rows))
    assert METRICS["finding_f1:nodule"].size(rows) == 2


def test_micro_and_macro_equal_scikit_learn_over_the_findings_that_occur() -> None:
    rows = mixed("finding_macro_f1")
    present = [[{f.name for f in found if f.certainty is PRESENT} for found in (r.findings, r.truth)] for r in rows]
    present = [[said if row.prediction else set(), true] for (said, true), row in zip(present, rows, strict=True)]
    names = sorted(set().union(*(name for pair in present for name in pair)))
    said, true = ([[name in pair[side] for name in names] for pair in present] for side in (0, 1))
    assert value("finding_micro_f1", rows) == pytest.approx(f1_score(true, said, average="micro"))
    assert value("finding_macro_f1", rows) == pytest.approx(f1_score(true, said, average="macro"))
    assert value("finding_macro_precision", rows) == pytest.approx(precision_score(true, said, average="macro"))
    assert value("finding_macro_recall", rows) == pytest.approx(recall_score(true, said, average="macro"))
    each = dict(zip(names, f1_score(true, said, average=None), strict=True))
    assert {name: value(f"finding_f1:{name}", rows) for name in each} == pytest.approx(each)


def test_chexpert_scores_by_hand() -> None:
    rows = [
        report(1, [finding("nodule"), finding("pleural_effusion")], [finding("mass"), finding("pleural_effusion")]),
        report(2, [], [finding("edema")]),
        report(3, [finding("edema", certainty=UNCERTAIN)], [finding("pacemaker")]),
        report(4, [], []),
    ]
    # labels said: Lung Lesion, Effusion | No Finding | - | No Finding
    # labels true: Lung Lesion, Effusion | Edema | Support Devices, No Finding | No Finding
    assert value("chexpert14_micro_f1", rows) == pytest.approx(2 * 3 / (2 * 3 + 1 + 3))
    assert value("chexpert14_macro_f1", rows) == pytest.approx((1 + 1 + 0 + 0 + 2 / 4) / 5)
    assert value("chexpert5_micro_f1", rows) == pytest.approx(2 / (2 + 0 + 1))
    assert value("chexpert5_macro_f1", rows) == pytest.approx((1 + 0) / 2)


@pytest.mark.parametrize(
    "text", ["No effusion.", "Possible edema.", "Pacemaker in place.", "Mass and nodule.", "Fine."]
)
def test_chexpert_positives_are_those_of_the_reader(text: str) -> None:
    positive = {label for label, value in chexpert_labels(text).items() if value == 1}
    assert chexpert_positives(read_report(text)) == positive <= set(CHEXPERT_LABELS)


def test_nih_score_leaves_other_findings_out() -> None:
    assert "support_device" not in NIH_LABELS.values()
    rows = [
        report(1, [finding("nodule"), finding("pacemaker")], [finding("nodule"), finding("fracture")]),
        report(2, [finding("hernia")], []),
    ]
    assert value("nih14_micro_f1", rows) == pytest.approx(2 / (2 + 1))


def test_sides_by_hand() -> None:
    left, right = finding("nodule", Side.LEFT), finding("nodule", Side.RIGHT)
    rows = [
        report(1, [left, right], [finding("nodule", Side.BILATERAL)]),
        report(2, [left], [left, right]),
        report(3, [finding("edema", Side.LEFT)], [finding("edema")]),
        report(4, [finding("mass")], [finding("mass", Side.LEFT)]),
        report(5, [finding("cardiomegaly"), right], []),
        report(6, [finding("edema", Side.LEFT, UNCERTAIN)], [finding("edema", Side.LEFT, ABSENT)]),
        report(7, [finding("edema", Side.LEFT, UNCERTAIN)], [finding("edema", Side.RIGHT, UNCERTAIN)]),
    ]
    assert value("side_accuracy", rows) == pytest.approx(1 / 4)
    assert METRICS["side_accuracy"].size(rows) == 4
    # tp, fp, fn of the pairs: 2 0 0 | 1 0 1 | not judged | 0 0 1 | 0 1 0 | not judged | 0 1 1
    assert value("side_f1", rows) == pytest.approx(6 / (6 + 2 + 3))
    # 2 0 0 | 1 0 1 | 1 0 0 | 0 1 1 | 0 2 0 | not judged | 0 1 1
    assert value("finding_side_micro_f1", rows) == pytest.approx(8 / (8 + 4 + 3))


def test_a_hedge_is_no_hit_and_no_miss_of_what_is_present() -> None:
    mass, perhaps = finding("mass", Side.LEFT), finding("mass", Side.LEFT, UNCERTAIN)
    right = report(1, [finding("edema", Side.LEFT)], [finding("edema", Side.LEFT)])
    assert value("side_f1", [right, report(2, [perhaps], [])]) == 1.0
    assert value("side_f1", [right, report(2, [], [perhaps])]) == 1.0
    assert value("side_f1", [right, report(2, [perhaps], [mass])]) == pytest.approx(2 / 3)
    assert value("side_f1", [right, report(2, [perhaps], [perhaps])]) == 1.0


def test_a_side_flip_lowers_the_side_score_where_nothing_else_is_right() -> None:
    truth = [finding("mass", Side.LEFT), finding("edema", Side.RIGHT)]
    kept = report(1, [finding("mass", Side.LEFT), finding("fracture", Side.LEFT)], truth)
    flipped = report(1, [finding("mass", Side.RIGHT), finding("fracture", Side.LEFT)], truth)
    assert value("side_f1", [flipped]) == 0.0 < value("side_f1", [kept])
    assert value("finding_side_micro_f1", [flipped]) == 0.0 < value("finding_side_micro_f1", [kept])


def test_change_by_hand() -> None:
    new, worse = finding("mass", change=Change.NEW), finding("mass", change=Change.WORSE)
    gone = finding("edema", certainty=ABSENT, change=Change.RESOLVED)
    rows = [
        report(1, [new], [new]),
        report(2, [worse], [new]),
        report(3, [finding("mass")], [new]),
        report(4, [gone], [gone]),
        report(5, [finding("edema", certainty=ABSENT)], [gone]),
        report(6, [finding("edema", change=Change.STABLE)], [finding("edema")]),
        report(7, [finding("edema", certainty=UNCERTAIN, change=Change.NEW)], [new]),
    ]
    assert value("change_accuracy", rows) == pytest.approx(2 / 5)
    assert METRICS["change_accuracy"].size(rows) == 5
    # tp, fp, fn: 1 0 0 | 0 1 1 | 0 0 1 | 1 0 0 | 0 0 1 | 0 1 0 | 0 0 1
    assert value("temporal_f1", rows) == pytest.approx(4 / (4 + 2 + 4))


@pytest.mark.parametrize(
    ("prediction", "reference", "expected"),
    [
        ("There is an effusion.", "There is an effusion.", math.nan),
        ("No change in the effusion.", "The effusion is stable.", 1.0),
        ("No change in the effusion.", "The effusion has changed for the worse, it has increased.", 0.0),
        ("New effusion. Stable edema.", "Stable effusion. New edema.", 0.0),
        ("New effusion. Stable edema.", "Stable edema. New effusion.", 1.0),
        ("The effusion has resolved.", "The effusion is no longer seen.", 1.0),
        ("There is an effusion.", "New effusion.", 0.0),
    ],
)
def test_temporal_score_knows_finding_and_direction(prediction: str, reference: str, expected: float) -> None:
    row = report(1, read_report(prediction), read_report(reference), prediction)
    assert value("temporal_f1", [row]) == pytest.approx(expected, nan_ok=True)


def test_severity_by_hand() -> None:
    small, large = finding("mass", severity=Severity.SMALL), finding("mass", severity=Severity.LARGE)
    rows = [
        report(1, [small], [small]),
        report(2, [large], [small]),
        report(3, [finding("mass")], [small]),
        report(4, [small], [finding("mass")]),
        report(5, [finding("edema", severity=Severity.SMALL)], [small]),
    ]
    assert value("severity_accuracy", rows) == pytest.approx(1 / 3)


def test_report_errors_by_hand() -> None:
    mass, edema = finding("mass"), finding("edema")
    rows = [
        report(1, [mass], [mass, edema], "Mass."),
        report(2, [mass, edema], [mass], "The mass has increased.", has_prior=True),
        report(3, [], [], "The heart is unchanged."),
        report(4, [mass], [mass], "Indication: compared with prior. Findings: A mass. No prior study for comparison."),
        report(5, [mass], [edema], None),
    ]
    assert value("omission_rate", rows) == pytest.approx(2 / 5)
    assert value("unsupported_finding_rate", rows) == pytest.approx(1 / 5)
    assert value("comparison_without_prior_rate", rows) == pytest.approx(1 / 4)
    assert METRICS["comparison_without_prior_rate"].size(rows) == 4
    assert not METRICS["omission_rate"].higher_is_better


@pytest.mark.parametrize(
    ("text", "compares"),
    [
        ("Previously fractured ribs have healed.", 0.0),
        ("The previously seen nodule is gone.", 1.0),
        ("There is no prior study.", 0.0),
    ],
)
def test_what_compares(text: str, compares: float) -> None:
    assert value("comparison_without_prior_rate", [report(1, [], [], text)]) == compares
