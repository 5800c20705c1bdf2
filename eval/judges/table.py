"""Every judge there is: what it is, how it is opened, and how a user gets what it needs."""

from __future__ import annotations

import logging
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import cast

from eval.judges.protocol import Judge
from eval.prediction import Prediction
from radiology.errors import SightlineError

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Kind:
    """`opener` is "module:function", imported when it is used: a function from where the model is to a judge.

    `default` is the `where` that is taken when none is named, None if one must be. `get` says how to get the model.
    """

    title: str
    opener: str
    get: str
    default: str | None = None

    def open(self, where: str) -> Judge:
        module, _, function = self.opener.partition(":")
        return cast("Judge", getattr(import_module(module), function)(where))


JUDGES: dict[str, Kind] = {
    "chexbert": Kind(
        title="CheXbert: the 14 CheXpert labels of both reports (Smit et al. 2020)",
        opener="eval.judges.chexbert:open_chexbert",
        get="name the hub id StanfordAIMI/RRG_scorers or its chexbert.pth on this machine: --judge chexbert=WHERE",
    ),
    "radgraph": Kind(
        title="RadGraph: entities and relations of both reports (Jain et al. 2021)",
        opener="eval.judges.radgraph:open_radgraph",
        get="name the hub id StanfordAIMI/RRG_scorers or its radgraph-xl.tar.gz on this machine (RadCliQ: #radgraph "
        "after the hub id, or radgraph.tar.gz): --judge radgraph=WHERE",
    ),
    "bertscore": Kind(
        title="BERTScore: likeness of contextual word embeddings (Zhang et al. 2020)",
        opener="eval.judges.bertscore:open_bertscore",
        get="name the hub id or the folder of an encoder such as distilroberta-base: --judge bertscore=WHERE",
    ),
    "green": Kind(
        title="GREEN: errors and matched findings, listed by a language model (Ostmeier et al. 2024)",
        opener="eval.judges.green:open_green",
        get="name the hub id StanfordAIMI/GREEN-RadLlama2-7b, its folder, or a server's URL#MODEL, to which the texts "
        "of the reports are then sent: --judge green=WHERE",
    ),
    "radfact": Kind(
        title="RadFact: phrases of each report that the other entails (Bannur et al. 2024)",
        opener="eval.judges.radfact:open_radfact",
        get="name nothing for the rule that needs no model (--judge radfact), or a language model's folder or hub id, "
        "or a server's URL#MODEL, to which the texts of the reports are then sent: --judge radfact=WHERE",
        default="reader",
    ),
}


def parse_choice(text: str) -> tuple[str, str]:
    """(name, where) of "name=where" or, for a judge that has a default, of "name". Raises SightlineError."""
    name, _, where = text.partition("=")
    name = name.strip()
    default = _kind(name).default
    if not where.strip() and default is None:
        raise SightlineError(f"`{text}`: {unavailable(name)}.")
    return name, where.strip() or str(default)


def open_judges(choices: Mapping[str, str]) -> list[Judge]:
    """The judges of name -> where. SightlineError for a name that is not known or a model that does not open."""
    kinds = {name: _kind(name) for name in choices}
    return [kind.open(choices[name]) for name, kind in kinds.items()]


def unavailable(name: str) -> str:
    """Why a metric has no score: its judge `name` was not named."""
    return f"not available: {_kind(name).get}"


def judge_rows(rows: Sequence[Prediction], judges: Sequence[Judge]) -> list[Prediction]:
    """All rows, in order; reports carry each judge's verdict. Verdicts that are NaN are counted in the log."""
    reports = [row for row in rows if row.task == "report"]
    verdicts = {judge.name: judge.judge(reports) for judge in judges}
    for name, those in verdicts.items():
        unjudged = sum(any(map(math.isnan, verdict)) for verdict in those)
        if unjudged:
            _log.warning("%s: %d of %d reports could not be judged and are left out", name, unjudged, len(reports))
    judged = iter(zip(*verdicts.values(), strict=True)) if judges else iter(())
    return [_with(row, verdicts, next(judged)) if row.task == "report" and judges else row for row in rows]


def _with(row: Prediction, names: Mapping[str, object], verdicts: Sequence[tuple[float, ...]]) -> Prediction:
    return row.model_copy(update={"judged": row.judged | dict(zip(names, verdicts, strict=True))})


def _kind(name: str) -> Kind:
    if name not in JUDGES:
        raise SightlineError(f"`{name}`: no such judge, choose one of {', '.join(JUDGES)}.")
    return JUDGES[name]
