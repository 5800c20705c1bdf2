"""What can be scored without looking: the majority answer, and the same model on black films.

The majority knows how often each answer is right, from a training part where the data has one and else from the other
evaluated studies: a question's own study is left out, or a question that is asked once would answer itself. Yes/no
questions about a finding are the exception, for they come in large groups: there a constant answer is a constant.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass

from eval.metrics.answers import normalise
from eval.metrics.findings import present
from eval.prediction import Prediction
from eval.selection import keep
from eval.signature import Baselines
from radiology.datasets.split import split_by_rule
from radiology.datasets.table import Dataset
from radiology.study import Case, Finding, Question, Side

Answers = dict[Hashable, Counter[str]]
"""Group -> how often each answer is right. A group is that of all studies, or (group, study id) that of one."""
Truth = Callable[[Case], Sequence[Finding]]
"""What reports of a case are compared with."""


@dataclass(frozen=True)
class Knowledge:
    """What the majority knows: a training part (`taught`), else the evaluated studies."""

    data: Dataset
    taught: bool

    def signed(self, blank_n: int) -> Baselines:
        return Baselines(
            majority_from="train split" if self.taught else "evaluated set",
            majority_n=len(self.data.cases),
            blank_n=blank_n,
        )


def known_of(everything: Dataset, chosen: Dataset, split: str) -> Knowledge:
    """The training part of `everything` where another split is evaluated, else `chosen`, what is evaluated."""
    left_over = split in ("val", "test")
    train = [case for case in everything.cases if left_over and split_by_rule(case) == "train"]
    return Knowledge(keep(everything, train) if train else chosen, bool(train))


def majority(rows: Sequence[Prediction], knowledge: Dataset, truth: Truth | None = None) -> list[Prediction]:
    """The same items answered by what `knowledge` makes likeliest; none of them fails. `truth` is that of reports."""
    answers = _count(knowledge.questions)
    constant = constant_report(knowledge.cases, truth) if truth else ()
    text = ", ".join(f.name for f in constant) or "none"
    out = []
    for row in rows:
        if row.task == "report":
            said = {"prediction": text, "findings": constant, "dropped": 0, "probability": None}
        elif row.task == "ground":
            said = {"prediction": "none", "findings": (), "dropped": 0, "probability": None}
        else:
            said = dict(zip(("prediction", "probability"), _answer(row, answers), strict=True))
        out.append(row.model_copy(update=said))
    return out


def _keys(name: str | None, question: str, task: str, topic: str) -> tuple[tuple[str, ...], ...]:
    """Groups an item belongs to, the narrowest first; yes/no questions about a finding go by finding."""
    narrow = ("finding", name) if name and task == "closed" else ("text", normalise(question))
    return narrow, ("topic", task, topic), ("task", task)


def _count(questions: Sequence[Question]) -> Answers:
    answers: Answers = defaultdict(Counter)
    for question in questions:
        for key in _keys(question.name, question.text, question.kind, question.topic):
            answers[key][normalise(question.answer)] += 1
            answers[key, question.study_id][normalise(question.answer)] += 1
    return answers


def _answer(row: Prediction, answers: Answers) -> tuple[str, float | None]:
    """The commonest answer of the narrowest group that is known, and its share; of a closed question that of "yes"."""
    for key in _keys(row.name, row.question, row.task, row.topic):
        counts = answers.get(key, Counter())
        if key[0] != "finding":
            counts = counts - answers.get((key, row.study_id), Counter())
        if counts:
            best = min(counts, key=lambda answer: (-counts[answer], answer))
            return best, counts["yes" if row.task == "closed" else best] / counts.total()
    return "no", 0.5


def constant_report(cases: Sequence[Case], truth: Truth) -> tuple[Finding, ...]:
    """The one report that scores best when it is written for every case: finding micro-F1 over `cases`.

    For a set of names F1 is 2 TP / (names x cases + all true findings), so the commonest names are the ones to say.
    """
    sides = [present(truth(case)) for case in cases]
    counts = Counter(name for found in sides for name in found)
    total, hits, best, chosen = counts.total(), 0, 0.0, 0
    ranked = sorted(counts, key=lambda name: (-counts[name], name))
    for size, name in enumerate(ranked, start=1):
        hits += counts[name]
        score = 2 * hits / (size * len(cases) + total)
        if score > best:
            best, chosen = score, size
    return tuple(Finding(name=name, side=_common_side(name, sides)) for name in ranked[:chosen])


def _common_side(name: str, sides: Sequence[dict[str, frozenset[Side]]]) -> Side | None:
    counts = Counter(found[name] for found in sides if name in found)
    common = min(counts, key=lambda side: (-counts[side], sorted(side)))
    if len(common) == 2:
        return Side.BILATERAL
    return next(iter(common), None)
