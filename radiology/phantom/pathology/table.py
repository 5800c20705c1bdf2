"""All findings of phantoms, and one way to draw the film's share of each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from radiology.findings import FINDINGS
from radiology.phantom import fractures
from radiology.phantom.devices import table as devices
from radiology.phantom.geometry import Detector
from radiology.phantom.lesion import Lesion
from radiology.phantom.pathology import lungs, pleura
from radiology.phantom.pathology.deform import DEFORM, OWN
from radiology.phantom.scene import Scene
from radiology.phantom.spans import Map
from radiology.phantom.thorax import Body

RENDER: dict[str, Callable[[Lesion, Scene, np.random.Generator], list[Map]]] = {
    "pleural_effusion": pleura.effusion,
    "consolidation": lungs.consolidation,
    "nodule": lungs.nodule,
    "pneumothorax": pleura.pneumothorax,
    "atelectasis": lungs.atelectasis,
    "edema": lungs.edema,
    "opacity": lungs.opacity,
    "mass": lungs.mass,
    "cavitation": lungs.cavitation,
    "emphysema": lungs.emphysema,
    "fibrosis": lungs.fibrosis,
    "pleural_thickening": pleura.thickening,
    "granuloma": lungs.granuloma,
    "hernia": pleura.hernia,
    "pneumoperitoneum": pleura.free_air,
    **fractures.RENDER,
    **devices.RENDER,
}
"""Finding -> the signed attenuation [S, S] of each component (one a side or a nodule), added to the scene's."""


@dataclass(frozen=True)
class Picture:
    """The attenuation [S, S] of a body with its lesions, and of each lesion its components' own."""

    beam: Map
    own: tuple[tuple[Map, ...], ...]
    scene: Scene


def deformed(body: Body, lesions: Sequence[Lesion]) -> Body:
    """The body after all findings that change its shape."""
    for lesion in lesions:
        if lesion.name in DEFORM:
            body = DEFORM[lesion.name](lesion, body)
    return body


def depict(body: Body, lesions: Sequence[Lesion], detector: Detector) -> Picture:
    """One view of a body with its lesions; the same lesions give the same body in every view."""
    body = deformed(body, lesions)
    kept = {x.side: pleura.kept_lung(x, body) for x in lesions if x.name == "pneumothorax" and x.side}
    congestion = max((1 + 0.3 * x.extent for x in lesions if x.name == "edema"), default=1.0)
    scene = Scene(body, detector, kept, congestion)
    beam, own = scene.beam.copy(), []
    for lesion in lesions:
        if lesion.name in OWN:
            own.append(tuple(OWN[lesion.name](lesion, scene)))
            continue
        parts = RENDER[lesion.name](lesion, scene, np.random.default_rng(lesion.seed))
        for part in parts:
            beam += part
        own.append(tuple(parts))
    return Picture(beam, tuple(own), scene)


def mask_of(name: str, own: Map) -> NDArray[np.bool_]:
    """Where a component shows: a tenth of its peak for devices, a quarter for the rest, and never the faintest."""
    strength = np.abs(own)
    share = 0.1 if FINDINGS[name].device else 0.25
    return np.asarray(strength > max(0.02, share * float(strength.max())))
