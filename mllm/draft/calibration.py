"""How sure is a sentence? A logistic regression from what is known about it to the probability that it is right.

It is fitted on validation studies, saved as `calibration.json` in the model folder, and bound to that model's hash.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Self

from pydantic import ConfigDict, PositiveFloat, ValidationError, model_validator

from mllm.draft.sight import Sight
from radiology.errors import SightlineError
from radiology.study import Certainty, DraftSentence, Finding, Noun

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

FILE = "calibration.json"
FEATURES = (
    "mean_log_probability",  # of the sentence's tokens; None where the engine does not tell
    "least_log_probability",
    "head_agreement",  # log-odds of the image-level head past its thresholds, towards the claim; the least of them
    "region_peak",  # the best patch that supports the claim
    "unsupported",
    "disagreement",
    "case_share",  # agreeing cases, of five
    "prior",
    "positive",
    "uncertain",
    "sided",
    "boxed",
    "compares",
    "claims",
)
Row = tuple[float | None, ...]
"""One value for each of `FEATURES`."""
CLIP = 6.0
REGULARISATION = 1.0


def features(sentence: DraftSentence, sight: Sight, log_probabilities: Sequence[float] = ()) -> Row:
    """What calibration knows about a weighed sentence; `log_probabilities` are its tokens', empty when unknown."""
    findings = [mention.finding for mention in sentence.findings]
    kinds = [evidence.kind for evidence in sentence.evidence]
    known = list(log_probabilities)
    return (
        sum(known) / len(known) if known else None,
        min(known) if known else None,
        min((_agreement(finding, sight) for finding in findings), default=0.0),
        max((evidence.score for evidence in sentence.evidence if evidence.kind == "region"), default=0.0),
        float("unsupported" in sentence.flags),
        float(any(flag.startswith("disagreement") for flag in sentence.flags)),
        min(kinds.count("case"), 5) / 5,
        float("prior" in kinds),
        float(any(finding.certainty is Certainty.PRESENT for finding in findings)),
        float(any(finding.certainty is Certainty.UNCERTAIN for finding in findings)),
        float(any(finding.side is not None for finding in findings)),
        float(bool(sentence.boxes)),
        float(any(finding.change is not None for finding in findings)),
        float(len(findings)),
    )


def _agreement(finding: Finding, sight: Sight) -> float:
    """Log-odds from the middle of the head's thresholds towards what is claimed, clipped; 0 without a head."""
    p = sight.probability(finding.name)
    if p is None or finding.certainty is Certainty.UNCERTAIN:
        return 0.0
    rule = sight.thresholds[finding.name]
    towards = _logit(p) - (_logit(rule.lower) + _logit(rule.upper)) / 2
    return max(-CLIP, min(CLIP, towards if finding.certainty is Certainty.PRESENT else -towards))


def _logit(p: float) -> float:
    kept = min(max(p, 1e-4), 1 - 1e-4)
    return math.log(kept / (1 - kept))


KEPT = 64
"""Films whose embeddings are kept."""
UNFAMILIAR = 0.03


class Calibration(Noun):
    """Logistic regression over standardised features; an unknown feature counts as its mean over the fit's rows."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    model_hash: str
    names: tuple[str, ...]
    means: tuple[float, ...]
    scales: tuple[PositiveFloat, ...]
    coefficients: tuple[float, ...]
    intercept: float
    abstain_below: float
    """Sentences less sure than this are marked: the draft abstains from what they say."""
    n: int
    films: tuple[tuple[float, ...], ...] = ()
    """Unit-length embeddings of some of the films it was fitted on."""
    familiar: float = -1.0
    """Least cosine of a film to the nearest of `films` for which the confidences are calibrated."""

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if len({len(self.means), len(self.scales), len(self.coefficients)}) > 1:
            raise ValueError("means, scales and coefficients are not one for each feature")
        if len({len(film) for film in self.films}) > 1:
            raise ValueError("the films' embeddings are not of one length")
        return self

    def knows(self, embedding: Sequence[float] | NDArray[np.float32]) -> bool:
        """Whether a film with this `embedding` [D] is like those the calibration was fitted on."""
        import numpy as np

        return not self.films or float((np.array(self.films) @ np.asarray(embedding)).max()) >= self.familiar

    def with_films(self, embeddings: NDArray[np.float32]) -> Self:
        """Remember the kind of film: `embeddings` [N, D] of the films of the fit. A few are kept, and all but
        `UNFAMILIAR` of the rest count as familiar; with too few films to tell, every film does."""
        import numpy as np

        kept, rest = np.round(embeddings[:KEPT], 3), embeddings[KEPT:]
        if len(rest) < KEPT:
            return self
        familiar = float(np.quantile((rest @ kept.T).max(axis=1), UNFAMILIAR))
        return self.model_copy(update={"films": tuple(map(tuple, kept.tolist())), "familiar": familiar})

    @classmethod
    def fit(cls, rows: Sequence[Row], labels: Sequence[bool], model_hash: str, precision: float = 0.9) -> Self:
        """Fit on validation sentences (`labels`: whether each was right).

        `abstain_below` is the least confidence above which a share `precision` of those sentences is right, but at
        least .5: what is more likely wrong than right is not said. Raises SightlineError without a row.
        """
        import numpy as np

        if not rows or len(rows) != len(labels):
            raise SightlineError(f"`rows`: {len(rows)} rows and {len(labels)} labels, give one label for each row.")
        table = np.array([[math.nan if value is None else value for value in row] for row in rows], dtype=np.float64)
        known = ~np.isnan(table)
        means = np.where(known, table, 0).sum(0) / np.maximum(known.sum(0), 1)
        filled = np.where(known, table, means)
        spread = filled.std(0)
        scales = np.where(spread > 1e-9, spread, 1.0)
        coefficients, intercept = _regress((filled - means) / scales, labels)
        fitted = cls(
            model_hash=model_hash,
            names=FEATURES,
            means=tuple(means.tolist()),
            scales=tuple(scales.tolist()),
            coefficients=coefficients,
            intercept=intercept,
            abstain_below=0.0,
            n=len(rows),
        )
        cut = max(0.5, _cut([fitted.confidence(row) for row in rows], labels, precision))
        return fitted.model_copy(update={"abstain_below": cut})

    def confidence(self, row: Row) -> float:
        """The probability that a sentence with these features is right."""
        score = self.intercept
        for value, mean, scale, weight in zip(row, self.means, self.scales, self.coefficients, strict=True):
            score += 0.0 if value is None else weight * (value - mean) / scale
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, score))))

    def save(self, folder: Path) -> Path:
        """Write `calibration.json` into a model folder, whole or not at all."""
        path = folder / FILE
        draft = folder / f".{FILE}.part"
        draft.write_text(self.model_dump_json() + "\n", encoding="utf-8")
        draft.replace(path)
        return path


def load_calibration(folder: Path, model_hash: str) -> Calibration | None:
    """The calibration of the model in `folder`, None without one; another model's or another version's is refused."""
    path = folder / FILE
    if not path.is_file():
        return None
    try:
        found = Calibration.model_validate_json(path.read_bytes())
    except ValidationError as error:
        raise SightlineError(f"`{path}`: not a calibration file, remove it or calibrate the model again.") from error
    if found.model_hash != model_hash:
        fix = "remove it or calibrate the model again"
        raise SightlineError(f"`{path}`: made for model {found.model_hash[:12]}, not {model_hash[:12]}, {fix}.")
    if found.names != FEATURES or len(found.means) != len(FEATURES):
        raise SightlineError(f"`{path}`: made by another version of Sightline, calibrate the model again.")
    return found


def _regress(table: object, labels: Sequence[bool]) -> tuple[tuple[float, ...], float]:
    """Coefficients and intercept; when all labels are alike, the smoothed base rate alone."""
    from sklearn.linear_model import LogisticRegression

    if len(set(labels)) < 2:
        right = sum(labels)
        return (0.0,) * len(FEATURES), _logit((right + 1) / (len(labels) + 2))
    model = LogisticRegression(C=REGULARISATION, max_iter=1000).fit(table, [int(label) for label in labels])
    return tuple(float(weight) for weight in model.coef_[0]), float(model.intercept_[0])


def _cut(confidences: Sequence[float], labels: Sequence[bool], precision: float) -> float:
    """The least confidence at or above which a share `precision` of `labels` is right; .5 when there is none."""
    ranked = sorted(zip(confidences, labels, strict=True), reverse=True)
    cut, right = 0.5, 0
    for i, (confidence, label) in enumerate(ranked, 1):
        right += label
        tied = i < len(ranked) and ranked[i][0] == confidence
        if right / i >= precision and not tied:
            cut = 0.0 if i == len(ranked) else confidence
    return cut
