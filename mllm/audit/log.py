"""The audit log: entries go in at its end, one writer at a time, and are on disk before they are acknowledged.

Writing an entry: the head says what is coming; the row is committed; the head says that it came. A program that ends in
between leaves the log as it was or with that entry, and the next writer settles which.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from pydantic import ValidationError

from mllm.audit import table
from mllm.audit.chain import GENESIS, Row, Tail, canonical, link
from mllm.audit.events import Entry, Event
from mllm.audit.head import ForgedHeadError, Head, read_head, write_head
from mllm.audit.lock import named, reading, writing
from mllm.audit.pages import logged_pages, moved_sum, page_sum
from mllm.doctor import installed
from radiology.errors import SightlineError
from radiology.home import data_folder
from radiology.imaging.deid.secret import Secret


def default_log() -> Path:
    """`$SIGHTLINE_HOME/audit/log.sqlite`, or `~/.local/share/sightline/audit/log.sqlite`; it need not exist."""
    return data_folder() / "audit" / "log.sqlite"


class Log:
    """A log in `file`, sealed with `secret`. Threads and processes may write to it at once; it keeps nothing open."""

    def __init__(self, file: Path, secret: Secret) -> None:
        self.file, self.key = file, secret.key

    def append(self, who: str, account: str, event: Event) -> Entry:
        """Add an entry; when this returns it is on disk.

        Raises SightlineError for a name that is empty, too long or does not print, for a log that something else
        changed, and for a file that cannot be written.
        """
        with named(self.file), writing(self.file):
            head = self._settled()
            try:
                entry = Entry(
                    number=head.tail.count + 1,
                    at=datetime.now(UTC),
                    who=who,
                    account=account,
                    software=installed("sightline"),
                    event=event,
                )
            except ValidationError as error:
                raise SightlineError(f"`{who}`: is no name for the log, give one of 1 to 100 characters.") from error
            self._write(head, canonical(entry))
        return entry

    def rows(self) -> list[Row]:
        """All rows as they stand, whether or not they verify. Raises SightlineError for what cannot be read."""
        with named(self.file), reading(self.file), table.opened_to_read(self.file) as opened:
            return list(table.rows(opened))

    def _write(self, head: Head, text: str) -> None:
        """The pages that the entry changes are taken from the write-ahead log, before they go into the file."""
        row = Row(head.tail.count + 1, text, link(head.tail.hash, text))
        coming = Tail(count=row.number, hash=row.hash)
        write_head(self.file, head.model_copy(update={"coming": coming}), self.key)
        # `before` is closed last: closing a file drops all locks that this process has on it.
        with self.file.open("rb") as before, table.opened(self.file) as opened:
            table.add(opened, row)
            pages = moved_sum(head.pages, before, logged_pages(table.wal_file(self.file)), self.key)
            flushed = table.flush(opened)
        if flushed:
            write_head(self.file, Head(tail=coming, pages=pages), self.key)

    def _settled(self) -> Head:
        """The head of a log that may be written to. Raises SightlineError when something else changed it."""
        try:
            head = read_head(self.file, self.key)
        except ForgedHeadError as error:
            raise _changed(self.file) from error
        if head is None:
            return self._begin()
        if not self.file.exists() or (head.coming is None and table.has_wal(self.file)):
            raise _changed(self.file)
        return self._recover(head) if head.coming else self._checked(head)

    def _begin(self) -> Head:
        """A new log. A file with entries but without its head is none."""
        if self.file.exists() and self.file.stat().st_size and not _holds_nothing(self.file):
            raise SightlineError(f"`{self.file}`: is no audit log, or lost its head record; name another file.")
        table.create(self.file)
        head = Head(tail=Tail(count=0, hash=GENESIS), pages=self._sum())
        write_head(self.file, head, self.key)
        return head

    def _checked(self, head: Head) -> Head:
        with table.opened_to_read(self.file) as opened:
            if table.tail(opened) != head.tail or table.schema(opened) != table.SCHEMA:
                raise _changed(self.file)
        return head

    def _recover(self, head: Head) -> Head:
        """After a program that ended while writing, the entry is there or not, as SQLite finds it."""
        with table.opened(self.file) as opened:
            found = table.tail(opened)
            if found not in {head.tail, head.coming} or table.schema(opened) != table.SCHEMA:
                raise _changed(self.file)
            if not table.flush(opened):
                raise SightlineError(f"`{self.file}`: is open in another program, close that first.")
        settled = Head(tail=found, pages=self._sum())
        write_head(self.file, settled, self.key)
        return settled

    def _sum(self) -> str:
        with self.file.open("rb") as file:
            return page_sum(file, self.key)


def _holds_nothing(file: Path) -> bool:
    with table.opened_to_read(file) as opened:
        known = table.schema(opened)
        return not known or (known == table.SCHEMA and table.tail(opened).count == 0)


def entry_of(row: Row) -> Entry:
    """What a row states. Raises SightlineError for an entry of a version of Sightline that is not this one."""
    try:
        return Entry.model_validate_json(row.text)
    except ValidationError as error:
        raise SightlineError(
            f"entry {row.number}: is not of a kind known here, read it with the version of Sightline that wrote it."
        ) from error


def _changed(file: Path) -> SightlineError:
    return SightlineError(
        f"`{file}`: was changed by something else, so nothing is added; see `sightline audit verify`, then name"
        " another file with --log."
    )
