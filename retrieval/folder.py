"""Where a case base lives when nobody names a folder."""

from __future__ import annotations

from pathlib import Path

from radiology.home import data_folder


def default_folder() -> Path:
    """The folder `cases` of the installation's own; it need not exist."""
    return data_folder() / "cases"
