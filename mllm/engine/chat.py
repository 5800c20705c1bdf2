"""Requests in the words of a checkpoint: its chat template and its processor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING, Any

from PIL import Image

from mllm.boxes import BOX_TOKENS
from mllm.engine.protocol import GrayImage, Message, Request
from radiology.errors import SightlineError

if TYPE_CHECKING:
    from transformers import BatchFeature, PreTrainedTokenizerBase, ProcessorMixin

MARK = "<image>"


@dataclass(frozen=True)
class Chat:
    """Turns requests into text, text into model inputs and tokens into text, for any number of threads."""

    processor: ProcessorMixin
    name: str
    _alone: Lock = field(default_factory=Lock, repr=False, compare=False)
    """A tokenizer must not be asked twice at once: asking changes how it pads."""

    @cached_property
    def tokenizer(self) -> PreTrainedTokenizerBase:
        return self.processor.tokenizer  # type: ignore[no-any-return]

    @cached_property
    def box_tokens(self) -> bool:
        return set(BOX_TOKENS) <= self.tokenizer.get_vocab().keys()

    def render(self, request: Request) -> str:
        """The prompt as text, up to where the assistant speaks. Raises ValueError if marks and images do not match."""
        marks = sum(message.text.count(MARK) for message in request.messages)
        if marks != len(request.images):
            raise ValueError(f"{marks} {MARK} marks for {len(request.images)} images")
        turns: Any = [{"role": message.role, "content": parts(message)} for message in request.messages]
        try:
            return str(self.processor.apply_chat_template(turns, tokenize=False, add_generation_prompt=True))
        except ValueError as error:
            raise SightlineError(f"`{self.name}`: has no chat template, use an instruction-tuned model.") from error

    def encode(self, texts: Sequence[str], images: Sequence[Sequence[GrayImage]]) -> BatchFeature:
        """Left-padded inputs of a batch: input_ids [B, T], attention_mask [B, T], and what the images became.

        Either every row has images or none has.
        """
        pictures = [[Image.fromarray(image).convert("RGB") for image in row] for row in images]
        with self._alone:
            return self.processor(  # type: ignore[no-any-return]
                text=list(texts),
                images=pictures if any(pictures) else None,
                padding=len(texts) > 1,
                padding_side="left",
                return_tensors="pt",
                add_special_tokens=not self._starts(texts[0]),
            )

    def more(self, text: str) -> list[int]:
        """Tokens of text that continues a prompt."""
        with self._alone:
            return list(self.tokenizer(text, add_special_tokens=False)["input_ids"])

    def decode(self, ids: list[int]) -> str:
        """Text of tokens as they are: special tokens have none, box tokens do."""
        with self._alone:
            return str(self.tokenizer.decode(ids, skip_special_tokens=True, clean_up_tokenization_spaces=False))

    def _starts(self, text: str) -> bool:
        """True when the template wrote the first token itself."""
        start = self.tokenizer.bos_token
        return bool(start) and text.startswith(str(start))


def parts(message: Message) -> list[dict[str, Any]]:
    """Text and image parts of a message, in order: "A <image> B" has three."""
    texts = message.text.split(MARK)
    content: list[dict[str, Any]] = []
    for i, text in enumerate(texts):
        if i:
            content.append({"type": "image"})
        if text or len(texts) == 1:
            content.append({"type": "text", "text": text})
    return content
