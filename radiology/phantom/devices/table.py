"""All devices of phantoms: how each is rendered and drawn."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from radiology.phantom.devices import drains, implants, lines, tubes, wires
from radiology.phantom.lesion import Lesion
from radiology.phantom.scene import Scene
from radiology.phantom.spans import Map

RENDER: dict[str, Callable[[Lesion, Scene, np.random.Generator], list[Map]]] = {
    "endotracheal_tube": tubes.endotracheal_tube,
    "gastric_tube": tubes.gastric_tube,
    "central_line": lines.central_line,
    "pulmonary_artery_catheter": lines.pulmonary_artery_catheter,
    "pacemaker": implants.pacemaker,
    "sternal_wires": wires.sternal_wires,
    "chest_tube": drains.chest_tube,
}
"""Device -> the attenuation [S, S] of each of its components, always one."""
