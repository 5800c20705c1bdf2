"""Every check there is. A check is a pure function: sentences and context in, faults with their reasons out.

To add one, write the function in a file of this folder and add its line here; its name is the flag a reader sees.
"""

from __future__ import annotations

from collections.abc import Sequence

from radiology.checks.change import change_against_prior
from radiology.checks.check import Check, Context, Reference
from radiology.checks.comparison import without_a_prior
from radiology.checks.contradiction import present_and_absent
from radiology.checks.copying import copied_sentence
from radiology.checks.devices import device_nobody_supports
from radiology.checks.identifiers import identifier_in_text
from radiology.checks.impression import findings_against_impression
from radiology.checks.laterality import side_against_box
from radiology.checks.measures import implausible_measure
from radiology.checks.negation import scope_of_negation
from radiology.checks.omission import left_out_of_impression
from radiology.checks.sex import other_sex
from radiology.checks.views import view_not_in_study
from radiology.study import DraftSentence, Fault, Study

CHECKS: dict[str, Check] = {
    "comparison without a prior": without_a_prior,
    "change against the prior": change_against_prior,
    "side against box": side_against_box,
    "findings against impression": findings_against_impression,
    "left out of the impression": left_out_of_impression,
    "present and absent": present_and_absent,
    "scope of negation": scope_of_negation,
    "device nobody supports": device_nobody_supports,
    "copied sentence": copied_sentence,
    "identifier": identifier_in_text,
    "view not in the study": view_not_in_study,
    "implausible measure": implausible_measure,
    "other sex": other_sex,
}


def checked(
    sentences: Sequence[DraftSentence], study: Study, references: Sequence[Reference] = ()
) -> tuple[DraftSentence, ...]:
    """`sentences` with every fault that a check finds with them, and its name among their flags.

    references: reports of other cases that stood beside the study when the text was written, to look for copies in.
    """
    context = Context(study=study, references=tuple(references))
    faults: dict[int, list[Fault]] = {}
    for name, check in CHECKS.items():
        for index, reason in check(sentences, context):
            faults.setdefault(index, []).append(Fault(check=name, reason=reason))
    return tuple(_with(sentence, faults.get(i, ())) for i, sentence in enumerate(sentences))


def _with(sentence: DraftSentence, faults: Sequence[Fault]) -> DraftSentence:
    """`sentence` with `faults` and their names added, each once."""
    if not faults:
        return sentence
    return sentence.model_copy(
        update={
            "flags": tuple(dict.fromkeys((*sentence.flags, *(fault.check for fault in faults)))),
            "faults": tuple(dict.fromkeys((*sentence.faults, *faults))),
        }
    )
