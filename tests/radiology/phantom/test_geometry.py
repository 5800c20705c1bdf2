"""Line integrals against values worked by hand."""

from __future__ import annotations

import numpy as np
import pytest

from radiology.phantom.geometry import FIELD_MM, Detector, Pose, chain, ellipsoid


def test_a_centred_ellipsoid_is_as_thick_as_its_diameter_along_the_beam() -> None:
    image = Detector(201, Pose()).thickness(ellipsoid((0, 0, 0), (40, 30, 25)))
    assert image.max() == pytest.approx(50, rel=1e-3)


def test_the_lateral_looks_along_x() -> None:
    image = Detector(201, Pose(), lateral=True).thickness(ellipsoid((0, 0, 0), (40, 30, 25)))
    assert image.max() == pytest.approx(80, rel=1e-3)


def test_thickness_off_axis_follows_the_closed_form() -> None:
    detector = Detector(401, Pose())
    image = detector.thickness(ellipsoid((0, 0, 0), (40, 30, 25), weight=2.0))
    column = int(np.argmin(np.abs(detector.axis - 20)))
    u = detector.axis[column]
    assert image[200, column] == pytest.approx(2 * 2 * 25 * np.sqrt(1 - (u / 40) ** 2), rel=1e-3)


def test_the_volume_survives_a_turn_of_the_body() -> None:
    solids = ellipsoid((30, -20, 10), (20, 30, 45), tilt=0.4)
    pixel = (FIELD_MM / 300) ** 2
    volumes = [Detector(300, Pose(turn=turn, tilt=0.1)).thickness(solids).sum() * pixel for turn in (0.0, 0.5)]
    assert volumes == pytest.approx([4 / 3 * np.pi * 20 * 30 * 45] * 2, rel=0.01)


def test_left_of_the_patient_is_right_in_the_picture() -> None:
    image = Detector(64, Pose()).thickness(ellipsoid((80, 0, 0), (10, 10, 10)))
    assert image[:, 32:].sum() > 0
    assert image[:, :32].sum() == 0


def test_what_lies_outside_the_film_leaves_it_black() -> None:
    assert Detector(32, Pose()).thickness(ellipsoid((900, 0, 0), (10, 10, 10))).max() == 0


def test_a_chain_is_unbroken() -> None:
    tube = chain(np.stack([np.zeros(5), np.linspace(-80, 80, 5), np.zeros(5)], 1), 4.0)
    middle = Detector(176, Pose()).thickness(tube)[:, 88]
    rows = np.abs(Detector(176, Pose()).axis) < 75
    assert middle[rows].min() > 1.0
