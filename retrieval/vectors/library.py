"""FAISS, which takes long to import and is an extra. Its stubs lack part of what is used here."""

from __future__ import annotations

from typing import Any

from radiology.errors import SightlineError


def faiss() -> Any:
    """The module; SightlineError when it is not installed."""
    try:
        import faiss as module
    except ImportError as error:
        raise SightlineError(f"faiss: cannot be imported ({error}), run `pip install 'sightline[cpu]'`.") from error
    return module
