"""The nouns that travel between packages: frozen, validated, free of pixels and of torch.

`Study` is what is known before reading and holds no truth, so a prompt built from it cannot leak any.
`Case` is a study with its truth or its history. A finding that nobody mentioned is unknown, not absent.
"""

from __future__ import annotations

from datetime import date as Date
from enum import StrEnum
from typing import Annotated, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

NOTICE: Final = "Draft, not for diagnosis"
SCHEMA_VERSION = "2"


class Noun(BaseModel):
    """A frozen record that refuses unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


Length = Annotated[float, Field(gt=0, allow_inf_nan=False)]
"""In mm."""


class Projection(StrEnum):
    PA = "PA"
    AP = "AP"
    LATERAL = "LATERAL"
    UNKNOWN = "UNKNOWN"

    @property
    def frontal(self) -> bool:
        """True unless the view is a lateral: an unknown projection is read as frontal."""
        return self is not Projection.LATERAL


class Certainty(StrEnum):
    PRESENT = "present"
    ABSENT = "absent"
    UNCERTAIN = "uncertain"


class Side(StrEnum):
    LEFT = "left"
    RIGHT = "right"
    BILATERAL = "bilateral"


class Change(StrEnum):
    NEW = "new"
    WORSE = "worse"
    STABLE = "stable"
    BETTER = "better"
    RESOLVED = "resolved"


class Severity(StrEnum):
    SMALL = "small"
    MODERATE = "moderate"
    LARGE = "large"


class View(Noun):
    """One image of a study; `path` is where its pixels are, `pixel_spacing` is (row, column) in mm."""

    id: str
    path: str
    projection: Projection = Projection.UNKNOWN
    width: int = Field(gt=0)
    height: int = Field(gt=0)
    pixel_spacing: tuple[Length, Length] | None = None


class Box(Noun):
    """A rectangle in fractions (0..1) of the full image of view `view`, y pointing down."""

    view: str
    x0: float = Field(ge=0, le=1)
    y0: float = Field(ge=0, le=1)
    x1: float = Field(ge=0, le=1)
    y1: float = Field(ge=0, le=1)

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.x1 <= self.x0 or self.y1 <= self.y0:
            raise ValueError(f"box {self.x0, self.y0, self.x1, self.y1} is empty: x0 < x1 and y0 < y1 are required")
        return self


class Finding(Noun):
    """One finding of a study; `name` is a key of `radiology.findings.FINDINGS`."""

    name: str
    certainty: Certainty = Certainty.PRESENT
    side: Side | None = None
    location: str | None = None
    severity: Severity | None = None
    size_mm: Length | None = None
    count: int | None = Field(default=None, gt=0)
    position: str | None = None
    change: Change | None = None
    boxes: tuple[Box, ...] = ()
    probability: float | None = Field(default=None, ge=0, le=1)


class Mention(Noun):
    """A finding as a sentence states it; `start` and `end` are character offsets into that sentence."""

    finding: Finding
    start: int = Field(ge=0)
    end: int = Field(ge=0)


class Report(Noun):
    indication: str = ""
    technique: str = ""
    comparison: str = ""
    findings: str = ""
    impression: str = ""


class Study(Noun):
    """What is known before reading: views, the patient's sex and age in years, clinical text, priors oldest first.

    `indication` is why the film was asked for, `note` what else the clinicians wrote, such as a referral letter.
    """

    study_id: str
    patient_id: str
    date: Date | None = None
    sex: Literal["F", "M"] | None = None
    age: int | None = Field(default=None, ge=0, le=130)
    views: tuple[View, ...] = ()
    indication: str = ""
    technique: str = ""
    comparison: str = ""
    note: str = ""
    priors: tuple[Case, ...] = ()

    def view(self, projection_is_frontal: bool) -> View | None:
        """The first frontal (True) or lateral (False) view, or None."""
        return next((v for v in self.views if v.projection.frontal is projection_is_frontal), None)


class Case(Noun):
    """A study with its truth or history. `findings` lists what is known, present and absent alike."""

    study: Study
    report: Report | None = None
    findings: tuple[Finding, ...] = ()
    source: str = "unknown"
    licence: str = "unknown"
    split: str = "custom"
    phantom_version: str | None = None
    seed: int | None = None
    cardiothoracic_ratio: float | None = Field(default=None, gt=0, lt=1)

    @property
    def present(self) -> tuple[Finding, ...]:
        return tuple(f for f in self.findings if f.certainty is Certainty.PRESENT)


class Question(Noun):
    """A question about a study; `name` is the finding a yes/no question is about, when there is one."""

    study_id: str
    text: str
    answer: str
    kind: Literal["open", "closed", "choice"]
    choices: tuple[str, ...] = ()
    topic: str = ""
    name: str | None = None


class Evidence(Noun):
    """What supports a sentence. `absence` is a region's opposite: the image-level head sees no such finding.

    `boxes` are where the heads see it: theirs, while those of a sentence are its author's.
    """

    kind: Literal["region", "absence", "prior", "case", "knowledge"]
    id: str
    text: str
    score: float
    boxes: tuple[Box, ...] = ()
    source: str = ""
    licence: str = ""


class Fault(Noun):
    """What a check found: its name, and in one sentence what is against what."""

    check: str
    reason: str


class DraftSentence(Noun):
    """One sentence of a draft; `confidence` is the calibrated probability that all it says is right."""

    text: str
    section: Literal["findings", "impression"]
    findings: tuple[Mention, ...] = ()
    boxes: tuple[Box, ...] = ()
    confidence: float | None = Field(default=None, ge=0, le=1)
    evidence: tuple[Evidence, ...] = ()
    flags: tuple[str, ...] = ()
    faults: tuple[Fault, ...] = ()


class ModelInfo(Noun):
    id: str
    hash: str


class Draft(Noun):
    """A drafted report. `timing` is in seconds; `flags` name what holds for the whole study."""

    schema_version: str = SCHEMA_VERSION
    study_id: str
    flags: tuple[str, ...] = ()
    sentences: tuple[DraftSentence, ...] = ()
    impression: str = ""
    model: ModelInfo
    prompt_hash: str
    retrieved_ids: tuple[str, ...] = ()
    timing: dict[str, float] = Field(default_factory=dict)
    notice: Literal["Draft, not for diagnosis"] = NOTICE


Study.model_rebuild()
