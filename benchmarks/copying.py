"""How much of a draft comes from its similar cases? python -m benchmarks.copying [--model FOLDER]

Unseen phantoms are drafted three times: without cases, with their own, and with those of another study. Of each draft:
what share of its sentences, and which longest run of its words, stands in the reports of its cases, although a model
is only shown their findings; and how many of the findings that it makes up are present in one of them. Drafts without
cases are held against the same reports: so much is alike because there is one way to say it, or because like films
look alike. What is above that is copied.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from eval.grounded import written_report
from eval.items import Reports, blank_report
from eval.metrics.averaging import averaged
from eval.metrics.bootstrap import estimate
from eval.metrics.findings import names
from eval.metrics.metric import Metric
from eval.metrics.table import METRICS
from eval.prediction import Prediction
from mllm.draft.assistant import REPORT_TOKENS, Assistant
from mllm.draft.opening import open_assistant
from mllm.draft.retriever import SimilarCase
from mllm.model.heads import perception_of
from mllm.prompts import Shown, case_text, report_request
from radiology.datasets.jsonl import read_cases
from radiology.phantom.cohort import VERSIONS, Cohort, write_cohort
from radiology.study import Case
from retrieval.cases.build import build_cases
from retrieval.cases.eyes import Tower
from retrieval.context.opening import open_cases
from retrieval.context.tokens import counting

SEED, CASE_SEED = 900_400_000, 700_000_000
BATCH, K = 32, 5


@dataclass(frozen=True)
class Item:
    """A study with what is known of it, its films as the model sees them, and its similar cases."""

    case: Case
    shown: tuple[Shown, ...]
    similar: tuple[SimilarCase, ...]


def items(assistant: Assistant, cases: Sequence[Case]) -> list[Item]:
    """Those of the studies to which a case is shown."""
    found = []
    for case in cases:
        shown, sight = assistant.see(case.study)
        found.append(Item(case, shown, assistant.similar(case.study, sight, K)))
    return [item for item in found if item.similar]


def drafts(assistant: Assistant, some: Sequence[Item], told: Sequence[tuple[SimilarCase, ...]]) -> list[str]:
    """The report of each study beside the cases that its model is told of."""
    engine = assistant.engine
    requests = [
        report_request(item.case.study, item.shown, cases, grounded=False, explained=not engine.box_tokens)
        for item, cases in zip(some, told, strict=True)
    ]
    batches = [requests[start : start + BATCH] for start in range(0, len(requests), BATCH)]
    return [each.text for batch in batches for each in engine.complete(batch, REPORT_TOKENS)]


def row(item: Item, text: str, cases: Sequence[SimilarCase]) -> Prediction:
    """A draft beside the truth and the reports of `cases`."""
    blank = blank_report(item.case, Reports())
    beside = blank.model_copy(update={"context": tuple(case_text(each.case) for each in cases)})
    return written_report(beside, text, [each.frame for each in item.shown])


def made_up(cases: Mapping[str, Sequence[SimilarCase]]) -> Metric:
    """Of the findings that a draft makes up, the share that one of its cases has. `cases`: by study."""

    def value(row: Prediction) -> float | None:
        said, true = names(row)
        known = {finding.name for each in cases[row.study_id] for finding in each.case.present}
        return len((said - true) & known) / len(said - true) if said - true else None

    return averaged("made_up_from_cases", value, "drafts that make findings up", "", worst=1.0, best=0.0)


def report(way: str, rows: Sequence[Prediction], cases: Sequence[tuple[SimilarCase, ...]]) -> None:
    own = {each.study_id: beside for each, beside in zip(rows, cases, strict=True)}
    print(way)
    shared = [METRICS[name] for name in ("copied_sentences", "copied_run", "finding_micro_f1")]
    for metric in (*shared, made_up(own)):
        value, low, high = estimate(rows, metric.score)
        print(f"  {metric.name:20s} {value:.3f} ({low:.3f} to {high:.3f}), n={metric.size(rows)} {metric.unit}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-n", type=int, default=300, help="studies that are drafted")
    parser.add_argument("--cases", type=int, default=400, help="phantoms in the case base")
    parser.add_argument("--version", choices=VERSIONS, default=max(VERSIONS), help="version of the phantoms")
    parser.add_argument("--model", default="mini", help="folder, hub id or URL of the model that drafts")
    parser.add_argument("--work", type=Path, default=Path("runs/copying"), help="folder for phantoms and cases")
    options = parser.parse_args()
    perception = perception_of(options.model)
    films = write_cohort(options.work / "case-films", Cohort(options.cases, CASE_SEED, version=options.version))
    studies = write_cohort(options.work / "studies", Cohort(options.n, SEED, version=options.version))
    base = options.work / f"cases-{perception.card.tower_hash}"
    build_cases(read_cases(films), Tower(perception), base)
    assistant = open_assistant(options.model, perception=perception)
    assistant.retriever = open_cases(base, perception, counting(assistant.engine))
    some = items(assistant, read_cases(studies))
    own = [item.similar for item in some]
    others = [*own[1:], *own[:1]]
    print(
        f"{assistant.engine.info.id}: {len(some)} of {options.n} studies are shown cases, {options.cases} in the base"
    )
    plain, told, misled = (drafts(assistant, some, cases) for cases in ([()] * len(some), own, others))
    for way, texts, beside in (
        ("without cases, held against their own", plain, own),
        ("with their own cases", told, own),
        ("without cases, held against another study's", plain, others),
        ("with another study's cases", misled, others),
    ):
        report(way, [row(*each) for each in zip(some, texts, beside, strict=True)], beside)


if __name__ == "__main__":
    main()
