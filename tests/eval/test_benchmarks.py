"""What benchmarks take of their data, and what of a report they compare."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from eval.benchmarks import BENCHMARKS
from eval.items import Reports
from eval.outside import blank_rows
from radiology.datasets.jsonl import read_cases, write_cases
from radiology.errors import SightlineError
from radiology.study import Report, Study

FREE = replace(BENCHMARKS["openi"], source="jsonl")


def rewrite(cohort: Path, folder: Path, reports: list[Report | None], films: list[bool]) -> Path:
    """The first phantoms with other reports, some without their film."""
    cases = read_cases(cohort / "studies.jsonl")
    changed = [
        case.model_copy(update={"report": report, "study": case.study if film else bare(case.study)})
        for case, report, film in zip(cases, reports, films, strict=False)
    ]
    write_cases(folder / "studies.jsonl", changed)
    return folder


def bare(study: Study) -> Study:
    return study.model_copy(update={"views": ()})


def test_studies_without_film_or_reference_are_counted(cohort: Path, tmp_path: Path) -> None:
    told = Report(findings="A left effusion.", impression="Effusion.")
    reports = [told, told, Report(impression="Normal."), None]
    data = FREE.load(rewrite(cohort, tmp_path, reports, [True, False, True, True]), tmp_path)
    assert len(data.cases) == 1
    assert data.skipped == {"studies without a film": 1, "studies without a reference": 2}
    with pytest.raises(SightlineError, match="holds studies without a film only, add the films"):
        FREE.load(rewrite(cohort, tmp_path, [told], [False]), tmp_path)


def test_the_findings_section_is_compared_alone(cohort: Path, tmp_path: Path) -> None:
    told = Report(findings="A left effusion.", impression="Edema.")
    data = FREE.load(rewrite(cohort, tmp_path, [told], [True]), tmp_path)
    (row,) = blank_rows(FREE, data)
    assert row.reference == "A left effusion."
    assert [finding.name for finding in row.truth] == ["pleural_effusion"]
    section = Reports(findings_only=True).section
    assert section("Clear.\nImpression: Normal.") == "Clear."
    assert section("Impression: Normal.") == "Normal."
    assert Reports().section("Clear.\nImpression: Normal.") == "Clear.\nImpression: Normal."


def test_phrases_of_boxed_findings_are_asked_for(cohort: Path, tmp_path: Path) -> None:
    data = BENCHMARKS["phantom-grounding"].load(cohort, tmp_path)
    boxed = [(c.study.study_id, f) for c in data.cases for f in c.present if f.boxes]
    assert [(q.study_id, q.name) for q in data.questions] == [(study, f.name) for study, f in boxed]
    rows = [row for row in blank_rows(BENCHMARKS["phantom-grounding"], data) if row.task == "ground"]
    assert [row.truth[0].boxes for row in rows] == [f.boxes for _, f in boxed]


def test_choices_alone_are_asked(cohort: Path, tmp_path: Path) -> None:
    data = BENCHMARKS["choice"].load(cohort, tmp_path)
    assert {q.kind for q in data.questions} == {"choice"}
    assert len(data.questions) == len(data.cases)


def test_every_benchmark_says_what_it_asks() -> None:
    for benchmark in BENCHMARKS.values():
        assert benchmark.asked.prompt
        assert benchmark.asked.reference
        assert benchmark.published
        assert benchmark.headlines
