"""Rows of anybody's table, through the library `datasets`: CSV, Parquet, JSON, a saved data set, or one on the hub.

Local files are read in a stream: nothing is copied into a cache, and images stay the encoded bytes that they are.
Only a name that begins with `hf:`, as in `hf:owner/name`, is looked for on the hub.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from radiology.datasets.csv_rows import csv_header
from radiology.errors import SightlineError

HUB = "hf:"
_KINDS = {
    ".csv": "csv",
    ".tsv": "csv",
    ".txt": "csv",
    ".parquet": "parquet",
    ".json": "json",
    ".jsonl": "json",
}
_BATCH = 256
_SAVED = ("dataset_info.json", "state.json")
Row = dict[str, Any]
"""Column -> value as Arrow gives it; an image is a path, or {bytes, path}."""


def table_rows(path: Path, separator: str | None = None) -> Iterator[tuple[str | None, Row]]:
    """Each row with the split its table was saved under, None where it states none.

    `path` is a file, a folder of `datasets.save_to_disk`, a folder of such files, or `hf:owner/name`.
    Raises SightlineError for what is not there or cannot be read.
    """
    for split, table in _tables(path, separator).items():
        classes = {name: feature.names for name, feature in (table.features or {}).items() if hasattr(feature, "names")}
        for row in _plain_rows(path, table):
            for column, names in classes.items():
                row[column] = None if row[column] is None or row[column] < 0 else names[row[column]]
            yield split, row


def _plain_rows(path: Path, table: Any) -> Iterator[Row]:
    batches = table.with_format("arrow").iter(_BATCH)
    while True:
        rows = _next_rows(path, batches)
        if not rows:
            return
        yield from rows


def _next_rows(path: Path, batches: Iterator[Any]) -> list[Row]:
    """Raises SightlineError for a damaged file: the libraries raise what they like, and pandas only warns of CSV rows
    that have more cells than there are columns, of which it drops some."""
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("error", message="Length of header or names")
            batch = next(batches, None)
    except Exception as error:
        raise _unreadable(path, error) from error
    return [] if batch is None else batch.to_pylist()


def _unreadable(path: Path, error: Exception) -> SightlineError:
    cause = error.__cause__ or error
    told = " ".join(str(cause).split())[:200] or type(cause).__name__
    return SightlineError(f"`{path}`: cannot be read as a table ({told}), correct the file or name another.")


def _tables(path: Path, separator: str | None) -> dict[str | None, Any]:
    if str(path).startswith(HUB):
        return _from_hub(str(path).removeprefix(HUB))
    if not path.exists():
        raise SightlineError(f"`{path}`: is not there, name the file or folder of the table.")
    if path.is_dir():
        return _from_folder(path, separator)
    return {None: _from_files([path], separator)}


def _from_folder(folder: Path, separator: str | None) -> dict[str | None, Any]:
    """What `save_to_disk` wrote, else the tables in it, called by their split or not."""
    if (folder / "dataset_dict.json").exists() or all((folder / name).exists() for name in _SAVED):
        return _saved(folder)
    for suffixes in ((".parquet",), (".csv", ".tsv"), (".jsonl", ".json")):
        files = sorted(file for file in folder.iterdir() if file.suffix.lower() in suffixes)
        if files:
            return {_split_in(file): _from_files(group, separator) for file, group in _by_split(files)}
    raise SightlineError(f"`{folder}`: holds no Parquet, CSV or JSON table, name the file of the table.")


def _split_in(file: Path) -> str | None:
    """Of `train-00000-of-00002.parquet` the split, as `datasets` writes it; None for other names."""
    word = file.stem.split("-")[0].split(".")[0].lower()
    return word if word in ("train", "validation", "valid", "val", "test") else None


def _by_split(files: list[Path]) -> Iterator[tuple[Path, list[Path]]]:
    groups: dict[str | None, list[Path]] = {}
    for file in files:
        groups.setdefault(_split_in(file), []).append(file)
    yield from ((group[0], group) for group in groups.values())


def _saved(folder: Path) -> dict[str | None, Any]:
    from datasets import DatasetDict, load_from_disk

    try:
        saved = load_from_disk(str(folder))
    except Exception as error:
        raise _unreadable(folder, error) from error
    return dict(saved) if isinstance(saved, DatasetDict) else {None: saved}


def _from_files(files: list[Path], separator: str | None) -> Any:
    """A stream. Cells of CSV stay text, so that 007 is no 7 and NA no gap."""
    from datasets import Features, Value, load_dataset

    kind = _KINDS.get(files[0].suffix.lower() if files[0].suffix != ".gz" else Path(files[0].stem).suffix.lower())
    if kind is None:
        raise SightlineError(f"`{files[0]}`: is no table, name a file {', '.join(_KINDS)}.")
    options: dict[str, Any] = {}
    if kind == "csv":
        sep = separator or ("\t" if ".tsv" in files[0].suffixes else ",")
        header = csv_header(files[0], sep)
        features = Features({column: Value("string") for column in header})
        options = {"sep": sep, "features": features, "keep_default_na": False, "index_col": False}
        options["encoding"] = "utf-8-sig"
    try:
        return load_dataset(kind, data_files=[str(file) for file in files], split="train", streaming=True, **options)
    except Exception as error:
        raise _unreadable(files[0], error) from error


def _from_hub(name: str) -> dict[str | None, Any]:
    """`owner/name` or `owner/name:configuration`, kept in the library's own cache for the next time."""
    from datasets import load_dataset

    repository, _, configuration = name.partition(":")
    try:
        return dict(load_dataset(repository, configuration or None))
    except Exception as error:
        raise SightlineError(
            f"`{HUB}{name}`: cannot be had from the hub ({' '.join(str(error).split())[:200]}), check the name, the "
            "network and HF_HUB_OFFLINE, or name a local copy."
        ) from error
