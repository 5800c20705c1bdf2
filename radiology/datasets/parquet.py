"""Rows of Parquet files whose `image` column holds encoded pictures."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from radiology.errors import SightlineError

BATCH = 64
Row = dict[str, Any]


def parquet_files(path: Path) -> list[Path]:
    """The Parquet file `path`, or those in the folder `path` by name; none where the publisher's own layout lies.

    Raises SightlineError when there is nothing at `path`.
    """
    if not path.exists():
        raise SightlineError(f"`{path}`: is not there, name the file or folder of the data set.")
    if path.is_file():
        return [path] if path.suffix == ".parquet" else []
    return sorted(path.glob("*.parquet"))


def parquet_rows(file: Path, columns: tuple[str, ...]) -> Iterator[Row]:
    """Rows with at least `columns`, a batch at a time. Raises SightlineError for another file or a missing column."""
    import pyarrow as pa
    from pyarrow.parquet import ParquetFile

    try:
        with ParquetFile(file) as table:
            missing = sorted(set(columns) - set(table.schema_arrow.names))
            if missing:
                raise SightlineError(f"`{file}`: column {missing[0]} is missing, name a file of this data set.")
            if "image" in columns and not _holds_bytes(table.schema_arrow.field("image").type):
                raise SightlineError(f"`{file}`: column image holds no encoded pictures, name a file of this data set.")
            for batch in table.iter_batches(BATCH):
                yield from batch.to_pylist()
    except (pa.ArrowException, OSError) as error:
        raise SightlineError(f"`{file}`: cannot be read as Parquet ({error}), fetch it again.") from error


def _holds_bytes(kind: Any) -> bool:
    """Whether an Arrow type is {bytes, ...}, as `datasets` writes images."""
    return any(kind.field(i).name == "bytes" for i in range(kind.num_fields))
