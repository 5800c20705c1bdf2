from __future__ import annotations

import base64
import io
from datetime import date
from pathlib import Path

import pytest
from PIL import Image

from radiology.errors import SightlineError
from radiology.study import Box, DraftSentence, Evidence
from tests.fake_assistant import film_case, film_study, write_film
from web.film import LONGEST, Film, films, render_films

PLAIN = Film("frontal", "Frontal, PA", "data:,", 0.8)


def _said(*boxes: Box) -> DraftSentence:
    return DraftSentence(text="x", section="findings", boxes=boxes)


def test_a_film_is_an_image_of_its_pixels(tmp_path: Path) -> None:
    film = films(film_study(write_film(tmp_path / "a.png", 200)))[0]
    image = Image.open(io.BytesIO(base64.b64decode(film.uri.removeprefix("data:image/png;base64,"))))
    assert image.size == (48, 60)
    assert image.getextrema() == (0, 200)
    assert (film.view, film.name, film.ratio) == ("frontal", "Frontal, PA", 0.8)


def test_a_large_film_is_reduced_and_keeps_its_ratio(tmp_path: Path) -> None:
    Image.new("L", (1500, 3000), 90).save(tmp_path / "a.png")
    film = films(film_study(tmp_path / "a.png"))[0]
    image = Image.open(io.BytesIO(base64.b64decode(film.uri.partition(",")[2])))
    assert image.size == (LONGEST // 2, LONGEST)
    assert film.ratio == 0.5


def test_the_prior_comes_last_with_its_date(tmp_path: Path) -> None:
    prior = film_case(write_film(tmp_path / "old.png", 90), "old")
    dated = prior.model_copy(update={"study": prior.study.model_copy(update={"date": date(2020, 1, 6)})})
    shown = films(film_study(write_film(tmp_path / "new.png", 200), priors=(dated,)))
    assert [(film.view, film.name) for film in shown] == [
        ("frontal", "Frontal, PA"),
        ("prior/frontal", "Prior film of 2020-01-06"),
    ]


def test_boxes_lie_where_they_are_on_their_own_film() -> None:
    sentences = [_said(), _said(Box(view="frontal", x0=0.2, y0=0.3, x1=0.7, y1=0.9))]
    page = render_films([PLAIN, Film("lateral", "Lateral", "data:,", 1)], sentences)
    assert page.count('class="sl-box"') == 1
    assert 'aria-label="Sentence 2: box of the draft" data-sentence="2" style="left:20.00%;top:30.00%;' in page
    assert "width:50.00%;height:60.00%" in page
    assert page.index("sl-box") < page.index("Lateral")


def test_a_box_on_no_shown_film_is_not_drawn() -> None:
    assert "sl-box" not in render_films([PLAIN], [_said(Box(view="prior/frontal", x0=0, y0=0, x1=1, y1=1))])


def test_what_the_heads_see_is_dashed_and_named_in_words() -> None:
    drawn, lit = (Box(view="frontal", x0=0.2, y0=0.3, x1=right, y1=0.9) for right in (0.7, 0.6))
    region = Evidence(kind="region", id="frontal/x", text="seen", score=0.9, boxes=(lit,))
    said = _said(drawn).model_copy(update={"evidence": (region,)})
    page = render_films([PLAIN], [said, said])
    assert (
        'class="sl-box sl-seen" role="img" aria-label="Sentence 1, 2: what the heads see" data-sentence="1 2"' in page
    )
    assert 'class="sl-box" role="img" aria-label="Sentence 1, 2: box of the draft" data-sentence="1 2"' in page
    assert page.index("sl-box sl-seen") > page.index('class="sl-box"')
    assert "Solid: boxes of the draft." in page
    assert "Dashed: what the heads see." in page


def test_the_legend_names_only_lines_that_are_there() -> None:
    page = render_films([PLAIN], [_said(Box(view="frontal", x0=0, y0=0, x1=1, y1=1))])
    assert "Solid" in page
    assert "Dashed" not in page
    assert "sl-legend" not in render_films([PLAIN], [_said()])


def test_no_film() -> None:
    assert "No film yet" in render_films(())


def test_a_file_that_is_gone(tmp_path: Path) -> None:
    with pytest.raises(SightlineError):
        films(film_study(tmp_path / "gone.png"))
