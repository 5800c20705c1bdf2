"""Words that every export shares."""

from __future__ import annotations

import unicodedata

from radiology.study import Box, DraftSentence, Evidence, Finding

_UNPRINTABLE = {"Cc", "Cn", "Cs"}


def plain(text: str) -> str:
    """`text` without control characters, which neither XML nor DICOM nor a page can hold, and spaces at its ends."""
    return "".join(" " if unicodedata.category(c) in _UNPRINTABLE else c for c in text).strip()


def short(text: str, longest: int = 64) -> str:
    """The same for an element of VR LO, where a backslash would begin another value (PS3.5 6.2)."""
    return plain(text).replace("\\", "/")[:longest].strip()


def percent(probability: float) -> float:
    """A probability in percent, to a tenth."""
    return round(100 * probability, 1)


def source_of(evidence: Evidence) -> str:
    """The evidence in one line, with where it comes from."""
    licence = f" [{evidence.source}, {evidence.licence}]" if evidence.source else ""
    return plain(f"{evidence.kind}: {evidence.text}{licence}")


def remarks(sentence: DraftSentence) -> list[str]:
    """What is to be said against a sentence: its flags, those of checks with their reasons."""
    checks = {fault.check for fault in sentence.faults}
    flags = [plain(flag) for flag in sentence.flags if flag not in checks]
    return flags + [plain(f"{fault.check}: {fault.reason}") for fault in sentence.faults]


def box_in_words(box: Box) -> str:
    x, y = f"{box.x0:.3f} to {box.x1:.3f}", f"{box.y0:.3f} to {box.y1:.3f}"
    return f"{plain(box.view)}: x {x}, y {y} (fractions of the image, y down)"


def label_of(finding: Finding) -> str:
    return f"{finding.name.replace('_', ' ')}, {finding.certainty.value}"
