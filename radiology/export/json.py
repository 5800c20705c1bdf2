"""A draft as JSON, in the schema that `Draft.schema_version` names."""

from __future__ import annotations

from radiology.study import Draft


def to_json(draft: Draft, indent: int | None = None) -> str:
    """The draft alone; `Draft.model_validate_json` reads it back unchanged. One line without `indent`."""
    return draft.model_dump_json(indent=indent)
