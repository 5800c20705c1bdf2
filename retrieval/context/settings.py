"""How much of what was found is shown."""

from __future__ import annotations

from pydantic import Field

from radiology.study import Noun


class ContextSettings(Noun):
    """When a case or an entry is left out, in the order in which it is asked."""

    floor: float = Field(default=0.6, ge=-1, le=1, description="likeness below which nothing is shown")
    same_vector: float = Field(default=0.99, gt=0, le=1, description="likeness of two films from which one is a copy")
    same_text: float = Field(default=0.9, gt=0, le=1, description="share of word runs from which a report is a copy")
    per_patient: int = Field(default=1, ge=1, description="cases of one patient at most")
    drop: float = Field(default=0.03, gt=0, description="gamma: cut at the largest fall log(S_i / S_i+1) above it")
    diversity: float = Field(default=0.0, ge=0, le=1, description="weight of being unlike what is shown already (MMR)")
    most: int = Field(default=5, ge=0, description="cases shown at most")
    tokens: int = Field(default=300, ge=0, description="tokens that all of them may take in the prompt")
