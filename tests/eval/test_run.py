"""The whole evaluation on phantoms: a model that knows scores the top, blind ones do not, failures are counted."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import pytest

from eval.baselines import constant_report, majority
from eval.benchmarks import BENCHMARKS, benchmark_named
from eval.items import choices_of, look
from eval.lines import CLINICAL, per_finding
from eval.metrics.bootstrap import plain
from eval.metrics.table import METRICS
from eval.prediction import Prediction, read_predictions, write_predictions
from eval.run import Evaluation, Job, evaluate, predict_all, run_benchmark
from eval.selection import Taken, part_label, split_hash, split_label, take_sample, take_split
from eval.sheet import score_sheet
from mllm.engine.protocol import Completion, Piece, Request
from radiology.datasets.table import Dataset
from radiology.errors import SightlineError
from radiology.study import Case, Finding, Question, Study
from tests.eval.oracle import OracleEngine, OraclePerception


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
    return evaluate(Job(BENCHMARKS["phantom"], engine.data, chosen, Taken(split=split, limit=limit)), engine)


def test_a_model_that_knows_scores_the_top(data: Dataset) -> None:
    engine = OracleEngine(data)
    scores = run(engine).scores
    values = {name: score.value for name, score in scores.metrics.items() if score.value is not None}
    graded = ("severity_accuracy", "structured_f1")  # the oracle tells no severity
    clinical = [line.name for line in (*CLINICAL, *per_finding()) if line.name in values and line.name not in graded]
    assert {n: values[n] for n in clinical if values[n] != METRICS[n].best} == {}
    answers = ("closed_accuracy", "choice_accuracy", "open_accuracy", "open_token_f1", "where_accuracy")
    assert [values[name] for name in answers] == [1.0] * len(answers)
    assert values["grounded_f1_50"] > 0.9
    assert values["mean_iou"] > 0.8
    assert values["radfact_logical_precision"] == 1.0
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


def test_films_of_which_none_can_be_read_are_refused(data: Dataset) -> None:
    blind = replace(data, cases=tuple(map(without_film, data.cases)))
    engine = OracleEngine(data)
    engine.data = blind
    with pytest.raises(SightlineError, match=r"`oracle`: no answer to any of \d+ items, check that the films can be"):
        run(engine)


def without_film(case: Case) -> Case:
    views = tuple(view.model_copy(update={"path": "gone.png"}) for view in case.study.views)
    return case.model_copy(update={"study": case.study.model_copy(update={"views": views})})


def test_quantised_weights_are_signed_and_do_not_go_on_where_others_stopped(data: Dataset, tmp_path: Path) -> None:
    benchmark = BENCHMARKS["phantom"]
    full, small = (Job(benchmark, data, data, Taken(), tmp_path, load) for load in (None, "4bit"))
    full.predict("predictions", data, OracleEngine(data), look)
    assert len(full.journal("predictions", data, OracleEngine(data))) > 0
    assert len(small.journal("predictions", data, OracleEngine(data))) == 0
    assert predict_all(small, OracleEngine(data)).run.signature.load == "4bit"


def test_a_model_that_answers_nothing_is_refused(data: Dataset) -> None:
    with pytest.raises(SightlineError, match="`oracle`: no answer to any of 14 items, connection refused"):
        run(DeadEngine(data))


def test_run_writes_both_files_and_they_agree(
    cohort: Path, data: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mllm.engine.opening.open_engine", lambda model, load: OracleEngine(data))
    path = run_benchmark("phantom", cohort, tmp_path / "out", limit=9)
    written = json.loads(path.read_text())
    assert list(written) == ["benchmark", "signature", "metrics", "baseline", "unavailable"]
    assert set(written["metrics"]["finding_micro_f1"]) == {"value", "low", "high", "n", "n_failed"}
    assert written["signature"]["split"] == "test"
    assert (written["signature"]["n"], written["signature"]["limit"]) == (9, 9)
    assert written["signature"]["model"] == {"id": "oracle", "hash": "0"}
    assert written["signature"]["phantom_version"] == "1"
    rows = read_predictions(tmp_path / "out" / "predictions.jsonl")
    lines = (tmp_path / "out" / "predictions.jsonl").read_text().splitlines()
    assert all(set(json.loads(line)) >= {"id", "task", "prediction", "reference", "probability"} for line in lines)
    assert len({row.study_id for row in rows}) == 9
    own = [line for line in BENCHMARKS["phantom"].lines if line.name in ("map", "closed_brier", "bleu_4")]
    assert {name: s.model_dump() for name, s in score_sheet(own, rows).items()} == {
        line.name: written["metrics"][line.name] for line in own
    }
    assert sorted(entry.name for entry in (tmp_path / "out").iterdir()) == [
        "baselines",
        "predictions.jsonl",
        "run.json",
        "scores.json",
    ]


def test_predictions_that_are_none_or_stand_twice_are_refused(tmp_path: Path) -> None:
    row = Prediction(id="a", task="closed", prediction=None, reference="yes", study_id="s")
    write_predictions(tmp_path / "twice.jsonl", [row, row])
    with pytest.raises(SightlineError, match="id a stands twice in task closed"):
        read_predictions(tmp_path / "twice.jsonl")
    (tmp_path / "wrong.jsonl").write_text('{"id": "a"}\n')
    with pytest.raises(SightlineError, match="line 1, task"):
        read_predictions(tmp_path / "wrong.jsonl")


def test_every_line_has_its_metric_and_its_own_name() -> None:
    for benchmark in BENCHMARKS.values():
        names = [line.name for line in benchmark.lines]
        assert len(names) == len(set(names)), benchmark.name
        assert all(line.metric in METRICS for line in benchmark.lines)


def test_unknown_names_and_empty_parts_are_refused(data: Dataset) -> None:
    with pytest.raises(SightlineError, match=r"choose one of phantom, phantom-longitudinal, .*, ms-cxr"):
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
    assert split_label(data) == "test"
    assert part_label(data, "all") == "all"
    unknown = tuple(c.model_copy(update={"phantom_version": None, "split": "custom"}) for c in data.cases)
    assert split_label(Dataset(unknown, (), {})) == "custom"
    assert part_label(Dataset(unknown, (), {}), "val") == "val by patient hash"
    assert split_label(Dataset((*unknown[:1], *data.cases[1:]), (), {})) == "custom"


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
    scores = evaluate(Job(benchmark, films, films, Taken()), OracleEngine(films), OraclePerception(films)).scores
    known = ("balanced_accuracy", "accuracy", "auroc", "auprc", "balanced_accuracy_head", "auroc_head")
    assert [scores.metrics[name].value for name in known] == [1.0] * len(known)
    assert scores.metrics["brier"].value == pytest.approx(0.2**2)
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
    assert [finding.name for finding in constant_report(cases, lambda case: case.findings)] == ["nodule"]

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
