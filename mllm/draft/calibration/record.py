"""`calibration.json`: how sure a model's sentences are, for each kind of film it was calibrated on.

The file lies in the model folder and is bound to that model's hash. Which kind a film is of is told by its embedding,
so nobody has to say where a film comes from.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Final, Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import ConfigDict, Field, ValidationError, model_validator

from mllm.draft.calibration.conformal import Band
from mllm.draft.calibration.features import FEATURES, Row
from mllm.draft.calibration.logistic import Finite, Logistic
from radiology.errors import SightlineError
from radiology.study import Certainty, Noun

FILE = "calibration.json"
VERSION: Final = 2
KEPT = 64
"""Films of each kind whose embeddings are kept."""
FEWEST = 32
"""Further films without which it cannot be told how near a film of the kind lies to them."""
UNFAMILIAR = 0.03
"""Share of a kind's own films that count as unlike it."""
Text = Literal["draft", "report"]
"""Whose sentences: the model's own draft, or a report that somebody else wrote."""


class Confidence(Finite):
    """Of the sentences of one sort of text. Those less sure than `abstain_below` do not stand; `n` were judged."""

    regression: Logistic
    abstain_below: float = Field(ge=0, le=1)
    n: int

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if len(self.regression.weights) != len(FEATURES):
            raise ValueError(f"{len(self.regression.weights)} weights for {len(FEATURES)} features")
        return self


class Kind(Finite):
    """What was learnt on one set of films. `films` are unit-length embeddings of some of them; a film counts as of
    this kind if its cosine to the nearest of them is `familiar` or more."""

    name: str
    n: int
    films: tuple[tuple[float, ...], ...]
    familiar: float
    draft: Confidence
    report: Confidence
    bands: dict[str, Band]

    def of(self, text: Text) -> Confidence:
        return self.draft if text == "draft" else self.report

    def undecided(self, name: str, probability: float) -> bool:
        """Whether the prediction set of finding `name` holds both presence and absence."""
        return name in self.bands and self.bands[name].set_of(probability) >= {Certainty.PRESENT, Certainty.ABSENT}


class Calibration(Finite):
    """`coverage` is that of the prediction sets, `risk` the share of standing sentences that may be wrong."""

    version: Literal[2] = VERSION
    model_hash: str
    features: tuple[str, ...] = FEATURES
    coverage: float = Field(gt=0, lt=1)
    risk: float = Field(gt=0, lt=1)
    kinds: tuple[Kind, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _of_one_length(self) -> Self:
        if len({len(film) for kind in self.kinds for film in kind.films}) != 1:
            raise ValueError("the films' embeddings are not of one length")
        return self

    def kind(self, embedding: Sequence[float] | NDArray[np.float32]) -> Kind:
        """The kind with the film nearest to `embedding` [D]."""
        return self.kinds[int(np.argmax(self._nearness(embedding)))]

    def knows(self, embedding: Sequence[float] | NDArray[np.float32]) -> bool:
        """Whether a film with this `embedding` [D] is like those of its kind."""
        nearness = self._nearness(embedding)
        return float(nearness.max()) >= self.kinds[int(nearness.argmax())].familiar

    def confidence(self, row: Row, kind: Kind, text: Text = "draft") -> float:
        """The probability that a sentence of a film of `kind` is right."""
        return kind.of(text).regression.confidence(row)

    def _nearness(self, embedding: Sequence[float] | NDArray[np.float32]) -> NDArray[np.float64]:
        """The cosine to the nearest film of each kind."""
        near = [films @ np.asarray(embedding, np.float64) for films in self._films]
        return np.array([cosines.max() for cosines in near])

    @cached_property
    def _films(self) -> tuple[NDArray[np.float64], ...]:
        return tuple(np.array(kind.films) for kind in self.kinds)

    def save(self, folder: Path) -> Path:
        """Write `calibration.json` into a model folder, whole or not at all."""
        path = folder / FILE
        draft = folder / f".{FILE}.part"
        draft.write_text(self.model_dump_json() + "\n", encoding="utf-8")
        draft.replace(path)
        return path


def known_films(embeddings: NDArray[np.float32]) -> tuple[tuple[tuple[float, ...], ...], float]:
    """(films, familiar) of a kind from the `embeddings` [N, D] of all its films.

    All but `UNFAMILIAR` of the films that are not kept count as familiar; with too few to tell, every film does.
    """
    rows = embeddings.astype(np.float64)
    kept, rest = np.round(rows[:KEPT], 3), rows[KEPT:]
    familiar = float(np.quantile((rest @ kept.T).max(axis=1), UNFAMILIAR)) if len(rest) >= FEWEST else -1.0
    return tuple(map(tuple, kept.tolist())), familiar


def load_calibration(folder: Path, model_hash: str) -> Calibration | None:
    """The calibration of the model in `folder`, None without one; another model's or another version's is refused."""
    path = folder / FILE
    if not path.is_file():
        return None
    fix = "calibrate the model again with `python -m train.calibration FOLDER`"
    try:
        found = Calibration.model_validate_json(path.read_bytes())
    except ValidationError as error:
        what = "made by another version of Sightline" if _of_another_version(path) else "not a calibration file"
        raise SightlineError(f"`{path}`: {what}, {fix}.") from error
    if found.model_hash != model_hash:
        raise SightlineError(f"`{path}`: made for model {found.model_hash[:12]}, not {model_hash[:12]}, {fix}.")
    if found.features != FEATURES:
        raise SightlineError(f"`{path}`: made by another version of Sightline, {fix}.")
    return found


class _Marked(Noun):
    """What tells any version's file from another JSON; the first ones had no version."""

    model_config = ConfigDict(extra="ignore")

    model_hash: str
    version: int = 1


def _of_another_version(path: Path) -> bool:
    try:
        return _Marked.model_validate_json(path.read_bytes()).version != VERSION
    except ValidationError:
        return False
