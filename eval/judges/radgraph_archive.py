"""The published archive of a RadGraph model: config.json, weights.th and vocabulary/, in a folder or a tar.gz."""

from __future__ import annotations

import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import torch
from pydantic import BaseModel, ValidationError

from eval.judges.weights import SCORERS, find_file, name_file, read_tensors, split_choice
from radiology.errors import SightlineError

WEIGHTS = "weights.th"
CONFIG = "config.json"
VOCABULARY = "vocabulary"
DEFAULT = "radgraph-xl"


class _Bert(BaseModel):
    model_name: str
    max_length: int | None = None


class _Reader(BaseModel):
    max_span_width: int
    token_indexers: dict[str, _Bert]


class _Model(BaseModel):
    loss_weights: dict[str, float]
    modules: dict[str, dict[str, Any]]


class _Config(BaseModel):
    dataset_reader: _Reader
    model: _Model


@dataclass(frozen=True)
class Archive:
    """`training_set` names the reports it learnt from; labels are in the order of their classes.

    `spans_per_word`: the number of spans that may have relations, a word of the report. `length`: word pieces that go
    through the encoder at once, None for as many as it takes. `encoder`: folder or hub id of its configuration and
    tokenizer.
    """

    identity: str
    path: Path
    training_set: str
    entity_labels: tuple[str, ...]
    relation_labels: tuple[str, ...]
    span_width: int
    spans_per_word: float
    length: int | None
    encoder: str
    tensors: dict[str, torch.Tensor]


def read_archive(where: str) -> Archive:
    """The archive `where`: a folder, a tar.gz, or HUB_ID, HUB_ID#radgraph or HUB_ID#radgraph-xl (the default).

    The encoder's config.json and tokenizer are read from the folder encoder/ in or beside it, else by the hub id the
    archive names. Raises SightlineError for what is missing.
    """
    place, choice = split_choice(where)
    folder = Path(place).expanduser()
    if (folder / WEIGHTS).is_file():
        return _read(folder, folder / "encoder", name_file(folder / WEIGHTS))
    file = find_file(place, f"{choice or DEFAULT}.tar.gz")
    with _unpacked(file) as inside:
        return _read(inside, file.parent / "encoder", name_file(file))


@contextmanager
def _unpacked(file: Path) -> Iterator[Path]:
    """A temporary folder with the parts of the archive that are read, whatever else it holds."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        try:
            with tarfile.open(file) as archive:
                for member in archive:
                    _unpack(archive, member, folder)
        except (tarfile.TarError, EOFError, OSError) as error:
            raise SightlineError(f"`{file}`: is no tar.gz archive, download it again from {SCORERS}.") from error
        yield folder


def _unpack(archive: tarfile.TarFile, member: tarfile.TarInfo, folder: Path) -> None:
    path = PurePosixPath(member.name)
    stream = archive.extractfile(member) if member.isfile() else None
    if stream is None:
        return
    if path.name in {WEIGHTS, CONFIG}:
        target = folder / path.name
    elif path.parent.name == VOCABULARY:
        target = folder / VOCABULARY / path.name
    else:
        return
    target.parent.mkdir(exist_ok=True)
    with target.open("wb") as file:
        while block := stream.read(1 << 20):
            file.write(block)


def _read(folder: Path, beside: Path, identity: str) -> Archive:
    config = _config(folder / CONFIG, identity)
    training_set = _training_set(folder / VOCABULARY, identity)
    bert = next(iter(config.dataset_reader.token_indexers.values()))
    return Archive(
        identity=identity,
        path=folder / WEIGHTS,
        training_set=training_set,
        entity_labels=_labels(folder / VOCABULARY, f"{training_set}__ner_labels", identity),
        relation_labels=_labels(folder / VOCABULARY, f"{training_set}__relation_labels", identity),
        span_width=config.dataset_reader.max_span_width,
        spans_per_word=float(config.model.modules["relation"]["spans_per_word"]),
        length=bert.max_length,
        encoder=str(beside) if beside.is_dir() else bert.model_name,
        tensors=read_tensors(folder / WEIGHTS),
    )


def _config(path: Path, identity: str) -> _Config:
    try:
        config = _Config.model_validate_json(path.read_text(encoding="utf-8"))
        coreference = config.model.loss_weights["coref"] or config.model.modules["coref"].get("coref_prop", 0)
        float(config.model.modules["relation"]["spans_per_word"])
    except (OSError, ValidationError, KeyError, ValueError) as error:
        raise SightlineError(
            f"`{identity}`: its {CONFIG} is missing or describes no RadGraph model, take the whole archive of "
            f"{SCORERS}."
        ) from error
    if coreference:
        raise SightlineError(f"`{identity}`: uses coreference, take an archive of {SCORERS}, which does not.")
    return config


def _training_set(vocabulary: Path, identity: str) -> str:
    found = sorted(path.name.removesuffix("__ner_labels.txt") for path in vocabulary.glob("*__ner_labels.txt"))
    if len(found) != 1:
        raise SightlineError(
            f"`{identity}`: {len(found)} files of entity labels in {VOCABULARY}/, expected one as in the archives of "
            f"{SCORERS}."
        )
    return found[0]


def _labels(vocabulary: Path, name: str, identity: str) -> tuple[str, ...]:
    """One label a line. The first entity label is empty and stands for "no entity"."""
    path = vocabulary / f"{name}.txt"
    if not path.is_file():
        raise SightlineError(f"`{identity}`: no {VOCABULARY}/{path.name}, take the whole archive of {SCORERS}.")
    return tuple(path.read_text(encoding="utf-8").removesuffix("\n").split("\n"))
