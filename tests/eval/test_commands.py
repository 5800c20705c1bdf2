"""`sightline eval`: what a user asks for by mistake is refused before anything is done."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from eval.commands import eval_command
from eval.folder import write_predicted
from radiology.errors import SightlineError
from tests.eval.test_compare import predicted


def refused(*arguments: str) -> str:
    result = CliRunner().invoke(eval_command, list(arguments))
    assert isinstance(result.exception, SightlineError)
    return str(result.exception)


@pytest.mark.parametrize("option", ["--benchmark=phantom", "--data=x", "-ox", "--split=test", "--limit=3"])
def test_a_folder_is_scored_as_it_is(option: str, tmp_path: Path) -> None:
    write_predicted(tmp_path, predicted(3))
    assert refused("score", str(tmp_path), option).endswith(
        "a folder says itself what it holds, leave that option out."
    )
    assert not (tmp_path / "scores.json").exists()


def test_a_judge_that_does_not_open_is_found_before_predicting(
    cohort: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("eval.run.predict_benchmark", lambda *given: pytest.fail("asked the model"))
    out = tmp_path / "out"
    told = refused("run", "phantom", "--data", str(cohort), "-o", str(out), "--judge", f"chexbert={tmp_path}/none.pth")
    assert "none.pth`: no such file or folder" in told
    assert not out.exists()


@pytest.mark.parametrize("command", ["stress", "report"])
def test_help_states_defaults_that_stand_in_brackets(command: str) -> None:
    assert "(default:" in " ".join(CliRunner().invoke(eval_command, [command, "--help"]).output.split())
