"""Who writes into which log: what the command line and the page hold while they audit."""

from __future__ import annotations

import getpass
import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from mllm.audit.events import Checked, Drafted, Edited, Event, Exported, SignedOff
from mllm.audit.log import Log, default_log
from radiology.imaging.deid.secret import open_secret
from radiology.study import Draft


@dataclass(frozen=True)
class Auditor:
    """Writes in the name of `who`. Every method returns the number of its entry and raises SightlineError when it
    cannot be written, as `Log.append` does."""

    log: Log
    who: str
    account: str

    def drafted(self, draft: Draft) -> int:
        return self._add(Drafted.of(draft))

    def checked(self, draft: Draft) -> int:
        """`draft` is what a report from elsewhere became."""
        return self._add(Checked.of(draft))

    def edited(self, draft: int, before: str, after: str, who: str | None = None) -> int:
        """`draft` is the number of the entry that began the report."""
        return self._add(Edited(draft=draft, before=before, after=after), who)

    def signed_off(self, draft: int, text: str, who: str | None = None) -> int:
        return self._add(SignedOff.of(draft, text), who)

    def exported(self, study_id: str, form: str, content: bytes, draft: int | None = None) -> int:
        """`content` is what was written, of which the log keeps the hash; `form` names its format."""
        mark = hashlib.sha256(content).hexdigest()
        return self._add(Exported(study_id=study_id, format=form, content_hash=mark, draft=draft))

    def _add(self, event: Event, who: str | None = None) -> int:
        return self.log.append(who or self.who, self.account, event).number


def open_auditor(file: Path | None = None, user: str | None = None) -> Auditor:
    """The log in `file`, else the user's own; `user` is the name entries are made under, else the system's user."""
    account = system_user()
    return Auditor(Log(file or default_log(), open_secret()), user or account, account)


def system_user() -> str:
    """The name of the user this process runs as, else the number; what the environment says does not count."""
    try:
        import pwd
    except ImportError:
        return getpass.getuser()
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return f"user {os.getuid()}"
