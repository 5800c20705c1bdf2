from __future__ import annotations

import pytest

from radiology.imaging.identity import patient_name
from retrieval.store.filter import Filter, patient_hash


@pytest.mark.parametrize("other", ["mrn-4711", " MRN-4711\n", "MRN -\t4711", "ＭＲＮ-4711", "Mrn-4711"])
def test_spellings_of_one_patient(other: str) -> None:
    assert patient_hash(other) == patient_hash("MRN-4711")


def test_other_patients() -> None:
    assert len({patient_hash(name) for name in ("4711", "04711", "4712", "", "\ud800")}) == 5


def test_what_says_nothing_is_empty() -> None:
    assert Filter().empty
    assert not Filter(without_splits=("test",)).empty


def test_an_id_is_the_same_patient_as_the_name_that_a_reader_of_films_makes_of_it() -> None:
    assert patient_hash(patient_name("MRN-4711")) == patient_hash(" mrn-4711")
