"""Where a collection of Milvus is, as a person writes it; an address that would give away a token is refused."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from mllm.engine.remote_address import ALLOW_HTTP
from radiology.errors import SightlineError

TOKEN = "MILVUS_TOKEN"  # noqa: S105
"""The environment variable with USER:PASSWORD or a key."""
_COLLECTION = "sightline"
_HERE = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True)
class Place:
    """`uri` is a server's `http(s)://HOST:PORT`, or a path ending in `.db` that milvus-lite keeps in this process."""

    uri: str
    collection: str
    database: str = ""
    token: str = field(default="", repr=False)

    @property
    def local(self) -> bool:
        return self.uri.endswith(".db")

    @property
    def shown(self) -> str:
        """For messages: without the token."""
        return f"{self.uri}/{self.database}".rstrip("/") + f"#{self.collection}"


def read_place(spec: str) -> Place:
    """`https://HOST:PORT/DATABASE#COLLECTION` or `FILE.db#COLLECTION`; the server's own default database and the
    collection `sightline` where they are left out.

    SightlineError for what is neither, for an address that holds a password or a query (they would end up in logs) and
    for plain http to another machine, unless the environment allows it.
    """
    address, _, collection = spec.partition("#")
    collection = _name(collection or _COLLECTION)
    if "://" in address:
        return _server(address, collection)
    if not address.endswith(".db"):
        raise SightlineError(f"`{address}`: is no Milvus, write https://HOST:PORT, or FILE.db for milvus-lite.")
    return Place(address, collection)


def _server(address: str, collection: str) -> Place:
    try:
        parts = urlsplit(address)
        host = parts.hostname if parts.port != 0 else None
    except ValueError:
        host = None
    if not host or parts.scheme not in ("http", "https"):
        raise SightlineError("The address of Milvus names no host, write it as https://HOST:PORT.")
    shown = f"{parts.scheme}://{host}"
    if "@" in parts.netloc or parts.query:
        raise SightlineError(f"`{shown}`: the address holds a password or a query, leave it out and set {TOKEN}.")
    if parts.scheme == "http" and host not in _HERE and os.environ.get(ALLOW_HTTP) != "1":
        raise SightlineError(
            f"`{shown}`: http would send vectors and the token unencrypted, use https or a tunnel to localhost"
            f" (ssh -L), or set {ALLOW_HTTP}=1 in a network you trust."
        )
    database = parts.path.strip("/")
    return Place(f"{parts.scheme}://{parts.netloc}", collection, _name(database) if database else "", _token())


def _name(name: str) -> str:
    """What Milvus takes as the name of a collection or database: https://milvus.io/docs/limitations.md."""
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]{0,254}", name):
        raise SightlineError(f"`{name}`: is no name for Milvus, use letters, digits and _, beginning with a letter.")
    return name


def _token() -> str:
    token = os.environ.get(TOKEN, "").strip()
    if not token.isascii() or not token.isprintable():
        raise SightlineError(f"`{TOKEN}`: holds characters that no token has, set the token alone.")
    return token
