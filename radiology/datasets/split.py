"""One split of real patients for every training stage and for evaluation."""

from __future__ import annotations

import hashlib
from typing import Literal

from radiology.phantom.record import split_of_seed
from radiology.study import Case


def split_of(patient_id: str) -> Literal["train", "val"]:
    """`val` for a fifth of all patients, the same ones everywhere: by a hash of the id, so files can come and go."""
    number = int.from_bytes(hashlib.sha256(patient_id.encode()).digest()[:8])
    return "val" if number % 5 == 0 else "train"


def stated_split(case: Case) -> str:
    """The split that the seed (phantoms) or the data itself states; `custom` when neither does."""
    return split_of_seed(case.seed) if case.phantom_version and case.seed is not None else case.split


def split_by_rule(case: Case) -> str:
    """The stated split, else the one of the patient's hash."""
    stated = stated_split(case)
    return stated if stated != "custom" else split_of(case.study.patient_id)
