"""The way of catheters and leads: from a collar bone or the neck through the great veins to the right heart."""

from __future__ import annotations

import numpy as np

from radiology.phantom.geometry import Array
from radiology.phantom.thorax import SIGN, Body
from radiology.study import Side


def cava(body: Body) -> Array:
    """The middle of the superior vena cava."""
    return np.asarray(body.great_vessels.centres[0])


def atrium(body: Body) -> tuple[Array, Array]:
    """Middle and radii of the right atrium."""
    return body.heart.centres[1], 1 / np.sqrt(np.diagonal(body.heart.matrices[1]))


def junction(body: Body) -> float:
    """Height where the superior vena cava ends in the right atrium.

    About two vertebrae below the carina (Baskin et al., J Vasc Interv Radiol 2008;19:359).
    """
    middle, radii = atrium(body)
    return float((-10 * body.who.height + middle[1] - radii[1]) / 2)


def apex(body: Body, share: float = 0.5) -> Array:
    """A point of the right ventricle on the way to its apex, in front."""
    tilt, (_, _, d) = body.who.heart_tilt, body.size
    reach = share * 0.98 * body.half_heart
    return np.asarray(body.heart.centres[0] + [reach * np.cos(tilt), reach * np.sin(tilt) + 2, -16 * d])


def subclavian(body: Body, side: Side) -> Array:
    """[3, 3] under the collar bone to behind its inner end."""
    way = [[SIGN[side] * 92, -96, -62], [SIGN[side] * 62, -109, -48], [SIGN[side] * 40, -108, -34]]
    return np.array(way) * body.size


def jugular(body: Body, side: Side) -> Array:
    """[4, 3] down the side of the neck."""
    way = [[SIGN[side] * x, y, z] for x, y, z in ((42, -190, -14), (37, -160, -12), (32, -136, -12), (28, -120, -16))]
    return np.array(way) * body.size


def brachiocephalic(body: Body, side: Side) -> Array:
    """[N, 3] from the veins of arm and neck to the cava: steep on the right, across the midline from the left."""
    w, h, d = body.size
    x = cava(body)[0]
    if side is Side.RIGHT:
        return np.array([[-26 * w, -101 * h, -22 * d], [x - 2, -88 * h, -14 * d]])
    return np.array([[26 * w, -101 * h, -26 * d], [6 * w, -91 * h, -26 * d], [x + 8, -82 * h, -18 * d]])


def down_cava(body: Body, end: float) -> Array:
    """[2, 3] in the cava to the height `end`."""
    x, z = cava(body)[0], cava(body)[2]
    start = -72 * body.who.height
    return np.array([[x, min(start, end - 12), z], [x, end, z]])


def in_atrium(body: Body, down: float) -> Array:
    """A point of the atrium: `down` -1 at its top, 1 at its floor."""
    middle, radii = atrium(body)
    return np.asarray(middle + radii * [-0.3, down, 0])
