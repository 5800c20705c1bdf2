"""Tubes by mouth or nose: endotracheal and gastric. Each has a course, the middle of the tube with its tip last."""

from __future__ import annotations

import numpy as np

from radiology.phantom.devices.strand import Strand, beside, curve, from_tip, trace
from radiology.phantom.geometry import Array
from radiology.phantom.language.places import ABOVE_CARINA
from radiology.phantom.lesion import Lesion
from radiology.phantom.scene import Scene
from radiology.phantom.spans import Map
from radiology.phantom.thorax import Body
from radiology.study import Side

PLASTIC, STRIPE, WEIGHT = 0.02, 0.32, 0.25
"""Attenuation per mm of a tube's wall, of the barium stripe in it, and of a feeding tube's weighted tip."""
CM = {text: cm for cm, text in ABOVE_CARINA.items()}
MAIN = {"right main bronchus": Side.RIGHT, "left main bronchus": Side.LEFT}
LOBAR = {"right lower lobe bronchus": Side.RIGHT, "left lower lobe bronchus": Side.LEFT}


def gain(lesion: Lesion) -> float:
    """Nothing of metal is ever faint: contrast takes away half at most."""
    return 0.5 + 0.5 * lesion.contrast


def airway(body: Body, end: float) -> Array:
    """[7, 3] down the middle of the trachea, from above the film to the height `end`."""
    heights = np.linspace(body.trachea[0, 1], end, 7)
    x, z = (np.interp(heights, body.trachea[:, 1], body.trachea[:, axis]) for axis in (0, 2))
    return np.stack([x, heights, z], axis=1)


def bronchial(body: Body, side: Side, share: float, lobar: bool) -> Array:
    """[N, 3] through the trachea into a main bronchus to `share` of its length, or on into that of the lower lobe."""
    main = body.bronchus(side)
    above = airway(body, body.carina[1] - 12)
    if lobar:
        out = -1 if side is Side.RIGHT else 1
        steps = np.array([[7 * out, 23, 9], [(14 + 4 * share) * out, 40 + 12 * share, 17]]) * body.size
        return np.concatenate([above, main[1:], main[2] + steps])
    if share <= 0.5:
        return np.concatenate([above, main[:1], main[:1] + (main[1] - main[0]) * 2 * share])
    return np.concatenate([above, main[:2], main[1:2] + (main[2] - main[1]) * (2 * share - 1)])


def gullet(body: Body, end: float) -> Array:
    """[8, 3] down the esophagus, between windpipe and spine, to the height `end`."""
    heights = np.linspace(-215 * body.who.height, end, 8)
    x = np.array([body.middle(y) for y in heights]) + 0.5 * body.shift + 5
    return np.stack([x, heights, [body.back(y) - 11 for y in heights]], axis=1)


def endotracheal_course(lesion: Lesion, body: Body, rng: np.random.Generator) -> Array:
    """[N, 3] the tube; real millimetres are the model's times the person's scale."""
    if lesion.position in MAIN:
        return curve(bronchial(body, MAIN[lesion.position], rng.uniform(0.45, 0.8), lobar=False))
    if lesion.position == "esophagus":
        return curve(gullet(body, body.carina[1] - rng.uniform(-20, 25)))
    return curve(airway(body, body.carina[1] - 10 * CM[lesion.position or ""] / body.who.scale))


def endotracheal_tube(lesion: Lesion, scene: Scene, rng: np.random.Generator) -> list[Map]:
    """A faint tube with a dense stripe along one wall to its tip."""
    path = endotracheal_course(lesion, scene.body, rng)
    radius, turn = rng.uniform(4.2, 5.0), rng.uniform(-2.4, -0.7)
    side = (0.8 * radius * np.cos(turn), 0.0, 0.8 * radius * np.sin(turn))
    wall = Strand(path, radius, gain(lesion) * PLASTIC, hollow=0.74 * radius)
    return [trace(scene.detector, [wall, Strand(beside(path, side), 1.1, gain(lesion) * STRIPE)])]


def gastric_course(lesion: Lesion, body: Body, rng: np.random.Generator) -> Array:
    """[N, 3] the tube; the stomach lies under the left half of the diaphragm."""
    if lesion.position in LOBAR:
        return curve(bronchial(body, LOBAR[lesion.position], rng.uniform(0, 1), lobar=True))
    if lesion.position in MAIN:
        return curve(bronchial(body, MAIN[lesion.position], rng.uniform(0.5, 0.9), lobar=False))
    w, h, d = body.size
    top = body.dome(Side.LEFT)
    if lesion.position == "esophagus":
        return curve(gullet(body, -10 * h + (top - 12 + 10 * h) * lesion.extent))
    hiatus = [[13 * w, top + 15, body.back(top) - 22], [26 * w, top + 30, 14 * d]]
    fundus = [[44 * w, top + 40, 0], [64 * w, top + 42, -14 * d], [(74 + 8 * rng.random()) * w, top + 28, -18 * d]]
    down = [[39 * w, top + 40, 0], [50 * w, top + 48, -14 * d], [(56 + 14 * rng.random()) * w, top + 54, -24 * d]]
    return curve(np.concatenate([gullet(body, top - 20), hiatus, fundus if lesion.extent < 0.7 else down]))


def gastric_tube(lesion: Lesion, scene: Scene, rng: np.random.Generator) -> list[Map]:
    """A sump, whose stripe breaks at its side hole, or a thinner feeding tube with a weighted tip."""
    path, strong = gastric_course(lesion, scene.body, rng), gain(lesion)
    if rng.random() < 0.4:
        thin = Strand(path, 1.4, 0.6 * strong * STRIPE, hollow=0.6)
        return [trace(scene.detector, [thin, Strand(from_tip(path, 0, 22), 1.9, strong * WEIGHT)])]
    wall = Strand(path, 2.7, strong * PLASTIC, hollow=1.8)
    stripe = [Strand(from_tip(path, *ends), 0.9, strong * STRIPE) for ends in ((58, 1e4), (0, 52))]
    return [trace(scene.detector, [wall, *stripe])]
