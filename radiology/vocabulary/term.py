"""One entry of the finding vocabulary."""

from __future__ import annotations

from radiology.study import Noun


class Term(Noun):
    """A finding: `text` is how a sentence names it, `synonyms` other phrases, lower case, as a report writes them.

    sided: whether it has a side. device: a tube, line, implant or clip. abnormal: whether the film is not normal with
    it; devices, variants and a shallow breath leave it normal. snomed: the concept of SNOMED CT, where one is certain.
    dicom: the concept of the DICOM vocabulary (PS3.16, Annex D), asked for where SNOMED CT has none that is certain.
    """

    name: str
    text: str
    synonyms: tuple[str, ...] = ()
    sided: bool = True
    device: bool = False
    abnormal: bool = True
    nih: str | None = None
    chexpert: str | None = None
    snomed: str | None = None
    dicom: str | None = None


def words(text: str) -> tuple[str, ...]:
    """The phrases of a list with commas."""
    return tuple(phrase.strip() for phrase in text.split(","))
