"""Bones as chains of ellipsoids: a dense shell around a lighter core, so that a rib shows two edges."""

from __future__ import annotations

import numpy as np
from scipy.interpolate import CubicSpline

from radiology.phantom.geometry import Array, Solids, chain, ellipsoid, facing, join, oriented
from radiology.phantom.thorax import SIDES, SIGN, Body
from radiology.study import Side

RIBS = range(1, 12)


def smooth(points: Array, count: int = 10) -> Array:
    """[count, 3] a curve through `points`, evenly spaced along its parameter."""
    at = np.linspace(0, 1, len(points))
    return np.asarray(CubicSpline(at, points)(np.linspace(0, 1, count)))


def shell(points: Array, radius: float, weight: float = 1.0, core: float = 0.55) -> Solids:
    """A tube with a lighter inside."""
    return chain(points, radius, weight) + chain(points, radius * 0.68, -weight * core)


def rib_path(body: Body, side: Side, number: int) -> Array:
    """[N, 3] from the spine round the back and the flank to the front end of one rib, 1 to 11."""
    who, sign = body.who, SIGN[side]
    top = (-152 + 24.6 * number) * who.height
    end = {1: 2.05, 2: 2.35, 11: 1.5}.get(number, 2.5 if number < 8 else 2.5 - 0.22 * (number - 7))
    angle = np.linspace(0.16, end, 14 if number > 2 else 9)
    slope = (who.rib_slope / 26) * np.clip(0.55 + 0.09 * number, 0, 1.15)
    fall = 44 * slope * who.height * (angle - 0.16) ** 1.25 * (1 if number > 2 else 0.7)
    y = top - 7 * np.sin(np.clip(angle * 3, 0, np.pi)) + fall
    wide = np.array([min(body.wall(min(v, 62 * who.height)) + 5, (30 + 34 * number) * who.width) for v in y])
    bend = np.sin(np.clip(angle, 0, np.pi)) ** 0.72
    x = sign * np.maximum(wide * bend, 16) + np.array([body.middle(v) for v in y])
    z = 6 * who.depth + (82 * who.depth) * np.cos(angle)
    return np.stack([x, y, z], axis=1)


def ribs(body: Body) -> Solids:
    return join([shell(rib_path(body, side, n), 5.0 if n > 1 else 4.2, 0.85) for side in SIDES for n in RIBS])


def vertebra(body: Body, number: int) -> Array:
    """The middle of a thoracic vertebra, 1 to 12; -3 to 0 are cervical, 13 to 17 lumbar."""
    y = (-160 + 24.6 * number) * body.who.height
    return np.array([body.middle(y), y, body.back(y) + 14])


def spine(body: Body) -> Solids:
    """Bodies with dense end plates, pedicles as paired rings, spinous processes."""
    parts = []
    for number in range(-3, 17):
        at, big = vertebra(body, number), 0.8 + 0.018 * (number + 3)
        parts.append(ellipsoid(at, np.array([17, 11.2, 15]) * big, weight=0.32))
        parts += [
            ellipsoid(at + np.array([0, s * 8.6 * big, 0]), np.array([15, 2.0, 13]) * big, weight=0.3) for s in (-1, 1)
        ]
        for s in (-1, 1):
            parts.append(ellipsoid(at + np.array([s * 10.5 * big, -2, 15]), np.array([3.6, 5, 7]) * big, weight=0.5))
            parts.append(ellipsoid(at + np.array([s * 24 * big, 0, 18]), np.array([11, 4, 4]) * big, weight=0.25))
        parts.append(ellipsoid(at + np.array([0, 9, 32]), np.array([2.6, 9, 10]) * big, weight=0.35))
    return join(parts)


def clavicle_path(body: Body, side: Side) -> Array:
    """[6, 3] an S from the breast bone to the shoulder."""
    w, h, d = body.size
    s = SIGN[side]
    lift = -12 if body.ap else 0
    flat = [(13, -102), (34, -109), (62, -115), (92, -122), (122, -132), (146, -136)]
    depth = (-66, -74, -72, -58, -40, -28)
    return np.array([[s * x * w, (y + lift) * h, z * d] for (x, y), z in zip(flat, depth, strict=True)])


def shoulders(body: Body) -> Solids:
    """Clavicles, scapulae and the heads of the humeri."""
    w, h, d = body.size
    out, parts = 0.82 if body.ap else 1.0, []
    for s in (-1.0, 1.0):
        border = np.array([[s * 142, -112, 40], [s * 132 * out, -60, 68], [s * 108 * out, 4, 80]]) * body.size
        plate = oriented(
            (s * 118 * w * out, -66 * h, 70 * d), (26 * w, 58 * h, 2.4), facing((s * 0.5, 0, 0.86)), weight=0.4
        )
        spine_of = np.array([[s * 98 * out, -104, 74], [s * 130, -124, 60], [s * 158, -134, 20]]) * body.size
        parts += [plate, shell(smooth(border), 3.0, 0.6), shell(smooth(spine_of), 3.6, 0.45)]
        head = (s * 172 * w, -112 * h, 8)
        parts += [ellipsoid(head, (24, 25, 24), weight=0.42), ellipsoid(head, (21, 22, 21), weight=-0.16)]
        parts.append(ellipsoid((s * 183 * w, -2 * h, 10), (12, 104 * h, 12), tilt=s * -0.04, weight=0.5))
        parts.append(ellipsoid((s * 183 * w, -2 * h, 10), (7.5, 100 * h, 7.5), tilt=s * -0.04, weight=-0.35))
    return join([*parts, *(shell(smooth(clavicle_path(body, side)), 5.4, 0.8) for side in SIDES)])


def sternum(body: Body) -> Solids:
    """Manubrium and body of the breast bone; seen on the lateral."""
    w, h, d = body.size
    return join(
        [
            ellipsoid((0, -84 * h, -80 * d), (21 * w, 24 * h, 6), weight=0.5),
            oriented((0, -8 * h, -93 * d), (58 * h, 14 * w, 5), facing((0, 0.06, 1)), weight=0.5),
        ]
    )


def bones(body: Body, lateral: bool) -> Solids:
    """All of them; on a lateral the arms are raised out of the picture."""
    parts = [spine(body), ribs(body), sternum(body)]
    return join(parts if lateral else [*parts, shoulders(body)])
