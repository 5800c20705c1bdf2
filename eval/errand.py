"""What has to be answered, written down for a model that runs elsewhere; `eval.outside` takes its answers back."""

from __future__ import annotations

from pathlib import Path

from eval.benchmarks import benchmark_named
from eval.outside import blank_rows
from eval.prediction import Prediction, write_text
from eval.selection import Taken, take
from radiology.imaging.chosen import prior_with_film
from radiology.study import Noun, Study, View


class Film(Noun):
    """`role` is current or prior; `path` is absolute."""

    role: str
    projection: str
    path: str


class Errand(Noun):
    """One item without its answer. A report has no question; `choices` are empty where the answer is free."""

    id: str
    task: str
    question: str
    choices: tuple[str, ...] = ()
    indication: str = ""
    films: tuple[Film, ...]


def write_items(name: str, data: Path, out: Path, taken: Taken) -> int:
    """Write the items of benchmark `name` as JSON Lines to `out`; gives their number.

    Films that come inside a data file are written to the folder `films` beside `out`. Raises SightlineError.
    """
    benchmark = benchmark_named(name)
    everything = benchmark.load(data, out.parent / "films")
    chosen = take(everything, taken, str(data))
    studies = {case.study.study_id: case.study for case in chosen.cases}
    choices = {(q.study_id, q.text): q.choices for q in chosen.questions}
    errands = [_errand(row, studies[row.study_id], choices) for row in blank_rows(benchmark, chosen)]
    write_text(out, "".join(errand.model_dump_json() + "\n" for errand in errands))
    return len(errands)


def _errand(row: Prediction, study: Study, choices: dict[tuple[str, str], tuple[str, ...]]) -> Errand:
    prior = prior_with_film(study)
    return Errand(
        id=row.id,
        task=row.task,
        question=row.question,
        choices=choices.get((row.study_id, row.question), ()),
        indication=study.indication,
        films=(
            *(_film("current", view) for view in study.views),
            *(_film("prior", view) for view in (prior.study.views if prior else ())),
        ),
    )


def _film(role: str, view: View) -> Film:
    return Film(role=role, projection=view.projection.value, path=str(Path(view.path).absolute()))
