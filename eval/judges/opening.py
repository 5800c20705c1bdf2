"""From what a person writes after a judge's name to the language model behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from eval.judges.writer import Writer


def open_writer(where: str) -> Writer:
    """The model at a server's URL (`URL` or `URL#MODEL`), in a folder or under a hub id.

    With a URL the texts of reports leave this machine. SightlineError for what cannot be opened.
    """
    if where.startswith(("http://", "https://")):
        from eval.judges.writer import RemoteWriter
        from mllm.engine.remote import open_remote

        return RemoteWriter(open_remote(where))
    from eval.judges.local import open_local

    return open_local(where)
