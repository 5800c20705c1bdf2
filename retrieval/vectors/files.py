"""Files that are written to their end, synced, and checked by size and CRC-32 (which can go on where it stopped)."""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from radiology.study import Noun

BLOCK = 4 * 2**20


class FileSum(Noun):
    """The first `size` bytes of a file; what may stand behind them is of a writer that was interrupted."""

    name: str
    size: int
    crc32: int


def write(path: Path, parts: Iterable[bytes | NDArray[Any]], before: FileSum | None = None) -> FileSum:
    """A new file, or one that goes on behind what it held `before`; on the disk when this returns. Raises OSError."""
    size, crc = (before.size, before.crc32) if before else (0, 0)
    with path.open("r+b" if before else "xb") as stream:
        stream.seek(size)
        for part in parts:
            data = part if isinstance(part, bytes) else np.ascontiguousarray(part).reshape(-1).view(np.uint8).data
            size += stream.write(data)
            crc = zlib.crc32(data, crc)
        stream.truncate()
        stream.flush()
        os.fsync(stream.fileno())
    return FileSum(name=path.name, size=size, crc32=crc)


def summed(path: Path, size: int | None = None) -> FileSum:
    """Of a whole file, or of its first `size` bytes as far as they are there. Raises OSError."""
    done, crc = 0, 0
    with path.open("rb") as stream:
        while block := stream.read(BLOCK if size is None else min(BLOCK, size - done)):
            done, crc = done + len(block), zlib.crc32(block, crc)
    return FileSum(name=path.name, size=done, crc32=crc)


def fault(folder: Path, expected: FileSum, content: bool) -> str:
    """What is wrong with a file, "" for nothing; without `content` its size alone is compared."""
    path = folder / expected.name
    try:
        size = path.stat().st_size
        if size < expected.size:
            return f"is cut off, it has {size} of {expected.size} bytes"
        return "was changed, its checksum differs" if content and summed(path, expected.size) != expected else ""
    except OSError as error:
        return f"cannot be read ({error.strerror})"


def sync(path: Path) -> None:
    """What was written to a file, or which names a folder holds, on the disk."""
    try:
        handle = os.open(path, os.O_RDONLY)
    except PermissionError:  # a folder on Windows
        return
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
