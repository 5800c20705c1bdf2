from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from mllm.audit.auditor import Auditor, open_auditor, system_user
from mllm.audit.events import Checked, Drafted, Edited, Exported, SignedOff
from mllm.audit.log import default_log, entry_of
from mllm.audit.verify import verify
from radiology.study import Draft


def test_every_kind_of_entry_with_who_and_what(auditor: Auditor, draft: Draft) -> None:
    numbers = [
        auditor.drafted(draft),
        auditor.edited(1, "Before.", "After.", "Dr Bo"),
        auditor.signed_off(1, "After.", "Dr Bo"),
        auditor.exported("study-1", "pdf", b"%PDF", 1),
        auditor.checked(draft),
    ]
    assert numbers == [1, 2, 3, 4, 5]
    drafted, edited, signed, exported, checked = (entry_of(row) for row in auditor.log.rows())
    assert [entry.who for entry in (drafted, edited, signed, exported)] == ["Dr Ada", "Dr Bo", "Dr Bo", "Dr Ada"]
    assert {entry.account for entry in (drafted, edited)} == {"ada"}
    assert isinstance(drafted.event, Drafted)
    assert Draft.model_validate(drafted.event.draft) == draft
    assert (drafted.event.model, drafted.event.prompt_hash, drafted.event.retrieved_ids) == (
        draft.model,
        draft.prompt_hash,
        draft.retrieved_ids,
    )
    assert edited.event == Edited(draft=1, before="Before.", after="After.")
    assert signed.event == SignedOff(draft=1, text="After.", text_hash=hashlib.sha256(b"After.").hexdigest())
    assert isinstance(exported.event, Exported)
    assert exported.event.content_hash == hashlib.sha256(b"%PDF").hexdigest()
    assert isinstance(checked.event, Checked)
    assert verify(auditor.log).problem == ""


def test_opened_for_the_user_of_the_system_in_the_data_folder(draft: Draft, tmp_path: Path) -> None:
    auditor = open_auditor()
    auditor.drafted(draft)
    (entry,) = (entry_of(row) for row in auditor.log.rows())
    assert auditor.log.file == default_log()
    assert entry.who == entry.account == system_user()
    named = open_auditor(tmp_path / "own.sqlite", "Dr Bo")
    assert (named.log.file, named.who, named.account) == (tmp_path / "own.sqlite", "Dr Bo", system_user())


def test_the_environment_does_not_name_the_user(monkeypatch: pytest.MonkeyPatch) -> None:
    before = system_user()
    for name in ("LOGNAME", "USER", "USERNAME"):
        monkeypatch.setenv(name, "somebody else")
    assert system_user() == before
