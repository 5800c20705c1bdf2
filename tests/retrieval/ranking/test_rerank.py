from __future__ import annotations

from pathlib import Path

import pytest

from radiology.errors import SightlineError
from retrieval.ranking.rerank import open_reranker


def _tiny(folder: Path, labels: int) -> Path:
    """A cross-encoder of random weights that knows a handful of words."""
    from sentence_transformers import CrossEncoder
    from tokenizers import Tokenizer, models, pre_tokenizers, processors
    from transformers import BertConfig, BertForSequenceClassification, PreTrainedTokenizerFast

    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "effusion", "left", "right", "no", "edema"]
    tokenizer = Tokenizer(models.WordLevel({word: i for i, word in enumerate(words)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    fast = PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=tokenizer, pad_token="[PAD]", unk_token="[UNK]", cls_token="[CLS]", sep_token="[SEP]"
    )
    config = BertConfig(
        vocab_size=len(words),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=24,
        max_position_embeddings=32,
        num_labels=labels,  # type: ignore[call-arg]
        initializer_range=1.0,  # so that what it says of two pairs differs
    )
    BertForSequenceClassification(config).save_pretrained(folder / "bare")
    fast.save_pretrained(folder / "bare")
    CrossEncoder(str(folder / "bare"), num_labels=labels, max_length=32).save_pretrained(str(folder / "model"))
    return folder / "model"


def test_a_saved_cross_encoder_scores_pairs(tmp_path: Path) -> None:
    pytest.importorskip("sentence_transformers")
    reader = open_reranker(_tiny(tmp_path, labels=1))
    texts = ["left effusion", "no edema", "left effusion"]
    scores = reader.scores("effusion left", texts)
    assert len(scores) == 3
    assert scores[0] == pytest.approx(scores[2], abs=1e-6)
    assert scores[0] != pytest.approx(scores[1], abs=1e-6)
    assert reader.scores("effusion", []) == []


def test_more_than_one_score_a_pair_is_refused(tmp_path: Path) -> None:
    pytest.importorskip("sentence_transformers")
    with pytest.raises(SightlineError, match="gives 3 scores a pair"):
        open_reranker(_tiny(tmp_path, labels=3))


def test_a_folder_that_holds_none_is_refused(tmp_path: Path) -> None:
    pytest.importorskip("sentence_transformers")
    with pytest.raises(SightlineError, match=r"config\.json is missing"):
        open_reranker(tmp_path)
    (tmp_path / "config.json").write_text("{")
    with pytest.raises(SightlineError, match="is no cross-encoder that can be loaded"):
        open_reranker(tmp_path)
