"""How far the confidences and the evidence of the bundled model can be believed, for its card."""

from __future__ import annotations

from pathlib import Path

from eval.stress.table import StressRun
from eval.trust.run import PHANTOMS, TRUST, trust
from mllm.draft.calibration.record import FILE
from radiology.errors import SightlineError
from train.calibration import nih_sets
from train.measure import Extent, is_of, say


def measure_trust(out: Path, model: Path, data: Path, extent: Extent) -> tuple[str, StressRun] | None:
    """The command and its tables, below `out`; what was made for the same weights since they were calibrated is kept.
    None for a model too young to write."""
    folder, phantoms = out / "scores" / "trust", min(PHANTOMS, extent.phantoms)
    try:
        kept = is_of(folder / TRUST, model, lambda made: str(made["model"]["hash"]))
        if not (kept and _newer(folder / TRUST, model / FILE)):
            trust(str(model), folder, phantoms, nih_sets(folder / "work", data, False, extent.limit))
        run = StressRun.model_validate_json((folder / TRUST).read_bytes())
    except SightlineError as error:
        say(f"trust: not measured: {error}")
        return None
    return f"python -m benchmarks.calibration -n {phantoms}", run


def _newer(file: Path, calibration: Path) -> bool:
    return not calibration.exists() or file.stat().st_mtime >= calibration.stat().st_mtime
