"""A draft as JSON, in the schema that `Draft.schema_version` names."""

from __future__ import annotations

import json
from typing import Any

from radiology.study import NOTICE, SCHEMA_VERSION, Draft


def to_json(draft: Draft, indent: int | None = None) -> str:
    """The draft alone; `Draft.model_validate_json` reads it back unchanged. One line without `indent`."""
    return draft.model_dump_json(indent=indent)


def schema() -> str:
    """The JSON Schema (draft 2020-12) of what `to_json` writes; a copy of it is `docs/draft.schema.json`."""
    head: dict[str, Any] = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"https://sightline.example/draft-{SCHEMA_VERSION}.schema.json",
    }
    body = Draft.model_json_schema(mode="serialization")
    return json.dumps(head | body | {"title": f"Sightline draft. {NOTICE}."}, indent=2) + "\n"
