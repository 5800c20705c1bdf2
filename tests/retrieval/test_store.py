from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from radiology.errors import SightlineError
from radiology.study import Case, Finding, Report, Study
from retrieval.store import CaseStore, Row, patient_hash, without_identity


def _case(study_id: str, patient_id: str, priors: tuple[Case, ...] = ()) -> Case:
    return Case(
        study=Study(study_id=study_id, patient_id=patient_id, priors=priors),
        report=Report(findings="There is a small left pleural effusion.", impression="Effusion."),
        findings=(Finding(name="pleural_effusion"),),
        source="phantom",
        licence="Apache-2.0",
    )


def _row(study_id: str, patient_id: str, pixels: str | None = None) -> Row:
    return Row(_case(study_id, patient_id), pixels or study_id, b"png", np.array([0.6, 0.8], dtype=np.float32))


@pytest.fixture
def store(tmp_path: Path) -> CaseStore:
    made = CaseStore(tmp_path / "base" / "cases.sqlite")
    made.create("tower-a")
    return made


def test_round_trip(store: CaseStore) -> None:
    assert store.add([_row("s1", "p1"), _row("s2", "p2")]) == 2
    ids, vectors = store.embeddings()
    assert vectors.tolist() == [pytest.approx([0.6, 0.8])] * 2
    stored = store.cases(ids.tolist())[int(ids[1])]
    assert stored.study.study_id == "s2"
    assert stored.findings == (Finding(name="pleural_effusion"),)
    assert (len(store), store.last_id, store.studies()) == (2, 2, {"s1", "s2"})
    assert store.thumbnail("s1") == b"png"
    assert store.thumbnail("s9") is None
    assert store.sources() == {"phantom (Apache-2.0)": 2}


def test_known_study_and_known_image_are_left_out(store: CaseStore) -> None:
    assert store.add([_row("s1", "p1", "same"), _row("s2", "p2", "same")]) == 1
    assert store.add([_row("s1", "p1", "other")]) == 0
    assert len(store) == 1


def test_rows_of_a_patient_or_of_the_study(store: CaseStore) -> None:
    store.add([_row("s1", "p1"), _row("s2", "p2"), _row("s3", "p1")])
    assert store.rows_of("p1", "none") == [1, 3]
    assert store.rows_of("p9", "s2") == [2]
    assert store.rows_of("p9", "s9") == []


def test_no_patient_id_reaches_the_file(store: CaseStore) -> None:
    prior = _case("s0", "MRN-4711")
    case = _case("s1", "MRN-4711", priors=(prior,))
    store.add([Row(case, "x", b"", np.ones(1, dtype=np.float32))])
    assert b"MRN-4711" not in store.path.read_bytes()
    assert without_identity(case).study.priors[0].study.patient_id == patient_hash("MRN-4711")


def test_empty_store(store: CaseStore) -> None:
    ids, vectors = store.embeddings()
    assert len(ids) == len(vectors) == len(store) == store.last_id == 0


def test_another_embedder_is_refused(store: CaseStore) -> None:
    with pytest.raises(SightlineError, match="embedded by tower-a and this model is tower-b"):
        store.create("tower-b")


def test_missing_and_damaged(tmp_path: Path) -> None:
    with pytest.raises(SightlineError, match="holds no case base"):
        CaseStore(tmp_path / "cases.sqlite").require("tower-a")
    (tmp_path / "cases.sqlite").write_bytes(b"not a database " * 99)
    with pytest.raises(SightlineError, match="not a readable case store"):
        CaseStore(tmp_path / "cases.sqlite").require("tower-a")


def test_a_failing_batch_stores_nothing(store: CaseStore) -> None:
    broken = Row(_case("s2", "p2"), None, b"", np.ones(1, dtype=np.float32))  # type: ignore[arg-type]
    store.add([_row("s1", "p1")])
    assert store.add([_row("s3", "p3"), broken]) == 1
    assert store.studies() == {"s1", "s3"}
