"""An index in a folder. Vectors are one file of plain float32 that is memory-mapped and grows at its end.

New files get new names, and the header, which names them, is replaced last: whatever interrupts a writer, the folder
holds the index of before or of after. Readers need no lock; they keep what they mapped. A writer holds the folder
(`radiology.datasets.folder_lock.only_writer`) from `load` to `save`.
"""

from __future__ import annotations

import contextlib
import uuid
from pathlib import Path

import numpy as np

from radiology.errors import SightlineError
from retrieval.vectors.files import FileSum, fault, summed, sync, write
from retrieval.vectors.header import Damaged, Header, Saved, read_header, replace_header
from retrieval.vectors.kinds import KINDS, choose, settled
from retrieval.vectors.local import LocalIndex
from retrieval.vectors.protocol import Ids, Vectors
from retrieval.vectors.rows import Rows
from retrieval.vectors.structure import Structure

ROLES = {"vectors": "f32", "ids": "i64", "removed": "i64", "structure": "faiss"}
WASTE = 0.2
"""Share of removed rows above which the files are written anew without them."""


def load(folder: Path, embedder_id: str, check: bool = True) -> LocalIndex | Damaged | None:
    """The index of a folder, its vectors memory-mapped; None when there is none.

    Without `check` the vectors are compared by size alone, which needs no reading of them. Raises SightlineError when
    another embedder made the index.
    """
    while True:
        header = read_header(folder)
        if not isinstance(header, Header):
            return header
        _require_embedder(folder, header, embedder_id)
        loaded = _opened(folder, header, check)
        if isinstance(loaded, LocalIndex) or read_header(folder) == header:
            return loaded  # else a writer has put other files in place of these


def save(index: LocalIndex, folder: Path) -> None:
    """Write what is new, then map it. Raises SightlineError when the folder cannot be written to, when it holds another
    embedder's index, and when another writer has changed it since `index` was loaded; the folder is then as before."""
    before = _base(index, folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _save(index, folder, before)
    except OSError as error:
        raise SightlineError(
            f"`{folder}`: the index cannot be written ({error.strerror or error}), make room or name another folder."
        ) from error
    finally:
        _clean(folder)


def _save(index: LocalIndex, folder: Path, before: Header | None) -> None:
    files = _write_rows(index, folder, before)
    index.structure = settled(index.structure, index.rows.mapped, choose(len(index), index.asked))
    if index.structure is not None:
        files["structure"] = _written(index, before) or _write_structure(index.structure, _new(folder, "structure"))
    header = Header(
        embedder_id=index.embedder_id,
        width=index.width,
        asked=index.asked,
        kind=index.kind,
        count=len(index),
        rows=len(index.rows.ids),
        trained=index.structure.trained if index.structure else 0,
        taken=len(index.structure) if index.structure else 0,
        revision=before.revision + 1 if before else 1,
        stamp=index.stamp,
        files=files,
    ).sealed()
    sync(folder)
    replace_header(folder, header)
    index.saved = Saved(folder.resolve(), header)
    sync(folder)


def _base(index: LocalIndex, folder: Path) -> Header | None:
    """What the files may go on from; None to begin anew."""
    now, saved = read_header(folder), index.saved
    if isinstance(now, Header):
        _require_embedder(folder, now, index.embedder_id)
    if saved is None or saved.folder != folder.resolve():
        return None
    if saved.header != now:
        raise SightlineError(f"`{folder}`: its index was changed by another writer meanwhile, load it again.")
    return now


def _write_rows(index: LocalIndex, folder: Path, before: Header | None) -> dict[str, FileSum]:
    """The rows that are not in the files yet, or all without the removed ones; they are mapped from then on."""
    rows = index.rows
    if before is not None and len(rows.removed) <= WASTE * len(rows.ids):
        vectors = write(folder / before.files["vectors"].name, rows.since(before.rows), before.files["vectors"])
        ids = write(folder / before.files["ids"].name, [rows.ids[before.rows :]], before.files["ids"])
        index.rows = Rows(rows.ids, _mapped(folder, vectors, index.width), rows.live)
    else:
        vectors = write(_new(folder, "vectors"), (part for _, part in rows.parts()))
        kept = rows.ids[rows.live]
        ids = write(_new(folder, "ids"), [kept])
        index.rows = Rows(kept, _mapped(folder, vectors, index.width), np.ones(len(kept), dtype=np.bool_))
        index.structure, index.saved = (None if len(rows.removed) else index.structure), None
    files = {"vectors": vectors, "ids": ids}
    if len(index.rows.removed):
        files["removed"] = write(_new(folder, "removed"), [index.rows.removed])
    return files


def _written(index: LocalIndex, before: Header | None) -> FileSum | None:
    """The file of the structure, where it is as it was."""
    if before is None or index.structure is None:
        return None
    same = (before.kind, before.trained, before.taken) == (index.kind, index.structure.trained, len(index.structure))
    return before.files["structure"] if same else None


def _write_structure(structure: Structure, path: Path) -> FileSum:
    structure.write(path)
    sync(path)
    return summed(path)


def _opened(folder: Path, header: Header, check: bool) -> LocalIndex | Damaged:
    for role, expected in header.files.items():
        why = fault(folder, expected, content=check or role != "vectors")
        if why:
            return Damaged(expected.name, why)
    index = LocalIndex(header.embedder_id, header.width, header.asked)
    try:
        ids = _numbers(folder, header.files["ids"])
        live = np.ones(len(ids), dtype=np.bool_)
        if "removed" in header.files:
            live[_numbers(folder, header.files["removed"])] = False
        index.rows = Rows(ids, _mapped(folder, header.files["vectors"], header.width), live)
        made = KINDS[header.kind]
        if made is not None:
            index.structure = made.read(folder / header.files["structure"].name, header.trained)
    except OSError as error:
        return Damaged(header.files["vectors"].name, f"cannot be read ({error.strerror})")
    except (RuntimeError, KeyError):
        return Damaged(header.files["structure"].name, "is nothing that this version of FAISS reads")
    index.stamp, index.saved = header.stamp, Saved(folder.resolve(), header)
    return index


def _require_embedder(folder: Path, header: Header, embedder_id: str) -> None:
    if header.embedder_id != embedder_id:
        raise SightlineError(
            f"`{folder}`: its index was made by {header.embedder_id} and this model is {embedder_id},"
            " build the cases again in a new folder."
        )


def _clean(folder: Path) -> None:
    """Remove the files of earlier indexes and of interrupted writers; where a reader still has them, they stay its."""
    header = read_header(folder)
    named = {file.name for file in header.files.values()} if isinstance(header, Header) else set()
    for role, suffix in ROLES.items():
        for path in folder.glob(f"{role}-*.{suffix}"):
            if path.name not in named:
                with contextlib.suppress(OSError):
                    path.unlink()


def _numbers(folder: Path, file: FileSum) -> Ids:
    return np.fromfile(folder / file.name, dtype="<i8", count=file.size // 8).astype(np.int64)


def _mapped(folder: Path, file: FileSum, width: int) -> Vectors:
    if not file.size:
        return np.empty((0, width), dtype=np.float32)
    return np.asarray(np.memmap(folder / file.name, dtype="<f4", mode="r", shape=(file.size // (4 * width), width)))


def _new(folder: Path, role: str) -> Path:
    return folder / f"{role}-{uuid.uuid4().hex[:12]}.{ROLES[role]}"
