"""A causal language model of transformers as a judge's writer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from safetensors import SafetensorError
from transformers import AutoModelForCausalLM, AutoTokenizer

from eval.judges.weights import first_line
from eval.judges.writer import Conversation
from mllm.engine.protocol import Message
from mllm.model.loading import weights_hash
from radiology.errors import SightlineError

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

_SPEAKERS = {"system": "system", "user": "human", "assistant": "gpt"}
"""Some chat templates know turns as `from` and `value`; GREEN's is one."""


def open_local(where: str) -> LocalWriter:
    """The model in the folder or under the hub id `where`. SightlineError for what transformers cannot load."""
    options: dict[str, Any] = {"device_map": "auto"} if torch.cuda.is_available() else {}
    folder = Path(where).expanduser()
    source = str(folder) if folder.is_dir() else where
    try:
        loaded: Any = AutoModelForCausalLM.from_pretrained(source, dtype="auto", output_loading_info=True, **options)
        tokenizer = AutoTokenizer.from_pretrained(source)
    except (OSError, ValueError, RuntimeError, ImportError, SafetensorError) as error:
        raise SightlineError(
            f"`{where}`: cannot be loaded as a text model ({first_line(error)}), name its folder, hub id or URL."
        ) from error
    model, report = loaded
    if report["missing_keys"]:
        lacks = min(report["missing_keys"])
        raise SightlineError(f"`{where}`: lacks the weight {lacks}, name a text model with all its weights.")
    model.train(False)
    known = weights_hash(folder) if folder.is_dir() else str(getattr(model.config, "_commit_hash", None) or "")
    return LocalWriter(model, tokenizer, f"{folder.name if folder.is_dir() else where} {known[:8]}".strip())


class LocalWriter:
    """Writes greedily, a batch at a time; a conversation the model has no room for gets no answer."""

    def __init__(
        self, model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase, identity: str, batch_size: int = 8
    ) -> None:
        self.identity = identity
        self._model = model
        self._tokenizer = tokenizer
        self._batch_size = batch_size
        tokenizer.padding_side = "left"
        if tokenizer.pad_token is None:
            tokenizer.pad_token = tokenizer.eos_token

    def write(self, conversations: Sequence[Conversation], max_new_tokens: int) -> list[str | None]:
        texts = [self._render(turns) for turns in conversations]
        answers: list[str | None] = [None] * len(texts)
        for batch in self._batches(texts):
            written = self._generate([texts[i] for i in batch], max_new_tokens)
            for i, answer in zip(batch, written, strict=True):
                answers[i] = answer
        return answers

    def _render(self, turns: Conversation) -> str:
        if not self._tokenizer.chat_template:
            return _plain(turns, str(self._tokenizer.eos_token or ""))
        named: Any = [
            {"role": turn.role, "content": turn.text, "from": _SPEAKERS[turn.role], "value": turn.text}
            for turn in turns
        ]
        return str(self._tokenizer.apply_chat_template(named, tokenize=False, add_generation_prompt=True))

    def _batches(self, texts: Sequence[str]) -> Iterator[list[int]]:
        """Indices of those that fit, of like length together."""
        lengths = [len(self._encode([text])["input_ids"][0]) for text in texts]
        fitting = sorted((i for i in range(len(texts)) if lengths[i] < self._room), key=lambda i: lengths[i])
        for start in range(0, len(fitting), self._batch_size):
            yield fitting[start : start + self._batch_size]

    @property
    def _room(self) -> int:
        return int(getattr(self._model.config, "max_position_embeddings", None) or 2**31)

    def _encode(self, texts: list[str]) -> Any:
        """Left-padded inputs [B, T]; a template that writes the first token itself gets no second one."""
        start = self._tokenizer.bos_token
        begun = bool(start) and texts[0].startswith(str(start))
        return self._tokenizer(texts, return_tensors="pt", padding=True, add_special_tokens=not begun)

    @torch.inference_mode()
    def _generate(self, texts: list[str], max_new_tokens: int) -> list[str]:
        inputs = self._encode(texts).to(self._model.device)
        length = inputs["input_ids"].shape[1]
        written = self._model.generate(
            input_ids=inputs["input_ids"],
            attention_mask=inputs["attention_mask"],
            max_new_tokens=min(max_new_tokens, self._room - length),
            do_sample=False,
            temperature=None,
            top_p=None,
            top_k=None,
            pad_token_id=self._tokenizer.pad_token_id,
        )  # type: ignore[operator]
        return [str(text) for text in self._tokenizer.batch_decode(written[:, length:], skip_special_tokens=True)]


def _plain(turns: Sequence[Message], end: str) -> str:
    """The turns of a model whose tokenizer brings no template, in the spelling that GREEN was tuned on."""
    return "".join(f"<|{turn.role}|>\n{turn.text}{end}\n" for turn in turns) + "<|assistant|>\n"
