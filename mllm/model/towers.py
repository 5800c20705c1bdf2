"""The vision towers a model can be assembled with, and how many tokens each puts before its patches.

Tried with `LlavaForConditionalGeneration`: strategy "default" cuts exactly one leading token (CLS), so a tower without
one needs "full", else a real patch is lost silently; register tokens are not cut and must be counted.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from radiology.errors import SightlineError

if TYPE_CHECKING:
    from transformers import PretrainedConfig


@dataclass(frozen=True)
class Tower:
    """`cls`: whether a CLS token comes first; `registers`: whether the config's register tokens follow it."""

    cls: bool = True
    registers: bool = False

    @property
    def strategy(self) -> Literal["default", "full"]:
        return "default" if self.cls else "full"


TOWERS: dict[str, Tower] = {
    "clip_vision_model": Tower(),
    "siglip_vision_model": Tower(cls=False),
    "dinov2": Tower(),
    "dinov2_with_registers": Tower(registers=True),
    "dinov3_vit": Tower(registers=True),
    "vit": Tower(),
    "beit": Tower(),
    "ijepa": Tower(cls=False),
    "levit": Tower(cls=False),
}
"""By the configuration's `model_type`."""


def tower_of(config: PretrainedConfig) -> Tower:
    """The row of `config`; SightlineError for a tower that was not tried."""
    if config.model_type not in TOWERS:
        raise SightlineError(f"`{config.model_type}`: not a known vision tower, choose one of {', '.join(TOWERS)}.")
    return TOWERS[config.model_type]


def leading_tokens(config: PretrainedConfig) -> int:
    """Tokens of the tower's output that are not patches: CLS and registers."""
    tower = tower_of(config)
    return int(tower.cls) + (int(config.num_register_tokens) if tower.registers else 0)
