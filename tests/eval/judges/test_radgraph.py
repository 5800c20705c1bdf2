"""RadGraph from an archive of the published layout, and its rewards on graphs worked by hand."""

from __future__ import annotations

import json
import tarfile
from pathlib import Path

import pytest
import torch

from eval.judges.radgraph import open_radgraph
from eval.judges.radgraph_graph import Entity, compare
from eval.judges.radgraph_words import cut_for, first_cut, xl_cut
from eval.prediction import Prediction
from radiology.errors import SightlineError
from tests.eval.judges.tiny_bert import tiny_bert, write_vocabulary

ENTITIES = ("", "OBS-DP", "ANAT-DP", "OBS-DA", "OBS-U")
RELATIONS = ("modify", "located_at", "suggestive_of")
HIDDEN, FEATURES, WIDTH = 24, 6, 3


def row(prediction: str | None, reference: str) -> Prediction:
    return Prediction(id="a", study_id="a", task="report", prediction=prediction, reference=reference)


def layer(inputs: int, outputs: int) -> tuple[torch.Tensor, torch.Tensor]:
    return torch.randn(outputs, inputs) * 3 / inputs**0.5, torch.zeros(outputs)


def random_state(training_set: str) -> dict[str, torch.Tensor]:
    """Weights of all that is read; the last biases were chosen so that every label wins somewhere."""
    torch.manual_seed(1)
    entities, relations = f"{training_set}__ner_labels", f"{training_set}__relation_labels"
    span = 2 * 32 + FEATURES
    spotter = f"_relation._mention_pruners.{relations}._scorer"
    layers = {
        f"_ner._ner_scorers.{entities}.0._module._linear_layers.0": layer(span, HIDDEN),
        f"_ner._ner_scorers.{entities}.0._module._linear_layers.1": layer(HIDDEN, HIDDEN),
        f"_ner._ner_scorers.{entities}.1._module": layer(HIDDEN, len(ENTITIES) - 1),
        f"{spotter}.0._module._linear_layers.0": layer(span, HIDDEN),
        f"{spotter}.0._module._linear_layers.1": layer(HIDDEN, HIDDEN),
        f"{spotter}.1._module": layer(HIDDEN, 1),
        f"_relation._relation_feedforwards.{relations}._linear_layers.0": layer(3 * span, HIDDEN),
        f"_relation._relation_feedforwards.{relations}._linear_layers.1": layer(HIDDEN, HIDDEN),
        f"_relation._relation_scorers.{relations}": layer(HIDDEN, len(RELATIONS)),
    }
    state = {f"{name}.{part}": each[i] for name, each in layers.items() for i, part in enumerate(("weight", "bias"))}
    state[f"_ner._ner_scorers.{entities}.1._module.bias"] = torch.tensor([22.0, -6.0, -14.0, -13.0])
    state[f"_relation._relation_scorers.{relations}.bias"] = torch.tensor([5.0, -12.0, -36.5])
    state["_endpoint_span_extractor._span_width_embedding.weight"] = torch.randn(WIDTH, FEATURES)
    encoder = "_embedder.token_embedder_bert._matched_embedder.transformer_model"
    return state | {f"{encoder}.{name}": tensor for name, tensor in tiny_bert().state_dict().items()}


def config(name: str) -> dict[str, object]:
    bert = {"type": "pretrained_transformer_mismatched", "model_name": name, "max_length": 12}
    modules = {"coref": {"coref_prop": 0}, "ner": {}, "relation": {"spans_per_word": 0.5}, "events": {}}
    weights = {"ner": 0.2, "relation": 1.0, "coref": 0.0, "events": 0.0}
    return {
        "dataset_reader": {"type": "dygie", "max_span_width": WIDTH, "token_indexers": {"bert": bert}},
        "model": {"type": "dygie", "feature_size": FEATURES, "loss_weights": weights, "modules": modules},
    }


def write_archive(folder: Path, training_set: str = "radgraph-xl") -> Path:
    vocabulary = folder / "vocabulary"
    vocabulary.mkdir(parents=True)
    (vocabulary / f"{training_set}__ner_labels.txt").write_text("\n".join(ENTITIES) + "\n")
    (vocabulary / f"{training_set}__relation_labels.txt").write_text("\n".join(RELATIONS) + "\n")
    (vocabulary / "non_padded_namespaces.txt").write_text("*labels\n*tags\n")
    (folder / "config.json").write_text(json.dumps(config("some/bert")))
    torch.save(random_state(training_set), folder / "weights.th")
    write_vocabulary(folder / "encoder")
    tiny_bert().config.save_pretrained(folder / "encoder")
    return folder


CLEAR = (
    Entity("Clear lungs /", "ANAT-DP", 0, 2, (("modify", 0), ("modify", 1))),
    Entity("lungs /", "ANAT-DP", 1, 2),
    Entity("/ heart .", "OBS-DP", 2, 4),
    Entity(".", "OBS-DP", 4, 4),
)
"""What the package radgraph 0.1.18 reads from "Clear lungs/heart." with the weights above; likewise the next two."""
NO_EFFUSION = (
    Entity("The lungs", "ANAT-DP", 0, 1),
    Entity("no effusion (", "ANAT-DP", 5, 7, (("suggestive_of", 1), ("suggestive_of", 2))),
    Entity("right ) .", "ANAT-DP", 8, 10, (("suggestive_of", 1), ("suggestive_of", 2))),
    Entity(") .", "ANAT-DP", 9, 10),
    Entity(".", "OBS-DP", 10, 10),
)
REWARDS = (0.22222222222222224, 0.22222222222222224, 0.16666666666666666, 0.11111111111111112)


@pytest.mark.parametrize("training_set", ["radgraph", "radgraph-xl"])
def test_reads_what_the_published_package_reads(tmp_path: Path, training_set: str) -> None:
    judge = open_radgraph(str(write_archive(tmp_path / "model", training_set)))
    assert judge.read("Clear lungs/heart.") == CLEAR
    assert judge.read("The lungs are clear, no effusion (right).") == NO_EFFUSION
    (verdict,) = judge.judge([row("Clear lungs/heart.", "The lungs are clear, no effusion (right).")])
    assert verdict == pytest.approx(REWARDS)


def test_a_failed_row_shares_nothing(tmp_path: Path) -> None:
    judge = open_radgraph(str(write_archive(tmp_path / "model")))
    assert judge.judge([row(None, "Clear lungs."), row("Clear lungs.", " ")]) == [(0, 0, 0, 0)] * 2


def test_one_word_and_words_the_tokenizer_drops_are_read(tmp_path: Path) -> None:
    judge = open_radgraph(str(write_archive(tmp_path / "model")))
    for report in ("effusion", "\u200d", "\u200d effusion " * 9):
        assert judge.read(report) == judge.read(report)


def test_the_tar_file_is_read_as_the_folder_is(tmp_path: Path) -> None:
    folder = write_archive(tmp_path / "model")
    (folder / "encoder").rename(tmp_path / "encoder")
    with tarfile.open(tmp_path / "radgraph-xl.tar.gz", "w:gz") as archive:
        archive.add(folder, arcname=".")
    for where in (tmp_path / "radgraph-xl.tar.gz", tmp_path, f"{tmp_path}#radgraph-xl"):
        judge = open_radgraph(str(where))
        assert judge.read("Clear lungs/heart.") == CLEAR
        assert judge.identity.startswith("radgraph-xl.tar.gz ")
    with pytest.raises(SightlineError, match=r"no radgraph\.tar\.gz in this folder"):
        open_radgraph(f"{tmp_path}#radgraph")


def test_words_are_cut_as_each_model_learnt_them() -> None:
    report = "No 5.2% rise (small/left).\nPost-op tube, 2-3 cm."
    assert " ".join(first_cut(report)) == "No 5 . 2% rise ( small / left ) . Post-op tube , 2-3 cm ."
    assert " ".join(xl_cut(report)) == "No 5 . 2 % rise ( small / left ) . Post - op tube , 2 - 3 cm ."
    assert xl_cut(r"Clear.\nNo \"mass\"") == ["Clear", ".", "No", "``", "mass", "``"]
    assert (cut_for("radgraph"), cut_for("None"), cut_for("radgraph-xl")) == (first_cut, first_cut, xl_cut)


HEART = Entity("Heart", "ANAT", 0, 0)
LARGE = Entity("large", "OBS", 2, 2, (("located_at", 0),))
LUNG = Entity("lung", "ANAT", 4, 4)


def test_rewards_by_hand() -> None:
    same = (HEART, LARGE)
    assert compare(same, same) == (1, 1, 1, 1)
    assert compare((HEART, LUNG), same) == pytest.approx((1 / 2, 1 / 2, 1 / 2, 1 / 4))
    unrelated = (HEART, Entity("large", "OBS", 2, 2))
    assert compare(unrelated, same) == pytest.approx((1, 1 / 2, 1 / 2, 1 / 2))
    elsewhere = (LUNG, HEART, LARGE)
    assert compare(elsewhere, same) == pytest.approx((4 / 5, 4 / 5, 2 / 5, (4 / 5 + 0) / 2))
    lower = (Entity("heart", "ANAT", 0, 0), LARGE)
    assert compare(lower, same) == pytest.approx((1 / 2, 1 / 2, 1 / 2, 1 / 4))
    assert compare((), same) == compare(same, ()) == compare((), ()) == (0, 0, 0, 0)


def test_what_is_missing_is_named(tmp_path: Path) -> None:
    folder = write_archive(tmp_path / "model")
    state = torch.load(folder / "weights.th", weights_only=True)
    state.pop("_relation._relation_scorers.radgraph-xl__relation_labels.bias")
    torch.save(state, folder / "weights.th")
    with pytest.raises(SightlineError, match=r"lacks the weight _relation\._relation_scorers"):
        open_radgraph(str(folder))
    (folder / "encoder").rename(folder / "bert")
    with pytest.raises(SightlineError, match="encoder some/bert cannot be had"):
        open_radgraph(str(folder))
    (folder / "vocabulary" / "radgraph-xl__relation_labels.txt").unlink()
    with pytest.raises(SightlineError, match=r"no vocabulary/radgraph-xl__relation_labels\.txt"):
        open_radgraph(str(folder))
    (folder / "config.json").write_text("{}")
    with pytest.raises(SightlineError, match=r"config\.json is missing or describes no RadGraph model"):
        open_radgraph(str(folder))
    (folder / "weights.th").unlink()
    with pytest.raises(SightlineError, match=r"no radgraph-xl\.tar\.gz in this folder.*StanfordAIMI/RRG_scorers"):
        open_radgraph(str(folder))
    (folder / "radgraph-xl.tar.gz").write_text("<html>")
    with pytest.raises(SightlineError, match=r"is no tar\.gz archive"):
        open_radgraph(str(folder))


def test_an_encoder_without_its_vocabulary_is_refused(tmp_path: Path) -> None:
    folder = write_archive(tmp_path / "model")
    (folder / "encoder" / "vocab.txt").unlink()
    with pytest.raises(SightlineError, match=r"vocab\.txt"):
        open_radgraph(str(folder))


def test_coreference_is_refused(tmp_path: Path) -> None:
    folder = write_archive(tmp_path / "model")
    text = (folder / "config.json").read_text().replace('"coref": 0.0', '"coref": 1.0')
    (folder / "config.json").write_text(text)
    with pytest.raises(SightlineError, match="uses coreference"):
        open_radgraph(str(folder))
