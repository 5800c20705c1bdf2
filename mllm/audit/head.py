"""The head record beside a log: how many entries there are, the last hash, and the sum over the file's pages, sealed.

A chain alone does not miss its end when that is cut off; the head does. It is sealed by HMAC-SHA-256 with the
installation's key, so nobody without the key can write one.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import os
from pathlib import Path

from mllm.audit.chain import Tail, canonical
from radiology.study import Noun


class Head(Noun):
    """`tail` and `pages` hold for the log as it is; `coming` is the tail it gets by an entry that is being written."""

    tail: Tail
    pages: str
    coming: Tail | None = None


class _Sealed(Noun):
    head: Head
    seal: str


class ForgedHeadError(Exception):
    """The head record is not one that was written with this key."""


def head_file(log: Path) -> Path:
    return log.with_name(f"{log.name}.head")


def read_head(log: Path, key: bytes) -> Head | None:
    """The head of `log`, None when there is none. Raises ForgedHeadError when any byte of it is not as written, OSError
    when it cannot be read."""
    try:
        content = head_file(log).read_bytes()
    except FileNotFoundError:
        return None
    try:
        head = _Sealed.model_validate_json(content).head
    except ValueError as error:
        raise ForgedHeadError from error
    if not hmac.compare_digest(content, _content(head, key)):
        raise ForgedHeadError
    return head


def write_head(log: Path, head: Head, key: bytes) -> None:
    """Replace the head of `log`: after a crash there is the old one or the new one. Raises OSError."""
    file = head_file(log)
    partial = file.with_name(f"{file.name}.partial")
    handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as stream:
        stream.write(_content(head, key))
        stream.flush()
        os.fsync(stream.fileno())
    partial.replace(file)
    _keep_name(file.parent)


def _content(head: Head, key: bytes) -> bytes:
    seal = hmac.new(key, b"audit head\0" + canonical(head).encode(), hashlib.sha256).hexdigest()
    return f"{canonical(_Sealed(head=head, seal=seal))}\n".encode()


def _keep_name(folder: Path) -> None:
    """A new name lasts once its folder is on disk; where a folder cannot be opened (Windows) that needs no help."""
    with contextlib.suppress(PermissionError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
