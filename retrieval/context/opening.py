"""Similar cases as a draft should have them: ranked by film and words, and no more of them than help."""

from __future__ import annotations

from pathlib import Path

from mllm.model.perception import Perception
from retrieval.cases.retriever import CaseRetriever
from retrieval.context.cases import AdaptiveContext
from retrieval.context.select import CountTokens, count_by_length
from retrieval.ranking.cases import HybridRanking


def open_cases(folder: Path, perception: Perception, count_tokens: CountTokens = count_by_length) -> CaseRetriever:
    """The case base in `folder` with hybrid ranking and adaptive context, at their defaults.

    `count_tokens` is best that of the engine (`retrieval.context.tokens.counting`). Raises SightlineError when the
    folder is no case base, or its embedder is not to be had.
    """
    return CaseRetriever(folder, perception, HybridRanking(), AdaptiveContext(count_tokens=count_tokens))
