"""Every film of a set is opened once: is it there, can it be read, is it of the size stated, what does it look like?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from radiology.datasets.checks.problem import Problem
from radiology.datasets.duplicates import thumbnail
from radiology.datasets.pictures import is_there
from radiology.datasets.processes import Progress, spread
from radiology.datasets.views import views_of
from radiology.errors import SightlineError
from radiology.imaging.identity import content_hash
from radiology.imaging.pixels import read_pixels
from radiology.study import Case, View

MISSING = "image missing"
UNREADABLE = "image unreadable"
WRONG_SIZE = "image of another size than stated"


@dataclass(frozen=True, slots=True)
class Film:
    """Its name by content, width and height in px, and thumbnail."""

    content: str
    size: tuple[int, int]
    thumbnail: bytes


Films = Mapping[str, "Film | str"]
"""Path -> the film, or the kind of problem that there is with it."""


def open_films(cases: Sequence[Case], workers: int | None, progress: Progress) -> Films:
    """The films of all cases and of their priors, each path once."""
    paths = list(dict.fromkeys(view.path for case in cases for _, view in views_of(case)))
    return dict(zip(paths, spread(open_film, paths, workers, progress), strict=True))


def open_film(path: str) -> Film | str:
    if not is_there(Path(path)):
        return MISSING
    try:
        pixels = read_pixels(Path(path))
        return Film(content_hash(Path(path)), (pixels.shape[1], pixels.shape[0]), thumbnail(pixels))
    except (SightlineError, OSError):
        return UNREADABLE


def film_problems(cases: Sequence[Case], films: Films) -> Iterator[Problem]:
    """What is wrong with the films themselves; one that is a prior's too is told once."""
    told: set[tuple[str, int, int]] = set()
    for case in cases:
        for study, view in views_of(case):
            key = (view.path, view.width, view.height)
            problem = None if key in told else _problem(view, films[view.path])
            told.add(key)
            if problem is not None:
                yield Problem(problem, f"study {study}, view {view.id}")


def _problem(view: View, film: Film | str) -> str | None:
    if isinstance(film, str):
        return film
    return WRONG_SIZE if film.size != (view.width, view.height) else None
