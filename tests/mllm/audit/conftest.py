from __future__ import annotations

from pathlib import Path

import pytest

from mllm.audit.auditor import Auditor
from mllm.audit.log import Log
from radiology.imaging.deid.secret import Secret
from radiology.study import Draft, DraftSentence, ModelInfo

SECRET = Secret(b"k" * 32)


@pytest.fixture
def log(tmp_path: Path) -> Log:
    return Log(tmp_path / "audit" / "log.sqlite", SECRET)


@pytest.fixture
def auditor(log: Log) -> Auditor:
    return Auditor(log, "Dr Ada", "ada")


@pytest.fixture
def draft() -> Draft:
    said = (
        DraftSentence(text="The heart is enlarged.", section="findings", confidence=0.8),
        DraftSentence(text="There is no effusion.", section="findings"),
        DraftSentence(text="Cardiomegaly.", section="impression"),
    )
    return Draft(
        study_id="study-1",
        sentences=said,
        impression="Cardiomegaly.",
        model=ModelInfo(id="mini", hash="a" * 64),
        prompt_hash="b" * 64,
        retrieved_ids=("case-1",),
    )
