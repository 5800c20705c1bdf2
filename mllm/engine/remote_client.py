"""The HTTP client for a server: it goes where it was told to and nowhere else."""

from __future__ import annotations

import os
import ssl

import openai

from mllm.engine.remote_address import Address
from mllm.engine.remote_stream import Limits
from radiology.errors import SightlineError

RETRIES = 4
"""Of a request that comes too soon (429), fails (5xx) or does not get through. The client doubles its pause each time,
with jitter, or waits as long as the server's Retry-After says."""


def make_client(address: Address, key: str, limits: Limits) -> openai.AsyncOpenAI:
    """Proxies and passwords of the environment (HTTPS_PROXY, .netrc) are not used, redirects are not followed."""
    timeout = openai.Timeout(None, connect=limits.connect)
    http = openai.DefaultAsyncHttpxClient(
        trust_env=False, follow_redirects=False, verify=_authorities(), timeout=timeout
    )
    return openai.AsyncOpenAI(
        base_url=address.base, api_key=key or "none", timeout=timeout, max_retries=RETRIES, http_client=http
    )


def read_key() -> str:
    """OPENAI_API_KEY, "" without one; SightlineError for what no header can carry, without showing it."""
    key = os.environ.get("OPENAI_API_KEY", "").strip()
    if not key.isascii() or not key.isprintable() or " " in key:
        raise SightlineError("`OPENAI_API_KEY`: holds characters that no key has, set the key alone.")
    return key


async def served_model(client: openai.AsyncOpenAI, address: Address) -> str:
    """The model `address` means. ValueError for what is no list of models, SightlineError where none or several fit."""
    listed = [getattr(model, "id", None) async for model in client.with_options(max_retries=1).models.list()]
    served = [name for name in listed if isinstance(name, str)]
    if len(served) < len(listed):
        raise ValueError("no list of models")
    names, wanted = ", ".join(served) or "none", address.model
    if wanted and wanted not in served:
        raise SightlineError(f"`{address.url}`: no model `{wanted}`, it serves {names}.")
    if not wanted and len(served) != 1:
        raise SightlineError(f"`{address.url}`: it serves {names}, name one as {address.url}#MODEL.")
    return wanted or served[0]


def _authorities() -> ssl.SSLContext | bool:
    """Whose certificates count: the system's, or those in SSL_CERT_FILE, where a house has its own authority."""
    file = os.environ.get("SSL_CERT_FILE")
    if not file:
        return True
    try:
        return ssl.create_default_context(cafile=file)
    except OSError as error:
        raise SightlineError(f"`SSL_CERT_FILE={file}`: cannot be read as certificates, name a PEM file.") from error
