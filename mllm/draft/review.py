"""Weighs a report that somebody else wrote: the evidence layer without a language model."""

from __future__ import annotations

import hashlib
import time

from mllm.draft.evidence import weigh
from mllm.draft.retriever import Retriever
from mllm.draft.sight import current_images, look
from mllm.model.perception import Perception
from radiology.study import Draft, ModelInfo, Study

CASES = 5


def review(
    study: Study,
    text: str,
    perception: Perception,
    retriever: Retriever | None = None,
    author: str = "report",
    force: bool = False,
) -> Draft:
    """`text` as a draft whose sentences carry evidence and flags, but no confidence: its `model` is `author`.

    Raises SightlineError for a study without a current image and, unless `force`, for one that is no chest film.
    """
    start = time.perf_counter()
    sight = look(study, perception, current_images(study, perception.image_size), force)
    similar = retriever.similar(study, sight.embedding, CASES) if retriever else ()
    sentences = weigh(text, study, sight, similar)
    return Draft(
        study_id=study.study_id,
        flags=sight.flags,
        sentences=sentences,
        impression=" ".join(sentence.text for sentence in sentences if sentence.section == "impression"),
        model=ModelInfo(id=author, hash=hashlib.sha256(text.encode()).hexdigest()),
        prompt_hash="",
        retrieved_ids=tuple(each.case.study.study_id for each in similar),
        timing={"total": time.perf_counter() - start},
    )
