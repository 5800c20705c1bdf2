"""What do 8 and 4 bits lose, and what do they save?

    python -m benchmarks.quantised [--model FOLDER] [-n 200]     reports of the same phantoms in 32 or 16, 8 and 4 bits
    python -m benchmarks.quantised --memory                      weights of public models, by their published shapes

Losses are paired: the same phantoms, of validation seeds, drafted by the same weights. A model that was never trained
shows what memory is saved and nothing else. Weights are counted as 2 bytes each; quantised layers (`kept_whole` says
which are not) as 1 byte in 8 bits, and in 4 bits as half a byte and a float32 for each 64 of them.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from accelerate import init_empty_weights
from transformers import AutoConfig, AutoModelForImageTextToText

from eval.items import Reports, look
from eval.metrics.bootstrap import LEVEL, RESAMPLES, estimate, patient_weights, plain
from eval.metrics.table import METRICS
from eval.predict import predict
from eval.prediction import Prediction
from mllm.engine.local import LocalEngine
from mllm.engine.opening import open_engine
from mllm.model.loading import LOADS, kept_whole, quantised_layers
from radiology.datasets.jsonl import read_cases
from radiology.datasets.table import Dataset
from radiology.phantom.cohort import Cohort, write_cohort

SEED = 870_000_000
METRIC = METRICS["finding_micro_f1"]
GB = 1e9
CONTEXT = 2048
"""Tokens of a prompt with three images and its report."""
_SO400M = {"hidden_size": 1152, "intermediate_size": 4304}
PUBLIC: dict[str, dict[str, Any]] = {
    "google/medgemma-4b-it": {
        "model_type": "gemma3",
        "text_config": {
            "hidden_size": 2560, "intermediate_size": 10240, "num_hidden_layers": 34, "num_attention_heads": 8,
            "num_key_value_heads": 4, "head_dim": 256, "vocab_size": 262208,
        },
        "vision_config": {
            **_SO400M, "num_attention_heads": 16, "num_hidden_layers": 27, "image_size": 896, "patch_size": 14,
            "vision_use_head": False,
        },
    },
    "lingshu-medical-mllm/Lingshu-7B": {
        "model_type": "qwen2_5_vl",
        "text_config": {
            "hidden_size": 3584, "intermediate_size": 18944, "num_hidden_layers": 28, "num_attention_heads": 28,
            "num_key_value_heads": 4, "vocab_size": 152064,
        },
        "vision_config": {"hidden_size": 1280, "intermediate_size": 3420, "depth": 32, "out_hidden_size": 3584},
    },
    "Qwen/Qwen3-VL-8B-Instruct": {
        "model_type": "qwen3_vl",
        "text_config": {
            "hidden_size": 4096, "intermediate_size": 12288, "num_hidden_layers": 36, "num_attention_heads": 32,
            "num_key_value_heads": 8, "head_dim": 128, "vocab_size": 151936,
        },
        "vision_config": {
            **_SO400M, "num_heads": 16, "depth": 27, "out_hidden_size": 4096, "deepstack_visual_indexes": [8, 16, 24],
        },
    },
}  # fmt: skip
"""Hub id -> the shapes in its config.json."""


def written(engine: LocalEngine, data: Dataset) -> list[Prediction]:
    """One report a phantom, in the order of the cases."""
    return predict(data, engine, look, Reports())


def losses(rows: Sequence[Prediction], whole: Sequence[Prediction]) -> tuple[float, float, float, float]:
    """Score, its difference from full precision with the paired interval of that."""
    differences = np.concatenate(
        [
            METRIC.score(rows, weights) - METRIC.score(whole, weights)
            for weights in patient_weights(whole, RESAMPLES, seed=0)
        ]
    )
    low, high = np.nanquantile(differences, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return plain(rows, METRIC.score), plain(rows, METRIC.score) - plain(whole, METRIC.score), float(low), float(high)


def compare(model: str, n: int) -> None:
    """Print a line for each precision."""
    with tempfile.TemporaryDirectory() as folder:
        data = Dataset(tuple(read_cases(write_cohort(Path(folder), Cohort(n, SEED)))))
        engine = _opened(model, None)
        whole = written(engine, data)
        score, low, high = estimate(whole, METRIC.score)
        print(f"{engine.info.id} {engine.info.hash[:12]}, {n} phantoms of seed {SEED}, {METRIC.name}")
        print(f"{engine.model.dtype}: {_megabytes(engine)}, {score:.3f} ({low:.3f} to {high:.3f})")
        for load in sorted(LOADS, reverse=True):
            engine = _opened(model, load)
            rows = written(engine, data)
            score, change, low, high = losses(rows, whole)
            same = np.mean([a.prediction == b.prediction for a, b in zip(rows, whole, strict=True)])
            print(f"{load}: {_megabytes(engine)}, {score:.3f}, same text {same:.2f},", end=" ")
            print(f"difference {change:+.3f} ({low:+.3f} to {high:+.3f})")


def memory() -> None:
    """Print what each public model needs."""
    print(f"{'model':34s}{'params':>9s}{'bf16':>9s}{'8bit':>9s}{'4bit':>9s}{f'{CONTEXT} tokens':>13s}")
    for name, shapes in PUBLIC.items():
        config = AutoConfig.for_model(**shapes)
        with init_empty_weights():
            model = AutoModelForImageTextToText.from_config(config)  # type: ignore[no-untyped-call]
        model.tie_weights()
        layers = quantised_layers(model, set(kept_whole(model, packed_by_cpu=False)))
        total, packed = (
            sum(w.numel() for w in weights) for weights in (model.parameters(), (x.weight for x in layers))
        )
        bits = [2 * total, 2 * (total - packed) + packed, 2 * (total - packed) + packed * (0.5 + 4 / 64)]
        text = config.get_text_config()
        head = getattr(text, "head_dim", None) or text.hidden_size // text.num_attention_heads
        cache = 2 * 2 * text.num_hidden_layers * text.num_key_value_heads * head * CONTEXT
        sizes = "".join(f"{size / GB:6.1f} GB" for size in bits)
        print(f"{name:34s}{total / 1e9:7.2f} B{sizes}{cache / GB:10.2f} GB")


def _opened(model: str, load: str | None) -> LocalEngine:
    engine = open_engine(model, load)
    if not isinstance(engine, LocalEngine):
        raise SystemExit(f"--model {model} is a server, which chooses its own precision")
    return engine


def _megabytes(engine: LocalEngine) -> str:
    model: Any = engine.model
    return f"{model.get_memory_footprint() / 1e6:.1f} MB of weights"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-n", type=int, default=200, help="phantoms")
    parser.add_argument("--model", default="mini", help="folder or hub id of a local model")
    parser.add_argument("--memory", action="store_true", help="count the weights of public models instead")
    options = parser.parse_args()
    if options.memory:
        memory()
    else:
        compare(options.model, options.n)


if __name__ == "__main__":
    main()
