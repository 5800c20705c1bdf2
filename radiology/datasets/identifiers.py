"""Does a text name a person? Patterns for what de-identification most often leaves behind, not a proof of anonymity."""

from __future__ import annotations

import re

_PATTERNS = (
    r"\b(?:MRN|DOB|SSN|patient\s+(?:id|name)|date\s+of\s+birth|accession(?:\s+(?:no|number))?)\b\s*[:#]",
    r"\b(?:MRN|accession)\s+#?\d{4,}",
    r"\b\d{3}-\d{2}-\d{4}\b",
    r"(?<![\d.])\(?\d{3}\)?[-. ]\d{3}[-. ]\d{4}\b",
    r"[\w.+-]+@[\w-]+\.\w{2,}",
    r"\b(?:0?[1-9]|[12]\d|3[01])[/.](?:0?[1-9]|[12]\d|3[01])[/.](?:19|20)\d{2}\b",
    r"\b(?:19|20)\d{2}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])\b",
    r"\b(?:Dr|Mr|Mrs|Ms|Prof)\.?\s+(?!XX)[A-Z][a-z]+",
    r"\b[A-Z]{2,}\^[A-Z]{2,}\b",
)
"""Labelled numbers, social security and telephone numbers, addresses, full dates, titled names, DICOM names."""

_NAMED = re.compile("|".join(f"(?:{pattern})" for pattern in _PATTERNS))


def names_somebody(text: str) -> bool:
    """True where `text` holds something that looks like an identifier."""
    return _NAMED.search(text) is not None
