"""Any vision tower that transformers loads, such as RAD-DINO (Perez-Garcia et al., Nat. Mach. Intell. 2025)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import torch
from PIL import Image
from safetensors import SafetensorError
from transformers import AutoImageProcessor, AutoModel

from mllm.engine.protocol import GrayImage
from mllm.model.compute import compute
from mllm.model.loading import weights_hash
from mllm.model.towers import leading_tokens, tower_of
from radiology.errors import SightlineError
from radiology.imaging.letterbox import letterbox
from retrieval.embedders.batches import in_batches
from retrieval.embedders.protocol import Vectors

if TYPE_CHECKING:
    from transformers import BaseImageProcessor, PreTrainedModel

Pooling = Literal["cls", "mean"]


class VisionEmbedder:
    """Films only. They are letterboxed to the processor's side where it would crop them: what lies at the edge of a
    film, such as the costophrenic angles, is not to be lost. Scaling and normalisation are the processor's."""

    def __init__(self, tower: PreTrainedModel, processor: BaseImageProcessor, pooling: Pooling, weights: str) -> None:
        self._tower, self._processor, self._pooling = tower.train(False), processor, pooling
        self._side = side_of(processor, int(np.max(tower.config.image_size)))
        self.width = int(tower.config.hidden_size)
        self.id = f"vision:{weights}:{pooling}:{self._side}px-letterbox:{_normalisation(processor)}"

    def images(self, images: Sequence[GrayImage]) -> Vectors:
        return in_batches(images, self._embed, self.width)

    @torch.inference_mode()
    def _embed(self, images: Sequence[GrayImage]) -> Vectors:
        squares = [Image.fromarray(letterbox(image, self._side)[0]).convert("RGB") for image in images]
        ready: Any = self._processor
        pixels = ready(squares, return_tensors="pt", do_resize=False, do_center_crop=False, do_pad=False).pixel_values
        out: Any = self._tower(pixel_values=pixels.to(self._tower.device))
        vectors: Vectors = pooled(out, self._pooling, self._tower).float().cpu().numpy()
        return vectors


def pooled(out: Any, pooling: Pooling, tower: PreTrainedModel) -> torch.Tensor:
    """[B, D] of a tower's output: CLS behind its final norm, or the mean of the patches."""
    states: torch.Tensor = out.last_hidden_state
    if pooling == "mean":
        return states[:, leading_tokens(tower.config) :].mean(dim=1)
    return out.pooler_output if tower.config.model_type == "clip_vision_model" else states[:, 0]


def open_vision(what: str) -> VisionEmbedder:
    """`what`: a folder or hub id, followed by `@cls` or `@mean` where the usual pooling is not wanted (CLS if any)."""
    source, _, pooling = what.rpartition("@") if what.endswith(("@cls", "@mean")) else (what, "", "")
    if not source:
        raise SightlineError("`vision:`: names no tower, write `vision:FOLDER` or `vision:OWNER/NAME`.")
    return compute(partial(_open, source, pooling))


def _open(source: str, pooling: str) -> VisionEmbedder:
    folder = Path(source).expanduser()
    place = str(folder) if folder.is_dir() else source
    model, processor = _load(place, source)
    tower = getattr(model, "vision_model", model)
    cls = tower_of(tower.config).cls
    if pooling == "cls" and not cls:
        raise SightlineError(f"`{source}`: a {tower.config.model_type} has no CLS token, write `{source}@mean`.")
    chosen: Pooling = "cls" if cls and pooling != "mean" else "mean"
    weights = weights_hash(folder)[:16] if folder.is_dir() else f"{source}@{model.config._commit_hash}"
    return VisionEmbedder(tower.to("cuda") if torch.cuda.is_available() else tower, processor, chosen, weights)


def _load(place: str, name: str) -> tuple[Any, BaseImageProcessor]:
    try:
        model: Any = AutoModel.from_pretrained(place, dtype=torch.float32, trust_remote_code=False)
        processor = AutoImageProcessor.from_pretrained(  # type: ignore[no-untyped-call]
            place, backend="pil", trust_remote_code=False
        )
    except (ImportError, OSError, ValueError, RuntimeError, SafetensorError) as error:
        said = str(error).strip().partition("\n")[0].rstrip(".:")[:200]
        raise SightlineError(
            f"`{name}`: cannot be opened as a vision tower ({said}); name a folder or hub id with model and processor."
        ) from error
    return model, processor


def side_of(processor: BaseImageProcessor, otherwise: int) -> int:
    """Side in px of the squares a processor makes: of its crop, else of its size."""
    sizes = (getattr(processor, name, None) or {} for name in ("crop_size", "size"))
    sides = (size.get(key) for size in sizes for key in ("height", "max_height", "shortest_edge"))
    return int(next((side for side in sides if side), otherwise))


def _normalisation(processor: Any) -> str:
    mean, spread = (np.round(np.mean(value or 0.0), 4) for value in (processor.image_mean, processor.image_std))
    return f"mean{mean}-std{spread}"
