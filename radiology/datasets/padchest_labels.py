"""The labels of PadChest as findings of our vocabulary, and where a sentence puts them.

193 labels (Bustos et al., Medical Image Analysis 2020). Those that are called as in our vocabulary are found by name,
the table holds the others; what is in neither (`chronic changes`, `pseudonodule`, `costophrenic angle blunting`, ...)
has no counterpart.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache, lru_cache

from radiology.datasets.label_names import finding_of
from radiology.findings import FINDINGS
from radiology.study import Finding, Side

EXCLUDE = "exclude"
"""The publisher's own word for a film that is not to be used."""
_SILENT = frozenset({"", "normal", "unchanged", "suboptimal study", EXCLUDE})

_LABELS = {
    "atelectasis": (
        *("atelectasis basal", "laminar atelectasis", "lobar atelectasis", "round atelectasis"),
        *("segmental atelectasis", "total atelectasis"),
    ),
    "aortic_dilatation": ("aortic button enlargement",),
    "bone_deformity": ("thoracic cage deformation",),
    "bone_hardware": ("bone cement",),
    "bone_lesion": ("blastic bone lesion",),
    "bulla": ("bullas", "cyst"),
    "calcification": (
        *("calcified fibroadenoma", "calcified mediastinal adenopathy", "heart valve calcified"),
        *("calcified pleural plaques", "calcified pleural thickening"),
    ),
    "cavitation": ("abscess",),
    "central_line": (
        *("central venous catheter via jugular vein", "central venous catheter via subclavian vein"),
        *("central venous catheter via umbilical vein", "reservoir central venous catheter"),
    ),
    "chest_tube": ("chest drain tube",),
    "defibrillator": ("dai",),
    "device": ("double j stent", "electrical device", "nephrostomy tube", "ventriculoperitoneal drain tube"),
    "elevated_hemidiaphragm": ("hemidiaphragm elevation",),
    "enlarged_mediastinum": ("superior mediastinal enlargement",),
    "foreign_body": ("abnormal foreign body", "external foreign body"),
    "fracture": ("callus rib fracture", "clavicle fracture", "humeral fracture", "vertebral fracture"),
    "gastric_tube": ("nsg tube",),
    "heart_failure": ("heart insufficiency",),
    "hilar_enlargement": ("vascular hilar enlargement",),
    "hyperinflation": ("copd signs", "hyperinflated lung"),
    "interstitial_pattern": ("reticular interstitial pattern", "reticulonodular interstitial pattern"),
    "joint_degeneration": ("non axial articular degenerative changes",),
    "low_lung_volumes": ("hypoexpansion basal",),
    "metastasis": ("lung metastasis", "lymphangitis carcinomatosa"),
    "nodule": ("multiple nodules",),
    "opacity": ("ground glass pattern",),
    "pacemaker": ("dual chamber device", "single chamber device"),
    "pectus_deformity": ("pectum carinatum", "pectum excavatum"),
    "pleural_effusion": ("hydropneumothorax", "loculated fissural effusion", "loculated pleural effusion"),
    "pleural_thickening": (
        *("fissure thickening", "major fissure thickening", "minor fissure thickening"),
        *("calcified pleural plaques", "calcified pleural thickening"),
    ),
    "pneumoconiosis": ("asbestosis signs",),
    "pneumonia": ("atypical pneumonia",),
    "pneumoperitoneum": ("pneumoperitoneo",),
    "pneumothorax": ("hydropneumothorax",),
    "postsurgical_change": (
        *("surgery", "surgery breast", "surgery heart", "surgery humeral", "surgery lung", "surgery neck"),
    ),
    "scarring": ("fibrotic band",),
    "stent": ("aortic endoprosthesis",),
    "tortuous_aorta": ("ascendent aortic elongation", "descendent aortic elongation"),
    "valve_prosthesis": ("artificial aortic heart valve", "artificial mitral heart valve"),
    "vascular_congestion": ("central vascular redistribution",),
    "vertebral_compression": ("vertebral anterior compression",),
    "vertebral_degeneration": ("axial hyperostosis",),
}
"""Finding -> labels; some labels are two findings at once."""


def _inverted() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for name, labels in _LABELS.items():
        for label in labels:
            found[label] = (*found.get(label, ()), name)
    return found


_FINDINGS = _inverted()


@cache
def names_of(label: str) -> tuple[str, ...] | None:
    """The findings that a label names: () for one that names nothing to see, None for one without a counterpart."""
    word = label.strip().lower()
    if word in _SILENT:
        return ()
    by_name = finding_of(word)
    return _FINDINGS.get(word) or ((by_name,) if by_name else None)


def listed(cell: str) -> list[str] | None:
    """The labels of a cell such as `['nodule', ' pneumonia']`; None where it is no list."""
    found = _literal(cell)
    return [str(label).strip() for label in found] if isinstance(found, list) else None


def sides(cell: str) -> dict[str, Side]:
    """Label -> side, of a cell such as `[['nodule', 'loc right'], ['scoliosis']]`: labels, each before its places."""
    told: dict[str, set[Side]] = {}
    sentences = _literal(cell)
    for label, place in _placed(sentences if isinstance(sentences, list) else []):
        told.setdefault(label, set()).update(side for side in Side if side.value in place.split())
    return {label: found.pop() if len(found) == 1 else Side.BILATERAL for label, found in told.items() if found}


def _placed(sentences: list[object]) -> Iterator[tuple[str, str]]:
    for sentence in sentences:
        label = ""
        for word in sentence if isinstance(sentence, list) else ():
            text = str(word).strip()
            if text.startswith("loc "):
                yield label, text
            else:
                label = text


def finding(name: str, side: Side | None) -> Finding:
    return Finding(name=name, side=side if FINDINGS[name].sided else None)


@lru_cache(maxsize=65536)
def _literal(cell: str) -> object:
    """Most films share their labels with others; nobody changes what this gives."""
    try:
        return ast.literal_eval(cell.strip())
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return None
