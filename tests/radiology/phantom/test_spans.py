"""Spans against sums over depth and against closed forms."""

from __future__ import annotations

import numpy as np
import pytest

from radiology.phantom.geometry import Detector, Pose, Solids, ellipsoid, facing, join, oriented
from radiology.phantom.spans import behind, hull, overlap

POSE = Pose(turn=0.1, tilt=-0.05, shift=(7.0, -4.0), magnification=1.1)
VIEWS = [Detector(48, POSE, lateral) for lateral in (False, True)]


@pytest.fixture
def solids() -> Solids:
    rng = np.random.default_rng(3)
    return join([ellipsoid(rng.normal(0, 60, 3), rng.uniform(4, 50, 3), tilt=rng.normal()) for _ in range(40)])


@pytest.mark.parametrize("detector", VIEWS)
def test_without_a_span_the_overlap_is_the_thickness(detector: Detector, solids: Solids) -> None:
    assert np.allclose(overlap(detector, solids), detector.thickness(solids), atol=0.02)


@pytest.mark.parametrize("detector", VIEWS)
def test_a_hull_of_one_is_its_thickness(detector: Detector) -> None:
    one = oriented((10, -20, 15), (40, 60, 25), facing((0.3, 0.2, 0.9)))
    assert np.allclose(hull(detector, one).length, detector.thickness(one), atol=0.02)


@pytest.mark.parametrize("detector", VIEWS)
def test_the_overlap_of_two_equals_the_sum_over_depth(detector: Detector) -> None:
    big, small = ellipsoid((0, 0, 0), (60, 80, 50), tilt=0.3), ellipsoid((30, 20, 25), (30, 30, 40))
    counted = np.zeros((48, 48))
    for depth in np.arange(-100, 100, 0.5):
        points = _points(detector, depth)
        counted += 0.5 * (_inside(big, points) & _inside(small, points))
    assert np.abs(overlap(detector, small, hull(detector, big)) - counted).max() < 1.5


@pytest.mark.parametrize("detector", VIEWS)
@pytest.mark.parametrize("normal", [(0.0, 0.6, 0.8), (1.0, 0.0, 0.0), (-0.2, -0.9, 0.4)])
def test_a_half_space_cuts_where_its_plane_is(detector: Detector, normal: tuple[float, float, float]) -> None:
    ball, point = ellipsoid((5, 5, 5), (70, 70, 70)), np.array([10.0, -5.0, 8.0])
    counted = np.zeros((48, 48))
    for depth in np.arange(-100, 100, 0.5):
        points = _points(detector, depth)
        counted += 0.5 * (_inside(ball, points) & ((points - point) @ np.array(normal) <= 0))
    length = (hull(detector, ball) & behind(detector, point, normal)).length
    assert np.mean(np.abs(length - counted) > 1.5) < 0.02  # a pixel on an edge that runs along the beam may differ


def _points(detector: Detector, depth: float) -> np.ndarray:
    """[S, S, 3] in the body's own axes: the points of the beams at one depth."""
    u, v = np.meshgrid(detector.axis - POSE.shift[0], detector.axis - POSE.shift[1])
    seen = np.stack([u, v, np.full_like(u, depth)], -1)
    return np.asarray((seen[..., [2, 1, 0]] if detector.lateral else seen) @ POSE.rotation)


def _inside(solid: Solids, points: np.ndarray) -> np.ndarray:
    offset = points - solid.centres[0]
    return np.asarray(np.einsum("...i,ij,...j->...", offset, solid.matrices[0], offset) < 1)
