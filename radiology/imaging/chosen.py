"""Which films and reports of a study are read, where it holds more of a kind than a model is shown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from radiology.study import Case, Projection, Study, View


def frontal_of(study: Study) -> View | None:
    """The frontal that is read: a PA before any other, since an AP enlarges the heart; else the first."""
    frontals = [view for view in study.views if view.projection.frontal]
    return min(frontals, key=lambda view: view.projection is not Projection.PA, default=None)


def film_of(study: Study) -> View | None:
    """The film by which one examination is compared with another: its frontal, else its lateral."""
    return frontal_of(study) or study.view(False)


def prior_with_film(study: Study) -> Case | None:
    """The latest prior that has a frontal film."""
    return next((prior for prior in reversed(study.priors) if frontal_of(prior.study)), None)


def prior_with_report(study: Study) -> Case | None:
    """The latest prior of which a report, or what it found, is known."""
    return next((prior for prior in reversed(study.priors) if is_reported(prior)), None)


def is_reported(case: Case) -> bool:
    """Whether anything is known of what was found."""
    written = case.report is not None and bool(case.report.findings or case.report.impression)
    return written or bool(case.findings)


def reading_flags(study: Study) -> tuple[str, ...]:
    """What a reader of a draft must be told of its inputs: films that were not read, and which priors were."""
    return (*_unread(study), *_priors(study))


def _unread(study: Study) -> Iterator[str]:
    read = (frontal_of(study), study.view(False))
    for view in study.views:
        if view not in read:
            known = "" if view.projection is Projection.UNKNOWN else f" ({view.projection})"
            yield f"film not read: {view.id}{known}"


def _priors(study: Study) -> Iterator[str]:
    """Nothing for a single dated prior with film and report, which is what a reader expects."""
    if not study.priors:
        return
    for what, prior in (("film", prior_with_film(study)), ("report", prior_with_report(study))):
        if prior is None:
            yield f"no prior {what}"
        elif len(study.priors) > 1:
            yield f"prior {what} {_dated(prior.study, study)}"
    if any(prior.study.date is None for prior in study.priors):
        yield "prior without a date" if len(study.priors) == 1 else f"priors without a date: {_order(study.priors)}"


def _order(priors: Sequence[Case]) -> str:
    undated = sum(prior.study.date is None for prior in priors)
    return f"{undated} of {len(priors)}, in the order given"


def _dated(prior: Study, study: Study) -> str:
    """What follows "film" or "report": "of 27 days before", "without a date"."""
    when = time_before(prior, study)
    return f"of {when}" if when else "without a date"


def time_before(prior: Study, study: Study) -> str:
    """How long before `study` a prior was made: "27 days before", "the same day", "" where a date is unknown.

    Days themselves, which come from headers, stay out of drafts, prompts and logs.
    """
    if prior.date is None or study.date is None:
        return ""
    days = (study.date - prior.date).days
    return "the same day" if days == 0 else f"{days} day{'s' if days != 1 else ''} before"
