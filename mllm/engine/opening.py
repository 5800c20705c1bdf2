"""From what a person writes after `--model` to an engine."""

from __future__ import annotations

import re
from pathlib import Path

from mllm.engine.limits import given_limits
from mllm.engine.protocol import Engine
from mllm.model.bundled import MINI
from radiology.errors import SightlineError

_HUB_ID = re.compile(r"[\w.-]+/[\w.-]+")


def open_engine(spec: str = "mini", load: str | None = None) -> Engine:
    """The engine `spec` names: "mini", a checkpoint folder, a hub id or the URL of an OpenAI-compatible server.

    `load` is "4bit" or "8bit" for a local model, whose limits the environment sets. SightlineError, in one sentence,
    for anything that does not open.
    """
    if spec.startswith(("http://", "https://")):
        from mllm.engine.remote import open_remote
        from mllm.engine.remote_address import read_address

        if load is not None:
            url = read_address(spec).url
            raise SightlineError(f"`{url}`: a server chooses its own precision, leave out --load {load}.")
        return open_remote(spec)
    source, limits = _source(spec), given_limits()

    from mllm.engine.local import LocalEngine
    from mllm.model.loading import load_model

    return LocalEngine(load_model(source, spec, load), limits)


def _source(spec: str) -> Path | str:
    """A folder as a Path, a hub id as a string."""
    if spec == "mini":
        if not (MINI / "config.json").is_file() or not any(MINI.glob("model*.safetensors")):
            raise SightlineError("`mini`: its weights are not here, run `make mini` or name another model.")
        return MINI
    folder = Path(spec).expanduser()
    if spec and folder.is_dir():
        return folder
    if folder.is_file():
        raise SightlineError(f"`{spec}`: this is a file, name the folder that holds config.json and the weights.")
    if not _HUB_ID.fullmatch(spec) or spec.startswith((".", "~")):
        raise SightlineError(
            f"`{spec}`: no such folder, name `mini`, a folder, a hub id (owner/name) or a server's URL."
        )
    return spec
