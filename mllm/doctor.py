"""What is installed here: versions, device, models and optional programs."""

from __future__ import annotations

import os
import platform
import shutil
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from mllm.engine.limits import given_limits
from mllm.model.bundled import MINI

LIBRARIES = ("torch", "transformers", "trl", "peft", "gradio", "pydicom", "faiss-cpu", "faiss-gpu", "bitsandbytes")
PROGRAMS = {
    "chromium": "browser tests",
    "vllm": "serving large models",
    "dsrdump": "looking into exported reports",
    "Orthanc": "tests of the way to a PACS",
}


def describe() -> dict[str, str]:
    """What to print, in order: name -> what was found."""
    libraries = {name: installed(name) for name in LIBRARIES}
    programs = {name: _program(name, use) for name, use in PROGRAMS.items()}
    return {
        "sightline": installed("sightline"),
        "python": f"{platform.python_version()} on {platform.system()} {platform.machine()}",
        "device": device(),
        "model mini": "bundled" if (MINI / "config.json").is_file() else "missing, train it with `make mini`",
        "models of the hub": ", ".join(hub_models()) or "none downloaded",
        "limits of a local model": str(given_limits()),
        **libraries,
        **programs,
    }


def installed(distribution: str) -> str:
    """The version of an installed distribution, or "not installed"."""
    try:
        return version(distribution)
    except PackageNotFoundError:
        return "not installed"


def device() -> str:
    """Where models run: the first GPU, or the CPU with its number of threads."""
    import torch

    if torch.cuda.is_available():
        return torch.cuda.get_device_name()
    return f"CPU, {torch.get_num_threads()} threads"


def hub_models() -> list[str]:
    """Ids of the models in the local cache of the model hub, downloaded earlier; the network is not asked."""
    home = Path(os.environ.get("HF_HOME") or Path.home() / ".cache" / "huggingface")
    folders = sorted((Path(os.environ.get("HF_HUB_CACHE") or home / "hub")).glob("models--*"))
    return [folder.name.removeprefix("models--").replace("--", "/") for folder in folders]


def _program(name: str, use: str) -> str:
    return shutil.which(name) or f"not found (optional, for {use})"
