from __future__ import annotations

from datetime import date as Date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from radiology.errors import SightlineError
from radiology.study import Case, Certainty, Finding, Report, Severity, Side, Study, View
from retrieval.store.filter import Filter, patient_hash
from retrieval.store.record import Record, record_of
from retrieval.store.store import CaseStore
from retrieval.store.writer import Embedder, Fate, writer_of
from tests.retrieval.toys import REPORT, angle, film_case, pattern


def _record(folder: Path, seed: int, patient: str = "", **changes: Any) -> Record:
    return record_of(film_case(folder, seed, patient, **changes), pattern(seed), np.array(angle(seed), np.float32))


@pytest.fixture
def store(tmp_path: Path) -> CaseStore:
    left = Finding(name="pleural_effusion", side=Side.LEFT, severity=Severity.SMALL)
    none = Finding(name="pleural_effusion", certainty=Certainty.ABSENT)
    both = Finding(name="pleural_effusion", side=Side.BILATERAL)
    records = [
        _record(tmp_path, 1, findings=(left,)),
        _record(tmp_path, 2, findings=(none,), source="elsewhere"),
        _record(tmp_path, 3, "p1", findings=(both,), split="val"),
        _record(tmp_path, 4, findings=(), report=REPORT),
        _record(tmp_path, 5, findings=(), report=Report(findings="Pneumothorax on the right.")),
    ]
    made = CaseStore(tmp_path / "base" / "cases.sqlite")
    with writer_of(made.path) as writer:
        writer.embedded_by(Embedder("corner-1", "", 3))
        assert writer.add(records) == [Fate.ADDED] * 5
    return made


def _rows(store: CaseStore, **wanted: Any) -> set[int]:
    chosen = store.selection(Filter(**wanted))
    assert chosen is not None
    return {1, 2, 3, 4, 5} - set(chosen.ids.tolist()) if chosen.inverted else set(chosen.ids.tolist())


@pytest.mark.parametrize(
    ("wanted", "rows"),
    [
        ({"patient": "P1"}, {1, 3}),
        ({"study": "s2"}, {2}),
        ({"since": Date(2020, 1, 4)}, {3, 4, 5}),
        ({"until": Date(2020, 1, 4)}, {1, 2, 3}),
        ({"finding": "pleural_effusion"}, {1, 3, 4}),
        ({"finding": "pleural_effusion", "side": Side.RIGHT}, {3}),
        ({"side": Side.RIGHT}, {3, 5}),
        ({"views": ("PA",)}, {1, 2, 3, 4, 5}),
        ({"views": ("AP",)}, set()),
        ({"sources": ("elsewhere", "nowhere")}, {2}),
        ({"without_patient": "p 1"}, {2, 4, 5}),
        ({"without_study": "s2", "without_patient": "p5"}, {1, 3, 4}),
        ({"without_splits": ("val",), "without_sources": ("elsewhere",)}, {1, 4, 5}),
        ({"side": Side.LEFT, "without_splits": ("val",)}, {1, 4}),
        ({"sources": ("'; DROP TABLE cases; --",)}, set()),
    ],
)
def test_filters(wanted: dict[str, Any], rows: set[int], store: CaseStore) -> None:
    assert _rows(store, **wanted) == rows
    found = {row for row, _ in store.match("effusion pneumothorax edema", 9, Filter(**wanted))}
    assert found == rows & {1, 3, 4, 5}


def test_exclusions_stay_small_and_nothing_filters_nothing(store: CaseStore) -> None:
    chosen = store.selection(Filter(without_patient="p1"))
    assert chosen is not None
    assert (chosen.inverted, chosen.ids.tolist()) == (True, [1, 3])
    assert store.selection(Filter()) is None


def test_the_best_words_come_first(store: CaseStore) -> None:
    found = store.match("LEFT pleural effusion?", 9)
    assert found[0][0] == 1
    assert [row for row, _ in found] != sorted((row for row, _ in found), reverse=True)
    assert all(score > 0 for _, score in found)
    assert [row for row, _ in store.match("pneumothorax", 1)] == [5]
    assert store.match("effusions", 9, Filter(study="s1")) != []


@pytest.mark.parametrize("text", ['"', "NEAR(", "findings:edema OR *", "a AND (", "-", "", "\0", "'; DROP TABLE words"])
def test_no_text_is_syntax(text: str, store: CaseStore) -> None:
    store.match(text, 3)
    assert len(store) == 5


def test_what_changed_since_a_revision(store: CaseStore, tmp_path: Path) -> None:
    before = store.revision()
    (all_of_it,) = store.since(0)
    assert (all_of_it.ids.tolist(), all_of_it.vectors.shape, all_of_it.revision) == ([1, 2, 3, 4, 5], (5, 3), before)
    with writer_of(store.path) as writer:
        assert writer.remove(Filter(study="s2")) == 1
        assert writer.add([_record(tmp_path, 6), _record(tmp_path, 1, report=REPORT)]) == [Fate.ADDED, Fate.UPDATED]
    (changes,) = store.since(before)
    assert (changes.ids.tolist(), sorted(changes.removed.tolist())) == ([6, 7], [1, 2])
    assert changes.revision == store.revision() == before + 2
    parts = list(store.since(0, at_once=2))
    assert [part.ids.tolist() for part in parts] == [[3, 4], [5, 6], [7]]
    assert [len(part.removed) for part in parts] == [2, 0, 0]


def test_a_failing_batch_stores_nothing(store: CaseStore, tmp_path: Path) -> None:
    before, broken = store.revision(), _record(tmp_path, 7)
    object.__setattr__(broken.film, "thumbnail", None)
    with writer_of(store.path) as writer, pytest.raises(Exception, match=r".+"):
        writer.add([_record(tmp_path, 6), broken])
    assert (len(store), store.revision()) == (5, before)


def test_no_identity_reaches_the_file(store: CaseStore, tmp_path: Path) -> None:
    told = Report(
        indication="Mr. John Quimby, born 03/04/1951, MRN: 8812345.",
        findings="Small left effusion. Discussed with Dr. Quentin Zorn at 555-123-4567.",
    )
    prior = Case(study=Study(study_id="s8", patient_id="MRN-8812345"), report=told)
    case = film_case(tmp_path, 9, "MRN-8812345", report=told, findings=())
    study = case.study.model_copy(update={"priors": (prior,), "age": 97, "note": "Accession number ACC-7788991"})
    case = case.model_copy(update={"study": study})
    with writer_of(store.path) as writer:
        writer.add([record_of(case, pattern(9), np.array(angle(9), np.float32))])
    for secret in (b"8812345", b"Quimby", b"Zorn", b"1951", b"4567", b"7788991", str(tmp_path).encode()):
        assert not any(secret in file.read_bytes() for file in store.path.parent.iterdir())
    kept = store.cases([6])[6].study
    assert (kept.study_id, kept.patient_id, kept.age) == ("s9", patient_hash("MRN-8812345"), 90)
    assert kept.priors == ()


def test_a_view_tells_which_film_it_was(store: CaseStore, tmp_path: Path) -> None:
    lateral = View(id="lateral", path="x", projection="LATERAL", width=3, height=4)
    case = film_case(tmp_path, 9)
    case = case.model_copy(update={"study": case.study.model_copy(update={"views": (lateral,)})})
    with writer_of(store.path) as writer:
        writer.add([record_of(case, pattern(9), np.array(angle(9), np.float32))])
    assert _rows(store, views=("LATERAL",)) == {6}


def test_rows_that_are_not_there(store: CaseStore) -> None:
    assert store.cases([99]) == {}
    assert store.looks([99]) == {}
    assert store.thumbnail("s99") is None
    with pytest.raises(KeyError):
        store.embeddings([1, 99])
    assert store.embeddings([5, 1]).tolist() == [pytest.approx(angle(5)), pytest.approx(angle(1))]


def test_many_rows_at_once(store: CaseStore) -> None:
    assert sorted(store.cases(range(1, 70_000))) == [1, 2, 3, 4, 5]


def test_no_store_is_made_by_looking(tmp_path: Path) -> None:
    with pytest.raises(SightlineError, match="holds no case base"):
        CaseStore(tmp_path / "cases.sqlite").revision()
    assert list(tmp_path.iterdir()) == []
