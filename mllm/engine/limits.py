"""What one local model gives its users at most."""

from __future__ import annotations

import os
from dataclasses import dataclass

from radiology.errors import SightlineError


@dataclass(frozen=True)
class Limits:
    """`rows`: answers that are written at once, more of them wait; `cache_bytes`: what is kept for later use, of all
    users together; `ahead`: unread tokens after which an answer pauses until its reader follows; `first_seconds` and
    `all_seconds`: until a stream's first token and until its last."""

    rows: int = 16
    cache_bytes: int = 512 * 2**20
    ahead: int = 64
    first_seconds: float = 120.0
    all_seconds: float = 600.0

    def __str__(self) -> str:
        return (
            f"{self.rows} answers at once, {self.cache_bytes / 2**20:.0f} MB of caches, "
            f"{self.first_seconds:.0f} s to the first token, {self.all_seconds:.0f} s in all"
        )


def given_limits() -> Limits:
    """Those of the environment: SIGHTLINE_ROWS, SIGHTLINE_CACHE_MB, SIGHTLINE_FIRST_SECONDS, SIGHTLINE_ALL_SECONDS.

    SightlineError for one that is no whole number, or too small to answer anything.
    """
    usual = Limits()
    return Limits(
        rows=_given("SIGHTLINE_ROWS", usual.rows, 1),
        cache_bytes=_given("SIGHTLINE_CACHE_MB", usual.cache_bytes // 2**20, 0) * 2**20,
        first_seconds=_given("SIGHTLINE_FIRST_SECONDS", int(usual.first_seconds), 1),
        all_seconds=_given("SIGHTLINE_ALL_SECONDS", int(usual.all_seconds), 1),
    )


def _given(name: str, usual: int, least: int) -> int:
    value = os.environ.get(name, "").strip()
    if not value:
        return usual
    if not (value.isascii() and value.isdigit()) or int(value) < least:
        raise SightlineError(f"`{name}={value}`: is no limit, give a whole number from {least} or leave it out.")
    return int(value)
