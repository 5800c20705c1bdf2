"""An evaluation as one HTML page that needs nothing else: no server, no network, no script to be read."""

from __future__ import annotations

import base64
import hashlib
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from markupsafe import Markup

from eval.benchmarks import BENCHMARKS, benchmark_named
from eval.prediction import write_text
from eval.report.by_finding import answer_rows, report_rows
from eval.report.cases import MARKS, CaseView, view_case
from eval.report.choosing import Choice, choose
from eval.report.confusion import matrices
from eval.report.figures import figures
from eval.report.groups import group_rows
from eval.report.header import facts, signature_lines
from eval.report.scoring import BLIND, missing, score_rows
from eval.report.source import Source, read_source
from eval.report.stressing import stress_view
from eval.report.wording import counted, word
from radiology.study import NOTICE, Case

CASES, SEED = 500, 0
PAGE = "report.html"
_TEMPLATES = Path(__file__).with_name("templates")


@dataclass(frozen=True)
class Cases:
    """`note` says which cases are shown, `films` what is known of their films."""

    views: tuple[CaseView, ...]
    note: str
    films: str

    @property
    def boxed(self) -> bool:
        return any(film.marks for view in self.views for film in view.films)

    @property
    def marks(self) -> tuple[tuple[str, int], ...]:
        """What cases can be filtered by, with how many each leaves."""
        counts = Counter(mark for view in self.views for mark in view.marks)
        return tuple((mark, counts[mark]) for mark in MARKS if counts[mark])

    @property
    def names(self) -> tuple[tuple[str, str, int], ...]:
        """Finding, how it is called, and how many cases have it."""
        counts = Counter(name for view in self.views for name in view.names)
        return tuple(sorted(((name, word(name), n) for name, n in counts.items()), key=lambda entry: entry[1]))


def write_page(
    folder: Path, data: Path | None = None, out: Path | None = None, limit: int = CASES, seed: int = SEED
) -> Path:
    """Write the page of the evaluation in `folder` to `out` (default: report.html in it); gives its path.

    `data` is the benchmark's file or folder; without it the page has no films. Raises SightlineError for a folder
    without scores, or data that is not the benchmark's.
    """
    source = read_source(folder)
    target = out or folder / PAGE
    write_text(target, render(source, gather(source, data, limit, seed)))
    return target


def gather(source: Source, data: Path | None, limit: int, seed: int) -> Cases:
    """The cases that are shown, with their films where `data` holds them."""
    choice = choose(group_rows(source.rows), limit, seed)
    if data is None:
        views = tuple(view_case(group, None) for group in choice.shown)
        return Cases(views, choice.note, "Without the data (--data) no films and no boxes can be shown.")
    benchmark = benchmark_named(source.scores.benchmark)
    with tempfile.TemporaryDirectory(prefix="sightline-") as workdir:
        known = {case.study.study_id: case for case in benchmark.load(data, Path(workdir)).cases}
        return _with_films(choice, known)


def _with_films(choice: Choice, known: dict[str, Case]) -> Cases:
    views = tuple(view_case(group, known.get(group.study_id)) for group in choice.shown)
    lost = sum(group.study_id not in known for group in choice.shown)
    blind = sum(not view.films for view in views) - lost
    told = [f"{counted(lost, 'case')} not in the data given"] * (lost > 0)
    told += [f"{counted(blind, 'case')} without a readable film"] * (blind > 0)
    return Cases(views, choice.note, f"{' and '.join(told)}." if told else "")


def render(source: Source, cases: Cases) -> str:
    """The page; everything that is not ours is escaped."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    loader = FileSystemLoader(_TEMPLATES)
    environment = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    script = _text("page.js")
    return environment.get_template("page.html").render(
        style=Markup(_text("page.css")),
        script=Markup(script),
        script_hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
        notice=NOTICE,
        cases=cases,
        **_contents(source),
    )


def _contents(source: Source) -> dict[str, Any]:
    """What the templates call by name."""
    scores, rows = source.scores, source.rows
    known = BENCHMARKS.get(scores.benchmark)
    return {
        "benchmark": scores.benchmark,
        "title": known.title if known else scores.benchmark,
        "facts": facts(source),
        "scores": score_rows(scores),
        "blind": [name for name in BLIND if name in scores.baseline],
        "baselines": scores.signature.baselines,
        "unavailable": missing(scores),
        "findings": report_rows(scores, rows),
        "asked": answer_rows(rows),
        "figures": figures(rows),
        "matrices": matrices(rows),
        "tables": tuple(map(stress_view, source.tables)),
        "signature": signature_lines(scores.signature),
    }


def _text(name: str) -> str:
    return (_TEMPLATES / name).read_text(encoding="utf-8")
