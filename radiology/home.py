"""Where an installation keeps what is its own: cases, its key, its audit log."""

from __future__ import annotations

import os
from pathlib import Path


def data_folder() -> Path:
    """`$SIGHTLINE_HOME`, or `~/.local/share/sightline`; it need not exist."""
    home = os.environ.get("SIGHTLINE_HOME")
    return Path(home) if home else Path.home() / ".local" / "share" / "sightline"
