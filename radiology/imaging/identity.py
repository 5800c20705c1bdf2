"""One-way names for patients, studies and pictures: the same input gives the same name, the header stays behind.

Patient identifiers are short numbers that could be tried one after the other, so their hash is made slow on purpose
(scrypt, some 40 ms). That delays guessing, it does not rule it out: treat the names as pseudonyms.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from functools import lru_cache
from pathlib import Path

_SALT = b"sightline.patient"
_NAME = re.compile(r"patient-(of-study-)?[0-9a-f]{20}|phantom-patient-\d+")
"""What needs no other name: ours, and those of people who do not exist."""


@lru_cache(maxsize=4096)
def patient_name(patient_id: str) -> str:
    """Equal for ids that differ in case, spaces or width only; a name is its own name."""
    same = "".join(unicodedata.normalize("NFKC", patient_id).casefold().split())
    if _NAME.fullmatch(same):
        return same
    told = same.encode(errors="surrogatepass")
    return "patient-" + hashlib.scrypt(told, salt=_SALT, n=2**13, r=8, p=1, dklen=10).hex()


def study_name(study_uid: str) -> str:
    return "study-" + hashlib.sha256(f"sightline.study {study_uid.strip()}".encode()).hexdigest()[:20]


def content_hash(path: Path) -> str:
    """Names a file by its bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:20]
