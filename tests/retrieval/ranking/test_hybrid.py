from __future__ import annotations

from collections.abc import Sequence

import pytest
from pydantic import ValidationError

from retrieval.ranking.hybrid import RankSettings, hybrid
from retrieval.ranking.rerank import reranked


class Lengths:
    """A reranker that likes long texts, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, tuple[str, ...]]] = []

    def scores(self, query: str, texts: Sequence[str]) -> list[float]:
        self.asked.append((query, tuple(texts)))
        return [float(len(text)) for text in texts]


def _reports(rows: Sequence[int]) -> list[str]:
    return ["x" * row for row in rows]


def test_one_list_keeps_its_order() -> None:
    assert hybrid({"image": [3, 1, 2]}, RankSettings()) == [3, 1, 2]
    assert hybrid({}, RankSettings()) == []


def test_what_both_lists_have_comes_first() -> None:
    assert hybrid({"words": [9, 2], "image": [3, 2]}, RankSettings()) == [2, 3, 9]


def test_what_words_alone_have_found_stands_behind_the_film() -> None:
    near = list(range(50))
    assert hybrid({"image": near, "words": [99, 49]}, RankSettings())[-1] == 99
    assert hybrid({"image": near, "words": [99, 49]}, RankSettings(words=1))[:2] == [49, 0]


def test_a_channel_without_weight_adds_nothing() -> None:
    assert hybrid({"image": [3, 1], "words": [9, 1]}, RankSettings(words=0)) == [3, 1]


def test_only_the_depth_is_fused() -> None:
    assert hybrid({"image": [3, 1, 2], "words": [2, 5, 6]}, RankSettings(depth=1)) == [3, 2]


def test_the_first_few_are_read_again() -> None:
    reader = Lengths()
    order = hybrid({"image": [1, 3, 2, 9]}, RankSettings(looked_at=3), "effusion", _reports, reader)
    assert order == [3, 2, 1, 9]
    assert reader.asked == [("effusion", ("x", "xxx", "xx"))]


def test_without_a_query_nothing_is_read() -> None:
    reader = Lengths()
    assert hybrid({"image": [1, 3]}, RankSettings(), "", _reports, reader) == [1, 3]
    assert hybrid({"image": [1, 3]}, RankSettings(looked_at=0), "effusion", _reports, reader) == [1, 3]
    assert reader.asked == []


def test_equal_scores_keep_their_order() -> None:
    assert reranked([5, 6, 7], [0.0, 0.0]) == [5, 6, 7]


@pytest.mark.parametrize("wrong", [{"image": -1}, {"smoothing": 0}, {"depth": 0}, {"weight": 1}])
def test_settings_that_cannot_be(wrong: dict[str, float]) -> None:
    with pytest.raises(ValidationError):
        RankSettings(**wrong)
