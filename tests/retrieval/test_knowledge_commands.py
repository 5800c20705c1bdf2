from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from radiology.errors import SightlineError
from retrieval.knowledge_commands import knowledge_command


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SIGHTLINE_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def run(*arguments: object) -> Result:
    return CliRunner().invoke(knowledge_command, [str(each) for each in arguments])


def test_a_document_is_added_found_shown_and_removed(tmp_path: Path) -> None:
    path = tmp_path / "house.md"
    path.write_text(
        "# Night shift\n\nThe gastric tubes of the night are read by \x1b[31mDr X\x1b[0m.", encoding="utf-8"
    )
    assert run("add", path).output == "house.md: 1 paragraphs, K1001 to K1001\n"
    assert run("add", path).output == "house.md: 1 paragraphs, K1001 to K1001 (known before)\n"
    assert "K1001 to K1001  house.md" in run("list").output
    found = run("search", "gastric tubes of the night").output
    assert "[K1001] house.md, Night shift" in found
    assert "\x1b" not in found
    assert "Source: house.md" in run("show", "K1001").output
    assert run("remove", "house.md").output == "house.md: removed, 1 paragraphs\n"


def test_our_own_entries_are_listed_and_shown_with_their_works() -> None:
    assert "K12   Silhouette sign" in run("list").output
    shown = run("show", "k12").output
    assert "[K12] Silhouette sign, mimics" in shown
    assert "Felson and Felson" in shown


def test_nothing_that_fits_is_said_on_stderr() -> None:
    result = run("search", "income tax")
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "No entry fits.\n")


def test_one_bad_file_leaves_everything_as_it_was(tmp_path: Path, home: Path) -> None:
    good = tmp_path / "good.txt"
    good.write_text("A rule.", encoding="utf-8")
    result = run("add", good, tmp_path / "bad.docx")
    assert isinstance(result.exception, SightlineError)
    assert not home.exists()
