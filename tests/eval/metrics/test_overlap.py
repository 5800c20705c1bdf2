"""Word overlap against values worked by hand and, where they are installed, against the reference implementations."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence

import numpy as np
import pytest

from eval.metrics.bootstrap import plain
from eval.metrics.consensus import consensus
from eval.metrics.rouge import subsequence_f
from eval.metrics.table import METRICS
from eval.metrics.words import TOKENISATIONS, words
from eval.prediction import Prediction

Pairs = Sequence[tuple[str | None, str]]

VOCABULARY = ("no", "acute", "left", "right", "pleural", "effusion", "effusions", "opacity", "lung", "is", ",", ".")
EDGES: dict[str, Pairs] = {
    "empty prediction": [("", "The heart is large."), ("No effusion is seen.", "No effusion seen.")],
    "all empty": [("", "The heart is large."), ("", "No effusion.")],
    "no match of four": [("the lung is clear", "is the clear lung"), ("a b c d e", "b a d c e")],
    "nothing shared": [("alpha beta gamma delta", "one two three four five"), ("eins zwei", "un deux")],
    "repeated words": [("the the the the the the", "the cat is on the mat"), ("no no no no no", "no no")],
    "short": [("edema", "edema"), ("no edema", "edema"), ("mass", "no mass at all")],
    "one row": [("The left lung is clear.", "The left lung is not clear.")],
    "one equal row": [("The left lung is clear.", "The left lung is clear.")],
    "twice the same reference": [("no effusion is seen", "no effusion is seen")] * 2,
    "longer and shorter": [
        ("clear lungs and clear heart and no effusion at all", "clear lungs"),
        ("clear", "all clear"),
    ],
}


def made(n: int, seed: int) -> Pairs:
    """Texts that share much and little of what they say."""
    generator = random.Random(seed)
    pairs = []
    for _ in range(n):
        reference = generator.choices(VOCABULARY, k=generator.randint(1, 40))
        kept = [word if generator.random() < 0.8 else generator.choice(VOCABULARY) for word in reference]
        pairs.append((" ".join(kept[: generator.randint(0, 40)]), " ".join(reference)))
    return pairs


TEXTS = {**EDGES, **{f"made {seed}": made(25, seed) for seed in range(3)}}


def rows_of(pairs: Pairs) -> list[Prediction]:
    return [
        Prediction(id=str(i), study_id=str(i), task="report", prediction=said, reference=known)
        for i, (said, known) in enumerate(pairs)
    ]


def value(name: str, pairs: Pairs) -> float:
    return plain(rows_of(pairs), METRICS[name].score)


def named(metric: str, tokenisation: str) -> str:
    return metric if tokenisation == "split" else f"{metric}:{tokenisation}"


def cooked(pairs: Pairs, tokenisation: str) -> tuple[dict[int, list[str]], dict[int, list[str]]]:
    """References and predictions as pycocoevalcap takes them: words joined by spaces."""
    sides = [{i: [" ".join(words(pair[side] or "", tokenisation))] for i, pair in enumerate(pairs)} for side in (1, 0)]
    return sides[0], sides[1]


@pytest.mark.parametrize("tokenisation", TOKENISATIONS)
@pytest.mark.parametrize("texts", TEXTS)
def test_bleu_rouge_and_cider_equal_pycocoevalcap(texts: str, tokenisation: str) -> None:
    pytest.importorskip("pycocoevalcap")
    from pycocoevalcap.bleu.bleu import Bleu
    from pycocoevalcap.cider.cider import Cider
    from pycocoevalcap.rouge.rouge import Rouge

    references, predictions = cooked(TEXTS[texts], tokenisation)
    bleus, _ = Bleu(4).compute_score(references, predictions, verbose=0)
    expected = {f"bleu_{i}": bleu for i, bleu in enumerate(bleus, start=1)}
    expected["rouge_l"], _ = Rouge().compute_score(references, predictions)
    expected["cider"], _ = Cider().compute_score(references, predictions)
    ours = {metric: value(named(metric, tokenisation), TEXTS[texts]) for metric in expected}
    assert ours == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("texts", TEXTS)
def test_meteor_equals_nltk(texts: str) -> None:
    from nltk.translate.meteor_score import single_meteor_score

    class Nothing:
        def synsets(self, _word: str) -> list[str]:
            return []

    expected = np.mean(
        [single_meteor_score(words(known), words(said or ""), wordnet=Nothing()) for said, known in TEXTS[texts]]
    )
    assert value("meteor", TEXTS[texts]) == pytest.approx(expected, abs=1e-9)


def test_bleu_by_hand() -> None:
    pairs = [("no left effusion is seen", "no left effusion"), ("clear", "lungs clear")]
    precisions = [4 / 6, 2 / 4, 1 / 3]
    for order in (1, 2, 3):
        assert value(f"bleu_{order}", pairs) == pytest.approx(math.prod(precisions[:order]) ** (1 / order))
    assert value("bleu_4", pairs) == pytest.approx(0, abs=1e-3)
    assert value("bleu_1", [("clear", "lungs are clear")]) == pytest.approx(math.exp(1 - 3))


def test_rouge_by_hand() -> None:
    assert subsequence_f("a b c d", "b d e") == pytest.approx(2.44 * 0.5 * (2 / 3) / (2 / 3 + 1.44 * 0.5))
    assert subsequence_f("", "") == 1.0
    assert value("rouge_l", [(None, "")]) == 0.0


def test_meteor_counts_stems_and_chunks() -> None:
    assert value("meteor", [("effusions seen", "effusion seen")]) == pytest.approx(1 - 0.5 / 2**3)
    assert value("meteor", [("seen effusions", "effusion seen")]) == pytest.approx(0.5)


def test_cider_is_10_for_distinct_reports_and_0_for_a_single_one() -> None:
    pairs = [("no left effusion seen", "no left effusion seen"), ("the heart is very large", "the heart is very large")]
    assert value("cider", pairs) == pytest.approx(10)
    assert value("cider", pairs[:1]) == 0.0
    assert METRICS["cider"].best == 10


def test_cider_keeps_the_idf_of_the_whole_set_in_a_resample() -> None:
    pairs = made(12, 7)
    each = consensus(tuple((said or "", known) for said, known in pairs))
    weights = np.array([[i % 3 for i in range(12)], [1] * 6 + [0] * 6], dtype=np.float64)
    ours = METRICS["cider"].score(rows_of(pairs), weights)
    np.testing.assert_allclose(ours, [np.average(each, weights=row) for row in weights])


@pytest.mark.parametrize("metric", ["bleu_1", "bleu_2", "bleu_3", "bleu_4", "rouge_l", "meteor", "cider"])
def test_failed_reports_count_as_empty_ones(metric: str) -> None:
    pairs = [("no left effusion seen", "no left effusion seen"), ("the heart is large", "the heart is large")]
    failed = value(metric, [*pairs, (None, "lungs are clear today")])
    assert failed == value(metric, [*pairs, ("", "lungs are clear today")]) < value(metric, pairs)
