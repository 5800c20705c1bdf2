"""The three stages in a row, a few steps each, on a few small phantoms."""

from __future__ import annotations

import copy
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from mllm.engine.opening import open_engine
from mllm.engine.protocol import Message, Request
from mllm.model.heads import open_perception
from radiology.errors import SightlineError
from train import align, encoder, sft
from train.optimizer import muon_and_adamw
from train.settings import EncoderSettings, LanguageSettings
from train.shelf import stock_phantoms
from train.thresholds import fit_thresholds

SIZE = 64
COMMON = {"epochs": 1, "max_steps": 2, "batch": 4, "learning_rate": 1e-3, "optimizer": "muon", "bf16": False}


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    run = tmp_path_factory.mktemp("run")
    shelf = {"shelf": run / "shelf"}
    names = stock_phantoms(run / "shelf", 1000, 40, SIZE, 1, lambda done: None)
    sizes = {"image_size": SIZE, "width": 32, "heads": 2, "layers": 1}
    encoder.run(EncoderSettings.model_validate({"out": run / "encoder", **shelf, **sizes, **COMMON}))
    fit_thresholds(run / "encoder", run / "shelf", names)
    small = {"vocabulary": 900, "lm_width": 32, "lm_layers": 1, "lm_heads": 2, **shelf, **COMMON}
    align.run(LanguageSettings.model_validate({"out": run / "align", "start": run / "encoder", **small}))
    sft.run(LanguageSettings.model_validate({"out": run / "sft", "start": run / "align", **small}))
    return run


def test_the_heads_fit_the_tower_after_every_stage(trained: Path) -> None:
    hashes = {open_perception(trained / stage).card.tower_hash for stage in ("encoder", "align", "sft")}
    assert len(hashes) == 1


def test_a_second_encoder_stage_goes_on_from_the_first(trained: Path, tmp_path: Path) -> None:
    sizes = {"image_size": SIZE, "width": 32, "heads": 2, "layers": 1}
    still = {"shelf": trained / "shelf", "start": trained / "encoder", **sizes, **COMMON, "learning_rate": 1e-12}
    encoder.run(EncoderSettings.model_validate({"out": tmp_path / "sharpen", **still, "weight_decay": 0.0}))
    before, after = (open_perception(folder) for folder in (trained / "encoder", tmp_path / "sharpen"))
    film = [np.tile(np.arange(SIZE, dtype=np.uint8), (SIZE, 1))]
    for name, value in before.see(film)[0].probabilities.items():
        assert after.see(film)[0].probabilities[name] == pytest.approx(value, abs=0.02), name


def test_an_encoder_of_another_shape_or_none_is_refused(trained: Path, tmp_path: Path) -> None:
    other = {"out": tmp_path, "shelf": trained / "shelf", "image_size": SIZE, "width": 64, "heads": 2, "layers": 1}
    for start, said in ((trained / "encoder", "another shape"), (tmp_path / "none", "no checkpoints")):
        with pytest.raises(SightlineError, match=said):
            encoder.run(EncoderSettings.model_validate({"start": start, **other, **COMMON}))


def test_the_result_writes(trained: Path) -> None:
    engine = open_engine(str(trained / "sft"))
    request = Request((Message("user", "<image>\nWhich view is this?"),), (np.zeros((SIZE, SIZE), np.uint8),))
    written = list(engine.session().stream(request, 3))
    assert engine.image_size == SIZE
    assert len(written) <= 3


def test_muon_takes_the_inner_matrices_alone() -> None:
    network = nn.Sequential(nn.Conv2d(3, 8, 3), nn.Linear(40, 64), nn.LayerNorm(64), nn.Linear(64, 9))
    optimizer = muon_and_adamw(network, 1e-2, 0.0)
    sizes = [sum(len(group["params"]) for group in part.param_groups) for part in optimizer.parts]
    assert sizes == [1, 7]


def test_a_restored_optimizer_goes_on_alike() -> None:
    torch.manual_seed(0)
    first, second = nn.Linear(40, 40), nn.Linear(40, 40)
    second.load_state_dict(first.state_dict())
    one, other = muon_and_adamw(first, 1e-2, 0.1), muon_and_adamw(second, 1e-2, 0.1)
    data = torch.randn(5, 40)

    def step(network: nn.Linear, optimizer: torch.optim.Optimizer) -> None:
        optimizer.zero_grad()
        network(data).square().mean().backward()
        optimizer.step()

    step(first, one)
    second.load_state_dict(first.state_dict())
    other.load_state_dict(copy.deepcopy(one.state_dict()))
    for group in one.param_groups + other.param_groups:
        group["lr"] = 5e-3
    step(first, one)
    step(second, other)
    assert torch.equal(first.weight, second.weight)


def test_adapters_are_not_trained_with_muon(tmp_path: Path) -> None:
    config = tmp_path / "sft.yaml"
    config.write_text(
        "out: o\nshelf: s\nstart: t\nepochs: 1\nbatch: 4\nlearning_rate: 0.001\noptimizer: muon\nlora_rank: 4\n"
    )
    with pytest.raises(SightlineError, match="adamw"):
        LanguageSettings.read(config)
