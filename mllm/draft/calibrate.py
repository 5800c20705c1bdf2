"""Calibrates a model on films whose findings are known: draft, judge each sentence, fit."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from mllm.draft.assistant import REPORT_TOKENS, Assistant
from mllm.draft.calibration.features import row_of
from mllm.draft.calibration.fitting import COVERAGE, RISK, Material, fit_calibration
from mllm.draft.calibration.logistic import Judged
from mllm.draft.calibration.record import Calibration
from mllm.draft.claims import Claim, read_claims
from mllm.draft.evidence import weigh_claim
from mllm.draft.falsify import planted_report
from mllm.draft.precedents import Precedents, read_precedents
from mllm.draft.sight import Sight
from mllm.draft.transcript import Transcript
from mllm.draft.truth import state_of, verdict
from mllm.engine.protocol import Completion
from mllm.prompts import Shown, report_request
from radiology.study import Case

BATCH = 16
Look = tuple[tuple[Shown, ...], Sight]
Progress = Callable[[int, int], None]


def for_calibration(patient_id: str) -> bool:
    """Half of the patients who are kept from training: on the others a calibration is measured."""
    return hashlib.sha256(f"calibration of {patient_id}".encode()).digest()[0] % 2 == 0


def calibrate(
    assistant: Assistant,
    sets: Mapping[str, Sequence[Case]],
    coverage: float = COVERAGE,
    risk: float = RISK,
    batch: int = BATCH,
    progress: Progress = lambda done, of: None,
) -> Calibration:
    """Fit the confidences of `assistant`'s sentences, and of other people's, on cases it was not trained on.

    `sets`: each holds films of one kind, such as phantoms or one hospital's; what is known of a case is said in
    `mllm.draft.truth`. Of each case the model's own draft teaches, and a report with one planted error. `progress` is
    told (cases done, cases in all).
    """
    total, done = sum(map(len, sets.values())), 0
    kinds = {}
    for name, cases in sets.items():
        learnt = _Learnt(tuple(assistant.perception.thresholds))
        for first in range(0, len(cases), batch):
            group = cases[first : first + batch]
            learnt.add(assistant, group)
            done += len(group)
            progress(done, total)
        if cases:
            kinds[name] = learnt.material()
    return fit_calibration(kinds, assistant.engine.info.hash, coverage, risk)


@dataclass
class _Learnt:
    """What the films of one kind teach, batch by batch; `names` are the findings of the image-level heads."""

    names: tuple[str, ...]
    films: list[Sight] = field(default_factory=list)
    cases: list[Case] = field(default_factory=list)
    draft: list[Judged] = field(default_factory=list)
    report: list[Judged] = field(default_factory=list)

    def add(self, assistant: Assistant, cases: Sequence[Case]) -> None:
        looks = [assistant.see(case.study, force=True) for case in cases]
        similar = [
            assistant.similar(case.study, sight) if i % 2 else ()  # a draft may have cases or none
            for i, (case, (_, sight)) in enumerate(zip(cases, looks, strict=True))
        ]
        engine = assistant.engine
        requests = [
            report_request(case.study, shown, near, explained=not engine.box_tokens)
            for case, (shown, _), near in zip(cases, looks, similar, strict=True)
        ]
        written = engine.complete(requests, REPORT_TOKENS)
        for case, (_, sight), near, completion in zip(cases, looks, similar, written, strict=True):
            precedents = read_precedents(case.study, near)
            self.cases.append(case)
            self.films.append(sight)
            drafted = list(judged_draft(case, sight, precedents, completion))
            self.draft += drafted
            self.report += [replace(one, row=replace(one.row, tokens=None)) for one in drafted]
            self.report += judged_report(case, sight, precedents, planted_report(case, _generator(case)))

    def material(self) -> Material:
        names = self.names
        return Material(
            embeddings=np.stack([sight.embedding for sight in self.films]),
            names=names,
            probabilities=np.array([[sight.probability(name) or 0.0 for name in names] for sight in self.films]),
            truth=np.array([[_as_number(state_of(name, case)) for name in names] for case in self.cases]),
            draft=tuple(self.draft),
            report=tuple(self.report),
        )


def judged_draft(case: Case, sight: Sight, precedents: Precedents, completion: Completion) -> Iterator[Judged]:
    """Every sentence of a draft that can be judged."""
    transcript = Transcript.of(completion, sight.frames)
    for claim in transcript.rest():
        yield from _judged(case, sight, precedents, claim, transcript.log_probabilities(claim))


def judged_report(case: Case, sight: Sight, precedents: Precedents, text: str) -> Iterator[Judged]:
    """Every sentence of somebody's report that can be judged."""
    for claim in read_claims(text, sight.frames):
        yield from _judged(case, sight, precedents, claim, ())


def _judged(
    case: Case, sight: Sight, precedents: Precedents, claim: Claim, log_probabilities: Sequence[float]
) -> Iterator[Judged]:
    sentence = weigh_claim(claim, sight, precedents)
    right = verdict(sentence, case)
    if right is not None:
        yield Judged(row_of(sentence, sight, log_probabilities), right, case.study.study_id)


def _generator(case: Case) -> np.random.Generator:
    """The same for a study whatever else is calibrated on."""
    return np.random.default_rng(list(hashlib.sha256(case.study.study_id.encode()).digest()))


def _as_number(state: bool | None) -> float:
    return float("nan") if state is None else float(state)
