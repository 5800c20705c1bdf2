"""BERTScore with a tiny encoder, against the definition written out in loops."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file
from transformers import BertModel

from eval.judges.bertscore import open_bertscore
from eval.prediction import Prediction
from radiology.errors import SightlineError
from tests.eval.judges.tiny_bert import PIECES, write_encoder


def row(prediction: str | None, reference: str) -> Prediction:
    return Prediction(id="a", study_id="a", task="report", prediction=prediction, reference=reference)


def vectors(encoder: BertModel, words: tuple[str, ...], layer: int) -> list[torch.Tensor]:
    ids = torch.tensor([[PIECES.index(word) for word in ("[CLS]", *words, "[SEP]")]])
    with torch.inference_mode():
        return list(encoder(input_ids=ids, output_hidden_states=True).hidden_states[layer][0])


def likest(words: list[torch.Tensor], others: list[torch.Tensor]) -> float:
    """Mean over all but CLS and SEP of the cosine with the likest of all others."""
    best = [max(float(torch.cosine_similarity(word, other, dim=0)) for other in others) for word in words[1:-1]]
    return sum(best) / len(best)


@pytest.mark.parametrize("layer", [1, 2, 3])
def test_equals_the_definition(tmp_path: Path, layer: int) -> None:
    encoder = write_encoder(tmp_path / "tiny", layers=3)
    judge = open_bertscore(f"{tmp_path / 'tiny'}#{layer}")
    rows = [row(" Small effusion.", "The lungs are clear, no pneumothorax."), row("Clear lung", "left lung clear")]
    got = judge.judge(rows)
    cut = [
        (("small", "effusion", "."), ("the", "lungs", "are", "clear", ",", "no", "pneumo", "##thorax", ".")),
        (("clear", "lung"), ("left", "lung", "clear")),
    ]
    for verdict, (predicted, true) in zip(got, cut, strict=True):
        p, t = vectors(encoder, predicted, layer), vectors(encoder, true, layer)
        precision, recall = likest(p, t), likest(t, p)
        f1 = 2 * precision * recall / (precision + recall)
        assert verdict == pytest.approx((precision, recall, f1), abs=1e-5)


def test_equal_texts_score_1_and_empty_ones_0(tmp_path: Path) -> None:
    write_encoder(tmp_path)
    rows = [row("clear lung", "clear lung"), row(None, "clear lung"), row("clear lung", " "), row("", "")]
    same, *empty = open_bertscore(str(tmp_path)).judge(rows)
    assert same == pytest.approx((1, 1, 1))
    assert empty == [(0, 0, 0)] * 3


def test_a_report_that_is_too_long_is_cut(tmp_path: Path) -> None:
    write_encoder(tmp_path)
    long, cut = open_bertscore(str(tmp_path)).judge([row("no " * 300, "heart"), row("no " * 38, "heart")])
    assert long == pytest.approx(cut)


def test_the_layer_is_the_one_named_the_published_one_or_the_last(tmp_path: Path) -> None:
    write_encoder(tmp_path / "distilroberta-base", layers=6)
    write_encoder(tmp_path / "other", layers=3)
    assert open_bertscore(str(tmp_path / "distilroberta-base")).identity.startswith("distilroberta-base#5 ")
    assert open_bertscore(str(tmp_path / "other")).identity.startswith("other#3 ")
    assert open_bertscore(f"{tmp_path / 'other'}#2").identity.startswith("other#2 ")
    for wrong in ("0", "4", "last"):
        with pytest.raises(SightlineError, match="choose one from 1 to 3"):
            open_bertscore(f"{tmp_path / 'other'}#{wrong}")


def test_what_is_no_encoder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SightlineError, match="cannot be loaded as an encoder"):
        open_bertscore(str(tmp_path))
    with pytest.raises(SightlineError, match="cannot be loaded as an encoder"):
        open_bertscore("some/repository")


def test_a_missing_weight_is_refused_and_not_made_up(tmp_path: Path) -> None:
    write_encoder(tmp_path)
    weights = load_file(tmp_path / "model.safetensors")
    del weights["encoder.layer.0.output.dense.weight"]
    save_file(weights, tmp_path / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(SightlineError, match=r"lacks the weight encoder\.layer\.0\.output\.dense\.weight"):
        open_bertscore(str(tmp_path))
