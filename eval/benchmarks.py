"""Every benchmark there is: where its data comes from, what is asked, and the metrics reported."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from eval.sheet import Line, task, topic
from radiology.datasets.table import SOURCES, Dataset
from radiology.errors import SightlineError
from radiology.findings import NIH_LABELS, PHANTOM_FINDINGS
from radiology.phantom.questions import closed_question
from radiology.study import Question


@dataclass(frozen=True)
class Benchmark:
    """`source` is a key of SOURCES; `ask` makes the questions where the data has none of its own.

    `reports`: is a report drafted for each study. `head_findings`: those the image-level head is scored on, in sets
    where a finding that is not listed is negative.
    """

    name: str
    title: str
    source: str
    lines: tuple[Line, ...]
    reports: bool = False
    head_findings: tuple[str, ...] = ()
    ask: Callable[[Dataset], tuple[Question, ...]] = lambda data: data.questions

    def load(self, path: Path, workdir: Path) -> Dataset:
        """Cases and questions; embedded pictures are written below `workdir`."""
        data = SOURCES[self.source].load(path, workdir)
        return replace(data, questions=self.ask(data))


def _about(names: tuple[str, ...]) -> Callable[[Dataset], tuple[Question, ...]]:
    """One yes/no question a study and finding; what a case does not list as present is "no"."""

    def ask(data: Dataset) -> tuple[Question, ...]:
        return tuple(
            closed_question(case.study.study_id, name, name in {f.name for f in case.present})
            for case in data.cases
            for name in names
        )

    return ask


_CATEGORIES = ("modality", "plane", "organ", "abnormality")
_TOPICS = ("where", "side", "change")
_NIH = tuple(NIH_LABELS.values())

_BENCHMARKS = (
    Benchmark(
        "phantom",
        "Synthetic radiographs with exact truth: drafted reports and questions.",
        "jsonl",
        (
            *(
                Line(name, name, task("report"))
                for name in (
                    "finding_micro_f1",
                    "finding_precision",
                    "finding_recall",
                    "side_accuracy",
                    "grounded_f1_50",
                    "mean_iou",
                )
            ),
            Line("closed_accuracy", "accuracy", task("closed")),
            Line("choice_accuracy", "accuracy", task("choice")),
            Line("open_accuracy", "accuracy", topic("open")),
            Line("open_token_f1", "token_f1", topic("open")),
            *(Line(f"{name}_accuracy", "accuracy", topic(name)) for name in _TOPICS),
            *(Line(f"finding_f1:{name}", f"finding_f1:{name}", task("report")) for name in PHANTOM_FINDINGS),
        ),
        reports=True,
    ),
    Benchmark(
        "nih",
        "NIH ChestX-ray14: yes/no for each of 14 text-mined labels; unlisted counts as negative.",
        "nih",
        (Line("macro_auroc", "macro_auroc", task("closed")), Line("macro_auroc_head", "macro_auroc", task("head"))),
        head_findings=_NIH,
        ask=_about(_NIH),
    ),
    Benchmark(
        "kermany",
        "Paediatric chest films: normal against pneumonia.",
        "kermany",
        (
            Line("balanced_accuracy", "balanced_accuracy", task("closed")),
            Line("accuracy", "accuracy", task("closed")),
            Line("auroc", "macro_auroc", task("closed")),
            Line("balanced_accuracy_head", "balanced_accuracy", task("head")),
            Line("auroc_head", "macro_auroc", task("head")),
        ),
        head_findings=("pneumonia",),
        ask=_about(("pneumonia",)),
    ),
    Benchmark(
        "vqa_rad",
        "VQA-RAD: clinicians' questions about films, CT and MR of head, chest and abdomen.",
        "vqa_rad",
        (
            Line("closed_accuracy", "accuracy", task("closed")),
            Line("open_token_f1", "token_f1", task("open")),
            Line("open_accuracy", "accuracy", task("open")),
        ),
    ),
    Benchmark(
        "vqa_med_2019",
        "VQA-Med 2019: modality, plane, organ and abnormality, answered freely and matched exactly.",
        "vqa_med_2019",
        (
            Line("accuracy", "accuracy", lambda row: True),
            *(Line(f"accuracy:{name}", "accuracy", topic(name)) for name in _CATEGORIES),
        ),
    ),
)

BENCHMARKS: dict[str, Benchmark] = {benchmark.name: benchmark for benchmark in _BENCHMARKS}


def benchmark_named(name: str) -> Benchmark:
    """Raises SightlineError listing what there is."""
    if name not in BENCHMARKS:
        raise SightlineError(f"`{name}`: no such benchmark, choose one of {', '.join(BENCHMARKS)}.")
    return BENCHMARKS[name]
