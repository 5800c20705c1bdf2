"""Stage `text`: its loss worked by hand, what it takes and refuses, and a run that finds films by words."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from mllm.model.heads import open_perception
from mllm.model.text_head import TextCard, open_text, space_hash
from mllm.model.text_words import open_words
from radiology.errors import SightlineError
from radiology.phantom.cohort import make_phantom
from tests.mllm.model.tiny_text import CORPUS, EMBEDDING, SIZE, save_model
from train import text
from train.described import describe
from train.recall import by_chance
from train.shelf import load, stock_phantoms
from train.text import Collator, Matching, TextSettings, run, towards

SHAPE = {"width": 12, "layers": 1, "heads": 2}
COMMON = {"epochs": 1, "max_steps": 2, "batch": 6, "learning_rate": 1e-3, "bf16": False}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("text")
    save_model(made / "model")
    stock_phantoms(made / "shelf", 1000, 12, SIZE, 1, lambda done: None)
    stock_phantoms(made / "shelf", 800_000_000, 6, SIZE, 1, lambda done: None)
    return made


def settings(folder: Path, **more: object) -> TextSettings:
    paths = {"out": folder / "run", "start": folder / "model", "shelf": folder / "shelf"}
    return TextSettings.model_validate({**paths, **COMMON, **SHAPE, **more})


def test_every_positive_has_an_even_share() -> None:
    logits = torch.tensor([[0.0, 0.0, 0.0], [2.0, 0.0, 0.0]])
    loss = towards(logits, torch.tensor([[1.0, 1.0, 0.0], [0.0, 0.0, 0.0]]))
    assert float(loss) == pytest.approx(np.log(3), abs=1e-5)
    one = towards(logits[1:], torch.tensor([[1.0, 0.0, 0.0]]))
    assert float(one) == pytest.approx(-np.log(np.e**2 / (np.e**2 + 2)), abs=1e-5)
    assert float(towards(logits, torch.zeros(2, 3))) == 0


def test_chance_is_that_of_drawing_without_putting_back() -> None:
    assert by_chance(1, 20, 10) == pytest.approx(0.5)
    assert by_chance(2, 4, 2) == pytest.approx(1 - (2 / 4) * (1 / 3))
    assert by_chance(0, 20, 10) == 0
    assert by_chance(20, 20, 3) == by_chance(1, 5, 10) == 1


def test_only_frontal_phantoms_of_the_split_are_described(folder: Path) -> None:
    shard, perception = load(folder / "shelf", ["phantom-1000", "phantom-800000000"]), open_perception(folder / "model")
    train, val = (describe(shard, perception, split) for split in ("train", "val"))
    frontal = sum(view.projection.frontal for case in shard.cases for view in case.study.views)
    assert len(train.cases) + len(val.cases) == frontal < len(shard.keys)
    assert {case.split for case in train.cases} == {"train"}
    assert train.films.shape == (len(train.cases), EMBEDDING)


def test_a_batch_pairs_every_film_with_a_report_and_a_query(folder: Path) -> None:
    shard = load(folder / "shelf", ["phantom-1000"])
    described = describe(shard, open_perception(folder / "model"), "train")
    batch = Collator(described, open_words(folder / "model"))([0, 1, 2])
    assert batch["films"].shape == (3, EMBEDDING)
    assert batch["fits"].shape == (6, 3)
    assert int(batch["owner"].max()) == 5
    assert (batch["fits"][torch.arange(6), torch.arange(6) // 2] == 1).all()
    card = TextCard(space="", tokens="", vocabulary=open_words(folder / "model").vocabulary, embedding=EMBEDDING)
    assert torch.isfinite(Matching(card)(**batch)["loss"])


def test_the_text_side_lies_beside_the_heads_it_was_fitted_to(folder: Path) -> None:
    before = {file.name: file.read_bytes() for file in (folder / "model").glob("heads.*")}
    model = run(settings(folder))
    perception = open_perception(model)
    side = open_text(model, perception)
    assert side.card.space == space_hash(perception)
    assert {"report_recall@10", "report_recall@10_by_chance"} <= set(side.card.scores)
    assert side.embed(CORPUS).shape == (3, EMBEDDING)
    assert before == {file.name: file.read_bytes() for file in (folder / "model").glob("heads.*")}
    assert (folder / "run" / side.card.space / "run.yaml").is_file()


def test_evaluation_phantoms_are_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    case = make_phantom(900_000_000, 32)[0].case
    shard = load(folder / "shelf", ["phantom-1000"])
    spoilt = type(shard)(shard.images, shard.dense, shard.keys, (*shard.cases, case), shard.questions)
    monkeypatch.setattr(text, "load", lambda shelf, names: spoilt)
    with pytest.raises(SightlineError, match="phantom seed 900000000"):
        run(settings(folder))


def test_a_shelf_without_phantoms_to_learn_from_is_refused(folder: Path) -> None:
    with pytest.raises(SightlineError, match="no frontal phantom"):
        run(settings(folder, shards=["phantom-800000000"]))


def test_the_shipped_configuration_can_be_read() -> None:
    assert TextSettings.read(Path("train/configs/text-mini.yaml")).batch == 256
