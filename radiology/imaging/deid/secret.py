"""The secret key of an installation, and the one-way names, UIDs and time shifts that follow from it.

Everything is HMAC-SHA-256 (RFC 2104) of what stands in the original, so the same patient, study or image gets the same
pseudonym in every run with the same key, and nobody without the key can try identifiers one after the other.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from radiology.errors import SightlineError
from radiology.home import data_folder

_LENGTH = 32
_MIN_LENGTH = 16
SHORTEST_SHIFT, LONGEST_SHIFT = 30, 3650
"""How many days dates may move into the past."""


@dataclass(frozen=True)
class Secret:
    key: bytes = field(repr=False)

    def _digest(self, kind: str, value: str) -> bytes:
        return hmac.digest(self.key, f"{kind}\0{value}".encode(errors="surrogatepass"), hashlib.sha256)

    def name(self, kind: str, value: str) -> str:
        """Sixteen hexadecimal digits for `value`, another name for each `kind` of thing."""
        return self._digest(kind, value).hex()[:16]

    def patient(self, patient_id: str) -> str:
        return f"P{self.name('patient', patient_id.strip())}".upper()

    def uid(self, uid: str) -> str:
        """A UID below the root 2.25, from 128 bits (PS3.5 B.2): an integer of a UUID of version 4's form."""
        number = int.from_bytes(self._digest("uid", uid.strip())[:16], "big")
        number = number & ~(0xF << 76) | 0x4 << 76
        return f"2.25.{number & ~(0x3 << 62) | 0x2 << 62}"

    def days(self, patient_id: str) -> int:
        """By how many whole days the dates of a patient move into the past."""
        span = LONGEST_SHIFT - SHORTEST_SHIFT + 1
        return SHORTEST_SHIFT + int.from_bytes(self._digest("days", patient_id.strip())[:8], "big") % span


def default_key_file() -> Path:
    """`deid.key` in the installation's own folder."""
    return data_folder() / "deid.key"


def open_secret(path: Path | None = None) -> Secret:
    """The key in `path`; without one the installation's own, made at the first use and readable by its owner only.

    Raises SightlineError for a file that is missing, too short, or open to other users.
    """
    file = path or default_key_file()
    if path is None and not file.exists():
        _make(file)
    try:
        key = file.read_bytes()
        others = file.stat().st_mode & 0o077
    except OSError as error:
        raise SightlineError(f"`{file}`: the key cannot be read ({error.strerror}), check the path.") from error
    if len(key) < _MIN_LENGTH:
        raise SightlineError(f"`{file}`: holds {len(key)} bytes, give a key of at least {_MIN_LENGTH} random bytes.")
    if others and os.name == "posix":
        raise SightlineError(f"`{file}`: other users may read the key, run `chmod 600` on it.")
    return Secret(key)


def _make(file: Path) -> None:
    """Written beside and linked into place, so that two first uses at once agree on one key."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        partial = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
        handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(secrets.token_bytes(_LENGTH))
            if not file.exists():
                os.link(partial, file)
        finally:
            partial.unlink()
    except FileExistsError:
        return
    except OSError as error:
        raise SightlineError(
            f"`{file}`: no key can be made there ({error.strerror}), name another with --key."
        ) from error
