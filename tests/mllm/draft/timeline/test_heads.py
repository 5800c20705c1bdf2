from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from mllm.draft.timeline.heads import draw_timeline
from mllm.engine.protocol import GrayImage
from mllm.model.perception import Percept, Thresholds
from radiology.study import Case, Certainty, Change, Finding, Projection, Side, Study, View
from radiology.timeline.record import Row, Timeline

SIZE, GRID = 48, 6
RULE = Thresholds(patch=0.4, lower=0.1, upper=0.6)
NAMES = ("pleural_effusion", "cardiomegaly", "pacemaker")
Shown = dict[str, tuple[float, float, float]]
"""Finding -> image-level probability, and what the map shows in the right and in the left half of the film."""
FREE: Shown = {}
FULL: Shown = {"pleural_effusion": (0.9, 0.02, 0.6)}


class Heads:
    """Perception: sees in a film what its brightest pixel stands for."""

    image_size = SIZE
    embedder_id = "fake"
    thresholds = dict.fromkeys(NAMES, RULE) | {"mass": RULE}

    def __init__(self, *shown: Shown, gate: dict[str, float] | None = None) -> None:
        self.shown, self.gate = shown, {"chest": 0.99} | (gate or {})

    def see(self, images: Sequence[GrayImage]) -> list[Percept]:
        return [self._percept(self.shown[int(image.max()) - 200]) for image in images]

    def _percept(self, shown: Shown) -> Percept:
        maps = {name: np.full((GRID, GRID), 0.02, np.float32) for name in NAMES}
        for name, (_, right, left) in shown.items():
            if name in maps:
                maps[name][:, : GRID // 2], maps[name][:, GRID // 2 :] = right, left
        probabilities = {name: shown.get(name, (0.03,))[0] for name in self.thresholds}
        return Percept(maps, probabilities, self.gate, np.array([1.0, 0.0], np.float32))


def film(folder: Path, number: int, projection: Projection = Projection.PA) -> View:
    pixels = np.linspace(0, 200 + number, SIZE * SIZE).reshape(SIZE, SIZE).astype(np.uint8)
    path = folder / f"{number}.png"
    Image.fromarray(pixels).save(path)
    return View(id="frontal", path=str(path), projection=projection, width=SIZE, height=SIZE)


def course(*views: View | None, findings: tuple[Finding, ...] = ()) -> Case:
    """A visit for each film; `findings` are known of the first."""
    visits: list[Case] = []
    for number, view in enumerate(views):
        study = Study(study_id=f"s{number}", patient_id="p", views=(view,) if view else (), priors=tuple(visits))
        visits.append(Case(study=study, findings=() if number else findings))
    return visits[-1]


def row(timeline: Timeline, name: str = "pleural_effusion", side: Side | None = Side.LEFT) -> Row:
    return next(each for each in timeline.rows if (each.name, each.side) == (name, side))


@pytest.mark.parametrize(
    ("before", "now", "change"),
    [
        (FREE, FULL, Change.NEW),
        (FULL, FREE, Change.RESOLVED),
        (FULL, {"pleural_effusion": (0.98, 0.02, 0.9)}, Change.WORSE),
        ({"pleural_effusion": (0.98, 0.02, 0.9)}, FULL, Change.BETTER),
        (FULL, {"pleural_effusion": (0.91, 0.02, 0.62)}, Change.STABLE),
        (FULL, {"pleural_effusion": (0.3, 0.02, 0.62)}, None),
    ],
)
def test_two_films_are_compared_side_by_side(tmp_path: Path, before: Shown, now: Shown, change: Change | None) -> None:
    drawn = draw_timeline(course(film(tmp_path, 0), film(tmp_path, 1)), Heads(before, now))
    (only,) = drawn.rows
    assert (only.name, only.side) == ("pleural_effusion", Side.LEFT)
    assert only.steps[0].change is change


def test_what_spills_over_the_midline_is_on_one_side(tmp_path: Path) -> None:
    spilt, both = {"pleural_effusion": (0.9, 0.05, 0.9)}, {"pleural_effusion": (0.9, 0.5, 0.9)}
    drawn = draw_timeline(course(film(tmp_path, 0), film(tmp_path, 1)), Heads(spilt, both))
    assert row(drawn, side=Side.RIGHT).steps[0].change is Change.NEW
    assert row(drawn, side=Side.LEFT).cells[0].certainty is Certainty.PRESENT


def test_a_device_has_no_side_of_its_own(tmp_path: Path) -> None:
    seen = {"pacemaker": (0.9, 0.9, 0.9)}
    listed = (Finding(name="pacemaker", side=Side.RIGHT),)
    heads = Heads(seen, seen)
    alone = draw_timeline(course(film(tmp_path, 0), film(tmp_path, 1)), heads)
    assert [(each.name, each.side) for each in alone.rows] == [("pacemaker", None)]
    told = draw_timeline(course(film(tmp_path, 0), film(tmp_path, 1), findings=listed), heads)
    assert [(each.side, each.steps[0].change) for each in told.rows] == [(Side.RIGHT, Change.STABLE)]


def test_unlike_views_are_not_compared_whoever_tells_the_view(tmp_path: Path) -> None:
    sideways = film(tmp_path, 1, Projection.LATERAL)
    assert row(draw_timeline(course(film(tmp_path, 0), sideways), Heads(FULL, FREE))).steps[0].change is None
    unsaid = (film(tmp_path, 0), film(tmp_path, 1, Projection.UNKNOWN))
    by_gate = draw_timeline(course(*unsaid), Heads(FULL, FREE, gate={"lateral": 0.9}))
    assert [visit.projection for visit in by_gate.visits] == [Projection.PA, Projection.LATERAL]
    assert "unlike views are not compared" in row(by_gate).steps[0].reason
    frontal = row(draw_timeline(course(*unsaid), Heads(FULL, FREE))).steps[0]
    assert (frontal.change, frontal.caveat[:12]) == (Change.RESOLVED, "nothing says")


def test_a_heart_on_an_ap_film_is_not_compared_with_that_on_a_pa(tmp_path: Path) -> None:
    large = {"cardiomegaly": (0.9, 0.9, 0.9)}
    views = (film(tmp_path, 0), film(tmp_path, 1, Projection.AP))
    heart = row(draw_timeline(course(*views), Heads(FREE, large)), "cardiomegaly", None)
    assert (heart.steps[0].change, heart.steps[0].heads) == (None, None)
    assert "AP film" in heart.steps[0].reason


def test_visits_without_a_film_and_films_that_show_no_chest_are_left_out(tmp_path: Path) -> None:
    listed = (Finding(name="pleural_effusion", side=Side.LEFT),)
    told = row(draw_timeline(course(None, film(tmp_path, 0), findings=listed), Heads(FREE)))
    assert told.steps[0].change is Change.RESOLVED
    refused = draw_timeline(course(film(tmp_path, 0), film(tmp_path, 1)), Heads(FULL, FULL, gate={"chest": 0.1}))
    assert refused.rows == ()
    assert "does not look like" in refused.visits[0].unread
    assert sum(note.startswith("film not read") for note in refused.notes) == 2
