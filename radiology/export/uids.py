"""Names that follow from what they name, so that the same draft exported twice is the same document."""

from __future__ import annotations

import hashlib
from uuid import UUID, uuid5

from radiology.study import Draft

_NAMESPACE = UUID("6d6f1c1e-5f0b-5c53-9d0a-1a2f6f6f7d10")


def uuid_of(*parts: str) -> UUID:
    """The same for the same `parts` (RFC 9562, version 5)."""
    return uuid5(_NAMESPACE, "\0".join(parts))


def uid_of(*parts: str) -> str:
    """The same as a DICOM UID (PS3.5 B.2: 2.25 and the number of a UUID)."""
    return f"2.25.{uuid_of(*parts).int}"


def digest(draft: Draft) -> str:
    """Names a draft by all that it holds."""
    return hashlib.sha256(draft.model_dump_json().encode()).hexdigest()
