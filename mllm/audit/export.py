"""A log as JSON Lines: its entries with their hashes, or the preference pairs in them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from mllm.audit.head import head_file
from mllm.audit.lock import lock_file
from mllm.audit.log import Log, entry_of
from mllm.audit.preferences import preferences
from mllm.audit.verify import verify
from radiology.datasets.whole_file import refuse_overwriting, whole_file
from radiology.errors import SightlineError


def export_log(log: Log, output: Path, pairs: bool = False) -> int:
    """Write `output`, whole or not at all; returns how many lines it has.

    A line is {"entry": ..., "hash": ...} with the entry's text as it was hashed, or with `pairs` a Preference.
    Raises SightlineError for a log that does not verify or a file that cannot be written.
    """
    refuse_overwriting(output, (log.file, head_file(log.file), lock_file(log.file)))
    verdict = verify(log)
    if verdict.problem:
        raise SightlineError(f"`{log.file}`: does not verify ({verdict.problem}), so nothing is exported of it.")
    rows = log.rows()
    if pairs:
        return _write(output, (pair.model_dump_json() for pair in preferences(map(entry_of, rows))))
    return _write(output, (f'{{"entry":{row.text},"hash":"{row.hash}"}}' for row in rows))


def _write(output: Path, lines: Iterable[str]) -> int:
    count = 0
    try:
        with whole_file(output, private=True) as file:
            for line in lines:
                file.write(f"{line}\n")
                count += 1
    except OSError as error:
        raise SightlineError(f"`{output}`: cannot be written ({error.strerror}), name another file.") from error
    return count
