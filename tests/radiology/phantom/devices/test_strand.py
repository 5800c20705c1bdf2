"""Thin tubes on a film: their mass, their width and their ends, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from radiology.phantom.devices.strand import DENSEST, Strand, arc_lengths, curve, from_tip, trace
from radiology.phantom.geometry import FIELD_MM, Detector, Pose

STRAIGHT = np.array([[-40.0, 10.0, 0.0], [40.0, 10.0, 0.0]])


@pytest.mark.parametrize("size", [96, 224, 353])
@pytest.mark.parametrize("radius", [0.4, 3.0])
def test_the_mass_is_that_of_a_cylinder_at_any_size(size: int, radius: float) -> None:
    shown = trace(Detector(size, Pose(tilt=0.3)), [Strand(STRAIGHT, radius, 0.01)])
    assert shown.sum() * (FIELD_MM / size) ** 2 == pytest.approx(0.01 * np.pi * radius**2 * 80, rel=0.005)


def test_a_hollow_tube_is_denser_at_its_edges() -> None:
    shown = trace(Detector(353, Pose()), [Strand(STRAIGHT, 6.0, 0.01, hollow=5.0)])
    column = shown[:, 176]
    middle = int(np.argmin(np.abs(Detector(353, Pose()).axis - 10)))
    assert column[middle] == pytest.approx(0.02, rel=0.1)
    assert column.max() > 2 * column[middle]


def test_a_strand_ends_where_its_path_ends() -> None:
    detector = Detector(353, Pose())
    columns = np.flatnonzero(trace(detector, [Strand(STRAIGHT, 1.0, 0.1)]).max(axis=0) > 0.02)
    assert detector.axis[columns[[0, -1]]] == pytest.approx([-40, 40], abs=1.5)


def test_what_leaves_the_film_is_cut_off_and_metal_saturates() -> None:
    away = np.array([[-400.0, 0.0, 0.0], [400.0, 0.0, 0.0]])
    shown = trace(Detector(64, Pose()), [Strand(away, 2.0, 50.0)])
    assert shown.max() == DENSEST
    assert not trace(Detector(64, Pose()), [Strand(away + np.array([0, 900, 0]), 2.0, 1.0)]).any()


def test_a_curve_keeps_its_ends_and_has_even_steps() -> None:
    path = curve([[0, 0, 0], [30, 5, 0], [60, 40, 10]])
    assert path[0] == pytest.approx([0, 0, 0])
    assert path[-1] == pytest.approx([60, 40, 10])
    assert np.diff(arc_lengths(path)) == pytest.approx(1.0, abs=0.35)


def test_a_stretch_is_measured_from_the_tip() -> None:
    part = from_tip(STRAIGHT, 10, 25)
    assert part[[0, -1], 0] == pytest.approx([15, 30])
    assert from_tip(STRAIGHT, 0, 1e4)[[0, -1], 0] == pytest.approx([-40, 40])
