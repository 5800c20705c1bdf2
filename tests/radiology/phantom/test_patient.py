"""Phantoms of version 2: deterministic, varied, honest about time."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain, pairwise

import numpy as np
import pytest

from radiology.findings import PHANTOM_FINDINGS
from radiology.phantom.course import FIXED, course
from radiology.phantom.drawing import EXCLUSIVE, hidden_names, settled
from radiology.phantom.habitus import draw_habitus
from radiology.phantom.lesion import Lesion
from radiology.phantom.patient import make_phantom, pose_of
from radiology.phantom.record import Phantom
from radiology.study import Certainty, Change, Projection, Side

BOTH = (Projection.PA, Projection.LATERAL)


@pytest.fixture(scope="module")
def series() -> list[list[Phantom]]:
    return [make_phantom(seed, 64, BOTH, 1 + seed % 3) for seed in range(40, 70)]


def test_a_seed_gives_the_same_phantom() -> None:
    first, second = make_phantom(11, 48)[0], make_phantom(11, 48)[0]
    assert first.case == second.case
    assert np.array_equal(first.images["frontal"], second.images["frontal"])
    assert not np.array_equal(first.images["frontal"], make_phantom(12, 48)[0].images["frontal"])


def test_another_view_or_size_is_the_same_patient() -> None:
    alone, both = make_phantom(11, 48)[0].case, make_phantom(11, 96, BOTH)[0].case
    strip = {"boxes": ()}
    assert [f.model_copy(update=strip) for f in alone.findings] == [f.model_copy(update=strip) for f in both.findings]
    assert (alone.study.sex, alone.study.age) == (both.study.sex, both.study.age)


@pytest.mark.parametrize("frontal", [Projection.PA, Projection.AP])
def test_a_lateral_stands_as_high_and_as_large_as_its_frontal(frontal: Projection) -> None:
    one, other = pose_of(frontal, 3, 0), pose_of(Projection.LATERAL, 3, 0)
    assert (one.shift[1], one.magnification) == (other.shift[1], other.magnification)


def test_every_finding_of_the_vocabulary_is_known(series: list[list[Phantom]]) -> None:
    for phantom in chain.from_iterable(series):
        names = [finding.name for finding in phantom.case.findings]
        assert names == [name for name in PHANTOM_FINDINGS if name in names]
        assert len(names) >= len(PHANTOM_FINDINGS) - 4


@pytest.mark.parametrize("first", [True, False])
def test_what_lies_in_a_lung_full_of_fluid_is_hidden_and_not_gone(first: bool) -> None:
    nodule, fluid = Lesion("nodule", Side.LEFT, 0.5, 1.0, 1), Lesion("pleural_effusion", Side.BILATERAL, 0.9, 1.0, 2)
    pair = (nodule, fluid) if first else (fluid, nodule)
    assert [lesion.name for lesion in settled(pair)] == ["pleural_effusion"]
    assert hidden_names(pair) == {"nodule"}
    assert {"nodule", "pleural_effusion"} == {x.name for x in settled((nodule, replace(fluid, location="fissure")))}


def test_absent_findings_have_no_box_and_present_ones_have_some(series: list[list[Phantom]]) -> None:
    findings = [finding for phantom in chain.from_iterable(series) for finding in phantom.case.findings]
    assert not any(finding.boxes for finding in findings if finding.certainty is Certainty.ABSENT)
    present = [finding for finding in findings if finding.certainty is Certainty.PRESENT]
    assert np.mean([bool(finding.boxes) for finding in present]) > 0.9


def test_views_are_those_asked_for_with_true_spacing(series: list[list[Phantom]]) -> None:
    for phantom in chain.from_iterable(series):
        assert tuple(view.projection for view in phantom.case.study.views) == BOTH
        spacing = phantom.case.study.views[0].pixel_spacing
        assert spacing is not None
        assert 2 < spacing[0] < 7  # 64 px of 352 mm, a child's to a large adult's


def _visits(patients: int, visits: int) -> list[list]:  # type: ignore[type-arg]
    made = []
    for seed in range(patients):
        who = draw_habitus(np.random.default_rng(seed))
        made.append(course(visits, who, np.random.default_rng([seed, 1])))
    return made


def test_three_in_ten_are_normal_and_every_finding_occurs() -> None:
    names = [{lesion.name for lesion in visits[0].lesions} for visits in _visits(3000, 1)]
    assert 0.25 <= np.mean([not each for each in names]) < 0.33
    assert set.union(*names) == set(PHANTOM_FINDINGS)
    assert not any(len(each & group) > 1 for each in names for group in EXCLUSIVE)


def test_three_in_ten_findings_are_faint() -> None:
    contrast = [lesion.contrast for visits in _visits(1000, 1) for lesion in visits[0].lesions]
    assert np.mean(np.array(contrast) < 0.5) >= 0.3


def test_every_change_is_what_the_two_visits_say() -> None:
    seen = set()
    for visits in _visits(300, 4):
        for before, now in pairwise(visits):
            old, new = ({lesion.name: lesion for lesion in visit.lesions} for visit in (before, now))
            assert now.day > before.day
            assert {lesion.name for lesion in now.gone} == old.keys() - new.keys() - now.hidden
            assert now.change.keys() == new.keys() - before.hidden
            for name, change in now.change.items():
                seen.add(change)
                assert (change is Change.NEW) == (name not in old)
                assert not (change is Change.NEW and name in FIXED)
                if change is Change.WORSE:
                    assert new[name].extent > old[name].extent
                if change is Change.BETTER:
                    assert new[name].extent < old[name].extent
    assert seen == {Change.NEW, Change.WORSE, Change.BETTER, Change.STABLE, None}  # None: a device that was moved


def test_later_visits_have_the_earlier_ones_as_priors(series: list[list[Phantom]]) -> None:
    for visits in series:
        for number, phantom in enumerate(visits):
            assert [prior.study.study_id for prior in phantom.case.study.priors] == [
                each.case.study.study_id for each in visits[:number]
            ]
            changes = [finding.change for finding in phantom.case.findings if finding.change]
            assert bool(changes) <= bool(number)
