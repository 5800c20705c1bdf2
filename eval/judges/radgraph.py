"""RadGraph F1: entities and relations of both reports, read by a DyGIE++ model, and how far they agree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from eval.judges.protocol import texts
from eval.judges.radgraph_archive import read_archive
from eval.judges.radgraph_graph import Graph, compare
from eval.judges.radgraph_model import RadGraphModel, build
from eval.judges.radgraph_words import cut_for
from eval.prediction import Prediction


@dataclass(frozen=True)
class RadGraph:
    """Verdict: F1 simple, partial, complete and combined; see `radgraph_graph`."""

    identity: str
    model: RadGraphModel
    name: str = "radgraph"

    def judge(self, rows: Sequence[Prediction]) -> list[tuple[float, ...]]:
        pairs = zip(*texts(rows), strict=True)
        return [compare(self.read(prediction), self.read(reference)) for prediction, reference in pairs]

    def read(self, report: str) -> Graph:
        return self.model.read(cut_for(self.model.archive.training_set)(report))


def open_radgraph(where: str) -> RadGraph:
    """The model `where`: an unpacked archive, radgraph.tar.gz or radgraph-xl.tar.gz, or a hub id with # and which of
    the two. Raises SightlineError for what is missing or no RadGraph."""
    archive = read_archive(where)
    return RadGraph(archive.identity, build(archive))
