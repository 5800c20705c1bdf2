"""CheXbert from a checkpoint of the published layout."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch.nn import functional as F

from eval.judges.chexbert import open_chexbert
from eval.metrics.judged import SEMB
from eval.prediction import Prediction
from radiology.errors import SightlineError
from tests.eval.judges.tiny_bert import PIECES, tiny_bert, write_vocabulary


def row(prediction: str | None, reference: str) -> Prediction:
    return Prediction(id="a", study_id="a", task="report", prediction=prediction, reference=reference)


def random_state() -> dict[str, torch.Tensor]:
    state = {f"module.bert.{name}": tensor for name, tensor in tiny_bert().state_dict().items()}
    for i in range(14):
        classes = 4 if i < 13 else 2
        state |= {f"module.linear_heads.{i}.weight": torch.randn(classes, 32)}
        state |= {f"module.linear_heads.{i}.bias": torch.randn(classes)}
    return state


def save(folder: Path, state: dict[str, torch.Tensor]) -> Path:
    write_vocabulary(folder)
    torch.save({"epoch": 1, "model_state_dict": state}, folder / "chexbert.pth")
    return folder


def step_by_step(state: dict[str, torch.Tensor], *words: str) -> tuple[tuple[float, ...], torch.Tensor]:
    """Classes and CLS vector of a report that is cut into pieces already."""
    ids = torch.tensor([[PIECES.index(word) for word in ("[CLS]", *words, "[SEP]")]])
    with torch.inference_mode():
        cls = tiny_bert()(input_ids=ids).last_hidden_state[0, 0]
    heads = [(state[f"module.linear_heads.{i}.weight"], state[f"module.linear_heads.{i}.bias"]) for i in range(14)]
    return tuple(float((weight @ cls + bias).argmax()) for weight, bias in heads), cls


def test_verdict_is_classes_of_both_reports_and_their_cosine(tmp_path: Path) -> None:
    state = random_state()
    judge = open_chexbert(str(save(tmp_path, state)))
    short, long = row(" Small\n effusion.\n", "The lungs are clear, no pneumothorax."), row("Clear", "clear")
    first, second = judge.judge([short, long])
    predicted, p = step_by_step(state, "small", "effusion", ".")
    true, t = step_by_step(state, "the", "lungs", "are", "clear", ",", "no", "pneumo", "##thorax", ".")
    assert first[:SEMB] == predicted + true
    assert first[SEMB] == pytest.approx(float(F.cosine_similarity(p, t, dim=0)), abs=1e-5)
    assert second[SEMB] == pytest.approx(1)
    assert len({*first[:SEMB]}) > 2


def test_a_failed_row_is_judged_as_empty_text(tmp_path: Path) -> None:
    state = random_state()
    (verdict,) = open_chexbert(str(save(tmp_path, state))).judge([row(None, "Heart.")])
    assert verdict[:14] == step_by_step(state)[0]


def test_a_report_that_is_too_long_is_cut(tmp_path: Path) -> None:
    state = random_state()
    judge = open_chexbert(str(save(tmp_path, state)))
    words = ("no",) * 38
    assert judge.judge([row("no " * 600, "heart")])[0][:14] == step_by_step(state, *words)[0]


def test_identity_names_the_weights(tmp_path: Path) -> None:
    state = random_state()
    one = open_chexbert(str(save(tmp_path / "one", state))).identity
    file = open_chexbert(str(tmp_path / "one" / "chexbert.pth")).identity
    state["module.linear_heads.3.bias"] += 1
    other = open_chexbert(str(save(tmp_path / "other", state))).identity
    assert one.startswith("chexbert.pth ")
    assert one == file != other


def test_what_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(SightlineError, match=r"no chexbert.pth in this folder.*StanfordAIMI/RRG_scorers"):
        open_chexbert(str(tmp_path))
    with pytest.raises(SightlineError, match="no such file or folder"):
        open_chexbert(str(tmp_path / "nowhere.pth"))
    with pytest.raises(SightlineError, match="from the model hub"):
        open_chexbert("some/repository")
    state = random_state()
    del state["module.linear_heads.9.weight"]
    with pytest.raises(SightlineError, match=r"linear_heads\.9"):
        open_chexbert(str(save(tmp_path, state)))
    state = random_state()
    del state["module.bert.encoder.layer.1.output.dense.weight"]
    with pytest.raises(SightlineError, match=r"encoder\.layer\.1\.output\.dense\.weight"):
        open_chexbert(str(save(tmp_path, state)))


def test_files_of_another_kind_are_refused(tmp_path: Path) -> None:
    write_vocabulary(tmp_path)
    (tmp_path / "chexbert.pth").write_text("<html>not found</html>")
    with pytest.raises(SightlineError, match="cannot be read as a torch checkpoint"):
        open_chexbert(str(tmp_path))
    torch.save({"weights": {}}, tmp_path / "chexbert.pth")
    with pytest.raises(SightlineError, match="model_state_dict"):
        open_chexbert(str(tmp_path))
    torch.save({"model_state_dict": {"module.a": torch.zeros(2)}}, tmp_path / "chexbert.pth")
    with pytest.raises(SightlineError, match="is no CheXbert checkpoint"):
        open_chexbert(str(tmp_path))
    save(tmp_path, random_state())
    (tmp_path / "vocab.txt").unlink()
    with pytest.raises(SightlineError, match=r"vocab\.txt"):
        open_chexbert(str(tmp_path))
