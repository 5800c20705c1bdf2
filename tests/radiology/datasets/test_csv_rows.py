from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from radiology.datasets.csv_rows import LONGEST, csv_rows
from radiology.errors import SightlineError


def test_rows_of_a_gzipped_file_with_a_byte_order_mark(tmp_path: Path) -> None:
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress('\ufeffid,text\n1,"two\nlines",more\n2\n'.encode()))
    assert list(csv_rows(tmp_path / "a.csv.gz", ("id",))) == [
        {"id": "1", "text": "two\nlines"},
        {"id": "2", "text": ""},
    ]


def test_a_line_without_an_end_is_not_read_to_it(tmp_path: Path) -> None:
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress(b"id,text\n" + b"x" * (LONGEST + 1)))
    with pytest.raises(SightlineError, match=f"a line of more than {LONGEST} characters"):
        list(csv_rows(tmp_path / "a.csv.gz", ("id",)))
