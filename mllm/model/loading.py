"""Any image-text model that transformers knows, from a folder or the hub, in full precision or in 4 or 8 bits."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from safetensors import SafetensorError
from transformers import AutoConfig, AutoModelForImageTextToText, AutoProcessor, BitsAndBytesConfig
from transformers.models.auto.modeling_auto import MODEL_FOR_IMAGE_TEXT_TO_TEXT_MAPPING_NAMES

from radiology.errors import SightlineError

if TYPE_CHECKING:
    from transformers import PreTrainedModel, ProcessorMixin

LOADS = ("4bit", "8bit")
KEPT_WHOLE = ["model.vision_tower", "model.visual", "model.multi_modal_projector", "lm_head"]
"""Never quantised: the full names, since parts of them do not match."""
SMALL = 200_000_000
"""Bytes of weights up to which float32 costs nothing worth saving."""


@dataclass(frozen=True)
class Loaded:
    """A model in evaluation mode and its processor; `hash` names the weights."""

    model: PreTrainedModel
    processor: ProcessorMixin
    id: str
    hash: str


def load_model(source: str | Path, name: str, load: str | None = None) -> Loaded:
    """Load the folder (a Path) or hub id (a str) `source`, called `name` in messages.

    `load`: None, "4bit" or "8bit". SightlineError for what is not a loadable image-text model, in one sentence.
    """
    if load not in (None, *LOADS):
        raise SightlineError(f"`{load}`: not a way to load a model, choose one of {', '.join(LOADS)}.")
    _check_type(source, name)
    try:
        model = AutoModelForImageTextToText.from_pretrained(str(source), **_options(source, load))
        processor = AutoProcessor.from_pretrained(str(source))  # type: ignore[no-untyped-call]
    except ImportError as error:
        raise SightlineError(f"`{name}`: needs a package that is not installed ({_first_line(error)}).") from error
    except (OSError, ValueError, RuntimeError, SafetensorError) as error:
        raise SightlineError(f"`{name}`: cannot be loaded ({_first_line(error)}).") from error
    model.train(False)
    return Loaded(model, processor, name, _hash(source, model))


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
    return sorted([*folder.glob("*.safetensors"), *folder.glob("*.bin")])


def _check_type(source: str | Path, name: str) -> None:
    """Refuse what is no image-text model before its weights are read."""
    if isinstance(source, Path) and not (source / "config.json").is_file():
        raise SightlineError(f"`{name}`: no config.json in this folder, name the folder a model was saved to.")
    try:
        config = AutoConfig.from_pretrained(str(source))
    except (OSError, ValueError) as error:
        if isinstance(source, Path):
            raise SightlineError(f"`{name}`: its config.json cannot be used ({_first_line(error)}).") from error
        raise SightlineError(
            f"`{name}`: not found on the model hub from here, check the id and the connection or name a local folder."
        ) from error
    if config.model_type not in MODEL_FOR_IMAGE_TEXT_TO_TEXT_MAPPING_NAMES:
        raise SightlineError(
            f"`{name}`: its type `{config.model_type}` is not an image-text model, choose one such as LLaVA or Gemma 3."
        )


def _options(source: str | Path, load: str | None) -> dict[str, Any]:
    small = isinstance(source, Path) and sum(file.stat().st_size for file in weight_files(source)) <= SMALL
    options: dict[str, Any] = {"dtype": torch.float32 if small else torch.bfloat16}
    if torch.cuda.is_available():
        options["device_map"] = "auto"
    if load is not None:
        options["quantization_config"] = BitsAndBytesConfig(  # type: ignore[no-untyped-call]
            load_in_4bit=load == "4bit",
            load_in_8bit=load == "8bit",
            bnb_4bit_quant_type="nf4",
            bnb_4bit_compute_dtype=torch.bfloat16,
            llm_int8_skip_modules=KEPT_WHOLE,
        )
    return options


def _hash(source: str | Path, model: PreTrainedModel) -> str:
    """Of a folder its weights, of a hub model the revision that was loaded."""
    if isinstance(source, Path):
        return weights_hash(source)
    return str(getattr(model.config, "_commit_hash", None) or "")


def _first_line(error: BaseException) -> str:
    """The first words of somebody else's error, fit to stand inside our sentence."""
    text = str(error).strip() or type(error).__name__
    return text.splitlines()[0].rstrip(".:")[:200]
