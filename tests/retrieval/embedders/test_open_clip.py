"""open_clip: its absence said plainly everywhere, and a tiny random model where it is installed."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from radiology.errors import SightlineError
from retrieval.embedders.open_clip import open_open_clip
from retrieval.embedders.table import open_joint_embedder

WIDTH, SIDE = 16, 32
CONFIG: dict[str, Any] = {
    "embed_dim": WIDTH,
    "vision_cfg": {"image_size": SIDE, "layers": 1, "width": 64, "patch_size": 16},
    "text_cfg": {"context_length": 12, "vocab_size": 49408, "width": 16, "heads": 2, "layers": 1},
}


def library() -> Any:
    try:
        import open_clip
    except (ImportError, RuntimeError) as error:
        pytest.skip(f"open_clip of the extra [clip] cannot be imported: {error}")
    return open_clip


def save_model(folder: Path, seed: int = 0) -> str:
    open_clip = library()
    torch.manual_seed(seed)
    folder.mkdir(exist_ok=True)
    save_file(open_clip.CLIP(**CONFIG).state_dict(), folder / "open_clip_model.safetensors")
    preprocess = {"mean": [0.5] * 3, "std": [0.5] * 3, "interpolation": "bicubic", "resize_mode": "shortest"}
    (folder / "open_clip_config.json").write_text(json.dumps({"model_cfg": CONFIG, "preprocess_cfg": preprocess}))
    return f"local-dir:{folder}"


def test_films_and_texts_become_rows_of_one_width(tmp_path: Path) -> None:
    embedder = open_joint_embedder(f"open_clip:{save_model(tmp_path)}")
    films = [np.random.default_rng(i).integers(0, 256, (20 + i, 70), np.uint8) for i in range(18)]
    for rows in (embedder.images(films), embedder.texts(["left effusion " * 40, ""] * 9)):
        assert rows.shape == (18, WIDTH)
        assert rows.dtype == np.float32
        assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
    assert embedder.width == WIDTH
    assert embedder.scale == pytest.approx(1 / 0.07, rel=1e-3)
    assert embedder.images([]).shape == embedder.texts([]).shape == (0, WIDTH)


def test_weights_are_in_the_name(tmp_path: Path) -> None:
    names = [open_open_clip(save_model(tmp_path / str(seed), seed)).id for seed in (0, 1)]
    assert names[0] != names[1]
    assert str(tmp_path) not in "".join(names)


def test_damaged_weights_are_refused(tmp_path: Path) -> None:
    spec = save_model(tmp_path)
    (tmp_path / "open_clip_model.safetensors").write_bytes(b"\x00" * 40)
    with pytest.raises(SightlineError, match="open_clip cannot open it"):
        open_open_clip(spec)


def test_a_folder_that_holds_no_model_is_refused(tmp_path: Path) -> None:
    library()
    with pytest.raises(SightlineError, match=r"no open_clip_config\.json"):
        open_open_clip(f"local-dir:{tmp_path}")


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "open_clip", None)
    with pytest.raises(SightlineError, match=r"pip install 'sightline\[clip\]'"):
        open_open_clip("owner/name")


def test_a_torchvision_that_does_not_fit_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "open_clip.py").write_text("raise RuntimeError('operator torchvision::nms does not exist')\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "open_clip", raising=False)
    with pytest.raises(SightlineError, match="torchvision does not fit the torch"):
        open_open_clip("owner/name")
