"""What stays the same between two sets of predictions of the same items."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from eval.metrics.answers import tokens
from eval.metrics.findings import present
from eval.prediction import Prediction
from eval.stress.joint import share
from eval.stress.table import StressRow


@dataclass(frozen=True)
class Output:
    """One kind of output: which rows hold it, and whether two of them say the same."""

    name: str
    of: Callable[[Prediction], bool]
    same: Callable[[Prediction, Prediction], bool]


def _same_findings(a: Prediction, b: Prediction) -> bool:
    return set(present(a.findings)) == set(present(b.findings))


def _same_sides(a: Prediction, b: Prediction) -> bool:
    return present(a.findings) == present(b.findings)


def _same_words(a: Prediction, b: Prediction) -> bool:
    return tokens(a.prediction or "") == tokens(b.prediction or "")


OUTPUTS = (
    Output("report: findings", lambda row: row.task == "report", _same_findings),
    Output("report: findings and sides", lambda row: row.task == "report", _same_sides),
    Output("report: words", lambda row: row.task == "report", _same_words),
    Output("chosen answer", lambda row: row.task in ("closed", "choice"), _same_words),
    Output("answer yes", lambda row: row.task == "closed" and tokens(row.prediction or "") == ["yes"], _same_words),
    Output("written answer", lambda row: row.task == "open", _same_words),
)
"""Where nearly all is answered no, only the answers yes can tell whether anything changes them."""


def unchanged(
    labels: tuple[str, ...], before: Sequence[Prediction], after: Sequence[Prediction], seed: int
) -> list[StressRow]:
    """Per output, the share of `before` to which `after` says the same; what failed before is not counted, what
    fails afterwards has changed. The output's name comes before `labels`."""
    later = {_item(row): row for row in after}
    pairs = [(row, later[_item(row)]) for row in before if not row.failed and _item(row) in later]
    rows = []
    for output in OUTPUTS:
        own = [(a, b) for a, b in pairs if output.of(a)]
        hits = [not b.failed and output.same(a, b) for a, b in own]
        if own:
            rows.append(share((output.name, *labels), [a for a, _ in own], hits, seed))
    return rows


def _item(row: Prediction) -> tuple[str, ...]:
    """Names what was asked, whatever its number among the questions."""
    return row.task, row.study_id, row.question
