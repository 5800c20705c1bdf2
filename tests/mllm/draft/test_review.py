from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from mllm.draft.calibration.record import Calibration
from mllm.draft.evidence import UNSUPPORTED
from mllm.draft.review import review
from mllm.engine.protocol import GrayImage
from mllm.model.perception import Percept, Thresholds
from radiology.errors import SightlineError
from radiology.study import Projection, Study, View
from tests.calibrations import plain_calibration, plain_kind


class LeftEffusion:
    """Sees an effusion on the patient's left, which is the right half of the image, and nothing else."""

    image_size = 40
    embedder_id = "fake"

    def __init__(self, chest: float = 0.9) -> None:
        self.chest = chest
        self.thresholds = {name: Thresholds(0.5, 0.2, 0.6) for name in ("pleural_effusion", "pneumothorax")}

    def see(self, images: Sequence[GrayImage]) -> list[Percept]:
        effusion = np.zeros((5, 5), dtype=np.float32)
        effusion[4, 4] = 0.9
        maps = {"pleural_effusion": effusion, "pneumothorax": np.zeros((5, 5), dtype=np.float32)}
        probabilities = {"pleural_effusion": 0.9, "pneumothorax": 0.05}
        vector = np.array([1.0, 0.0, 0.0], dtype=np.float32)
        return [Percept(maps, probabilities, {"chest": self.chest}, vector) for _ in images]


@pytest.fixture
def study(tmp_path: Path) -> Study:
    Image.linear_gradient("L").resize((40, 40)).save(tmp_path / "film.png")
    view = View(id="frontal", path=str(tmp_path / "film.png"), projection=Projection.PA, width=40, height=40)
    return Study(study_id="s", patient_id="p", views=(view,))


def test_only_what_the_film_shows_is_supported(study: Study) -> None:
    text = "There is a left pleural effusion. There is a right pneumothorax.\nImpression: Left pleural effusion."
    reviewed = review(study, text, LeftEffusion(), author="report.txt")
    assert [UNSUPPORTED in sentence.flags for sentence in reviewed.sentences] == [False, True, False]
    assert reviewed.impression == "Left pleural effusion."
    assert reviewed.model.id == "report.txt"


def test_what_is_no_chest_film_is_refused_unless_forced(study: Study) -> None:
    with pytest.raises(SightlineError, match="chest film"):
        review(study, "No pneumothorax.", LeftEffusion(chest=0.1))
    assert review(study, "No pneumothorax.", LeftEffusion(chest=0.1), force=True).flags[0] == "not_chest"


def test_the_heads_show_where_they_see_what_a_text_without_boxes_names(study: Study) -> None:
    sentence, denied = review(study, "Left pleural effusion. No pneumothorax.", LeftEffusion()).sentences
    (box,) = sentence.evidence[0].boxes
    assert (box.view, box.x0, box.y0, box.x1, box.y1) == ("frontal", 0.8, 0.8, 1.0, 1.0)
    assert sentence.boxes == ()
    assert denied.evidence[0].boxes == ()


def test_with_a_calibration_somebody_elses_sentences_have_confidences(study: Study) -> None:
    text = "There is a left pleural effusion. There is a right pneumothorax. The film is rotated."
    assert review(study, text, LeftEffusion()).flags == ("uncalibrated",)
    reviewed = review(study, text, LeftEffusion(), calibration=for_reports())
    effusion, pneumothorax, rotated = (sentence.confidence for sentence in reviewed.sentences)
    assert reviewed.flags == ()
    assert effusion is not None
    assert pneumothorax is not None
    assert effusion > 0.9
    assert pneumothorax < 0.1
    assert rotated is None


def for_reports() -> Calibration:
    """Sure of drafts, and of reports where they are supported."""
    kind = plain_kind(weights={"unsupported": -9.0}, intercept=4.0)
    drafts = plain_kind(intercept=9.0).draft
    return plain_calibration().model_copy(update={"kinds": (kind.model_copy(update={"draft": drafts}),)})
