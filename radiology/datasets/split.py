"""One split of real patients for every training stage and for evaluation."""

from __future__ import annotations

import hashlib
from typing import Literal


def split_of(patient_id: str) -> Literal["train", "val"]:
    """`val` for a fifth of all patients, the same ones everywhere: by a hash of the id, so files can come and go."""
    number = int.from_bytes(hashlib.sha256(patient_id.encode()).digest()[:8])
    return "val" if number % 5 == 0 else "train"
