"""Any image-text model that transformers knows, from a folder or the hub, in full precision or in 4 or 8 bits.

Eight bits are LLM.int8() (Dettmers et al. 2022), four are NF4 (Dettmers et al. 2023), both by bitsandbytes and of the
language model's layers only. They run on a CPU as well as on a GPU.
"""

from __future__ import annotations

import hashlib
import importlib.util
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from accelerate import init_empty_weights
from safetensors import SafetensorError
from transformers import AutoConfig, AutoModelForImageTextToText, AutoProcessor, BitsAndBytesConfig
from transformers.models.auto.modeling_auto import MODEL_FOR_IMAGE_TEXT_TO_TEXT_MAPPING_NAMES

from mllm.model.compute import compute
from radiology.errors import SightlineError

if TYPE_CHECKING:
    from transformers import PretrainedConfig, PreTrainedModel, ProcessorMixin

LOADS = ("4bit", "8bit")
PACKED_INPUTS, PACKED_OUTPUTS = 64, 32
"""What the widths of a layer must be divisible by for a CPU to compute with it in 4 bits."""
TOO_LARGE_FOR_8BIT = ("gemma3",)
"""Types whose activations leave the range of float16, in which LLM.int8() computes: what they write is nonsense."""
SMALL = 200_000_000
"""Bytes of weights up to which float32 costs nothing worth saving."""


@dataclass(frozen=True)
class Loaded:
    """A model in evaluation mode and its processor; `hash` names the weights, `id` also in how many bits they are."""

    model: PreTrainedModel
    processor: ProcessorMixin
    id: str
    hash: str


def load_model(source: str | Path, name: str, load: str | None = None) -> Loaded:
    """Load the folder (a Path) or hub id (a str) `source`, called `name` in messages.

    `load`: None, "4bit" or "8bit". SightlineError for what is not a loadable image-text model, in one sentence.
    """
    if load is not None:
        check_load(load)
    return compute(partial(_load, source, name, load))


def _load(source: str | Path, name: str, load: str | None) -> Loaded:
    config = _config(source, name)
    try:
        options = {**_placed(source), **(_quantised(config, name, load) if load else {})}
        model = AutoModelForImageTextToText.from_pretrained(str(source), trust_remote_code=False, **options)
        processor = AutoProcessor.from_pretrained(str(source), trust_remote_code=False)  # type: ignore[no-untyped-call]
    except ImportError as error:
        raise SightlineError(f"`{name}`: needs a package that is not installed ({_first_line(error)}).") from error
    except (OSError, ValueError, RuntimeError, SafetensorError) as error:
        raise SightlineError(f"`{name}`: cannot be loaded ({_first_line(error)}).") from error
    model.train(False)
    return Loaded(model, processor, f"{name} in {load}" if load else name, _hash(source, model))


def check_load(load: str) -> None:
    """SightlineError for what is no way to load, or not with the packages that are here."""
    if load not in LOADS:
        raise SightlineError(f"`{load}`: not a way to load a model, choose one of {', '.join(LOADS)}.")
    if importlib.util.find_spec("bitsandbytes") is None:
        raise SightlineError(f"`--load {load}`: needs bitsandbytes, run `pip install bitsandbytes` or leave it out.")


def weights_hash(folder: Path) -> str:
    """SHA-256 over the names and bytes of the folder's weight files, heads included; "" when it has none."""
    files = weight_files(folder)
    total = hashlib.sha256()
    for file in files:
        total.update(file.name.encode())
        with file.open("rb") as stream:
            total.update(hashlib.file_digest(stream, "sha256").digest())
    return total.hexdigest() if files else ""


def weight_files(folder: Path) -> list[Path]:
    """All but the text side of the search (`mllm.model.text_head`), which nothing that is written depends on."""
    files = [*folder.glob("*.safetensors"), *folder.glob("*.bin")]
    return sorted(file for file in files if file.name != "text.safetensors")


def _config(source: str | Path, name: str) -> PretrainedConfig:
    """What the model is; what is no image-text model is refused before its weights are read."""
    if isinstance(source, Path) and not (source / "config.json").is_file():
        raise SightlineError(f"`{name}`: no config.json in this folder, name the folder a model was saved to.")
    try:
        config: PretrainedConfig = AutoConfig.from_pretrained(str(source), trust_remote_code=False)
    except (OSError, ValueError) as error:
        if "trust_remote_code" in str(error):
            raise SightlineError(
                f"`{name}`: brings code of its own, which is not run here, serve it elsewhere and name its URL."
            ) from error
        if isinstance(source, Path):
            raise SightlineError(f"`{name}`: its config.json cannot be used ({_first_line(error)}).") from error
        raise SightlineError(
            f"`{name}`: not found on the model hub from here, check the id and the connection or name a local folder."
        ) from error
    if config.model_type not in MODEL_FOR_IMAGE_TEXT_TO_TEXT_MAPPING_NAMES:
        raise SightlineError(
            f"`{name}`: its type `{config.model_type}` is not an image-text model, choose one such as LLaVA or Gemma 3."
        )
    return config


def _placed(source: str | Path) -> dict[str, Any]:
    """Precision and place of the weights."""
    small = isinstance(source, Path) and sum(file.stat().st_size for file in weight_files(source)) <= SMALL
    options: dict[str, Any] = {"dtype": torch.float32 if small else torch.bfloat16}
    if torch.cuda.is_available():
        options["device_map"] = "auto"
    return options


def _quantised(config: PretrainedConfig, name: str, load: str) -> dict[str, Any]:
    """How to read the weights in fewer bits."""
    if load == "8bit" and config.model_type.startswith(TOO_LARGE_FOR_8BIT):
        raise SightlineError(f"`{name}`: a {config.model_type} model writes nonsense in 8 bits, use --load 4bit.")
    with init_empty_weights():
        skeleton = AutoModelForImageTextToText.from_config(config)  # type: ignore[no-untyped-call]
    packed_by_cpu = load == "4bit" and not torch.cuda.is_available()
    kept = sorted(set(kept_whole(skeleton, packed_by_cpu)))
    if not quantised_layers(skeleton, kept):
        raise SightlineError(
            f"`{name}`: none of its layers has the widths for 4 bits on a CPU (multiples of {PACKED_INPUTS} in, of "
            f"{PACKED_OUTPUTS} out), use --load 8bit or a GPU."
        )
    quantised = BitsAndBytesConfig(  # type: ignore[no-untyped-call]
        load_in_4bit=load == "4bit",
        load_in_8bit=load == "8bit",
        bnb_4bit_quant_type="nf4",
        bnb_4bit_compute_dtype=torch.bfloat16,
        llm_int8_skip_modules=kept,
    )
    return {"quantization_config": quantised}


def kept_whole(model: PreTrainedModel, packed_by_cpu: bool) -> Iterator[str]:
    """Names of what is not quantised: all but the language model's layers, of these what a CPU cannot pack.

    Full names, for parts of them do not match; a branch of the model that holds no such layer goes by its first name.
    """
    decoder = model.get_decoder()  # type: ignore[no-untyped-call]
    inside = next(name for name, module in model.named_modules() if module is decoder).split(".")
    for name, layer in model.named_modules():
        if not isinstance(layer, torch.nn.Linear):
            continue
        parts = name.split(".")
        shared = next(
            (i for i, (one, other) in enumerate(zip(parts, inside, strict=False)) if one != other), len(inside)
        )
        if shared < len(inside):
            yield ".".join(parts[: shared + 1])
        elif packed_by_cpu and (layer.in_features % PACKED_INPUTS or layer.out_features % PACKED_OUTPUTS):
            yield name


def quantised_layers(model: PreTrainedModel, kept: Iterable[str]) -> list[torch.nn.Linear]:
    """The linear layers that are not in `kept`, nor below what is."""
    whole = tuple(f"{name}." for name in kept)
    return [
        layer
        for name, layer in model.named_modules()
        if isinstance(layer, torch.nn.Linear) and not f"{name}.".startswith(whole)
    ]


def _hash(source: str | Path, model: PreTrainedModel) -> str:
    """Of a folder its weights, of a hub model the revision that was loaded."""
    if isinstance(source, Path):
        return weights_hash(source)
    return str(getattr(model.config, "_commit_hash", None) or "")


def _first_line(error: BaseException) -> str:
    """The first words of somebody else's error, fit to stand inside our sentence."""
    text = str(error).strip() or type(error).__name__
    return text.splitlines()[0].rstrip(".:")[:200]
