"""What an audit log records: who did what to a draft, when, with which software.

Entries hold text that people wrote; of a film's header they hold what a draft does, its one-way study name.
"""

from __future__ import annotations

import hashlib
from typing import Annotated, Literal, Self

from pydantic import AwareDatetime, Field, JsonValue

from mllm.audit.changes import draft_text
from radiology.study import Draft, ModelInfo, Noun

LONGEST_NAME = 100
"""Characters of a person's name."""
LONGEST_TEXT = 50_000
"""Characters of a report."""

ReportText = Annotated[str, Field(max_length=LONGEST_TEXT)]
Hash = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
Name = Annotated[str, Field(min_length=1, max_length=LONGEST_NAME, pattern=r"^[^\x00-\x1f\x7f-\x9f\u2028\u2029]+$")]
Number = Annotated[int, Field(ge=1)]


class _Weighed(Noun):
    """`draft` is the whole draft as plain JSON, so that a log outlives changes of its schema; `text` is its text."""

    study_id: str
    model: ModelInfo
    prompt_hash: str
    retrieved_ids: tuple[str, ...]
    text: str
    draft: dict[str, JsonValue]

    @classmethod
    def of(cls, draft: Draft) -> Self:
        return cls(
            study_id=draft.study_id,
            model=draft.model,
            prompt_hash=draft.prompt_hash,
            retrieved_ids=draft.retrieved_ids,
            text=draft_text(draft),
            draft=draft.model_dump(mode="json"),
        )


class Drafted(_Weighed):
    """A model wrote a draft."""

    kind: Literal["drafted"] = "drafted"


class Checked(_Weighed):
    """A report from elsewhere was weighed; `model` names its file and hashes its text."""

    kind: Literal["checked"] = "checked"


class Edited(Noun):
    """A person changed the report that entry `draft` began."""

    kind: Literal["edited"] = "edited"
    draft: Number
    before: ReportText
    after: ReportText


class SignedOff(Noun):
    """A person stands for `text`, the report that entry `draft` began; `text_hash` is its sha256."""

    kind: Literal["signed off"] = "signed off"
    draft: Number
    text: ReportText
    text_hash: Hash

    @classmethod
    def of(cls, draft: int, text: str) -> Self:
        return cls(draft=draft, text=text, text_hash=hashlib.sha256(text.encode()).hexdigest())


class Exported(Noun):
    """A draft left as a file of `format`; `content_hash` is the sha256 of its bytes."""

    kind: Literal["exported"] = "exported"
    study_id: str
    format: str
    content_hash: Hash
    draft: Number | None = None


Event = Annotated[Drafted | Checked | Edited | SignedOff | Exported, Field(discriminator="kind")]


class Entry(Noun):
    """One entry. `who` is the name given, `account` the operating system's user, `software` this program's version."""

    number: Number
    at: AwareDatetime
    who: Name
    account: Name
    software: str
    event: Event
