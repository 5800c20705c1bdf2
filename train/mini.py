"""`make mini`: the bundled model from nothing. Every step keeps what it finished, so a stopped run goes on.

stock (phantoms and, where the folder of real data is there, real films) -> encoder -> sharpen -> gate -> thresholds ->
align -> sft -> settle -> text -> calibrate -> evaluate -> card. `--install` puts the result where the package loads it
from.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
import yaml

from mllm.model.bundled import MINI
from mllm.model.heads import open_perception
from mllm.model.loading import weights_hash
from radiology.errors import SightlineError
from train.calibration import Amount, calibrate_folder
from train.card import write_card
from train.gate import GateSettings
from train.gate import run as run_gate
from train.measure import MEASURED, Extent, is_of, measure, say
from train.settings import EncoderSettings, LanguageSettings
from train.shelf import LEARNT_VERSION, load, measured_films, stock_phantoms, stock_source
from train.text import TextSettings
from train.text import run as run_text
from train.thresholds import fit_thresholds
from train.trust import measure_trust

CONFIGS = Path(__file__).parent / "configs"
REAL = {
    "nih": "nih/trainval.parquet",
    "kermany": "kermany/train.parquet",
    "hannover": "hannover/all.parquet",
    "vqa_rad": "vqa_rad/train.parquet",
    "vqa_med_2019": "vqa_med_2019/train.parquet",
}
"""Source -> file below the folder of real data."""
ENCODER_STAGES = {"encoder": "encoder", "sharpen": "encoder"}
LANGUAGE_STAGES = {"align": "align", "sft": "sft", "settle": "sft"}
"""Stages of the tower and of the language model, each with the module that runs it; one starts from the one before."""
FIRST_SEED, VALIDATION_SEED, OLD_SEED = 1000, 800_000_000, 600_000_000
OLD_VERSION = "1"
"""Learnt too, so that scores on it can be compared with those of earlier models."""


@dataclass(frozen=True)
class Scale:
    """How much of everything: phantoms to learn from (`old` of them of the version before) and to validate on, films to
    calibrate on, steps a stage, and what to measure."""

    phantoms: int = 8_000
    old: int = 4_000
    validation: int = 1_000
    calibration: Amount = field(default_factory=Amount)
    max_steps: int = -1
    measured: Extent = field(default_factory=Extent)


FULL = Scale()
SMOKE = Scale(
    phantoms=250,
    old=250,
    validation=250,
    calibration=Amount(16, 8, 24, 16),
    max_steps=12,
    measured=Extent(12, 6, 12, 12),
)


def main(arguments: Sequence[str] | None = None) -> None:
    """The command line of `make mini`."""
    parser = argparse.ArgumentParser(prog="python -m train.mini", description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("runs/mini"), help="folder of the run")
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("SIGHTLINE_DATA", "../shared/data")))
    parser.add_argument("--smoke", action="store_true", help="a few steps of everything, in about five minutes")
    parser.add_argument("--install", action="store_true", help="replace the bundled model by the result")
    chosen = parser.parse_args(arguments)
    out = chosen.out.with_name(chosen.out.name + "-smoke") if chosen.smoke else chosen.out
    model = make(out, chosen.data, SMOKE if chosen.smoke else FULL)
    if chosen.install:
        install(model, MINI)
        model = MINI
    say(f"the model is in {model}")


def make(out: Path, data: Path, scale: Scale) -> Path:
    """All steps; gives the folder of the finished model."""
    shards = stock(out / "shelf", data, scale)
    for stage, module in ENCODER_STAGES.items():
        encoded = train_stage(out, stage, EncoderSettings.read(CONFIGS / f"{stage}-mini.yaml"), shards, scale, module)
    if not open_perception(encoded).card.gate_cells:
        paths = {
            "out": encoded,
            "start": encoded,
            "shelf": out / "shelf",
            "shards": shards,
            "max_steps": scale.max_steps,
        }
        run_gate(GateSettings.read(CONFIGS / "gate-mini.yaml").model_copy(update=paths))
    if not open_perception(encoded).thresholds:
        fit_thresholds(encoded, out / "shelf", shards)
    for stage, module in LANGUAGE_STAGES.items():
        tuned = train_stage(out, stage, LanguageSettings.read(CONFIGS / f"{stage}-mini.yaml"), shards, scale, module)
    if not (tuned / "text.json").exists():
        words = TextSettings.read(CONFIGS / "text-mini.yaml")
        paths = {"out": out / "text", "start": tuned, "shelf": out / "shelf", "shards": shards}
        run_text(words.model_copy(update={**paths, "max_steps": scale.max_steps}))
    finish(out, tuned, data, shards, scale)
    return tuned


def stock(shelf: Path, data: Path, scale: Scale) -> list[str]:
    """The names of the shards to learn from, made where they are missing."""
    settings = EncoderSettings.read(CONFIGS / "encoder-mini.yaml")
    workers = os.cpu_count() or 1

    def phantoms(first: int, count: int, version: str = LEARNT_VERSION) -> list[str]:
        size = settings.image_size
        return stock_phantoms(shelf, first, count, size, workers, lambda done: say(f"phantoms: {done}"), version)

    shards = phantoms(FIRST_SEED, scale.phantoms) + phantoms(VALIDATION_SEED, scale.validation)
    shards += phantoms(OLD_SEED, scale.old, OLD_VERSION)
    if not data.is_dir():
        say(f"{data}: no such folder, so this model learns from phantoms alone")
        return shards
    held = [(source, file) for source, (file, split) in MEASURED.items() if split == "all"]
    work = shelf / "work" / "measured"
    barred = np.concatenate([measured_films(s, data / file, work, settings.image_size) for s, file in held])
    for source, file in REAL.items():
        say(f"{source}: reading")
        shards.append(stock_source(shelf, source, data / file, settings.image_size, barred))
    return shards


def train_stage(
    out: Path,
    stage: str,
    settings: EncoderSettings | LanguageSettings,
    shards: list[str],
    scale: Scale,
    module: str,
) -> Path:
    """Run `stage` by `module` in its own processes, one a GPU or else one a core; gives its folder."""
    folder = out / stage
    if (folder / "heads.safetensors").exists():
        return folder
    paths: dict[str, object] = {"out": folder, "shelf": out / "shelf", "shards": shards, "max_steps": scale.max_steps}
    if settings.start is not None:
        paths["start"] = out / settings.start.name
    config = out / f"{stage}.yaml"
    config.write_text(yaml.safe_dump(settings.model_copy(update=paths).model_dump(mode="json"), sort_keys=False))
    processes = torch.cuda.device_count() or os.cpu_count() or 1
    launch = [sys.executable, "-m", "torch.distributed.run", "--standalone", f"--nproc_per_node={processes}"]
    subprocess.run([*launch, "-m", f"train.{module}", str(config)], check=True)
    return folder


def finish(out: Path, model: Path, data: Path, shards: list[str], scale: Scale) -> None:
    """Calibrate, measure, and write the card; what was done for these weights before is kept."""
    if not is_of(model / "calibration.json", model, lambda made: made["model_hash"]):
        _calibrate(out, model, data, scale)
    measured, stressed = measure(out, model, data, scale.measured)
    trusted = measure_trust(out, model, data, scale.measured)
    write_card(model, film_counts(out / "shelf", shards), measured, stressed, trusted, weights_hash(model))


def _calibrate(out: Path, model: Path, data: Path, scale: Scale) -> None:
    try:
        calibrate_folder(model, out / "calibration", data, scale.calibration)
    except SightlineError as error:
        say(f"not calibrated, the model says nothing that can be judged: {error}")


def film_counts(shelf: Path, shards: list[str]) -> dict[str, tuple[str, int]]:
    """Source -> (licence, films) of what was learnt from, validation included."""
    counts: dict[str, tuple[str, int]] = {}
    for case in load(shelf, shards).cases:
        licence, n = counts.get(case.source, (case.licence, 0))
        counts[case.source] = (licence, n + len(case.study.views))
    return counts


def install(model: Path, target: Path) -> None:
    """Replace the files of `target` by the model's own: weights, configuration, heads, calibration and card."""
    target.mkdir(parents=True, exist_ok=True)
    for old in target.iterdir():
        if old.is_file():
            old.unlink()
    for file in model.iterdir():
        if file.is_file() and file.suffix in (".json", ".safetensors", ".jinja", ".md"):
            shutil.copy(file, target / file.name)


if __name__ == "__main__":
    main()
