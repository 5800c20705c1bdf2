"""Every check there is. A check is a pure function: sentences and study in, the numbers of the faulty sentences out.

To add one, write the function in a file of this folder and add its line here; its name is the flag a reader sees.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from radiology.checks.comparison import without_a_prior
from radiology.checks.contradiction import findings_against_impression, present_and_absent
from radiology.checks.laterality import side_against_box
from radiology.study import DraftSentence, Study

Check = Callable[[Sequence[DraftSentence], Study], frozenset[int]]

CHECKS: dict[str, Check] = {
    "comparison without a prior": without_a_prior,
    "side against box": side_against_box,
    "findings against impression": findings_against_impression,
    "present and absent": present_and_absent,
}


def checked(sentences: Sequence[DraftSentence], study: Study) -> tuple[DraftSentence, ...]:
    """`sentences` with the name of every check that finds fault with them among their flags."""
    faults = {name: check(sentences, study) for name, check in CHECKS.items()}
    return tuple(
        sentence.model_copy(
            update={"flags": tuple(dict.fromkeys((*sentence.flags, *(n for n, at in faults.items() if i in at))))}
        )
        for i, sentence in enumerate(sentences)
    )
