from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from mllm.audit.auditor import Auditor
from mllm.audit.chain import GENESIS, link
from mllm.audit.changes import draft_text
from mllm.audit.export import export_log
from radiology.errors import SightlineError
from radiology.study import Draft


@pytest.fixture
def signed(auditor: Auditor, draft: Draft) -> Auditor:
    auditor.signed_off(auditor.drafted(draft), draft_text(draft).replace("enlarged", "normal"))
    return auditor


def test_entries_can_be_hashed_again_by_anyone(signed: Auditor, tmp_path: Path) -> None:
    assert export_log(signed.log, tmp_path / "log.jsonl") == 2
    previous = GENESIS
    for line in (tmp_path / "log.jsonl").read_text(encoding="utf-8").splitlines():
        found = json.loads(line)
        previous = link(previous, json.dumps(found["entry"], sort_keys=True, separators=(",", ":")))
        assert previous == found["hash"]


def test_preferences_have_the_columns_of_trl(signed: Auditor, tmp_path: Path) -> None:
    assert export_log(signed.log, tmp_path / "pairs.jsonl", pairs=True) == 2
    rows = [json.loads(line) for line in (tmp_path / "pairs.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [sorted(row) for row in rows] == [["chosen", "prompt", "rejected", "study_id", "why"]] * 2
    assert rows[1]["chosen"] == "The heart is normal."


def test_nothing_is_exported_of_a_log_that_does_not_verify(signed: Auditor, tmp_path: Path) -> None:
    with closing(sqlite3.connect(signed.log.file, isolation_level=None)) as opened:
        opened.execute("DROP TRIGGER no_change")
    (tmp_path / "log.jsonl").write_text("before", encoding="utf-8")
    with pytest.raises(SightlineError, match="does not verify"):
        export_log(signed.log, tmp_path / "log.jsonl")
    assert (tmp_path / "log.jsonl").read_text(encoding="utf-8") == "before"


def test_a_file_that_cannot_be_written(signed: Auditor, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SightlineError, match="cannot be written"):
        export_log(signed.log, tmp_path / "file" / "log.jsonl")
