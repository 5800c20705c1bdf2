"""Where in the film a sentence comes from: an attribution map of the decoder, and the test whether it means anything.

The map is gradient times activation of the image tokens that enter the projector, for the log-probability of the
phrase: what each patch adds to it, to first order (HiResCAM, Draelos and Carin, arXiv:2011.08891; by captum). A map
shows what moved the decoder. It is no evidence for what the film shows: that comes from the heads, along another path.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from mllm.engine.protocol import Engine, Request
from radiology.errors import SightlineError

if TYPE_CHECKING:
    from transformers import PreTrainedModel

    from mllm.engine.local import LocalEngine

Map = NDArray[np.float32]
PROJECTOR = "multi_modal_projector"


@dataclass(frozen=True)
class Phrase:
    """A phrase as the continuation of `request` and of what was written before it."""

    request: Request
    before: str
    text: str


def attribute(engine: Engine, phrase: Phrase, image: int = 0) -> Map:
    """[G, G] over the patches of image number `image` of the request: 0 where a patch adds nothing, 1 where most.

    Raises SightlineError for a model that is not local, or whose image tokens pass no projector.
    """
    local = _local(engine)
    inputs = _inputs(local, phrase)
    return local.scheduler.run(lambda: _patch_map(local.model, *inputs, image))


def likeness_to_random(engine: Engine, phrases: Sequence[Phrase], seed: int = 0) -> tuple[float, ...]:
    """Rank correlation of each phrase's map with that of a model whose weights are shuffled.

    It is -1 to 1, and near 0 if the map depends on what was learnt (Adebayo et al., Sanity checks for saliency maps,
    NeurIPS 2018). Patches are compared, not pixels, since enlarging makes any two maps alike.
    Raises SightlineError as `attribute` does.
    """
    from scipy.stats import spearmanr

    local = _local(engine)
    other = shuffled(local.model, seed)
    found = []
    for phrase in phrases:
        ours, theirs = attribute(engine, phrase).ravel(), _patch_map(other, *_inputs(local, phrase), 0).ravel()
        flat = ours.min() == ours.max() or theirs.min() == theirs.max()
        found.append(0.0 if flat else float(spearmanr(ours, theirs).statistic))
    return tuple(found)


def shuffled(model: PreTrainedModel, seed: int) -> PreTrainedModel:
    """A model whose weights are the same numbers in random places, tensor by tensor: nothing learnt is left."""
    generator = torch.Generator().manual_seed(seed)
    kind: Any = type(model)
    other: PreTrainedModel = kind(copy.deepcopy(model.config)).to(device=model.device, dtype=model.dtype)
    other.load_state_dict(model.state_dict())
    other.train(False)
    with torch.no_grad():
        for weight in other.parameters():
            order = torch.randperm(weight.numel(), generator=generator).to(weight.device)
            weight.copy_(weight.flatten()[order].view_as(weight))
    return other


def _local(engine: Engine) -> LocalEngine:
    from mllm.engine.local import LocalEngine

    if not isinstance(engine, LocalEngine):
        raise SightlineError(f"`{engine.info.id}`: its weights are elsewhere, attribution maps need a local model.")
    if not any(name.endswith(PROJECTOR) for name, _ in engine.model.named_modules()):
        raise SightlineError(
            f"`{engine.info.id}`: its image tokens pass no projector, attribution maps need a model of the LLaVA kind."
        )
    return engine


def _projector(model: nn.Module) -> nn.Module:
    """Raises StopIteration for a model without one."""
    return model.get_submodule(next(name for name, _ in model.named_modules() if name.endswith(PROJECTOR)))


def _inputs(engine: LocalEngine, phrase: Phrase) -> tuple[dict[str, Any], int]:
    """Model inputs of the prompt with all that was written, and the place of the phrase's first token."""
    start = engine.chat.render(phrase.request) + phrase.before.rstrip()
    gap = " " if phrase.before else ""
    whole = engine.inputs([start + gap + phrase.text], [phrase.request.images])
    known = engine.inputs([start], [phrase.request.images])["input_ids"][0].tolist()
    ids = whole["input_ids"][0].tolist()
    engine.room(len(ids))
    first = next((i for i, (a, b) in enumerate(zip(known, ids, strict=False)) if a != b), min(len(known), len(ids) - 1))
    return whole, first


def _patch_map(model: PreTrainedModel, inputs: dict[str, Any], first: int, image: int) -> Map:
    """Gradients are taken of what enters the projector alone, so that the tower may keep what it has cached."""
    from captum.attr import InputXGradient

    projector, targets = _projector(model), inputs["input_ids"][:, first:]
    seen: list[Tensor] = []

    def log_probability(tokens: Tensor) -> Tensor:
        with _entering(projector, lambda given: tokens):
            logits = model(**inputs, use_cache=False).logits[:, first - 1 : -1]
        scores: Tensor = logits.float().log_softmax(-1).gather(-1, targets[..., None]).sum((1, 2))
        return scores

    with torch.inference_mode(False), _frozen(model):
        with torch.no_grad(), _entering(projector, seen.append):
            model(**inputs, use_cache=False)
        given = InputXGradient(log_probability).attribute(seen[0].clone().requires_grad_())
    return _on_grid(given[image].sum(-1).clamp(min=0).detach().float().cpu().numpy())


@contextmanager
def _entering(layer: nn.Module, take: Callable[[Tensor], Tensor | None]) -> Iterator[None]:
    """Have `take` see what enters `layer`, and put what it gives, if anything, in its place."""

    def hook(module: nn.Module, given: tuple[Any, ...]) -> tuple[Any, ...] | None:
        instead = take(given[0])
        return None if instead is None else (instead, *given[1:])

    handle = layer.register_forward_pre_hook(hook)
    try:
        yield
    finally:
        handle.remove()


@contextmanager
def _frozen(model: nn.Module) -> Iterator[None]:
    """No gradients of weights."""
    learnt = [weight for weight in model.parameters() if weight.requires_grad]
    for weight in learnt:
        weight.requires_grad_(False)
    try:
        with torch.enable_grad():
            yield
    finally:
        for weight in learnt:
            weight.requires_grad_(True)


def _on_grid(tokens: NDArray[np.float32]) -> Map:
    """[N] to [G, G], without class and register tokens, which come first; the greatest is 1."""
    side = int(len(tokens) ** 0.5)
    grid = tokens[len(tokens) - side * side :].reshape(side, side)
    return grid / max(float(grid.max()), 1e-12)
