"""BERTScore: each word piece of one report finds its likest in the other (Zhang et al., ICLR 2020).

No inverse document frequencies, no rescaling. Shapes: B reports, T word pieces, D hidden.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from safetensors import SafetensorError
from torch.nn import functional as F
from transformers import AutoConfig, AutoModel, AutoTokenizer, GPT2Tokenizer, RobertaTokenizer

from eval.judges.protocol import texts
from eval.judges.weights import check_pieces, device, first_line, needed, split_choice
from eval.prediction import Prediction
from mllm.model.loading import weights_hash
from radiology.errors import SightlineError

if TYPE_CHECKING:
    from transformers import PretrainedConfig, PreTrainedModel, PreTrainedTokenizerBase

BEST_LAYERS = {
    "bert-base-uncased": 9,
    "bert-large-uncased": 18,
    "roberta-base": 10,
    "roberta-large": 17,
    "distilroberta-base": 5,
    "distilbert-base-uncased": 5,
    "deberta-large-mnli": 18,
    "deberta-xlarge-mnli": 40,
}
"""The layer that agreed best with people on WMT16, as published with BERTScore; of other encoders the last is taken."""
BATCH = 16


@dataclass(frozen=True)
class BertScore:
    """Verdict: precision, recall and F1; all 0 where either text is empty."""

    identity: str
    encoder: PreTrainedModel
    tokenizer: PreTrainedTokenizerBase
    layer: int
    name: str = "bertscore"

    def judge(self, rows: Sequence[Prediction]) -> list[tuple[float, ...]]:
        verdicts: list[tuple[float, ...]] = []
        for start in range(0, len(rows), BATCH):
            predictions, references = texts(rows[start : start + BATCH])
            pairs = zip(self.embed(predictions), self.embed(references), strict=True)
            verdicts += [_match(*predicted, *true) for predicted, true in pairs]
        return verdicts

    @torch.inference_mode()
    def embed(self, reports: Sequence[str]) -> list[tuple[torch.Tensor, torch.Tensor]]:
        """Of each report the unit vectors of its pieces [T, D], and which of these [T] are neither CLS nor SEP."""
        lead = " " if isinstance(self.tokenizer, RobertaTokenizer | GPT2Tokenizer) else ""
        clean = [lead + report.strip() if report.strip() else "" for report in reports]
        inputs = self.tokenizer(clean, padding=True, truncation=True, max_length=self._room, return_tensors="pt")
        inputs = inputs.to(self.encoder.device)
        ids, mask = inputs["input_ids"], inputs["attention_mask"]
        layers = self.encoder(input_ids=ids, attention_mask=mask, output_hidden_states=True).hidden_states
        hidden = F.normalize(layers[self.layer], dim=-1)
        ends = torch.tensor([self.tokenizer.cls_token_id, self.tokenizer.sep_token_id], device=ids.device)
        said = ~torch.isin(ids, ends)
        return [(own[real], words[real]) for own, words, real in zip(hidden, said, mask.bool(), strict=True)]

    @property
    def _room(self) -> int:
        """RoBERTa counts positions from behind its padding."""
        config = self.encoder.config
        positions = int(getattr(config, "max_position_embeddings", 512)) - 2 * ("roberta" in str(config.model_type))
        return min(positions, self.tokenizer.model_max_length)


def open_bertscore(where: str) -> BertScore:
    """The encoder in the folder or under the hub id `where`, or its layer 5 with "where#5".

    Raises SightlineError for what is no encoder or has no such layer.
    """
    place, choice = split_choice(where)
    folder = Path(place).expanduser()
    source = str(folder) if folder.is_dir() else place
    try:
        config = AutoConfig.from_pretrained(source)
        layer = _layer(where, folder.name, choice, config)
        encoder = _encoder(where, source)
        tokenizer = AutoTokenizer.from_pretrained(source)
    except (OSError, ValueError, ImportError, RuntimeError, SafetensorError) as error:
        raise SightlineError(
            f"`{place}`: cannot be loaded as an encoder ({first_line(error)}), name the folder or hub id of one "
            "such as distilroberta-base."
        ) from error
    check_pieces(place, tokenizer, config.vocab_size)
    known = weights_hash(folder) if folder.is_dir() else str(getattr(encoder.config, "_commit_hash", None) or "")
    name = folder.name if folder.is_dir() else place
    return BertScore(f"{name}#{layer} {known[:8]}".strip(), encoder.to(device()), tokenizer, layer)  # type: ignore[arg-type]


def _layer(where: str, name: str, choice: str, config: PretrainedConfig) -> int:
    if config.is_encoder_decoder:
        raise SightlineError(f"`{where}`: is an encoder with a decoder, name an encoder such as distilroberta-base.")
    count = int(config.num_hidden_layers)
    if not choice:
        return min(BEST_LAYERS.get(name, count), count)
    if not choice.isdecimal() or not 1 <= int(choice) <= count:
        raise SightlineError(f"`{where}`: `{choice}` is no layer of this encoder, choose one from 1 to {count}.")
    return int(choice)


def _encoder(where: str, source: str) -> PreTrainedModel:
    """Refuses files that lack a weight, for it would be random."""
    encoder, report = AutoModel.from_pretrained(source, dtype=torch.float32, output_loading_info=True)
    missing = needed(report["missing_keys"])
    if missing:
        raise SightlineError(f"`{where}`: lacks the weight {missing[0]}, name a folder with all weights of an encoder.")
    encoder.train(False)
    return encoder  # type: ignore[no-any-return]


def _match(
    predicted: torch.Tensor, said: torch.Tensor, true: torch.Tensor, meant: torch.Tensor
) -> tuple[float, float, float]:
    if not said.any() or not meant.any():
        return 0.0, 0.0, 0.0
    likeness = predicted @ true.T
    precision = float(likeness.max(dim=1).values[said].mean())
    recall = float(likeness.max(dim=0).values[meant].mean())
    return precision, recall, 2 * precision * recall / (precision + recall) if precision + recall else 0.0
