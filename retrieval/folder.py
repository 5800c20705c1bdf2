"""Where a case base lives when nobody names a folder."""

from __future__ import annotations

import os
from pathlib import Path


def default_folder() -> Path:
    """`$SIGHTLINE_HOME/cases`, or `~/.local/share/sightline/cases`; it need not exist."""
    home = os.environ.get("SIGHTLINE_HOME")
    return (Path(home) if home else Path.home() / ".local" / "share" / "sightline") / "cases"
