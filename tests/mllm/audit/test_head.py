from __future__ import annotations

from pathlib import Path

import pytest

from mllm.audit.chain import Tail
from mllm.audit.head import ForgedHeadError, Head, head_file, read_head, write_head

KEY = b"key"
HEAD = Head(tail=Tail(count=3, hash="a" * 64), pages="b" * 64)


def test_a_head_comes_back_and_is_only_its_owners(tmp_path: Path) -> None:
    log = tmp_path / "log"
    assert read_head(log, KEY) is None
    for head in (HEAD, HEAD.model_copy(update={"coming": Tail(count=4, hash="c" * 64)})):
        write_head(log, head, KEY)
        assert read_head(log, KEY) == head
    assert head_file(log).stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["log.head"]


def test_any_changed_byte_is_found(tmp_path: Path) -> None:
    log = tmp_path / "log"
    write_head(log, HEAD, KEY)
    content = head_file(log).read_bytes()
    for place in range(len(content)):
        changed = bytearray(content)
        changed[place] ^= 1 << place % 8
        head_file(log).write_bytes(changed)
        with pytest.raises(ForgedHeadError):
            read_head(log, KEY)


@pytest.mark.parametrize("change", [b"", b"{}", b"null", b"[" * 5000])
def test_what_is_no_head_is_found(tmp_path: Path, change: bytes) -> None:
    head_file(tmp_path / "log").write_bytes(change)
    with pytest.raises(ForgedHeadError):
        read_head(tmp_path / "log", KEY)


def test_a_byte_more_or_another_key_is_found(tmp_path: Path) -> None:
    log = tmp_path / "log"
    write_head(log, HEAD, KEY)
    with pytest.raises(ForgedHeadError):
        read_head(log, b"other")
    with head_file(log).open("ab") as file:
        file.write(b" ")
    with pytest.raises(ForgedHeadError):
        read_head(log, KEY)
