"""RadGraph's network, for reading only: DyGIE++ (Wadden et al., EMNLP 2019) without coreference and events.

Every span of up to `span_width` words gets a vector and, from it, an entity label or none. The most promising spans are
kept, and each ordered pair of these gets a relation or none.
Shapes: W words, T word pieces, D hidden, S spans, V span vector, K kept spans, E entity labels, L relation labels.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import torch
from torch.nn import functional as F
from transformers import AutoConfig, AutoModel, AutoTokenizer

from eval.judges.radgraph_archive import Archive
from eval.judges.radgraph_graph import Entity, Graph
from eval.judges.weights import check_pieces, device, first_line, load_exactly, under
from radiology.errors import SightlineError

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

_ENCODER = "_embedder.token_embedder_bert._matched_embedder.transformer_model."
_WIDTHS = "_endpoint_span_extractor._span_width_embedding.weight"

Layers = tuple[tuple[torch.Tensor, torch.Tensor], ...]
Span = tuple[int, int]
"""First and last word."""


@dataclass(frozen=True)
class RadGraphModel:
    """`widths` [span_width, features]; the scorers map span vectors to entity labels but the empty one, to how
    promising a span is, and pairs [first; second; product] to relation labels."""

    archive: Archive
    encoder: PreTrainedModel
    tokenizer: PreTrainedTokenizerBase
    widths: torch.Tensor
    entity_scorer: Layers
    span_scorer: Layers
    relation_scorer: Layers

    @torch.inference_mode()
    def read(self, words: Sequence[str]) -> Graph:
        """The entities of a report that is cut into words, in the order of their spans."""
        if not words:
            return ()
        spans = _spans(len(words), self.archive.span_width)
        vectors = self._span_vectors(self._embed(words), spans)
        labels = self._entities(spans, vectors)
        return _graph(words, labels, self._relations(spans, vectors, len(words)))

    def _embed(self, words: Sequence[str]) -> torch.Tensor:
        """[W, D] mean over the pieces of each word; zeros for a word that the tokenizer drops."""
        shown = [word[1:] if word in {"/.", "/?"} else word for word in words]
        pieces = self.tokenizer(shown, add_special_tokens=False)["input_ids"]
        flat = [piece for own in pieces for piece in own]
        hidden = torch.cat([self.widths.new_zeros(0, self.encoder.config.hidden_size), *self._windows(flat)])
        parts = torch.split(hidden, [len(own) for own in pieces])
        return torch.stack([part.sum(dim=0) / max(1, len(part)) for part in parts])

    def _windows(self, pieces: Sequence[int]) -> list[torch.Tensor]:
        """[T, D] in parts: as many pieces at once as the encoder takes, between its CLS and SEP."""
        room = (self.archive.length or self.encoder.config.max_position_embeddings) - 2
        return [self._window(pieces[start : start + room]) for start in range(0, len(pieces), room)]

    def _window(self, pieces: Sequence[int]) -> torch.Tensor:
        ids = [self.tokenizer.cls_token_id, *pieces, self.tokenizer.sep_token_id]
        inputs = torch.tensor([ids], device=self.widths.device)
        hidden = self.encoder(input_ids=inputs, attention_mask=torch.ones_like(inputs)).last_hidden_state
        return torch.as_tensor(hidden[0, 1:-1])

    def _span_vectors(self, words: torch.Tensor, spans: Sequence[Span]) -> torch.Tensor:
        """[S, V]: first word, last word, width."""
        first, last = torch.tensor(spans, device=words.device).T
        return torch.cat([words[first], words[last], self.widths[last - first]], dim=1)

    def _entities(self, spans: Sequence[Span], vectors: torch.Tensor) -> dict[Span, str]:
        chosen = _best(_score(self.entity_scorer, vectors))
        names = self.archive.entity_labels
        return {span: names[label] for span, label in zip(spans, chosen.tolist(), strict=True) if label}

    def _relations(self, spans: Sequence[Span], vectors: torch.Tensor, words: int) -> list[tuple[Span, str, Span]]:
        promise = _score(self.span_scorer, vectors)[:, 0]
        allowed = int(torch.ceil(torch.tensor(float(words)) * self.archive.spans_per_word))
        kept = promise.topk(min(max(1, allowed), len(spans))).indices.sort().values
        chosen = self._pairs(vectors[kept], promise[kept])
        own = [spans[i] for i in kept.tolist()]
        names = self.archive.relation_labels
        return [(own[i], names[int(chosen[i, j]) - 1], own[j]) for i, j in chosen.nonzero().tolist()]

    def _pairs(self, vectors: torch.Tensor, promise: torch.Tensor) -> torch.Tensor:
        """[K, V], [K] -> [K, K] relation labels counted from 1, 0 for none; a row at a time, to save memory."""
        rows = []
        for vector, own in zip(vectors, promise, strict=True):
            pairs = torch.cat([vector.expand_as(vectors), vectors, vector * vectors], dim=1)
            rows.append(_best(_score(self.relation_scorer, pairs) + (own + promise)[:, None]))
        return torch.stack(rows)


def build(archive: Archive) -> RadGraphModel:
    """Raises SightlineError for an encoder that cannot be had, or a weight that is missing."""
    where_to = device()
    tensors = {name: each.to(where_to) for name, each in archive.tensors.items() if not name.startswith(_ENCODER)}
    encoder, tokenizer = _encoder(archive)
    entities, relations = f"{archive.training_set}__ner_labels", f"{archive.training_set}__relation_labels"
    spotter = f"_relation._mention_pruners.{relations}._scorer"
    try:
        return RadGraphModel(
            archive=replace(archive, tensors={}),
            encoder=encoder.to(where_to),  # type: ignore[arg-type]
            tokenizer=tokenizer,
            widths=tensors[_WIDTHS],
            entity_scorer=_layers(tensors, *(f"_ner._ner_scorers.{entities}.{i}._module" for i in (0, 1))),
            span_scorer=_layers(tensors, *(f"{spotter}.{i}._module" for i in (0, 1))),
            relation_scorer=_layers(
                tensors, f"_relation._relation_feedforwards.{relations}", f"_relation._relation_scorers.{relations}"
            ),
        )
    except KeyError as error:
        raise SightlineError(
            f"`{archive.identity}`: lacks the weight {error.args[0]}, it is no RadGraph model."
        ) from None


def _encoder(archive: Archive) -> tuple[PreTrainedModel, PreTrainedTokenizerBase]:
    try:
        config = AutoConfig.from_pretrained(archive.encoder)
        tokenizer = AutoTokenizer.from_pretrained(archive.encoder)
    except (OSError, ValueError) as error:
        raise SightlineError(
            f"`{archive.identity}`: the configuration and tokenizer of its encoder {archive.encoder} cannot be had "
            f"({first_line(error)}), put its config.json and vocab.txt into a folder encoder/ beside the weights."
        ) from error
    check_pieces(archive.encoder, tokenizer, config.vocab_size)
    encoder = AutoModel.from_config(config)  # type: ignore[no-untyped-call]
    load_exactly(encoder, under(archive.tensors, _ENCODER), archive.path)
    return encoder.train(False), tokenizer


def _layers(tensors: Mapping[str, torch.Tensor], hidden: str, last: str) -> Layers:
    """Weights and biases from the first hidden layer to the last. KeyError for the first that is missing."""
    count = max(1, sum(name.startswith(f"{hidden}._linear_layers.") and name.endswith(".bias") for name in tensors))
    names = [*(f"{hidden}._linear_layers.{i}" for i in range(count)), last]
    return tuple((tensors[f"{name}.weight"], tensors[f"{name}.bias"]) for name in names)


def _score(layers: Layers, inputs: torch.Tensor) -> torch.Tensor:
    for weight, bias in layers[:-1]:
        inputs = F.relu(F.linear(inputs, weight, bias))
    return F.linear(inputs, *layers[-1])


def _best(scores: torch.Tensor) -> torch.Tensor:
    """[N, C] -> [N] the best class counted from 1, 0 where no score is above 0."""
    return F.pad(scores, (1, 0)).argmax(dim=1)


def _spans(words: int, width: int) -> list[Span]:
    return [(first, last) for first in range(words) for last in range(first, min(first + width, words))]


def _graph(words: Sequence[str], labels: Mapping[Span, str], found: Sequence[tuple[Span, str, Span]]) -> Graph:
    """Entities with the relations that lead from them to another entity; all other relations are dropped."""
    places = {span: i for i, span in enumerate(labels)}
    return tuple(
        Entity(
            text=" ".join(words[first : last + 1]),
            label=label,
            start=first,
            end=last,
            relations=tuple((kind, places[to]) for of, kind, to in found if of == (first, last) and to in places),
        )
        for (first, last), label in labels.items()
    )
