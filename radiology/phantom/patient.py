"""Patients of version 2: one body, its films of every visit, and the exact truth about each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from radiology.findings import PHANTOM_FINDINGS
from radiology.phantom.course import Visit, course
from radiology.phantom.devices.skin import clutter
from radiology.phantom.film import draw_exposure, draw_pose, expose
from radiology.phantom.geometry import FIELD_MM, Detector, Pose
from radiology.phantom.habitus import Habitus, draw_habitus
from radiology.phantom.language.lines import technique_of
from radiology.phantom.language.statement import report_of
from radiology.phantom.language.write import write_statements
from radiology.phantom.pathology.table import Picture, depict
from radiology.phantom.questions import ask
from radiology.phantom.record import FIRST_VISIT, VIEW_IDS, Phantom, split_of_seed
from radiology.phantom.spans import overlap
from radiology.phantom.thorax import Body
from radiology.phantom.truth import boxes_of, masks_of, ratio_of
from radiology.study import Case, Certainty, Change, Finding, Projection, Study, View

VERSION = "2"


def make_phantom(
    seed: int, size: int = 224, projections: Sequence[Projection] = (Projection.PA,), visits: int = 1
) -> list[Phantom]:
    """One patient, imaged on `visits` days, each visit with the earlier ones as priors.

    Body, findings, films and text draw from generators of their own, so another view or a larger film changes no truth.
    """
    who = draw_habitus(np.random.default_rng([2, seed, 0]))
    series: list[Phantom] = []
    for visit in course(visits, who, np.random.default_rng([2, seed, 1])):
        series.append(_phantom(who, visit, seed, size, projections, series, visits > 1))
    return series


def _phantom(
    who: Habitus,
    visit: Visit,
    seed: int,
    size: int,
    projections: Sequence[Projection],
    earlier: Sequence[Phantom],
    numbered: bool,
) -> Phantom:
    study_id = f"phantom-{seed}" + (f"-visit{visit.number + 1}" if numbered else "")
    poses = {p: pose_of(p, seed, visit.number) for p in projections}
    pictures = {p: picture_of(who, visit, size, p, pose) for p, pose in poses.items()}
    study = Study(
        study_id=study_id,
        patient_id=f"phantom-patient-{seed}",
        date=FIRST_VISIT + timedelta(days=visit.day),
        sex=who.sex,
        age=who.age,
        views=tuple(_view(study_id, p, size, pose, who.scale) for p, pose in poses.items()),
        priors=tuple(phantom.case for phantom in earlier),
    )
    findings = _findings(visit, pictures)
    rng = np.random.default_rng([2, seed, 2, visit.number])
    frontal = next((picture for p, picture in pictures.items() if p.frontal), None)
    compared = str(earlier[-1].case.study.date) if earlier else ""
    case = Case(
        study=study,
        report=report_of(write_statements(findings, rng), compared, technique_of(study, rng)),
        findings=findings,
        source="phantom",
        licence="Apache-2.0",
        split=split_of_seed(seed),
        phantom_version=VERSION,
        seed=seed,
        cardiothoracic_ratio=ratio_of(frontal) if frontal else None,
    )
    images = {VIEW_IDS[p]: _film(picture, seed, visit, p) for p, picture in pictures.items()}
    masks = {VIEW_IDS[p]: masks_of(visit.lesions, picture) for p, picture in pictures.items()}
    return Phantom(case, images, masks, ask(case, rng))


def pose_of(projection: Projection, seed: int, visit: int) -> Pose:
    """Heights are those of the day: a lateral stands as high and as large as its frontal."""
    rng = np.random.default_rng([2, seed, 3, visit])
    pose = draw_pose(projection, rng)
    if projection is Projection.LATERAL:
        return Pose(turn=pose.turn, shift=pose.shift, magnification=pose.magnification)
    return pose


def picture_of(who: Habitus, visit: Visit, size: int, projection: Projection, pose: Pose) -> Picture:
    portable = projection is Projection.AP
    body = Body(who, who.heart_ratio, ap=portable)
    return depict(body, visit.lesions, Detector(size, pose, projection is Projection.LATERAL))


def _film(picture: Picture, seed: int, visit: Visit, projection: Projection) -> NDArray[np.uint8]:
    rng = np.random.default_rng([2, seed, 4, visit.number, projection.frontal])
    beam = picture.beam + overlap(picture.scene.detector, clutter(picture.scene.body, projection, rng))
    return expose(beam, draw_exposure(projection, rng))


def _view(study_id: str, projection: Projection, size: int, pose: Pose, scale: float) -> View:
    spacing = FIELD_MM * scale / pose.magnification / size
    return View(
        id=VIEW_IDS[projection],
        path=f"images/{study_id}_{VIEW_IDS[projection]}.png",
        projection=projection,
        width=size,
        height=size,
        pixel_spacing=(spacing, spacing),
    )


def _findings(visit: Visit, pictures: dict[Projection, Picture]) -> tuple[Finding, ...]:
    """Everything known: what is present with its boxes, and all others as absent but those that are hidden."""
    seen = (name for name in PHANTOM_FINDINGS if name not in visit.hidden)
    known = {name: Finding(name=name, certainty=Certainty.ABSENT) for name in seen}
    for lesion in visit.gone:
        gone = lesion.finding()
        known[lesion.name] = Finding(
            name=gone.name, certainty=Certainty.ABSENT, side=gone.side, location=gone.location, change=Change.RESOLVED
        )
    for index, lesion in enumerate(visit.lesions):
        boxes = tuple(
            box for p, picture in pictures.items() for box in boxes_of(lesion, picture.own[index], VIEW_IDS[p])
        )
        known[lesion.name] = lesion.finding().model_copy(
            update={"boxes": boxes, "change": visit.change.get(lesion.name)}
        )
    return tuple(known.values())
