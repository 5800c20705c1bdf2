"""Weighs a report that somebody else wrote: the evidence layer without a language model."""

from __future__ import annotations

import hashlib
import time

from mllm.draft.calibration.grade import graded, trust
from mllm.draft.calibration.record import Calibration
from mllm.draft.evidence import weigh
from mllm.draft.knowledge import Librarian, interpreted
from mllm.draft.retriever import Retriever
from mllm.draft.sight import current_images, look
from mllm.model.perception import Perception
from radiology.imaging.chosen import reading_flags
from radiology.study import Draft, ModelInfo, Study

CASES = 5


def review(
    study: Study,
    text: str,
    perception: Perception,
    retriever: Retriever | None = None,
    calibration: Calibration | None = None,
    author: str = "report",
    force: bool = False,
    librarian: Librarian | None = None,
) -> Draft:
    """`text` as a draft whose sentences carry evidence, flags and, given a `calibration` of the heads' model, a
    confidence. Its `model` is `author`.

    The boxes of a sentence are its author's; where the heads see what it names, they say so in its evidence.
    The confidence supposes about as many errors as the calibration has planted: one in most reports.
    Raises SightlineError for a study without a current image and, unless `force`, for one that is no chest film.
    """
    start = time.perf_counter()
    sight = look(study, perception, current_images(study, perception.image_size), force)
    similar = retriever.similar(study, sight.embedding, CASES) if retriever else ()
    sentences = weigh(text, study, sight, similar)
    if calibration is not None:
        sentences = tuple(graded(sentence, sight, calibration, text="report") for sentence in sentences)
    sentences = tuple(interpreted(sentence, librarian) for sentence in sentences)
    return Draft(
        study_id=study.study_id,
        flags=(*sight.flags, *reading_flags(study), *trust(calibration, sight)),
        sentences=sentences,
        impression=" ".join(sentence.text for sentence in sentences if sentence.section == "impression"),
        model=ModelInfo(id=author, hash=hashlib.sha256(text.encode()).hexdigest()),
        prompt_hash="",
        retrieved_ids=tuple(each.case.study.study_id for each in similar),
        timing={"total": time.perf_counter() - start},
    )
