"""What goes wrong between us and Milvus, each in one sentence that says what to do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from radiology.errors import SightlineError
from retrieval.vectors.milvus_place import TOKEN, Place

WAIT = 60.0
"""Seconds until a call is given up; within them pymilvus tries again what was put off or did not get through."""
INSTALL = "install it with `pip install 'sightline[milvus]'`"
_QUOTED = 200
"""Characters of a server's own words that are shown."""
_BY_STATUS = {
    "UNAUTHENTICATED": f"the server refused the token, set {TOKEN} to USER:PASSWORD or to a key",
    "PERMISSION_DENIED": f"the server does not let this user do that, set another {TOKEN} or grant it the collection",
    "UNAVAILABLE": "the server cannot be reached or broke off, check the address and that it runs",
    "DEADLINE_EXCEEDED": "no answer came in time, check the address and whether the server is overloaded",
    "UNIMPLEMENTED": "the server does not know this call, it has to be Milvus 2.5 or later",
    "RESOURCE_EXHAUSTED": "the server is busy or at its limits, try again later",
}
_RATE_LIMIT = 8


@contextmanager
def one_sentence(place: Place) -> Iterator[None]:
    """Turn errors of pymilvus and gRPC into a SightlineError, which never holds the token."""
    from grpc import RpcError
    from pymilvus.exceptions import MilvusException

    try:
        yield
    except (MilvusException, RpcError, OSError) as error:
        raise SightlineError(f"`{place.shown}`: {_trouble(error, place)}.") from error


def _trouble(error: BaseException, place: Place) -> str:
    told = next((_BY_STATUS[status] for status in _statuses(error) if status in _BY_STATUS), None)
    if told is not None:
        return told
    if isinstance(error, OSError):
        return f"a file cannot be used ({error}), check the path and SSL_CERT_FILE"
    words = str(getattr(error, "message", error))
    if "Open local milvus failed" in words:
        return "cannot be opened, close the other program that has it open, or name a new file"
    if "milvus-lite is required" in words:
        return f"a file needs milvus-lite, {INSTALL}"
    if getattr(error, "code", None) == _RATE_LIMIT:
        return _BY_STATUS["RESOURCE_EXHAUSTED"]
    words = words.replace(place.token, "[token]") if place.token else words
    return f"Milvus refused that ({words[:_QUOTED].strip().rstrip('.')}), see its log"


def _statuses(error: BaseException) -> Iterator[str]:
    """Names of gRPC's codes in an error and in what it comes from; pymilvus names an error as its own cause."""
    seen: list[BaseException] = []
    cause: BaseException | None = error
    while cause is not None and cause not in seen:
        seen.append(cause)
        yield _status(cause)
        cause = cause.__cause__ or cause.__context__


def _status(error: Any) -> str:
    code = getattr(error, "code", None)
    return str(getattr(code() if callable(code) else code, "name", ""))
