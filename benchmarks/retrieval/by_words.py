"""Words find films: each set of findings that occurs, in words, and every study with just that set."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from benchmarks.retrieval.matching import Marks, Told, row_of, told
from eval.metrics.table import METRICS
from eval.prediction import Prediction
from mllm.prompts import finding_line
from radiology.errors import SightlineError
from radiology.study import Case
from retrieval.cases.base import CaseBase
from retrieval.cases.query import Hit, Query, nearest_first
from retrieval.embedders.protocol import TextEmbedder
from retrieval.embedders.table import open_text_embedder
from retrieval.ranking.cases import HybridRanking
from retrieval.ranking.hybrid import RankSettings

K = 10
PART = "text to image"
NORMAL = "no acute cardiopulmonary abnormality"
Search = Callable[[str], Sequence[int]]
"""Words -> rows of the base, best first."""


def words_for(case: Case) -> str:
    """What is present, with its side and without its degree: "left pleural effusion; cardiomegaly"."""
    lines = (finding_line(finding.model_copy(update={"severity": None})) for finding in case.present)
    return "; ".join(dict.fromkeys(lines)) or NORMAL


def searches(base: CaseBase, spec: str) -> Iterator[tuple[str, Search]]:
    """By name: what there is to look with. `spec` names the embedder whose text side is tried."""
    rng = np.random.default_rng(0)
    ids = base.store.since(0)
    every: NDArray[np.int64] = np.concatenate([part.ids for part in ids])
    yield "by chance", lambda words: rng.choice(every, K, replace=False).tolist()
    yield "findings that the words state", lambda words: [row for row, _ in base.stating(words, K)]
    yield "BM25 of findings and reports", lambda words: [row for row, _ in base.match(words, K)]
    try:
        texts = open_text_embedder(spec)
    except SightlineError as error:
        print(f"  no text embedder: {error}")
        return
    if not base.same_space(texts.id):
        print(f"  {texts.id} reads words into another space than that of the films, so it finds none")
        return

    yield "text side of the embedder", lambda words: _rows(nearest_first(base, _query(texts, words), K))
    hybrid = HybridRanking(RankSettings(words=1))
    yield "all fused", lambda words: _rows(hybrid(base, _query(texts, words), K))


def _query(texts: TextEmbedder, words: str) -> Query:
    return Query(texts.texts([words])[0], words)


def _rows(hits: Sequence[Hit]) -> list[int]:
    return [hit.row for hit in hits]


def measured(base: CaseBase, marks: Marks, rows: NDArray[np.int64], spec: str, most: int) -> list[Told]:
    """Every way to search, on at most `most` sets of findings; `rows` [N] are those of the studies in the base."""
    sets = list(marks.sets().values())
    drawn = np.random.default_rng(0).permutation(len(sets))[:most]
    asked = [(words_for(marks.cases[sets[i][0]]), rows[sets[i]]) for i in drawn]
    scores = []
    for name, search in searches(base, spec):
        found = [_row(str(i), search(words), own) for i, (words, own) in enumerate(asked)]
        scores += [told(PART, name, METRICS[metric], found) for metric in ("recall@10", "hit_rate@10")]
    return scores


def _row(name: str, found: Sequence[int], relevant: NDArray[np.int64]) -> Prediction:
    hits = np.isin(np.array([*found, *[-1] * (K - len(found))]), relevant)
    return row_of(name, "", hits, len(relevant))
