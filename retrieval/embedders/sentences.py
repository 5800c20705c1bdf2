"""Text embedders of sentence-transformers (Reimers and Gurevych, EMNLP 2019), from a local folder."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from mllm.model.compute import compute
from mllm.model.loading import weights_hash
from radiology.errors import SightlineError
from retrieval.embedders.batches import in_batches
from retrieval.embedders.protocol import Vectors


class SentenceEmbedder:
    """Texts only, read in the model's own way: its pooling, its longest text, its later layers."""

    def __init__(self, model: Any, weights: str) -> None:
        self._model = model
        self.width = len(self._read(["film"])[0])
        self.id = f"sentences:{weights}:{model.max_seq_length}tokens"

    def texts(self, texts: Sequence[str]) -> Vectors:
        """A text longer than the model reads is cut."""
        return in_batches(texts, self._read, self.width)

    def _read(self, texts: Sequence[str]) -> Vectors:
        vectors: Vectors = self._model.encode(list(texts), show_progress_bar=False, convert_to_numpy=True)
        return vectors


def open_sentences(what: str) -> SentenceEmbedder:
    """`what`: a folder that sentence-transformers saved a model to."""
    return compute(partial(_open, Path(what).expanduser()))


def _open(folder: Path) -> SentenceEmbedder:
    if not (folder / "modules.json").is_file():
        raise SightlineError(f"`{folder}`: no modules.json there, name a folder that sentence-transformers saved.")
    try:
        from sentence_transformers import SentenceTransformer
    except ImportError as error:
        raise SightlineError("`sentences`: is not installed, run `pip install 'sightline[text]'`.") from error
    try:
        model = SentenceTransformer(str(folder), local_files_only=True, trust_remote_code=False)
    except (OSError, ValueError, RuntimeError, KeyError, ImportError) as error:
        said = str(error).strip().partition("\n")[0].rstrip(".:")[:200]
        raise SightlineError(f"`{folder}`: cannot be opened by sentence-transformers ({said}).") from error
    return SentenceEmbedder(model, model_hash(folder))


def model_hash(folder: Path) -> str:
    """Names the weights of all modules and how they are put together, 16 hexadecimal digits."""
    digest = hashlib.sha256((folder / "modules.json").read_bytes())
    for part in [folder, *sorted(path for path in folder.iterdir() if path.is_dir())]:
        config = part / "config.json"
        digest.update(part.name.encode() if part != folder else b"")
        digest.update(weights_hash(part).encode())
        digest.update(config.read_bytes() if config.is_file() and part != folder else b"")
    return digest.hexdigest()[:16]
