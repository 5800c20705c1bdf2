"""Which findings a patient has: chosen by prevalence, without pairs that hide or contradict one another."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np

from radiology.findings import FINDINGS, PHANTOM_FINDINGS
from radiology.phantom.devices.draw import draw_device
from radiology.phantom.fractures import draw_fracture
from radiology.phantom.habitus import Habitus
from radiology.phantom.language.places import ANGLE, APEX, FISSURE, LOBES, ZONES
from radiology.phantom.lesion import BORDERS, Lesion
from radiology.study import Side

NORMAL = 0.28
"""Share of patients without any finding."""
CONSEQUENCES = ("volume_loss", "mediastinal_shift", "silhouette_sign")
"""What only comes with a cause: a collapsed lobe, a pneumothorax under tension, a massive effusion, a filled lobe."""
RARE = frozenset(
    (
        "hernia",
        "pneumoperitoneum",
        "scoliosis",
        "hyperinflation",
        "low_lung_volumes",
        "elevated_hemidiaphragm",
        "pulmonary_artery_catheter",
    )
)
UNSIDED = frozenset(("cardiomegaly", "edema", "emphysema", "enlarged_mediastinum", "hernia", "scoliosis"))
BILATERAL = {
    "pleural_effusion": 0.2,
    "consolidation": 0.12,
    "opacity": 0.3,
    "fibrosis": 0.7,
    "hilar_enlargement": 0.4,
    "pleural_thickening": 0.2,
    "pneumoperitoneum": 0.3,
}
"""Finding -> share on both sides."""
PLACES: dict[str, tuple[str | None, ...]] = {
    "atelectasis": ("upper lobe", "lower lobe", *["base"] * 4, *["mid zone"] * 2),
    "opacity": ZONES,
    "nodule": ZONES,
    "mass": ZONES,
    "granuloma": ZONES,
    "fibrosis": ("base",),
    "pleural_thickening": ("apex", "apex", "base", None),
    "pleural_effusion": (ANGLE, FISSURE, *[None] * 9),
    "pneumothorax": (APEX, None),
}
"""Finding -> where it may be, equally often. The first of effusion and pneumothorax is for small ones only."""
FIRST_PLACE = {"pleural_effusion": 0.12, "pneumothorax": 0.33}
"""Extent below which fluid only blunts the angle, and air only lies at the apex."""
EXCLUSIVE = (
    {"emphysema", "hyperinflation", "low_lung_volumes", "elevated_hemidiaphragm", "volume_loss"},
    {"edema", "fibrosis"},
    {"consolidation", "opacity"},
    {"pneumothorax", "pneumoperitoneum"},
    {"cardiomegaly", "hernia"},
    {"elevated_hemidiaphragm", "pleural_effusion"},
)
"""At most one of each set in one patient."""
BOTH = frozenset((Side.LEFT, Side.RIGHT))
MASSIVE = 0.78
"""Extent above which an effusion or a pneumothorax pushes the mediastinum and hides what lies in its lung."""
TOUCHING = 0.55
"""Extent above which a consolidation reaches the organ beside its lobe."""


def _faint(rng: np.random.Generator) -> float:
    """Contrast: two in five findings are faint."""
    return float(rng.uniform(0.3, 0.5) if rng.random() < 0.4 else rng.uniform(0.5, 1.0))


def _side(name: str, rng: np.random.Generator) -> Side | None:
    if name in UNSIDED or not FINDINGS[name].sided:
        return None
    if rng.random() < BILATERAL.get(name, 0.0):
        return Side.BILATERAL
    return Side.LEFT if rng.random() < 0.5 else Side.RIGHT


def _location(name: str, side: Side | None, extent: float, rng: np.random.Generator) -> str | None:
    places: Sequence[str | None] = PLACES.get(name, (None,))
    if side is not None and name in ("consolidation", "cavitation"):
        places = LOBES[side]
    elif name in FIRST_PLACE:
        places = places[:1] if extent < FIRST_PLACE[name] else places[1:]
    return places[int(rng.integers(len(places)))]


def draw_lesion(name: str, who: Habitus, rng: np.random.Generator) -> Lesion:
    """A random lesion of one kind, for this person."""
    if FINDINGS[name].device:
        return draw_device(name, rng, who)
    if name == "fracture":
        return draw_fracture(rng)
    side, extent = _side(name, rng), float(rng.uniform(0.02, 0.98))
    count = 1 + int(rng.integers(1, 4)) if name in ("nodule", "granuloma") and rng.random() < 0.3 else None
    location = _location(name, side, extent, rng)
    return Lesion(name, side, extent, _faint(rng), int(rng.integers(2**31)), location, count=count)


def _compatible(name: str, taken: Sequence[str]) -> bool:
    return name not in taken and not any(name in group and group & set(taken) for group in EXCLUSIVE)


def weight_of(name: str) -> float:
    """How often a finding is drawn, against the others."""
    if name in CONSEQUENCES:
        return 0.0
    if name in RARE:
        return 0.3
    return 0.6 if FINDINGS[name].device else 1.0


def draw_primary(
    taken: Sequence[Lesion], who: Habitus, rng: np.random.Generator, barred: Collection[str] = ()
) -> Lesion:
    """One more lesion that goes with those there are and is none of `barred`."""
    names = [lesion.name for lesion in taken]
    open_names = [
        name for name in PHANTOM_FINDINGS if name not in barred and weight_of(name) and _compatible(name, names)
    ]
    weights = np.array([weight_of(name) for name in open_names])
    return draw_lesion(open_names[int(rng.choice(len(open_names), p=weights / weights.sum()))], who, rng)


def draw_lesions(who: Habitus, rng: np.random.Generator) -> tuple[Lesion, ...]:
    """Nothing, or one to four findings; `settled` puts them in order with their consequences."""
    if rng.random() < NORMAL:
        return ()
    lesions: list[Lesion] = []
    for _ in range(int(rng.choice([1, 2, 3, 4], p=[0.36, 0.32, 0.22, 0.1]))):
        lesions.append(draw_primary(lesions, who, rng))
    return tuple(lesions)


def _other(side: Side) -> Side:
    return Side.LEFT if side is Side.RIGHT else Side.RIGHT


def _consequence(lesion: Lesion) -> Lesion | None:
    if lesion.side in (None, Side.BILATERAL):
        return None
    assert lesion.side is not None
    if lesion.name in ("pneumothorax", "pleural_effusion") and lesion.extent > MASSIVE and lesion.location is None:
        strength = (lesion.extent - MASSIVE) / (1 - MASSIVE)
        return Lesion("mediastinal_shift", _other(lesion.side), strength, 1.0, lesion.seed)
    if lesion.name == "atelectasis" and lesion.location in ("upper lobe", "lower lobe"):
        return Lesion("volume_loss", lesion.side, lesion.extent, 1.0, lesion.seed, lesion.location)
    if lesion.name == "consolidation" and lesion.location in BORDERS and lesion.extent > TOUCHING:
        return Lesion("silhouette_sign", lesion.side, lesion.extent, lesion.contrast, lesion.seed, lesion.location)
    return None


def _sides(lesion: Lesion) -> frozenset[Side]:
    """The sides a lesion lies on; none where it has no side."""
    return BOTH if lesion.side is Side.BILATERAL else frozenset(filter(None, (lesion.side,)))


def _hides(lesion: Lesion) -> bool:
    """Whether a lung is full of fluid, or has air around it."""
    massive = lesion.extent > MASSIVE and lesion.location is None
    return lesion.name == "pneumothorax" or (lesion.name == "pleural_effusion" and massive)


def _hidden(lesion: Lesion, lesions: Sequence[Lesion]) -> bool:
    """In a lung that is full of fluid or has collapsed nothing else is seen, and no diaphragm stands still."""
    if FINDINGS[lesion.name].device or lesion.name == "fracture":
        return False
    return any(_sides(lesion) & _sides(other) for other in lesions if _hides(other))


def _seen(lesions: Sequence[Lesion]) -> list[Lesion]:
    """All but the hidden ones; of fluid and air on one side, the earlier hides the later."""
    pleural = [lesion for lesion in lesions if lesion.name in FIRST_PLACE]
    there = [lesion for i, lesion in enumerate(pleural) if not _hidden(lesion, pleural[:i])]
    return [x for x in lesions if x in there or (x.name not in FIRST_PLACE and not _hidden(x, there))]


def _with_consequences(lesions: Sequence[Lesion]) -> list[Lesion]:
    everything = list(lesions)
    for lesion in lesions:
        brought = _consequence(lesion)
        if brought and _compatible(brought.name, [x.name for x in everything]):
            everything.append(brought)
    return everything


def settled(lesions: Sequence[Lesion]) -> tuple[Lesion, ...]:
    """The lesions that can be seen with one another and what they bring about, in the order of the vocabulary."""
    seen = _with_consequences(_seen(lesions))
    return tuple(sorted(seen, key=lambda lesion: PHANTOM_FINDINGS.index(lesion.name)))


def hidden_names(lesions: Sequence[Lesion]) -> frozenset[str]:
    """What is there, with its consequences, and cannot be seen: nobody can tell from the film whether it is."""
    return frozenset(x.name for x in _with_consequences(lesions)) - {x.name for x in settled(lesions)}
