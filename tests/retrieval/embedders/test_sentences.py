"""A sentence-transformers folder with tiny random weights."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import BertConfig, BertModel
from transformers.models.bert.tokenization_bert import BertTokenizer

from radiology.errors import SightlineError
from retrieval.embedders.sentences import open_sentences

WIDTH = 10
WORDS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "left", "right", "pleural", "effusion", "no", "nodule", ".")


def save_model(folder: Path, seed: int = 0, pooling: str = "mean") -> Path:
    pytest.importorskip("sentence_transformers", reason="extra [text] is not installed")
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer

    torch.manual_seed(seed)
    bert = folder / "bert"
    bert.mkdir(parents=True)
    (bert / "vocab.txt").write_text("\n".join(WORDS))
    config = BertConfig(
        vocab_size=len(WORDS), hidden_size=WIDTH, num_hidden_layers=1, num_attention_heads=2, intermediate_size=9
    )
    BertModel(config).save_pretrained(bert)
    BertTokenizer(str(bert / "vocab.txt")).save_pretrained(bert)
    modules = [Transformer(str(bert)), Pooling(WIDTH, pooling)]
    SentenceTransformer(modules=modules, device="cpu").save(str(folder / "model"))
    return folder / "model"


def test_texts_become_rows_of_unit_length(tmp_path: Path) -> None:
    embedder = open_sentences(str(save_model(tmp_path)))
    texts = ["left pleural effusion", "", "nodule " * 2000, "no nodule"] * 6
    rows = embedder.texts(texts)
    assert rows.shape == (24, WIDTH)
    assert rows.dtype == np.float32
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
    assert np.allclose(rows[3], embedder.texts(texts[3:4])[0], atol=1e-5)
    assert embedder.texts([]).shape == (0, WIDTH)


def test_weights_and_modules_are_in_the_name_and_the_place_is_not(tmp_path: Path) -> None:
    kinds = ((0, "mean"), (1, "mean"), (0, "cls"))
    folders = [save_model(tmp_path / f"{seed}{how}", seed, how) for seed, how in kinds]
    names = [open_sentences(str(folder)).id for folder in folders]
    assert len(set(names)) == 3
    assert open_sentences(str(folders[0].rename(tmp_path / "moved"))).id == names[0]


def test_what_is_no_such_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SightlineError, match=r"no modules\.json"):
        open_sentences(str(tmp_path))
    (tmp_path / "modules.json").write_text(json.dumps([{"idx": 0, "name": "0", "path": "", "type": "nonsense.Module"}]))
    pytest.importorskip("sentence_transformers", reason="extra [text] is not installed")
    with pytest.raises(SightlineError, match="cannot be opened by sentence-transformers"):
        open_sentences(str(tmp_path))


def test_without_the_extra_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "modules.json").write_text("[]")
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)
    with pytest.raises(SightlineError, match=r"pip install 'sightline\[text\]'"):
        open_sentences(str(tmp_path))
