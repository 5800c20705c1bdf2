"""Options that tell of a study what its films do not: priors and clinical text. Imports nothing heavy."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from radiology.errors import SightlineError

if TYPE_CHECKING:
    from radiology.study import Study

Prior = Annotated[
    list[str] | None,
    typer.Option(
        metavar="PATH[@DATE]",
        help="An earlier examination: films, a .txt report, or a folder of both; may be given several times.",
    ),
]
Indication = Annotated[str, typer.Option(metavar="TEXT|@FILE", help="Why the film was asked for.")]
Technique = Annotated[str, typer.Option(metavar="TEXT|@FILE", help="How the film was made.")]
Comparison = Annotated[str, typer.Option(metavar="TEXT|@FILE", help="What it is to be compared with.")]
Note = Annotated[Path | None, typer.Option(help="A text file: what else the clinicians wrote.")]


def completed(
    studies: list[Study],
    prior: list[str] | None = None,
    indication: str = "",
    technique: str = "",
    comparison: str = "",
    note: Path | None = None,
    force: bool = False,
) -> list[Study]:
    """`studies` as they are, or the one study with what is told of it.

    Raises SightlineError where something is told and there are several, and for what cannot be read or cannot be.
    """
    told = {"prior": prior, "indication": indication, "technique": technique, "comparison": comparison, "note": note}
    given = [name for name, value in told.items() if value]
    if not given:
        return studies
    if len(studies) != 1:
        raise SightlineError(
            f"`--{given[0]}`: tells of one study and {len(studies)} were given, name the files of one."
        )
    from radiology.imaging.clinical import with_texts
    from radiology.imaging.priors import with_priors

    return [with_texts(with_priors(studies[0], prior or (), force), indication, technique, comparison, note)]
