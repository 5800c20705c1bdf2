"""The views of studies: in the order in which every prompt names them, and those of priors after them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from radiology.study import Case, Projection, View

_ORDER = (Projection.PA, Projection.AP, Projection.UNKNOWN, Projection.LATERAL)


def numbered(views: Iterable[View]) -> tuple[View, ...]:
    """Each file once, called frontal, frontal2, ..., lateral, ...: PA before AP before unknown before lateral."""
    distinct = {view.path: view for view in views}
    named: list[View] = []
    seen: Counter[str] = Counter()
    for view in sorted(distinct.values(), key=lambda each: _ORDER.index(each.projection)):
        kind = "frontal" if view.projection.frontal else "lateral"
        seen[kind] += 1
        named.append(view.model_copy(update={"id": kind + (str(seen[kind]) if seen[kind] > 1 else "")}))
    return tuple(named)


def views_of(case: Case) -> Iterator[tuple[str, View]]:
    """Study and view: its own, then those of its priors."""
    yield from ((case.study.study_id, view) for view in case.study.views)
    for prior in case.study.priors:
        yield from views_of(prior)
