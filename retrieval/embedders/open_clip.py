"""Image-text models of open_clip, such as BiomedCLIP (Zhang et al., NEJM AI 2025), from the hub or a local folder."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import torch
from PIL import Image
from safetensors import SafetensorError

from mllm.engine.protocol import GrayImage
from mllm.model.compute import compute
from mllm.model.loading import weights_hash
from radiology.errors import SightlineError
from radiology.imaging.letterbox import letterbox
from retrieval.embedders.batches import in_batches
from retrieval.embedders.protocol import Vectors

LOCAL, HUB = "local-dir:", "hf-hub:"
CONFIG = "open_clip_config.json"


class OpenClipEmbedder:
    """Films and texts in one space. Films are letterboxed to the model's side, so that its crop takes nothing away."""

    def __init__(self, model: Any, preprocess: Any, tokenizer: Any, side: int, weights: str) -> None:
        self._model, self._preprocess, self._tokenizer, self._side = model, preprocess, tokenizer, side
        self.width = len(self._read(["film"])[0])
        self.scale = float(model.logit_scale.detach().exp())
        self.id = f"open_clip:{weights}:{side}px-letterbox"

    def images(self, images: Sequence[GrayImage]) -> Vectors:
        return in_batches(images, self._see, self.width)

    def texts(self, texts: Sequence[str]) -> Vectors:
        """A text longer than the model reads is cut."""
        return in_batches(texts, self._read, self.width)

    @torch.inference_mode()
    def _see(self, images: Sequence[GrayImage]) -> Vectors:
        squares = [Image.fromarray(letterbox(image, self._side)[0]).convert("RGB") for image in images]
        pixels = torch.stack([self._preprocess(square) for square in squares])
        vectors: Vectors = self._model.encode_image(pixels.to(self._device)).float().cpu().numpy()
        return vectors

    @torch.inference_mode()
    def _read(self, texts: Sequence[str]) -> Vectors:
        tokens = self._tokenizer(list(texts))
        vectors: Vectors = self._model.encode_text(tokens.to(self._device)).float().cpu().numpy()
        return vectors

    @property
    def _device(self) -> torch.device:
        device: torch.device = self._model.logit_scale.device
        return device


def open_open_clip(what: str) -> OpenClipEmbedder:
    """`what`: a hub id such as `microsoft/BiomedCLIP-PubMedBERT_256-vit_base_patch16_224`, or `local-dir:FOLDER`."""
    return compute(partial(_open, what))


def _open(what: str) -> OpenClipEmbedder:
    open_clip = _library()
    name, folder = _place(what)
    try:
        model, preprocess = open_clip.create_model_from_pretrained(name)
        tokenizer = open_clip.get_tokenizer(name)
    except (OSError, ValueError, RuntimeError, KeyError, TypeError, SafetensorError) as error:
        said = str(error).strip().partition("\n")[0].rstrip(".:")[:200]
        raise SightlineError(
            f"`{what}`: open_clip cannot open it ({said}); a local folder needs {CONFIG}, weights, tokenizer files and "
            "a text tower that is named by a local folder too."
        ) from error
    side = open_clip.get_model_preprocess_cfg(model)["size"]
    weights = weights_hash(folder)[:16] if folder else f"{what}@{_revision(what)}"
    device = "cuda" if torch.cuda.is_available() else "cpu"
    side = side if isinstance(side, int) else side[0]
    return OpenClipEmbedder(model.eval().to(device), preprocess, tokenizer, side, weights)


def _library() -> Any:
    try:
        import open_clip
    except ImportError as error:
        raise SightlineError("`open_clip`: is not installed, run `pip install 'sightline[clip]'`.") from error
    except (RuntimeError, AttributeError) as error:  # the latter where it was tried before
        raise SightlineError(
            "`open_clip`: torchvision does not fit the torch that is installed, install the one from torch's own index "
            "(docs/pytorch.md)."
        ) from error
    return open_clip


def _place(what: str) -> tuple[str, Path | None]:
    """What open_clip calls it, and its folder where it is one."""
    if not what.startswith(LOCAL):
        return f"{HUB}{what.removeprefix(HUB)}", None
    folder = Path(what.removeprefix(LOCAL)).expanduser().resolve()
    if not (folder / CONFIG).is_file():
        raise SightlineError(f"`{folder}`: no {CONFIG} there, name a folder that open_clip saved a model to.")
    return f"{LOCAL}{folder}", folder


def _revision(what: str) -> str:
    """The commit of the hub files that were loaded: the folder they lie in in the cache."""
    from huggingface_hub import try_to_load_from_cache

    path = try_to_load_from_cache(what.removeprefix(HUB), CONFIG)
    return Path(path).parent.name if isinstance(path, str) else ""
