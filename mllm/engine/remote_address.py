"""The address of a server, as a person writes it; one that would give away a key or a film in clear is refused."""

from __future__ import annotations

import os
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from radiology.errors import SightlineError

ALLOW_HTTP = "SIGHTLINE_ALLOW_HTTP"
"""Set to 1 it allows a server on another machine that is not reached by https."""


@dataclass(frozen=True)
class Address:
    """`url` may be shown, requests go below `base`; `model` is the one wanted, "" where the server has only one."""

    url: str
    base: str
    model: str


def read_address(spec: str) -> Address:
    """`URL` or `URL#MODEL`; "/v1" is added to a URL without a path.

    SightlineError for a URL that names no server, that holds a password or a query (they would end up in logs), and
    for plain http to another machine, unless the environment allows it.
    """
    url, _, model = spec.partition("#")
    try:
        parts = urlsplit(url)
        host = parts.hostname if parts.port != 0 else None
    except ValueError:
        host = None
    if not host or parts.scheme not in ("http", "https"):
        raise SightlineError(
            "The server's address names no host, write it as https://HOST:PORT or http://localhost:PORT."
        )
    if "@" in parts.netloc or parts.query:
        raise SightlineError(
            f"`{parts.scheme}://{host}`: the address holds a password or a query, leave it out and set OPENAI_API_KEY."
        )
    if parts.scheme == "http" and not _here(host) and os.environ.get(ALLOW_HTTP) != "1":
        raise SightlineError(
            f"`{_shown(parts)}`: http would send films and the key unencrypted, use https or a tunnel to localhost "
            f"(ssh -L), or set {ALLOW_HTTP}=1 in a network you trust."
        )
    shown = _shown(parts)
    return Address(shown, shown if parts.path.strip("/") else f"{shown}/v1", model)


def _shown(parts: SplitResult) -> str:
    return f"{parts.scheme}://{parts.netloc}{parts.path}".rstrip("/")


def _here(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
