from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from mllm.draft.assistant import Assistant
from mllm.draft.attribution import Phrase, attribute, likeness_to_random, shuffled
from mllm.draft.explain import explain, overlay, said, save_picture
from mllm.engine.local import LocalEngine
from mllm.engine.protocol import Message, Request
from mllm.model.loading import load_model
from radiology.errors import SightlineError
from radiology.imaging.letterbox import Letterbox
from radiology.study import Draft, DraftSentence, Finding, Mention, ModelInfo, Study


@pytest.fixture(scope="module")
def engine(request: pytest.FixtureRequest) -> LocalEngine:
    folder: Path = request.getfixturevalue("llava")
    return LocalEngine(load_model(folder, "llava"))


def phrase(engine: LocalEngine, text: str = "left pleural effusion", films: int = 1) -> Phrase:
    rng = np.random.default_rng(films)
    images = tuple(rng.integers(0, 256, (engine.image_size,) * 2, dtype=np.uint8) for _ in range(films))
    request = Request((Message("user", "Frontal: <image>\n" * films + "Write the report."),), images)
    return Phrase(request, "There is a small", text)


def test_a_map_covers_the_patches_and_is_of_its_phrase_and_film(engine: LocalEngine) -> None:
    patches = attribute(engine, phrase(engine))
    assert patches.shape == (4, 4)
    assert patches.min() >= 0
    assert patches.max() == pytest.approx(1.0)
    assert not np.allclose(patches, attribute(engine, phrase(engine, "nodule")))
    first, second = (attribute(engine, phrase(engine, films=2), image) for image in (0, 1))
    assert not np.allclose(first, second)


def test_it_is_the_first_order_effect_of_each_patch(engine: LocalEngine) -> None:
    """Against gradients taken without captum, through the whole model."""
    asked = phrase(engine)
    text = engine.chat.render(asked.request) + asked.before + " " + asked.text
    inputs = engine.inputs([text], [asked.request.images])
    kept: list[Any] = []

    def keep(module: Any, given: tuple[Any, ...]) -> None:
        given[0].retain_grad()
        kept.append(given[0])

    handle = engine.model.model.multi_modal_projector.register_forward_pre_hook(keep)
    logits = engine.model(**inputs).logits
    handle.remove()
    count = len(engine.chat.more(" " + asked.text))
    targets = inputs["input_ids"][0, -count:]
    logits[0, -count - 1 : -1].log_softmax(-1).gather(-1, targets[:, None]).sum().backward()
    by_hand = (kept[0].grad * kept[0])[0].sum(-1).clamp(min=0).detach().numpy()[-16:]
    np.testing.assert_allclose(attribute(engine, asked).ravel(), by_hand / by_hand.max(), atol=1e-4)


def test_nothing_learnt_nothing_alike(engine: LocalEngine) -> None:
    phrases = [phrase(engine, text) for text in ("left pleural effusion", "nodule", "normal in size")]
    alike = likeness_to_random(engine, phrases)
    assert len(alike) == 3
    assert np.mean(np.abs(alike)) < 0.7
    before = attribute(engine, phrases[0])
    np.testing.assert_array_equal(attribute(engine, phrases[0]), before)


def test_shuffled_weights_are_the_same_numbers(engine: LocalEngine) -> None:
    other = shuffled(engine.model, 0)
    for (name, ours), theirs in zip(engine.model.named_parameters(), other.parameters(), strict=True):
        assert torch.equal(ours.flatten().sort().values, theirs.flatten().sort().values), name
    assert any(not torch.equal(a, b) for a, b in zip(engine.model.parameters(), other.parameters(), strict=True))


def test_maps_can_be_made_between_answers(engine: LocalEngine) -> None:
    """What the model keeps from one answer to the next does not stand in the way, nor is it changed."""
    asked = phrase(engine)
    answer = engine.complete([asked.request], 5)[0].text
    attribute(engine, asked)
    assert engine.complete([asked.request], 5)[0].text == answer
    assert all(weight.requires_grad for weight in engine.model.parameters())


def test_a_model_elsewhere_is_refused(writer: Callable[..., Any]) -> None:
    request = Request((Message("user", "Write the report."),))
    with pytest.raises(SightlineError, match="need a local model"):
        attribute(writer(), Phrase(request, "", "nodule"))


def draft_of(*sentences: DraftSentence) -> Draft:
    return Draft(study_id="s", sentences=sentences, model=ModelInfo(id="m", hash="0"), prompt_hash="")


NODULE = Mention(finding=Finding(name="nodule"), start=0, end=6)
DRAFT = draft_of(
    DraftSentence(text="No effusion.", section="findings"),
    DraftSentence(text="Nodule on the left.", section="findings", findings=(NODULE,)),
    DraftSentence(text="Nodule.", section="impression", findings=(NODULE,)),
)


def test_a_sentence_continues_the_draft_up_to_its_finding() -> None:
    assert said(DRAFT, 1) == ("", "No effusion.")
    assert said(DRAFT, 2) == ("No effusion.", "Nodule")
    assert said(DRAFT, 3) == ("No effusion. Nodule on the left.\nImpression:", "Nodule")


@pytest.mark.parametrize("number", [0, 4, -1])
def test_a_sentence_that_is_not_there_is_refused(number: int) -> None:
    with pytest.raises(SightlineError, match="the draft has 3"):
        said(DRAFT, number)


def test_the_picture_has_the_films_shape(engine: LocalEngine, study: Study, heads: Callable[..., Any]) -> None:
    perception = heads()
    perception.see = lambda images: [perception.seen for _ in images]
    picture = explain(Assistant(engine, perception), study, DRAFT, 2)
    assert picture.size == (96, 80)
    assert picture.mode == "RGB"


def test_the_patch_that_counts_is_red() -> None:
    film, patches = np.full((8, 8), 100, np.uint8), np.zeros((2, 2), np.float32)
    patches[0, 1] = 1.0
    pixels = np.asarray(overlay(film, Letterbox(40, 40, 8), patches)).astype(int)
    assert pixels.shape == (40, 40, 3)
    redness = pixels[..., 0] - pixels[..., 1]
    assert redness[2, 37] > 100
    assert abs(redness[37, 2]) < 10


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    picture = overlay(np.zeros((8, 8), np.uint8), Letterbox(4, 4, 8), np.zeros((2, 2), np.float32))
    save_picture(picture, tmp_path / "map.png")
    assert [path.name for path in tmp_path.iterdir()] == ["map.png"]
    with pytest.raises(SightlineError, match="cannot be written"):
        save_picture(picture, tmp_path / "nowhere" / "map.png")
