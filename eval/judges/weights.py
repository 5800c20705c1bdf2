"""Where a judge's weights are: a folder, a file or a hub id, and how they are read and named."""

from __future__ import annotations

import pickle
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from huggingface_hub import hf_hub_download

from radiology.errors import SightlineError
from radiology.imaging.identity import content_hash

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

SCORERS = "StanfordAIMI/RRG_scorers"
"""The hub repository that publishes chexbert.pth, radgraph.tar.gz and radgraph-xl.tar.gz."""

_HUB_ID = re.compile(r"[\w.-]+/[\w.-]+")


def split_choice(where: str) -> tuple[str, str]:
    """("folder", "5") of "folder#5"; the choice is empty where none is named."""
    place, _, choice = where.partition("#")
    return place, choice


def find_file(where: str, name: str) -> Path:
    """The file `where`, the file `name` in the folder `where`, or the one under the hub id `where`.

    Raises SightlineError saying what is missing and who publishes it.
    """
    place = Path(where).expanduser()
    if place.is_file():
        return place
    if (place / name).is_file():
        return place / name
    if place.is_dir():
        raise SightlineError(f"`{where}`: no {name} in this folder, put the one that {SCORERS} publishes there.")
    return _download(where, name)


def _download(where: str, name: str) -> Path:
    if not _HUB_ID.fullmatch(where):
        raise SightlineError(f"`{where}`: no such file or folder, name the place of {name} ({SCORERS} publishes it).")
    try:
        return Path(hf_hub_download(where, name))
    except (OSError, ValueError) as error:
        raise SightlineError(
            f"`{where}`: no folder of this name, and {name} cannot be had from the model hub ({first_line(error)}), "
            f"name the place of the one that {SCORERS} publishes."
        ) from error


def read_tensors(path: Path, key: str | None = None) -> dict[str, torch.Tensor]:
    """The named tensors of a torch checkpoint, those under `key` if it is named. SightlineError if it holds none."""
    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
    except (OSError, RuntimeError, EOFError, pickle.UnpicklingError) as error:
        raise SightlineError(
            f"`{path}`: cannot be read as a torch checkpoint, download it again from {SCORERS}."
        ) from error
    tensors = state.get(key) if key and isinstance(state, dict) else state
    if not isinstance(tensors, Mapping) or not all(isinstance(each, torch.Tensor) for each in tensors.values()):
        inside = f" under `{key}`" if key else ""
        raise SightlineError(f"`{path}`: holds no weights{inside}, take the file that {SCORERS} publishes.")
    return dict(tensors)


def under(tensors: Mapping[str, torch.Tensor], prefix: str) -> dict[str, torch.Tensor]:
    """The tensors whose names begin with `prefix`, named without it."""
    return {name.removeprefix(prefix): tensor for name, tensor in tensors.items() if name.startswith(prefix)}


def load_exactly(model: torch.nn.Module, tensors: Mapping[str, torch.Tensor], path: Path) -> None:
    """Load an encoder's weights; only a pooler, which no judge uses, may be missing or left over.

    Raises SightlineError naming the first weight that is missing or of another shape.
    """
    try:
        report = model.load_state_dict(dict(tensors), strict=False)
    except RuntimeError as error:
        raise SightlineError(
            f"`{path}`: weights of another shape than its encoder's, name the matching file."
        ) from error
    missing = needed(report.missing_keys)
    if missing:
        raise SightlineError(f"`{path}`: lacks the weight {missing[0]}, take the file that {SCORERS} publishes.")


def needed(names: Iterable[str]) -> list[str]:
    """The weights that decide a verdict: all but the pooler's and counters that old releases saved."""
    return sorted(name for name in names if "pooler." not in name and not name.endswith("position_ids"))


def check_pieces(where: str, tokenizer: PreTrainedTokenizerBase, vocabulary: int) -> None:
    """Refuses the tokenizer of another encoder: transformers makes an empty one where its files are missing."""
    if len(tokenizer) < vocabulary / 2:
        raise SightlineError(
            f"`{where}`: its tokenizer has {len(tokenizer)} word pieces and the encoder {vocabulary}, put the "
            "vocab.txt or tokenizer.json of this encoder there."
        )


def name_file(path: Path) -> str:
    """Name and hash of a file of weights, such as "chexbert.pth 1a2b3c4d"."""
    return f"{path.name} {content_hash(path)[:8]}"


def device() -> torch.device:
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def first_line(error: BaseException) -> str:
    """The first words of somebody else's error, fit to stand inside our sentence."""
    return (str(error).strip() or type(error).__name__).splitlines()[0].rstrip(".:")[:200]
