"""Patients of version 1: nine findings, one month between visits. Frozen, so that its scores can be made again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from radiology.findings import FINDINGS
from radiology.phantom.geometry import Detector
from radiology.phantom.language.statement import report_of
from radiology.phantom.record import FIRST_VISIT, VIEW_IDS, Phantom, split_of_seed, view_of
from radiology.phantom.v1.anatomy import Body, draw_body
from radiology.phantom.v1.language import write_statements
from radiology.phantom.v1.pathology import NAMES, Lesion, draw_lesion, draw_lesions, resized
from radiology.phantom.v1.questions import ask
from radiology.phantom.v1.radiograph import Film, draw_exposure, draw_pose, take
from radiology.study import Box, Case, Certainty, Change, Finding, Projection, Study

VERSION = "1"


def _boxes(film: Film, index: int, view: str) -> tuple[Box, ...]:
    """The tight box of each visible component of one lesion."""
    boxes = []
    for mask in film.masks[index]:
        rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
        height, width = mask.shape
        boxes.append(
            Box(
                view=view,
                x0=columns[0] / width,
                y0=rows[0] / height,
                x1=(columns[-1] + 1) / width,
                y1=(rows[-1] + 1) / height,
            )
        )
    return tuple(boxes)


@dataclass(frozen=True)
class Visit:
    """What a patient has on one day: the lesions, how each has changed, and one that went away since the last visit."""

    number: int
    lesions: tuple[Lesion, ...]
    change: dict[str, Change] = field(default_factory=dict)
    gone: Lesion | None = None


def _next_visit(last: Visit, rng: np.random.Generator) -> Visit:
    """The following visit: exactly one lesion is new, gone, larger or smaller, the others are stable."""
    number, lesions = last.number + 1, last.lesions
    change = {lesion.name: Change.STABLE for lesion in lesions}
    if not lesions or rng.random() < 0.25:
        new = draw_lesion(str(rng.choice([name for name in NAMES if name not in change])), rng)
        merged = sorted((*lesions, new), key=lambda lesion: NAMES.index(lesion.name))
        return Visit(number, tuple(merged), change | {new.name: Change.NEW})
    old = lesions[int(rng.integers(len(lesions)))]
    if FINDINGS[old.name].device or old.name == "nodule" or rng.random() < 0.3:
        return Visit(number, tuple(x for x in lesions if x is not old), change, old)
    grows = rng.random() < 0.5 if 0.4 < old.extent < 0.6 else old.extent <= 0.4
    moved = resized(old, old.extent + (1 if grows else -1) * rng.uniform(0.3, 0.45))
    change[old.name] = Change.WORSE if grows else Change.BETTER
    return Visit(number, tuple(moved if x is old else x for x in lesions), change)


def _findings(visit: Visit, films: dict[str, Film]) -> tuple[Finding, ...]:
    """Everything known: what is present with its boxes, and every other finding of the vocabulary as absent."""
    known = {name: Finding(name=name, certainty=Certainty.ABSENT) for name in NAMES}
    for index, lesion in enumerate(visit.lesions):
        boxes = tuple(box for view, film in films.items() for box in _boxes(film, index, view))
        known[lesion.name] = lesion.finding().model_copy(
            update={"boxes": boxes, "change": visit.change.get(lesion.name)}
        )
    if visit.gone:
        known[visit.gone.name] = Finding(
            name=visit.gone.name, certainty=Certainty.ABSENT, side=visit.gone.side, change=Change.RESOLVED
        )
    return tuple(known.values())


def _ratio(body: Body, lesions: Sequence[Lesion]) -> float:
    """Cardiothoracic ratio: transverse width of the heart over that of the thorax."""
    enlarged = next((lesion.ratio for lesion in lesions if lesion.name == "cardiomegaly"), None)
    half = np.sqrt(np.linalg.inv(body.heart(enlarged).matrices[0])[0, 0])
    return float(round(2 * half / body.inner_width, 3))


def make_phantom(
    seed: int, size: int = 224, projections: Sequence[Projection] = (Projection.PA,), visits: int = 1
) -> list[Phantom]:
    """One patient, imaged `visits` times a month apart, each visit with the earlier ones as priors."""
    rng = np.random.default_rng([int(VERSION), seed])
    body, visit = draw_body(rng), Visit(0, draw_lesions(rng))
    series: list[Phantom] = []
    for number in range(visits):
        visit = _next_visit(visit, rng) if number else visit
        films = {p: _film(body, visit, size, p, rng) for p in projections}
        study_id = f"phantom-{seed}" + (f"-visit{number + 1}" if visits > 1 else "")
        study = Study(
            study_id=study_id,
            patient_id=f"phantom-patient-{seed}",
            date=FIRST_VISIT + timedelta(days=30 * number),
            views=tuple(view_of(study_id, projection, size) for projection in projections),
            priors=tuple(phantom.case for phantom in series),
        )
        series.append(_phantom(study, seed, body, visit, {VIEW_IDS[p]: film for p, film in films.items()}, rng))
    return series


def _film(body: Body, visit: Visit, size: int, projection: Projection, rng: np.random.Generator) -> Film:
    detector = Detector(size, draw_pose(rng), projection is Projection.LATERAL)
    return take(body, visit.lesions, detector, draw_exposure(rng), rng)


def _phantom(
    study: Study, seed: int, body: Body, visit: Visit, films: dict[str, Film], rng: np.random.Generator
) -> Phantom:
    findings = _findings(visit, films)
    comparison = str(study.priors[-1].study.date) if study.priors else ""
    case = Case(
        study=study,
        report=report_of(write_statements(findings, rng), comparison),
        findings=findings,
        source="phantom",
        licence="Apache-2.0",
        split=split_of_seed(seed),
        phantom_version=VERSION,
        seed=seed,
        cardiothoracic_ratio=_ratio(body, visit.lesions),
    )
    masks = {view: _masks(visit.lesions, film) for view, film in films.items()}
    return Phantom(case, {view: film.image for view, film in films.items()}, masks, ask(case, rng))


def _masks(lesions: Sequence[Lesion], film: Film) -> dict[str, NDArray[np.bool_]]:
    """Finding name -> [S, S] where any of its components shows."""
    return {
        lesion.name: np.logical_or.reduce(masks) for lesion, masks in zip(lesions, film.masks, strict=True) if masks
    }
