"""Broken bones: a local change, at the bone and the side that the finding names."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from radiology.phantom.fractures import BREAKABLE, RENDER, clavicle_stretch, draw_fracture, fragments
from radiology.phantom.geometry import Array, Detector, Pose
from radiology.phantom.habitus import draw_habitus
from radiology.phantom.language.places import CLAVICLE, LOCATIONS
from radiology.phantom.lesion import Lesion
from radiology.phantom.scene import Scene
from radiology.phantom.skeleton import rib_path
from radiology.phantom.spans import Map
from radiology.phantom.thorax import SIDES, Body
from radiology.study import Side

DETECTOR = Detector(320, Pose(magnification=0.9))


@pytest.fixture(scope="module")
def body() -> Body:
    who = draw_habitus(np.random.default_rng(4))
    return Body(who, who.heart_ratio)


def change(lesion: Lesion, body: Body, detector: Detector = DETECTOR) -> Map:
    return RENDER["fracture"](lesion, Scene(body, detector, {}), np.random.default_rng(lesion.seed))[0]


def middle(own: Map) -> Array:
    """[2] x and y in mm of the middle of the change."""
    weight = np.abs(own)
    axis = DETECTOR.axis
    return np.asarray([(weight.sum(0) * axis).sum(), (weight.sum(1) * axis).sum()] / weight.sum())


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize(("location", "number"), list(BREAKABLE.items()))
def test_the_change_lies_on_the_named_rib(body: Body, side: Side, location: str, number: int) -> None:
    own = change(Lesion("fracture", side, 0.6, 0.7, 9, location=location), body)
    far = {n: np.linalg.norm(rib_path(body, side, n)[1:7, :2] - middle(own), axis=1).min() for n in range(1, 12)}
    assert far[number] < 12
    rows, columns = np.nonzero(np.abs(own) > 0.02)
    assert np.ptp(DETECTOR.axis[rows]) < 75
    assert np.ptp(DETECTOR.axis[columns]) < 75


@pytest.mark.parametrize("side", SIDES)
def test_the_change_lies_on_the_named_collar_bone(body: Body, side: Side) -> None:
    lesion = Lesion("fracture", side, 0.6, 0.7, 9, location=CLAVICLE)
    assert middle(change(lesion, body)) == pytest.approx(clavicle_stretch(side, body)[1, :2], abs=8)
    assert not change(lesion, body, replace(DETECTOR, lateral=True)).any()


def test_bone_is_taken_away_and_added(body: Body) -> None:
    rng = np.random.default_rng(0)
    for _ in range(20):
        own = change(draw_fracture(rng), body)
        assert own.min() < -0.05
        assert own.max() > 0.05


def test_the_ends_stand_apart_by_gap_and_step() -> None:
    bone = np.array([[-30.0, 0, 0], [0, 0, 0], [30, 0, 0]])
    inner, outer = fragments(bone, 6.0, np.array([0.0, 8.0, 0.0]))
    assert outer[-1] - inner[-1] == pytest.approx([6, 8, 0], abs=1)
    assert inner[0] == pytest.approx(bone[0])
    assert outer[0] == pytest.approx(bone[-1])


def test_draws_are_the_same_for_a_seed_and_in_the_vocabulary() -> None:
    first, second = ([draw_fracture(np.random.default_rng(seed)) for seed in range(60)] for _ in range(2))
    assert first == second
    assert {lesion.location for lesion in first} <= set(LOCATIONS["fracture"])
    assert CLAVICLE in {lesion.location for lesion in first}
    assert {lesion.side for lesion in first} == set(SIDES)
