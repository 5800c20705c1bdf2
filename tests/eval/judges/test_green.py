"""GREEN: answers of the published form and broken ones, a tiny model loaded from a folder, a server."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from eval.judges.green import Green, open_green, read_green
from eval.judges.local import LocalWriter, open_local
from eval.prediction import Prediction
from mllm.engine.protocol import Message
from radiology.errors import SightlineError
from tests.eval.judges.fake_server import FakeWriter, serving

ANSWER = """[Explanation]:
The candidate calls the effusion large (a matter of degree) and adds a nodule.

[Clinically Significant Errors]:
(a) False report of a finding in the candidate: 2. Right nodule; 3 rib fractures
(d) Misassessment of the severity of a finding: 1. Effusion is small

[Clinically Insignificant Errors]:
(b) Missing a finding present in the reference: 1. Old clip
(f) Omitting a comparison detailing a change from a prior study: 2. A; B

[Matched Findings]:
5. Left effusion; no pneumothorax; normal heart; clear right lung; intact bones
"""


def row(prediction: str | None, reference: str) -> Prediction:
    return Prediction(id="s", study_id="s", task="report", prediction=prediction, reference=reference)


def unjudged(verdict: tuple[float, ...]) -> bool:
    return len(verdict) == 8 and all(map(math.isnan, verdict))


def test_the_published_form_is_read() -> None:
    assert read_green(ANSWER) == (5, 2, 0, 0, 1, 0, 0, 3)


@pytest.mark.parametrize(
    ("significant", "matched", "verdict"),
    [
        ("No errors.", "2. A; B", (2, 0, 0, 0, 0, 0, 0, 0)),
        ("(1) False report: 1. X\n(6) Omitting: 2. Y; Z", "No matched findings.", (0, 1, 0, 0, 0, 0, 2, 0)),
        ("(c) Misidentification of a finding's anatomic location/position: 1. T3: low", "1", (1, 0, 0, 1, 0, 0, 0, 0)),
        ("(a) False report: None. See T12: 4\n(b) Missing: 3.", "1. A", (1, 0, 3, 0, 0, 0, 0, 0)),
        ("", "4. A; B; C; D", (4, 0, 0, 0, 0, 0, 0, 0)),
    ],
)
def test_counts_as_a_table(significant: str, matched: str, verdict: tuple[float, ...]) -> None:
    answer = (
        f"[Explanation]:\nText.\n\n[Clinically Significant Errors]:\n{significant}\n\n[Matched Findings]:\n{matched}"
    )
    assert read_green(answer) == verdict
    assert read_green(answer.replace("[", "**[").replace("]:", "]**:")) == verdict


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "I cannot compare these reports.",
        "[Matched Findings]:\n3. A; B; C",
        "[Clinically Significant Errors]:\n(a) False report: 1. X",
        "[Clinically Significant Errors]:\nmany\n\n[Matched Findings]:\n3. A",
        "[Clinically Significant Errors]:\nNo errors\n\n[Matched Findings]:\nthree",
    ],
)
def test_what_cannot_be_read_is_unjudged(answer: str) -> None:
    assert unjudged(read_green(answer))


def test_each_pair_is_asked_once_and_empty_text_not_at_all() -> None:
    writer = FakeWriter(lambda messages: "" if "hopeless" in messages[0]["content"] else ANSWER)
    rows = [row("A {x}.", "B."), row("A {x}.", "B."), row(None, "B."), row("hopeless", "B."), row("A {x}.", " ")]
    verdicts = Green(writer).judge(rows)
    assert verdicts[:3] == [(5, 2, 0, 0, 1, 0, 0, 3)] * 2 + [(0,) * 8]
    assert unjudged(verdicts[3])
    assert unjudged(verdicts[4])
    ((first, second),) = writer.rounds
    text = first[0]["content"]
    assert (len(first), first[0]["role"]) == (1, "user")
    assert text.index("Reference report:\nB.") < text.index("Candidate report:\nA {x}.")
    assert "hopeless" in second[0]["content"]


def test_a_server_is_asked() -> None:
    with serving(lambda messages: ANSWER) as (url, asked):
        judge = open_green(url + "#judge-7b")
        assert judge.judge([row("A.", "B.")]) == [(5, 2, 0, 0, 1, 0, 0, 3)]
    assert (judge.name, len(asked)) == ("green", 1)
    assert judge.identity.startswith("judge-7b, prompt ")


@pytest.fixture(scope="module")
def llama(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A random Llama of two layers that takes 90 tokens."""
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    from mllm.model.assembly import train_tokenizer

    torch.manual_seed(4)
    words = train_tokenizer(("Small left effusion. No nodule. <|user|> <|assistant|>",) * 9, 300)
    words.chat_template = None
    config = LlamaConfig(
        vocab_size=len(words), hidden_size=24, intermediate_size=40, num_hidden_layers=2, num_attention_heads=3,
        max_position_embeddings=90, eos_token_id=words.eos_token_id, bos_token_id=None, initializer_range=0.5,
    )  # fmt: skip
    folder = tmp_path_factory.mktemp("llama")
    LlamaForCausalLM(config).save_pretrained(folder)
    words.save_pretrained(folder)
    return folder


def turns(text: str) -> tuple[Message, ...]:
    return (Message("user", text),)


def test_a_local_model_writes_the_same_alone_and_in_a_batch(llama: Path) -> None:
    writer = open_local(str(llama))
    asked = [turns("left"), turns("No nodule. Small left effusion."), turns("left effusion. " * 60), turns("nodule")]
    together = writer.write(asked, 6)
    assert together == [writer.write([each], 6)[0] for each in asked]
    assert together[2] is None  # longer than the model takes
    assert all(isinstance(text, str) for text in (together[0], together[1], together[3]))
    assert together[0] != together[1]
    assert writer.identity == open_local(str(llama)).identity != ""


def test_both_spellings_of_chat_templates_are_served(llama: Path) -> None:
    ours = open_local(str(llama))
    plain = ours.write([turns("left")], 5)
    for speaker, text, user in (("role", "content", "user"), ("from", "value", "human")):
        said = f"'<|user|>\\n' + m['{text}'] + eos_token + '\\n'"
        turn = f"{{% if m['{speaker}'] == '{user}' %}}{{{{ {said} }}}}{{% endif %}}"
        opening = "{% if add_generation_prompt %}{{ '<|assistant|>\\n' }}{% endif %}"
        ours._tokenizer.chat_template = "{% for m in messages %}" + turn + "{% endfor %}" + opening
        assert ours.write([turns("left")], 5) == plain


def test_a_random_model_judges_nothing(llama: Path) -> None:
    judge = open_green(str(llama))
    assert isinstance(judge, Green)
    assert isinstance(judge._writer, LocalWriter)
    (verdict,) = judge.judge([row("Small effusion.", "Left effusion.")])
    assert unjudged(verdict)


def test_what_does_not_load_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(SightlineError, match="cannot be loaded as a text model"):
        open_green(str(tmp_path))


def test_weights_that_are_missing_are_not_made_up(llama: Path, tmp_path: Path) -> None:
    from transformers import AutoModel

    AutoModel.from_pretrained(llama).save_pretrained(tmp_path)  # without the head that writes
    open_local(str(llama))._tokenizer.save_pretrained(tmp_path)
    with pytest.raises(SightlineError, match=r"lacks the weight lm_head\.weight"):
        open_green(str(tmp_path))
