from __future__ import annotations

from pathlib import Path

import pytest
from pydicom.uid import UID

from radiology.errors import SightlineError
from radiology.imaging.deid.secret import LONGEST_SHIFT, SHORTEST_SHIFT, Secret, default_key_file, open_secret


def test_the_first_use_makes_a_key_that_only_its_owner_reads() -> None:
    first, second = open_secret(), open_secret()
    assert first == second
    assert len(first.key) == 32
    assert default_key_file().stat().st_mode & 0o777 == 0o600


def test_a_key_that_others_may_read_or_that_is_short_is_refused(tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.write_bytes(b"0" * 32)
    key.chmod(0o644)
    with pytest.raises(SightlineError, match="chmod 600"):
        open_secret(key)
    key.write_bytes(b"0" * 4)
    with pytest.raises(SightlineError, match="holds 4 bytes"):
        open_secret(key)
    with pytest.raises(SightlineError, match="cannot be read"):
        open_secret(tmp_path / "none")


def test_names_follow_from_key_and_value() -> None:
    one, other = Secret(b"a" * 32), Secret(b"b" * 32)
    assert one.patient("4711 ") == one.patient("4711") != other.patient("4711") != one.patient("4712")
    assert one.name("file", "x") != one.name("folder", "x")
    assert "a" * 8 not in repr(one)


def test_uids_are_valid_and_consistent() -> None:
    secret = Secret(b"a" * 32)
    uids = {secret.uid(f"1.2.3.{number}") for number in range(50)}
    assert len(uids) == 50
    assert all(UID(uid).is_valid and uid.startswith("2.25.") for uid in uids)
    assert secret.uid("1.2.3.4") == secret.uid("1.2.3.4 ")


def test_shifts_stay_in_their_range() -> None:
    shifts = {Secret(b"a" * 32).days(str(number)) for number in range(200)}
    assert SHORTEST_SHIFT <= min(shifts) < max(shifts) <= LONGEST_SHIFT
    assert len(shifts) > 150
