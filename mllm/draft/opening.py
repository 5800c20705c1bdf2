"""Opens an assistant: engine, heads and calibration of a model, with the case base that is passed in."""

from __future__ import annotations

from pathlib import Path

from mllm.draft.assistant import Assistant
from mllm.draft.calibration.record import Calibration, load_calibration
from mllm.draft.knowledge import Librarian
from mllm.draft.retriever import Retriever
from mllm.model.bundled import MINI
from mllm.model.perception import Perception


def open_assistant(
    model: str = "mini",
    load: str | None = None,
    retriever: Retriever | None = None,
    perception: Perception | None = None,
    librarian: Librarian | None = None,
) -> Assistant:
    """`model` is "mini", a folder, a hub id or a URL; `load` is "4bit", "8bit" or None.

    The heads are those in the model's folder, else the bundled ones; a model without `calibration.json` drafts without
    confidences. Raises SightlineError for a model that cannot be opened or a calibration of another model.
    """
    from mllm.engine.opening import open_engine
    from mllm.model.heads import perception_of

    folder = MINI if model == "mini" else Path(model).expanduser()
    engine = open_engine(model, load)
    heads = perception or perception_of(model)
    return Assistant(engine, heads, retriever, load_calibration(folder, engine.info.hash), librarian)


def open_calibration(model: str = "mini") -> Calibration | None:
    """The calibration that goes with the heads of `perception_of(model)`: for reports that somebody else wrote.

    Raises SightlineError for one of another model.
    """
    from mllm.model.loading import weights_hash

    folder = Path(model).expanduser()
    own = folder if (folder / "heads.safetensors").is_file() else MINI
    return load_calibration(own, weights_hash(own))
