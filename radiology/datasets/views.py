"""The views of a study in the order in which every prompt names them."""

from __future__ import annotations

from collections.abc import Iterable

from radiology.study import Projection, View

_ORDER = (Projection.PA, Projection.AP, Projection.UNKNOWN, Projection.LATERAL)


def numbered(views: Iterable[View]) -> tuple[View, ...]:
    """Each file once, called frontal, frontal2, ..., lateral, ...: PA before AP before unknown before lateral."""
    distinct = {view.path: view for view in views}
    named: list[View] = []
    for view in sorted(distinct.values(), key=lambda each: _ORDER.index(each.projection)):
        kind = "frontal" if view.projection.frontal else "lateral"
        number = 1 + sum(other.projection.frontal is view.projection.frontal for other in named)
        named.append(view.model_copy(update={"id": kind + (str(number) if number > 1 else "")}))
    return tuple(named)
