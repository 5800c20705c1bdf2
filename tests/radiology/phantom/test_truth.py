"""The truth of a phantom against its own noise-free attenuation, in both views."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from radiology.findings import PHANTOM_FINDINGS
from radiology.phantom.course import Visit
from radiology.phantom.drawing import CONSEQUENCES, draw_lesion, settled
from radiology.phantom.geometry import FIELD_MM
from radiology.phantom.habitus import draw_habitus
from radiology.phantom.lesion import Lesion
from radiology.phantom.pathology.table import Picture, mask_of
from radiology.phantom.patient import picture_of, pose_of
from radiology.phantom.truth import box_of, ratio_of
from radiology.study import Projection, Severity, Side

SIZE = 160
PRIMARY = tuple(name for name in PHANTOM_FINDINGS if name not in CONSEQUENCES)


@dataclass(frozen=True)
class Shown:
    lesions: tuple[Lesion, ...]
    frontal: Picture
    lateral: Picture


def _shown(lesions: tuple[Lesion, ...], seed: int) -> Shown:
    who, visit = draw_habitus(np.random.default_rng(seed)), Visit(0, 0, lesions, lesions)
    frontal, lateral = (
        picture_of(who, visit, SIZE, view, pose_of(view, seed, 0)) for view in (Projection.PA, Projection.LATERAL)
    )
    return Shown(lesions, frontal, lateral)


@pytest.fixture(scope="module", params=PRIMARY)
def shown(request: pytest.FixtureRequest) -> list[Shown]:
    made = []
    for seed in range(4):
        who = draw_habitus(np.random.default_rng(seed))
        lesion = draw_lesion(request.param, who, np.random.default_rng([seed, 9]))
        made.append(_shown(settled((lesion,)), seed))
    return made


def test_a_box_holds_95_percent_of_the_findings_attenuation(shown: list[Shown]) -> None:
    for each in shown:
        for picture in (each.frontal, each.lateral):
            for lesion, parts in zip(each.lesions, picture.own, strict=True):
                for part in parts:
                    if mask_of(lesion.name, part).any():
                        box = box_of(part, "frontal")
                        rows = slice(round(box.y0 * SIZE), round(box.y1 * SIZE))
                        columns = slice(round(box.x0 * SIZE), round(box.x1 * SIZE))
                        assert np.abs(part)[rows, columns].sum() >= 0.95 * np.abs(part).sum()


def test_it_shows_on_the_frontal(shown: list[Shown]) -> None:
    seen = [
        any(mask_of(lesion.name, part).any() for part in parts)
        for each in shown
        for lesion, parts in zip(each.lesions, each.frontal.own, strict=True)
    ]
    assert np.mean(seen) > 0.85


def test_frontal_and_lateral_heights_agree(shown: list[Shown]) -> None:
    off = []
    for each in shown:
        for lesion, front, side in zip(each.lesions, each.frontal.own, each.lateral.own, strict=True):
            if lesion.name == "chest_tube":
                continue  # on a frontal it leaves the film at the side
            for one, other in zip(front, side, strict=True):
                if mask_of(lesion.name, one).any() and mask_of(lesion.name, other).any():
                    a, b = box_of(one, "frontal"), box_of(other, "lateral")
                    off += [abs(a.y0 - b.y0) * FIELD_MM, abs(a.y1 - b.y1) * FIELD_MM]
    assert np.mean(off or [0]) < 6
    assert max(off, default=0) < 20


def test_a_lesion_lies_on_its_side(shown: list[Shown]) -> None:
    for each in shown:
        for lesion, parts in zip(each.lesions, each.frontal.own, strict=True):
            if lesion.side in (Side.LEFT, Side.RIGHT) and lesion.name not in ("mediastinal_shift", "central_line"):
                strength = np.abs(sum(parts[1:], parts[0])).sum(axis=0)
                middle = (strength * np.arange(SIZE)).sum() / strength.sum()
                assert (middle > SIZE / 2) == (lesion.side is Side.LEFT), lesion


@pytest.mark.parametrize("extent", [0.1, 0.5, 0.9])
def test_the_ratio_is_that_of_heart_and_chest_on_the_film(extent: float) -> None:
    for seed in range(5):
        each = _shown((Lesion("cardiomegaly", None, extent, 1.0, 1),), seed)
        heart = np.abs(each.frontal.own[0][0]).any(axis=0)
        chest = (each.frontal.scene.lungs[Side.RIGHT].length + each.frontal.scene.lungs[Side.LEFT].length).any(axis=0)
        measured = np.flatnonzero(heart)[[0, -1]] @ [-1, 1] / (np.flatnonzero(chest)[[0, -1]] @ [-1, 1])
        assert ratio_of(each.frontal) == pytest.approx(measured, abs=0.02)
        assert ratio_of(each.frontal) == pytest.approx(0.52 + 0.14 * extent, abs=0.025)


def test_a_grown_effusion_takes_more_room() -> None:
    areas = []
    for extent in (0.05, 0.3, 0.6, 0.9):
        each = _shown((Lesion("pleural_effusion", Side.LEFT, extent, 1.0, 4),), 3)
        areas.append(float(np.abs(each.frontal.own[0][0]).sum()))
    assert areas == sorted(areas)
    assert Lesion("pleural_effusion", Side.LEFT, 0.9, 1.0, 4).severity is Severity.LARGE
