"""Names that data sets give to findings, as names of our vocabulary."""

from __future__ import annotations

from functools import cache

from radiology.datasets.chexpert import CHEXPERT_FINDINGS
from radiology.findings import FINDINGS, NIH_LABELS

NO_COUNTERPART = "label without a counterpart"
NORMAL = frozenset({"", "normal", "no finding", "no findings", "none"})
"""Labels, spelt as `plain` does, that name nothing to see."""


def plain(label: str) -> str:
    """Lower case, one space between words, `_` and `-` as spaces: `Pleural_Thickening` is `pleural thickening`."""
    return " ".join(label.replace("_", " ").replace("-", " ").split()).lower()


def finding_of(label: str) -> str | None:
    """The finding that `label` names in our vocabulary, in NIH's or CheXpert's, whatever its case; None otherwise."""
    return _names().get(plain(label))


@cache
def _names() -> dict[str, str]:
    """Spelt label -> finding. What a term is called comes before what else may stand for it."""
    names: dict[str, str] = {}
    for name, term in FINDINGS.items():
        for word in term.synonyms:
            names.setdefault(plain(word), name)
    names |= {plain(label): name for label, name in (CHEXPERT_FINDINGS | NIH_LABELS).items()}
    return names | {plain(word): name for name, term in FINDINGS.items() for word in (term.text, name)}
