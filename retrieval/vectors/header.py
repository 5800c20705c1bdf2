"""`index.json`, which says what an index on disk is and which files hold it. It is replaced last, at one go."""

from __future__ import annotations

import os
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import ValidationError

from radiology.study import Noun
from retrieval.vectors.files import FileSum, write

NAME = "index.json"
DRAFT = "index-draft.json"
FORMAT: Literal[1] = 1


class Header(Noun):
    """`rows` are in the files, `count` of them not removed. `asked` is the kind the user wants, None for what suits the
    number, and `kind` what it is; its structure holds the first `taken` rows and learnt when there were `trained`."""

    format: Literal[1] = FORMAT
    embedder_id: str
    width: int
    asked: str | None
    kind: str
    count: int
    rows: int
    trained: int
    taken: int
    revision: int
    """How many times the index was saved."""
    stamp: dict[str, str]
    """The caller's."""
    files: dict[str, FileSum]
    """"vectors", "ids" and, where there are any, "removed" and "structure"."""
    checksum: int = 0
    """Of all the rest."""

    def sealed(self) -> Header:
        return self.model_copy(update={"checksum": self._sum()})

    def is_whole(self) -> bool:
        return self.checksum == self._sum()

    def _sum(self) -> int:
        return zlib.crc32(self.model_copy(update={"checksum": 0}).model_dump_json().encode())


@dataclass(frozen=True)
class Saved:
    """Where an index was read from or written to, and what stood there then."""

    folder: Path
    header: Header


@dataclass(frozen=True)
class Damaged:
    """An index that cannot be used: the name of the file at fault and a clause on why. It can be made anew."""

    file: str
    why: str


def read_header(folder: Path) -> Header | Damaged | None:
    """What the index of a folder says of itself, None when there is none."""
    try:
        header = Header.model_validate_json((folder / NAME).read_bytes())
    except FileNotFoundError:
        return None
    except OSError as error:
        return Damaged(NAME, f"cannot be read ({error.strerror})")
    except ValidationError:
        return Damaged(NAME, "is not the header of an index of this version")
    return header if header.is_whole() else Damaged(NAME, "was changed, its checksum differs")


def replace_header(folder: Path, header: Header) -> None:
    (folder / DRAFT).unlink(missing_ok=True)
    write(folder / DRAFT, [header.model_dump_json(indent=1).encode()])
    os.replace(folder / DRAFT, folder / NAME)
