"""Which column of a table is what: the mapping that makes anybody's table a data set of ours.

A mapping is a YAML or JSON file, or words `FIELD=COLUMN` on the command line; both say the same thing:

    image: path                      image=path
    labels: {Effusion: effusion}     labels.Effusion=pleural_effusion
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import BeforeValidator, Field, ValidationError, field_validator, model_validator

from radiology.datasets.label_names import NORMAL, finding_of, plain
from radiology.errors import SightlineError
from radiology.findings import FINDINGS
from radiology.study import Noun, Projection


def _named(value: Any) -> Any:
    """`a, b` and [a, b] as {a: None, b: None}: columns of which nothing is said but their names."""
    if isinstance(value, str):
        value = [part.strip() for part in value.split(",") if part.strip()]
    return {str(column): None for column in value} if isinstance(value, list) else value


class ColumnMap(Noun):
    """Columns by what they hold; every field may be left out but `image`.

    Rows of one `study` are one study, with the views and questions of all of them; without `study`, rows with the same
    image are. Without `patient`, every study counts as a patient of its own.
    """

    data: str | None = Field(default=None, description="the table, relative to the file of this mapping")
    images: str | None = Field(default=None, description="folder that image paths start from, else the table's own")
    image: Annotated[dict[str, Projection | None], BeforeValidator(_named)] = Field(
        min_length=1, description="columns of images, each with its projection where all of a column have the same"
    )
    study: str | None = None
    patient: str | None = None
    date: str | None = None
    date_format: str | None = Field(
        default=None, description="of strptime, such as %d/%m/%Y; else 2024-02-03, 20240203"
    )
    sex: str | None = None
    age: str | None = None
    view: str | None = Field(default=None, description="column of PA, AP, lateral ...")
    view_names: dict[str, Projection] = Field(default={}, description="word of that column -> projection")
    split: str | None = None
    split_names: dict[str, str] = Field(default={}, description="word of that column -> train, val, test or custom")
    report: str | None = Field(default=None, description="column of whole reports, cut at their headings")
    findings: str | None = None
    impression: str | None = None
    indication: str | None = None
    technique: str | None = None
    comparison: str | None = None
    labels: Annotated[dict[str, str | None], BeforeValidator(_named)] = Field(
        default={}, description="column -> finding; its cells are 1, 0, -1 (uncertain) or empty"
    )
    label_list: str | None = Field(default=None, description="column of lists of what is present")
    label_separator: str = Field(default="|", min_length=1)
    label_names: dict[str, str | None] = Field(default={}, description="word of that list -> finding, or null")
    question: str | None = None
    answer: str | None = None
    choices: str | None = None
    topic: str | None = None
    separator: str | None = Field(
        default=None, description="between the cells of a CSV file; else , or, in .tsv, a tab"
    )
    name: str = Field(default="mapped", pattern=r"^[\w.-]+$", description="`source` of the cases")
    licence: str = "unknown"

    @field_validator("labels")
    @classmethod
    def _find_labels(cls, labels: dict[str, str | None]) -> dict[str, str | None]:
        """A column without a finding is called like one."""
        return {column: name or finding_of(column) or _nothing(column) for column, name in labels.items()}

    @model_validator(mode="after")
    def _check(self) -> ColumnMap:
        for name in (*self.labels.values(), *self.label_names.values()):
            if name is not None and name not in FINDINGS:
                raise ValueError(f"{name} is no finding, name one of `radiology.findings` such as pleural_effusion")
        for split in self.split_names.values():
            if split not in ("train", "val", "test", "custom"):
                raise ValueError(f"split {split} is none of train, val, test, custom")
        if (self.question is None) is not (self.answer is None):
            raise ValueError("question and answer need one another")
        return self

    @property
    def columns(self) -> dict[str, str]:
        """Column -> the field that it was named for."""
        plain_fields = {field: getattr(self, field) for field in _COLUMN_FIELDS}
        named = {column: field for field, column in plain_fields.items() if column is not None}
        return named | dict.fromkeys(self.labels, "labels") | dict.fromkeys(self.image, "image")

    def finding(self, label: str) -> str | None:
        """The finding of a word in `label_list`: what `label_names` says, else one called so."""
        return self.label_names[label] if label in self.label_names else finding_of(label)

    def says_nothing(self, label: str) -> bool:
        """True for words that are known to name no finding."""
        return plain(label) in NORMAL or (label in self.label_names and self.label_names[label] is None)


_COLUMN_FIELDS = (
    *("study", "patient", "date", "sex", "age", "view", "split"),
    *("report", "findings", "impression", "indication", "technique", "comparison"),
    *("label_list", "question", "answer", "choices", "topic"),
)


def _nothing(column: str) -> str:
    raise ValueError(f"column {column} is called like no finding, say which it is: labels.{column}=FINDING")


def read_mapping(file: Path) -> ColumnMap:
    """The mapping in a YAML or JSON file, whose `images` start from where it lies.

    Raises SightlineError naming its first mistake.
    """
    try:
        fields = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise SightlineError(f"`{file}`: is no mapping in YAML or JSON ({_first_line(error)}), correct it.") from error
    if not isinstance(fields, dict):
        raise SightlineError(f"`{file}`: is no mapping of fields to columns, write lines such as `image: path`.")
    mapping = _validated(fields, f"`{file}`")
    if mapping.images is None:
        return mapping
    return mapping.model_copy(update={"images": str(file.absolute().parent / mapping.images)})


def mapping_of(words: Iterable[str], base: ColumnMap | None = None) -> ColumnMap:
    """The mapping that words such as `image=path` and `labels.Edema=edema` give; they outdo those of `base`.

    A word may hold several, separated by commas: `image=path,patient=subject`. Raises SightlineError.
    """
    fields: dict[str, Any] = base.model_dump(exclude_unset=True) if base else {}
    for word in words:
        for pair in _pairs(word):
            _put(fields, pair)
    return _validated(fields, "`--map`")


def _pairs(word: str) -> list[str]:
    """`image=a,b,patient=c` is `image=a,b` and `patient=c`: a part without `=` belongs to the one before."""
    pairs: list[str] = []
    for part in word.split(","):
        if "=" in part or not pairs:
            pairs.append(part)
        else:
            pairs[-1] += f",{part}"
    return pairs


def _put(fields: dict[str, Any], pair: str) -> None:
    field, found, value = pair.partition("=")
    if not found or not field.strip() or not value:
        raise SightlineError(f"`--map {pair}`: is no FIELD=COLUMN, write for example `--map image=path`.")
    field, within, key = field.strip().partition(".")
    if within:
        fields[field] = {**(fields[field] if isinstance(fields.get(field), dict) else {}), key: value}
    else:
        fields[field] = value


def _validated(fields: Mapping[str, Any], where: str) -> ColumnMap:
    try:
        return ColumnMap.model_validate(fields)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        known = f", the fields are {', '.join(ColumnMap.model_fields)}" if first["type"] == "extra_forbidden" else ""
        told = "is no field" if known else first["msg"].removeprefix("Value error, ")
        raise SightlineError(f"{where}: {field + ': ' if field else ''}{told}{known}; correct it.") from error


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0] if str(error) else type(error).__name__
