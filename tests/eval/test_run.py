"""The whole evaluation on phantoms: a model that knows scores the top, blind ones do not, failures are counted."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from eval.baselines import constant_report, majority
from eval.benchmarks import BENCHMARKS, benchmark_named
from eval.items import choices_of
from eval.metrics.bootstrap import plain
from eval.metrics.table import METRICS
from eval.prediction import Prediction, read_predictions, write_predictions
from eval.run import Evaluation, evaluate, run_benchmark
from eval.selection import split_hash, split_label, take_sample, take_split
from eval.sheet import score_sheet
from mllm.boxes import encode
from mllm.engine.protocol import Completion, GrayImage, Piece, Request, Session
from mllm.model.perception import Percept, Thresholds
from mllm.prompts import GROUNDED_TASK, study_images
from radiology.datasets.table import Dataset
from radiology.errors import SightlineError
from radiology.findings import FINDINGS, PHANTOM_FINDINGS
from radiology.phantom.cohort import write_cohort
from radiology.study import Case, Finding, ModelInfo, Question, Study

SIZE = 96


def sentence(case: Case, finding: Finding) -> str:
    """One finding as a model that is right would write it."""
    sided = f"{finding.side} {FINDINGS[finding.name].text}" if finding.side else FINDINGS[finding.name].text
    frames = [shown.frame for shown in study_images(case.study, SIZE)]
    return f"There is {encode(sided, finding.boxes, frames, tokens=True)}."


@dataclass
class OracleEngine:
    """Knows each film's truth by its pixels, and says "no" and "Normal chest." of a film it does not know."""

    data: Dataset
    info: ModelInfo = field(default_factory=lambda: ModelInfo(id="oracle", hash="0"))
    image_size: int = SIZE
    box_tokens: bool = True
    batches: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.cases = {study_images(c.study, SIZE)[0].image.tobytes(): c for c in self.data.cases}
        self.answers = {(q.study_id, q.text): q.answer for q in self.data.questions}

    def session(self) -> Session:
        raise NotImplementedError

    def complete(self, requests: Sequence[Request], max_new_tokens: int) -> list[Completion]:
        self.batches.append(len(requests))
        return [Completion((Piece(self.say(request), 0.5),)) for request in requests]

    def choose(self, request: Request, choices: Sequence[str]) -> tuple[float, ...]:
        case, answer = self.case(request), "no"
        if case is not None:
            asked = self.question(request)
            answer = next(
                a
                for (study, text), a in self.answers.items()
                if study == case.study.study_id and asked.startswith(text)
            )
        right = choices.index(answer) if answer in choices else 0
        return tuple(0.8 if i == right else 0.2 / (len(choices) - 1) for i in range(len(choices)))

    def choose_many(
        self, requests: Sequence[Request], choices_per_request: Sequence[Sequence[str]]
    ) -> list[tuple[float, ...]]:
        return [self.choose(request, some) for request, some in zip(requests, choices_per_request, strict=True)]

    def say(self, request: Request) -> str:
        case, asked = self.case(request), self.question(request)
        if asked == GROUNDED_TASK:
            found = case.present if case else ()
            return " ".join(sentence(case, f) for f in found) if case and found else "Normal chest."
        return self.answers[(case.study.study_id, asked)] if case else "unknown"

    def case(self, request: Request) -> Case | None:
        return self.cases.get(request.images[0].tobytes())

    def question(self, request: Request) -> str:
        return request.messages[-1].text.splitlines()[-1]


@dataclass
class OraclePerception:
    """Heads that know each film."""

    data: Dataset
    image_size: int = SIZE
    embedder_id: str = "oracle"
    thresholds: dict[str, Thresholds] = field(
        default_factory=lambda: {name: Thresholds(0.5, 0.3, 0.6) for name in (*PHANTOM_FINDINGS, "pneumonia")}
    )

    def see(self, images: Sequence[GrayImage]) -> list[Percept]:
        known = {study_images(c.study, SIZE)[0].image.tobytes(): c for c in self.data.cases}
        return [self._percept({f.name for f in known[image.tobytes()].present}) for image in images]

    def _percept(self, present: set[str]) -> Percept:
        chances = {name: 0.9 if name in present else 0.1 for name in self.thresholds}
        return Percept({}, chances, {"chest": 1.0}, np.ones(1, dtype=np.float32))


@pytest.fixture(scope="session")
def cohort(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of 14 evaluation phantoms."""
    folder = tmp_path_factory.mktemp("cohort")
    write_cohort(folder, 14, 900_000_001, SIZE)
    return folder


@pytest.fixture
def data(cohort: Path, tmp_path: Path) -> Dataset:
    return BENCHMARKS["phantom"].load(cohort, tmp_path)


class ClumsyEngine(OracleEngine):
    """Refuses any batch with a film of the first case, and writes nothing for the second."""

    def complete(self, requests: Sequence[Request], max_new_tokens: int) -> list[Completion]:
        first, second = self.data.cases[:2]
        if any(self.case(request) is first for request in requests):
            raise RuntimeError("out of memory")
        return [Completion(()) if self.case(r) is second else Completion((Piece(self.say(r)),)) for r in requests]


class DeadEngine(OracleEngine):
    def complete(self, requests: Sequence[Request], max_new_tokens: int) -> list[Completion]:
        raise OSError("connection refused")


def run(engine: OracleEngine, split: str = "all", limit: int | None = None) -> Evaluation:
    chosen = take_sample(take_split(engine.data, split, "data"), limit, seed=0)
    return evaluate(BENCHMARKS["phantom"], engine.data, chosen, split, limit, engine)


def test_a_model_that_knows_scores_the_top(data: Dataset) -> None:
    engine = OracleEngine(data)
    scores = run(engine).scores
    values = {name: score.value for name, score in scores.metrics.items() if score.value is not None}
    assert {n: v for n, v in values.items() if n not in ("mean_iou", "grounded_f1_50") and v != 1.0} == {}
    assert values["grounded_f1_50"] > 0.9
    assert values["mean_iou"] > 0.8
    assert {score.n_failed for score in scores.metrics.values()} == {0}
    assert scores.metrics["finding_micro_f1"].n == len(data.cases)
    assert scores.metrics["closed_accuracy"].n == sum(q.kind == "closed" for q in data.questions)
    assert engine.batches[0] == len(data.cases)
    assert max(engine.batches) <= 32


def test_blind_baselines_stand_beside_and_do_not_know(data: Dataset) -> None:
    baseline = run(OracleEngine(data)).scores.baseline
    for name in ("majority", "blank"):
        assert set(baseline[name]) >= {"finding_micro_f1", "closed_accuracy", "choice_accuracy", "grounded_f1_50"}
        assert (baseline[name]["finding_micro_f1"].value or 0) < 0.8
        assert (baseline[name]["closed_accuracy"].value or 0) < 0.9
    assert baseline["blank"]["finding_micro_f1"].value == 0.0
    assert baseline["majority"]["grounded_f1_50"].value == 0.0


def test_failures_are_counted_and_scored_as_wrong(data: Dataset) -> None:
    result = run(ClumsyEngine(data))
    score = result.scores.metrics["finding_micro_f1"]
    lost = sum(len(case.present) for case in data.cases[:2])
    total = sum(len(case.present) for case in data.cases)
    assert (score.n, score.n_failed) == (len(data.cases), 2)
    assert score.value == pytest.approx(2 * (total - lost) / (2 * total - lost), abs=1e-6)
    assert [row.id for row in result.predictions if row.task == "report" and row.failed] == [
        case.study.study_id for case in data.cases[:2]
    ]
    assert result.scores.metrics["closed_accuracy"].n_failed == 0


def test_an_unreadable_film_is_a_failure(data: Dataset, tmp_path: Path) -> None:
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"no picture")
    case = data.cases[-1]
    view = case.study.views[0].model_copy(update={"path": str(broken)})
    case = case.model_copy(update={"study": case.study.model_copy(update={"views": (view,)})})
    engine = OracleEngine(data)
    engine.data = Dataset((*data.cases[:-1], case), data.questions, data.skipped)
    scores = run(engine).scores
    assert scores.metrics["finding_micro_f1"].n_failed == 1
    assert scores.metrics["closed_accuracy"].n_failed > 0


def test_a_model_that_answers_nothing_is_refused(data: Dataset) -> None:
    with pytest.raises(SightlineError, match="`oracle`: no answer to any of 14 items, connection refused"):
        run(DeadEngine(data))


def test_run_writes_both_files_and_they_agree(
    cohort: Path, data: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mllm.engine.opening.open_engine", lambda model, load: OracleEngine(data))
    path = run_benchmark("phantom", cohort, tmp_path / "out", limit=9)
    written = json.loads(path.read_text())
    assert list(written) == ["benchmark", "signature", "metrics", "baseline"]
    assert set(written["metrics"]["finding_micro_f1"]) == {"value", "low", "high", "n", "n_failed"}
    assert written["signature"]["split"] == "test"
    assert (written["signature"]["n"], written["signature"]["limit"]) == (9, 9)
    assert written["signature"]["model"] == {"id": "oracle", "hash": "0"}
    assert written["signature"]["phantom_version"] == "1"
    rows = read_predictions(tmp_path / "out" / "predictions.jsonl")
    lines = (tmp_path / "out" / "predictions.jsonl").read_text().splitlines()
    assert all(set(json.loads(line)) >= {"id", "task", "prediction", "reference", "probability"} for line in lines)
    assert len({row.study_id for row in rows}) == 9
    again = score_sheet(BENCHMARKS["phantom"].lines, rows)
    assert {name: score.model_dump() for name, score in again.items()} == written["metrics"]
    assert sorted(entry.name for entry in (tmp_path / "out").iterdir()) == ["predictions.jsonl", "scores.json"]


def test_predictions_that_are_none_or_stand_twice_are_refused(tmp_path: Path) -> None:
    row = Prediction(id="a", task="closed", prediction=None, reference="yes", study_id="s")
    write_predictions(tmp_path / "twice.jsonl", [row, row])
    with pytest.raises(SightlineError, match="id a stands twice in task closed"):
        read_predictions(tmp_path / "twice.jsonl")
    (tmp_path / "wrong.jsonl").write_text('{"id": "a"}\n')
    with pytest.raises(SightlineError, match="line 1, task"):
        read_predictions(tmp_path / "wrong.jsonl")


def test_unknown_names_and_empty_parts_are_refused(data: Dataset) -> None:
    with pytest.raises(SightlineError, match="choose one of phantom, nih, kermany, vqa_rad, vqa_med_2019"):
        benchmark_named("mimic")
    with pytest.raises(SightlineError, match="no study of split train, it holds test"):
        take_split(data, "train", "data")
    with pytest.raises(SightlineError, match="half is no split"):
        take_split(data, "half", "data")
    with pytest.raises(SightlineError, match="0 leaves nothing"):
        take_sample(data, 0, seed=0)


def test_a_sample_is_seeded_and_blind_to_order(data: Dataset) -> None:
    def ids(part: Dataset) -> set[str]:
        return {case.study.study_id for case in part.cases}

    turned = Dataset(data.cases[::-1], data.questions[::-1], data.skipped)
    assert ids(take_sample(data, 5, seed=0)) == ids(take_sample(turned, 5, seed=0)) != ids(take_sample(data, 5, seed=1))
    assert {q.study_id for q in take_sample(data, 5, seed=0).questions} == ids(take_sample(data, 5, seed=0))
    assert split_hash(data) == split_hash(turned) != split_hash(take_sample(data, 5, seed=0))


def test_data_of_unknown_provenance_is_custom(data: Dataset) -> None:
    assert split_label(data, "all") == "test"
    unknown = tuple(c.model_copy(update={"phantom_version": None, "split": "custom"}) for c in data.cases)
    assert split_label(Dataset(unknown, (), {}), "all") == "custom"
    assert split_label(Dataset((*unknown[:1], *data.cases[1:]), (), {}), "all") == "custom"


def test_real_films_are_asked_about_and_seen_by_the_heads(data: Dataset) -> None:
    benchmark = BENCHMARKS["kermany"]
    cases = tuple(
        c.model_copy(update={"findings": tuple(f for f in c.findings if f.name == "nodule")}) for c in data.cases
    )
    cases = tuple(
        c.model_copy(update={"findings": (Finding(name="pneumonia"),) if i % 2 else (), "phantom_version": None})
        for i, c in enumerate(cases)
    )
    films = Dataset(cases, (), {})
    films = Dataset(cases, benchmark.ask(films), {})
    scores = evaluate(benchmark, films, films, "all", None, OracleEngine(films), OraclePerception(films)).scores
    assert {name: score.value for name, score in scores.metrics.items()} == dict.fromkeys(
        ("balanced_accuracy", "accuracy", "auroc", "balanced_accuracy_head", "auroc_head"), 1.0
    )
    for blind in scores.baseline.values():
        assert (blind["balanced_accuracy"].value, blind["auroc"].value) == (0.5, 0.5)


def test_nih_asks_for_all_fourteen_labels(data: Dataset) -> None:
    questions = BENCHMARKS["nih"].ask(data)
    assert len(questions) == 14 * len(data.cases)
    present = {(c.study.study_id, f.name) for c in data.cases for f in c.present}
    assert all((q.answer == "yes") == ((q.study_id, q.name) in present) for q in questions)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Is there a nodule?", ("yes", "no")),
        ("Was this image taken in the AP or PA plane?", ()),
        ("Which lung is affected?", ()),
        ("Are the ribs fractured?", ("yes", "no")),
    ],
)
def test_choices_are_told_by_the_question_alone(text: str, expected: tuple[str, ...]) -> None:
    for answer in ("yes", "PA"):
        assert choices_of(Question(study_id="s", text=text, answer=answer, kind="closed")) == expected


def test_majority_knows_from_a_training_part_where_there_is_one() -> None:
    def question(i: int, answer: str) -> Question:
        return Question(study_id=str(i), text="Which plane?", answer=answer, kind="open", topic="plane")

    knowledge = Dataset((), (question(1, "axial"), question(2, "Axial"), question(3, "lateral")), {})
    row = Prediction(id="9#0", task="open", prediction="x", reference="lateral", study_id="9", question="which plane")
    assert majority([row], knowledge)[0].prediction == "axial"
    other = row.model_copy(update={"question": "What plane is it?"})
    assert majority([other], knowledge)[0].prediction == "axial"


def test_majority_of_the_evaluated_set_leaves_the_own_study_out() -> None:
    asked = tuple(
        Question(study_id=str(i), text=text, answer=answer, kind="open", topic="plane")
        for i, (text, answer) in enumerate(
            [("Which plane?", "axial"), ("Which plane?", "axial"), ("How cut?", "lateral")]
        )
    )
    rows = [
        Prediction(id=q.study_id, task="open", prediction=None, reference=q.answer, study_id=q.study_id,
                   question=q.text, topic="plane")
        for q in asked
    ]  # fmt: skip
    said = majority(rows, Dataset((), asked, {}))
    assert [row.prediction for row in said] == ["axial", "axial", "axial"]


def test_constant_report_is_the_best_one() -> None:
    cases = [case_with("nodule", "edema"), case_with("nodule"), case_with("hernia"), case_with()]
    assert [finding.name for finding in constant_report(cases)] == ["nodule"]

    def f1(names: tuple[str, ...]) -> float:
        said = tuple(Finding(name=name) for name in names)
        rows = [
            Prediction(
                id=str(i),
                study_id=str(i),
                task="report",
                prediction="",
                reference="",
                findings=said,
                truth=case.present,
            )
            for i, case in enumerate(cases)
        ]
        return plain(rows, METRICS["finding_micro_f1"].score)

    subsets = [names for n in range(1, 4) for names in combinations(("nodule", "edema", "hernia"), n)]
    assert max(map(f1, subsets)) == f1(("nodule",))


def case_with(*names: str) -> Case:
    study = Study(study_id="-".join(names) or "none", patient_id="p")
    return Case(study=study, findings=tuple(Finding(name=name) for name in names))
