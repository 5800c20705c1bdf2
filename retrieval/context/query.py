"""What is searched for in the words of other reports while this one is not written yet."""

from __future__ import annotations

from radiology.study import Study


def search_words(study: Study) -> str:
    """Why the film was asked for and what else clinicians wrote; "" without either.

    Nothing else is known in words before reading: technique and comparison say nothing of what is found, and the
    reports of priors would find the patient's past.
    """
    return "\n".join(text for text in (study.indication, study.note) if text.strip())
