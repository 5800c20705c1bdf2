from __future__ import annotations

import base64
import io
from pathlib import Path

import numpy as np
from PIL import Image

from eval.report.films import LONGEST, case_films
from radiology.study import Box, Case, Projection, Study, View
from tests.eval.report.made import SAID_BOX, TRUE_BOX, finding


def view(folder: Path, name: str, width: int, height: int) -> View:
    path = folder / f"{name}.png"
    Image.fromarray(np.tile(np.linspace(0, 255, width, dtype=np.uint8), (height, 1))).save(path)
    return View(id=name, path=str(path), projection=Projection.PA, width=width, height=height)


def test_a_large_film_is_made_small(tmp_path: Path) -> None:
    study = Study(study_id="s", patient_id="p", views=(view(tmp_path, "frontal", 1280, 640),))
    (film,) = case_films(study, [finding("nodule", box=TRUE_BOX)], [finding("nodule", box=SAID_BOX)])
    kind, data = film.uri.split(",")
    shown = Image.open(io.BytesIO(base64.b64decode(data)))
    assert kind == "data:image/webp;base64"
    assert shown.size == (LONGEST, LONGEST // 2)
    assert (film.width, film.height) == (320.0, 160.0)
    assert [(mark.kind, mark.x) for mark in film.marks] == [("truth", 80), ("predicted", 160)]
    assert film.alt == "Frontal, PA; truth boxes: nodule; predicted boxes: nodule"


def test_boxes_go_to_their_own_view_and_lost_films_are_left_out(tmp_path: Path) -> None:
    prior = Case(study=Study(study_id="old", patient_id="p", views=(view(tmp_path, "frontal", 60, 60),)))
    gone = View(id="lateral", path=str(tmp_path / "gone.png"), projection=Projection.LATERAL, width=60, height=60)
    study = Study(study_id="s", patient_id="p", views=(view(tmp_path, "frontal", 60, 60), gone), priors=(prior,))
    old = finding("mass", box=Box(view="prior/frontal", x0=0, y0=0, x1=0.5, y1=0.5))
    films = case_films(study, [old], [])
    assert [(film.name, len(film.marks)) for film in films] == [("Frontal, PA", 0), ("Prior film", 1)]
