"""Where the bundled model lies."""

from __future__ import annotations

from pathlib import Path

MINI = Path(__file__).resolve().parents[1] / "assets" / "mini"
