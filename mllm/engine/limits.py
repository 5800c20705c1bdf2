"""What one local model gives its users at most."""

from __future__ import annotations

from dataclasses import dataclass


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
