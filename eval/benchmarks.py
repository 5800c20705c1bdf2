"""Every benchmark there is: where its data comes from, what is asked, and the metrics reported."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from eval import lines
from eval.flaws import refuse_flawed
from eval.items import Reports
from eval.selection import keep
from eval.sheet import Line, task, topic
from eval.signature import Asked
from mllm.prompts import GROUNDED_TASK, GROUNDING_TASK, finding_line
from radiology.datasets.grounding import GROUND, boxes_answer
from radiology.datasets.table import SOURCES, Dataset
from radiology.errors import SightlineError
from radiology.findings import NIH_LABELS, PHANTOM_FINDINGS
from radiology.imaging.chosen import frontal_of
from radiology.phantom.questions import closed_question
from radiology.study import Case, Finding, Question


@dataclass(frozen=True)
class Benchmark:
    """`source` is a key of SOURCES; `ask` makes the questions where the data has none of its own.

    `published` names the split that published numbers are about. `reports`: how a report is asked for each study, if
    at all; `questions` and `answers`: what is asked besides and compared, "" where nothing is. `head_findings`: those
    the image-level head is scored on, in sets where a finding that is not listed is negative.
    """

    name: str
    title: str
    source: str
    published: str
    lines: tuple[Line, ...]
    reports: Reports | None = None
    questions: str = "the question"
    answers: str = "the answer"
    head_findings: tuple[str, ...] = ()
    ask: Callable[[Dataset], tuple[Question, ...]] = lambda data: data.questions

    @property
    def headlines(self) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if line.name in lines.HEADLINES)

    @property
    def truth(self) -> Callable[[Case], Sequence[Finding]] | None:
        """What reports of a case are compared with; None where there are none."""
        return self.reports.truth if self.reports else None

    @property
    def asked(self) -> Asked:
        """What the model is asked for, and what its answers are compared with."""
        asked = {self.questions: self.answers} if self.questions else {}
        if self.reports is not None:
            asked = {f"{GROUNDED_TASK} No similar cases are shown.": self.reports.described, **asked}
        return Asked(prompt=" / ".join(asked), reference=" / ".join(asked.values()))

    def load(self, path: Path, workdir: Path) -> Dataset:
        """Cases and questions; embedded pictures are written below `workdir`.

        Studies without a film, or without the text they would be compared with, are counted as skipped. Raises
        SightlineError when none is left, nothing is asked, or the data is flawed.
        """
        data = SOURCES[self.source].load(path, workdir)
        refuse_flawed(data, str(path))
        lacks = {case.study.study_id: reason for case in data.cases if (reason := self._lack(case))}
        if len(lacks) == len(data.cases):
            raise SightlineError(f"`{path}`: holds {', '.join(sorted(set(lacks.values())))} only, add the films.")
        kept = keep(data, [case for case in data.cases if case.study.study_id not in lacks])
        skipped = Counter(data.skipped) + Counter(lacks.values())
        asked = self.ask(kept)
        if self.reports is None and not asked:
            raise SightlineError(f"`{path}`: holds no question that {self.name} asks, choose another benchmark.")
        return replace(kept, questions=asked, skipped=dict(skipped))

    def _lack(self, case: Case) -> str:
        """Why a study cannot be evaluated, "" when it can."""
        if not case.study.views:
            return "studies without a film"
        if self.reports is not None and self.reports.read and not self.reports.reference(case):
            return "studies without a reference"
        return ""


def _about(names: tuple[str, ...]) -> Callable[[Dataset], tuple[Question, ...]]:
    """One yes/no question a study and finding; what a case does not list as present is "no"."""

    def ask(data: Dataset) -> tuple[Question, ...]:
        return tuple(
            closed_question(case.study.study_id, name, name in {f.name for f in case.present})
            for case in data.cases
            for name in names
        )

    return ask


def _nothing(data: Dataset) -> tuple[Question, ...]:
    """Reports only."""
    del data
    return ()


def _phrases(data: Dataset) -> tuple[Question, ...]:
    """Each present finding with boxes on the current frontal is a phrase to ground."""
    return tuple(question for case in data.cases for question in _phrases_of(case))


def _phrases_of(case: Case) -> Iterator[Question]:
    frontal = frontal_of(case.study)
    for finding in case.present:
        boxes = [box for box in finding.boxes if frontal is not None and box.view == frontal.id]
        if boxes:
            yield Question(
                study_id=case.study.study_id,
                text=finding_line(finding),
                answer=boxes_answer(boxes),
                kind="open",
                topic=GROUND,
                name=finding.name,
            )


def _choices(data: Dataset) -> tuple[Question, ...]:
    return tuple(question for question in data.questions if question.kind == "choice")


_VQA_MED = ("modality", "plane", "organ", "abnormality")
_SLAKE = (
    "modality",
    "plane",
    "organ",
    "position",
    "abnormality",
    "knowledge graph",
    "quantity",
    "size",
    "color",
    "shape",
)
_NIH = tuple(NIH_LABELS.values())
_READ = Reports(findings_only=True, read=True)
_ASK_BOXES, _BOXES = f"{GROUNDING_TASK} the phrase", "the boxes drawn for the phrase"
_GENERATED = "generated: seeds from 900,000,000 are for evaluation"
_FREE_TEXT = (*lines.CLINICAL, *lines.LABEL_SETS, *lines.TEMPORAL, *lines.WORDS, *lines.OTHER_WORDS, *lines.FACTUAL)

_BENCHMARKS = (
    Benchmark(
        "phantom",
        "Synthetic radiographs with exact truth: drafted reports and questions.",
        "jsonl",
        _GENERATED,
        (
            *lines.CLINICAL,
            *lines.GROUNDED,
            *lines.CLOSED,
            Line("choice_accuracy", "accuracy", task("choice")),
            *lines.by_topic(("open",)),
            *lines.by_topic(("open",), "token_f1", "_token_f1"),
            *lines.ASKED,
            *lines.WORDS,
            *lines.FACTUAL,
            *lines.SPATIAL,
            *lines.per_finding(PHANTOM_FINDINGS),
        ),
        reports=Reports(),
    ),
    Benchmark(
        "phantom-longitudinal",
        "Synthetic patients seen several times: what is new, worse, stable, better or resolved.",
        "jsonl",
        f"{_GENERATED}; made with --visits",
        (
            *lines.TEMPORAL,
            *lines.CLINICAL,
            *lines.ASKED,
            *lines.COPYING,
            *lines.per_finding(PHANTOM_FINDINGS),
        ),
        reports=Reports(),
    ),
    Benchmark(
        "phantom-grounding",
        "Synthetic radiographs: boxes of the drafted findings, and of each true finding asked for by its phrase.",
        "jsonl",
        _GENERATED,
        (*lines.GROUNDED, *lines.SPATIAL, *lines.PHRASES),
        reports=Reports(),
        ask=_phrases,
        questions=_ASK_BOXES,
        answers=_BOXES,
    ),
    Benchmark(
        "nih",
        "NIH ChestX-ray14: yes/no for each of 14 text-mined labels; unlisted counts as negative.",
        "nih",
        "test patients of test_list.txt",
        (
            Line("macro_auroc", "macro_auroc", task("closed")),
            Line("macro_auroc_head", "macro_auroc", task("head")),
            *lines.CALIBRATION,
        ),
        head_findings=_NIH,
        ask=_about(_NIH),
    ),
    Benchmark(
        "kermany",
        "Paediatric chest films: normal against pneumonia.",
        "kermany",
        "the test folder",
        (
            Line("balanced_accuracy", "balanced_accuracy", task("closed")),
            Line("accuracy", "accuracy", task("closed")),
            Line("auroc", "macro_auroc", task("closed")),
            Line("balanced_accuracy_head", "balanced_accuracy", task("head")),
            Line("auroc_head", "macro_auroc", task("head")),
            *lines.CALIBRATION,
        ),
        head_findings=("pneumonia",),
        ask=_about(("pneumonia",)),
    ),
    Benchmark(
        "vqa_rad",
        "VQA-RAD: clinicians' questions about films, CT and MR of head, chest and abdomen.",
        "vqa_rad",
        "test questions, whose images are training images too; ours is split by image",
        (*lines.CLOSED, *lines.OPEN, *lines.LLAVA_MED),
    ),
    Benchmark(
        "vqa_med_2019",
        "VQA-Med 2019: modality, plane, organ and abnormality, answered freely and matched exactly.",
        "vqa_med_2019",
        "the 500 test questions",
        (
            Line("accuracy", "accuracy", lambda row: True),
            Line("vqa_med_bleu", "vqa_med_bleu", lambda row: True),
            *(Line(f"accuracy:{name}", "accuracy", topic(name)) for name in _VQA_MED),
        ),
    ),
    Benchmark(
        "slake",
        "SLAKE, English: questions about films, CT and MR of five body regions.",
        "slake",
        "test.json",
        (*lines.CLOSED, *lines.OPEN, *lines.LLAVA_MED, *lines.by_topic(_SLAKE)),
    ),
    Benchmark(
        "choice",
        "Multiple choice about a film, as in CheXbench: the likeliest of the given answers.",
        "jsonl",
        "whatever the file states",
        (Line("choice_accuracy", "accuracy", task("choice")),),
        questions="the question and its options",
        answers="the right option",
        ask=_choices,
    ),
    Benchmark(
        "openi",
        "Open-i (Indiana University): the findings section of reports.",
        "openi",
        "R2Gen's 2,069 / 296 / 590 (annotation.json)",
        (*_FREE_TEXT, *lines.per_finding()),
        reports=_READ,
        questions="",
        ask=_nothing,
    ),
    Benchmark(
        "mimic-cxr",
        "MIMIC-CXR: the findings section of reports.",
        "mimic_cxr",
        "mimic-cxr-2.0.0-split.csv",
        (*_FREE_TEXT, *lines.COPYING, *lines.per_finding()),
        reports=_READ,
        questions="",
        ask=_nothing,
    ),
    Benchmark(
        "ms-cxr",
        "MS-CXR: boxes of phrases from MIMIC-CXR reports.",
        "ms_cxr",
        "all of it",
        lines.PHRASES,
        questions=_ASK_BOXES,
        answers=_BOXES,
    ),
)

BENCHMARKS: dict[str, Benchmark] = {benchmark.name: benchmark for benchmark in _BENCHMARKS}


def benchmark_named(name: str) -> Benchmark:
    """Raises SightlineError listing what there is."""
    if name not in BENCHMARKS:
        raise SightlineError(f"`{name}`: no such benchmark, choose one of {', '.join(BENCHMARKS)}.")
    return BENCHMARKS[name]
