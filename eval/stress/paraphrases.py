"""Does the wording decide? Each yes/no question about a finding, asked in ten other ways."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence

from eval.items import choices_of
from eval.metrics.answers import balanced_accuracy, exact
from eval.metrics.weighting import Array, Rows, ratio, tally
from eval.prediction import Prediction
from eval.stress.joint import joint_scores, share
from eval.stress.table import StressRow, StressTable, estimated
from eval.stress.trial import Trial
from radiology.datasets.table import Dataset
from radiology.phantom.questions import CLOSED, closed_question
from radiology.study import Question

WORDINGS = (
    "Can you see {}?",
    "Is {} visible on this film?",
    "Does this radiograph demonstrate {}?",
    "Is there any sign of {}?",
    "Is there evidence of {}?",
    "Do you see {} here?",
    "Does the patient have {}?",
    "Do the images show {}?",
    "Are there signs of {}?",
    "Could you tell me whether {} is present?",
)
"""A finding with its article goes into the braces."""
QUESTIONS = 250
"""At most so many questions are asked again: a seeded sample."""


def phrase(name: str) -> str:
    """A finding as a question names it, with its article: "a pleural effusion"."""
    before, after = CLOSED[0].split("{}")
    return closed_question("", name, True).text.removeprefix(before).removesuffix(after)


def reworded(question: Question, wording: str) -> Question:
    return question.model_copy(update={"text": wording.format(phrase(question.name or ""))})


def stress_paraphrases(trial: Trial) -> list[StressTable]:
    """How often the ten answers agree with each other and with the answer to the data's own wording."""
    questions = sample(trial.data.questions, trial.seed)
    if not questions:
        return []
    asked = tuple(reworded(question, wording) for question in questions for wording in WORDINGS)
    data = Dataset(trial.data.cases, asked, {})
    rows = trial.predict(trial.look, "paraphrases", data, reports=False)
    groups = [group for group in grouped(rows) if not all(row.failed for row in group)]
    return [_overall(groups, trial), _by_wording(groups, trial.seed)]


def sample(questions: Sequence[Question], seed: int) -> list[Question]:
    """Yes/no questions about a finding, the first of each study and finding, at most `QUESTIONS`."""
    known = {(q.study_id, q.name): q for q in reversed(questions) if q.name and choices_of(q) == ("yes", "no")}
    ordered = [known[key] for key in sorted(known)]
    drawn = random.Random(seed).sample(ordered, min(QUESTIONS, len(ordered)))  # noqa: S311
    return sorted(drawn, key=lambda q: (q.study_id, q.name or ""))


def grouped(rows: Sequence[Prediction]) -> list[list[Prediction]]:
    """The answers to all wordings of one question, in the order of `WORDINGS`."""
    found: dict[tuple[str, str], dict[str, Prediction]] = {}
    for row in rows:
        found.setdefault((row.study_id, row.name or ""), {})[row.question] = row
    return [[own[wording.format(phrase(name))] for wording in WORDINGS] for (_, name), own in found.items()]


def majority(group: Sequence[Prediction]) -> str:
    """The commonest answer; of two equally common ones, the first in the alphabet. What failed has no vote."""
    votes = Counter(row.prediction for row in group if row.prediction is not None)
    return min(votes, key=lambda answer: (-votes[answer], answer))


def _overall(groups: Sequence[Sequence[Prediction]], trial: Trial) -> StressTable:
    first = [group[0] for group in groups]
    agreed = [_agreeing(group, majority(group)) for group in groups]
    own = {(row.study_id, row.question): row for row in trial.clean}
    texts = {(q.study_id, q.name): q.text for q in reversed(trial.data.questions) if q.name and choices_of(q)}
    asked = [own[row.study_id, texts[row.study_id, row.name or ""]] for row in first]
    as_asked = [_agreeing(group, row.prediction) for group, row in zip(groups, asked, strict=True)]
    rows = (
        _mean("agree with the majority", first, agreed, trial.seed),
        _mean("agree with the answer to the data's wording", first, as_asked, trial.seed),
        share(("questions whose answer flips",), first, [value < 1 for value in agreed], trial.seed),
    )
    return StressTable(
        name="paraphrases",
        title="Paraphrases: ten wordings of the same yes/no question",
        columns=("measure",),
        rows=rows,
        notes=("Shares of answers, and of questions to which not all ten answers are the same; n counts questions.",),
    )


def _agreeing(group: Sequence[Prediction], answer: str | None) -> float:
    return sum(row.prediction == answer and not row.failed for row in group) / len(group)


def _mean(name: str, rows: Sequence[Prediction], values: Sequence[float], seed: int) -> StressRow:
    def score(rows: Rows, weights: Array) -> Array:
        summed, n = tally([(value, 1.0) for value in values], 2, weights)
        return ratio(summed, n)

    return estimated((name,), joint_scores(score, [rows], seed)[0], len(rows))


def _by_wording(groups: Sequence[Sequence[Prediction]], seed: int) -> StressTable:
    rows: list[StressRow] = []
    for i, wording in enumerate(WORDINGS):
        own = [group[i] for group in groups]
        agreeing = [row.prediction == majority(group) for row, group in zip(own, groups, strict=True)]
        said = wording.format("...")
        rows.append(share((said, "agrees with the majority"), own, agreeing, seed))
        rows.append(share((said, "accuracy"), own, [exact(row) for row in own], seed))
        balanced = joint_scores(balanced_accuracy, [own], seed)[0]
        rows.append(estimated((said, "balanced accuracy"), balanced, len(own)))
    return StressTable(
        name="paraphrases_by_wording",
        title="Paraphrases: answers by wording",
        columns=("wording", "measure"),
        rows=tuple(rows),
        across="measure",
    )
