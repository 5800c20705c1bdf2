"""Nearest cases by inner product of unit vectors: a FAISS Flat index with the name of what embedded them.

On disk it is `index.json`, which names the embedder and the vector file, and that file. The vectors are written first
under a new name and `index.json` is replaced last, so a reader sees the old index or the new one.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from radiology.errors import SightlineError
from radiology.study import Noun

_HEADER = "index.json"


class Header(Noun):
    """What `index.json` says: `last_id` is the highest row id among the `count` vectors."""

    embedder_id: str
    vectors: str
    count: int
    last_id: int


class CaseIndex:
    """Row ids and unit vectors [N, D]."""

    def __init__(self, embedder_id: str, ids: NDArray[np.int64], vectors: NDArray[np.float32]) -> None:
        import faiss

        self.embedder_id = embedder_id
        self.last_id = int(ids.max(initial=0))
        self._index: Any = faiss.IndexIDMap2(faiss.IndexFlatIP(vectors.shape[1]))
        if len(ids):
            self._index.add_with_ids(np.ascontiguousarray(vectors, dtype=np.float32), ids)

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def search(self, vector: NDArray[np.float32], k: int, exclude: Sequence[int] = ()) -> list[tuple[int, float]]:
        """At most `k` (row id, cosine similarity) nearest to `vector` [D], best first, without the rows `exclude`."""
        if k < 1 or not len(self):
            return []
        if vector.shape != (self._index.d,):
            raise ValueError(f"vector has shape {vector.shape}, the index holds vectors of {self._index.d} numbers")
        scores, ids = self._index.search(_unit(vector)[None], k, params=_all_but(exclude))
        return [(int(i), float(s)) for i, s in zip(ids[0], scores[0], strict=True) if i >= 0]

    def save(self, folder: Path) -> None:
        """Write atomically; vector files of earlier indexes are removed."""
        import faiss

        vectors = folder / f"vectors-{uuid.uuid4().hex[:12]}.faiss"
        faiss.write_index(self._index, str(vectors))
        header = Header(
            embedder_id=self.embedder_id, vectors=vectors.name, count=len(self), last_id=self.last_id
        ).model_dump_json()
        draft = folder / f"{vectors.stem}.json"
        draft.write_text(header, encoding="utf-8")
        os.replace(draft, folder / _HEADER)
        for old in folder.glob("vectors-*"):
            if old != vectors:
                old.unlink(missing_ok=True)

    @classmethod
    def load(cls, folder: Path, embedder_id: str) -> CaseIndex | None:
        """The index of a folder, None when there is none that can be read; another embedder's raises SightlineError."""
        import faiss

        header = read_header(folder)
        if header is None:
            return None
        if header.embedder_id != embedder_id:
            raise SightlineError(
                f"`{folder}`: its index was made by {header.embedder_id} and this model is {embedder_id},"
                " build the cases again in a new folder."
            )
        index = cls.__new__(cls)
        index.embedder_id, index.last_id = header.embedder_id, header.last_id
        try:
            index._index = faiss.read_index(str(folder / header.vectors))
        except RuntimeError:
            return None
        return index


def read_header(folder: Path) -> Header | None:
    """What the index of a folder says of itself, None when there is no index or it is damaged."""
    try:
        return Header.model_validate_json((folder / _HEADER).read_text(encoding="utf-8"))
    except (OSError, ValidationError, UnicodeDecodeError):
        return None


def _unit(vector: NDArray[np.float32]) -> NDArray[np.float32]:
    scaled: NDArray[np.float32] = (vector / max(float(np.linalg.norm(vector)), 1e-12)).astype(np.float32)
    return scaled


def _all_but(rows: Sequence[int]) -> Any:
    import faiss

    if not rows:
        return None
    parameters: Any = faiss.SearchParameters
    return parameters(sel=faiss.IDSelectorNot(faiss.IDSelectorBatch(np.array(rows, dtype=np.int64))))
