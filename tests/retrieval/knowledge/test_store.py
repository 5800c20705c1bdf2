from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from radiology.errors import SightlineError
from retrieval.knowledge import store as store_file
from retrieval.knowledge.block import Block
from retrieval.knowledge.document import Document
from retrieval.knowledge.store import KnowledgeStore, Stored


def written(name: str, *texts: str) -> Document:
    return Document(name, f"hash of {texts}", 2, tuple(Block("Heading", 2, text) for text in texts))


@pytest.fixture
def store(tmp_path: Path) -> KnowledgeStore:
    return KnowledgeStore(tmp_path / "new" / "documents.sqlite")


def test_without_a_file_it_is_empty_and_makes_none(store: KnowledgeStore) -> None:
    assert (store.documents(), store.passages(), store.state()) == ([], [], ())
    assert not store.file.parent.exists()


def test_paragraphs_are_numbered_after_our_own(store: KnowledgeStore) -> None:
    assert store.add([written("a.pdf", "One.", "Two.")]) == [(Stored("a.pdf", 2, 1001, 1002), True)]
    first = store.passages()[0]
    assert (first.id, first.title, first.page, first.own) == ("K1001", "a.pdf", 2, False)
    assert first.source == "a.pdf, page 2"
    assert store.file.stat().st_mode & 0o777 == 0o600


def test_the_same_content_is_recognised_under_any_name(store: KnowledgeStore) -> None:
    store.add([written("a.pdf", "One.")])
    assert store.add([written("b.pdf", "One."), written("c.pdf", "Two.")]) == [
        (Stored("a.pdf", 2, 1001, 1001), False),
        (Stored("c.pdf", 2, 1002, 1002), True),
    ]


def test_all_documents_are_added_or_none(store: KnowledgeStore, monkeypatch: pytest.MonkeyPatch) -> None:
    store.add([written("a.pdf", "One.")])
    with pytest.raises(SightlineError, match="another document of this name"):
        store.add([written("b.pdf", "Two."), written("a.pdf", "Three.")])
    monkeypatch.setattr(store_file, "MOST", 2)
    with pytest.raises(SightlineError, match="3 paragraphs are more than 2"):
        store.add([written("c.pdf", "Four.", "Five.")])
    assert [passage.text for passage in store.passages()] == ["One."]


def test_what_is_removed_is_gone_and_its_numbers_with_it(store: KnowledgeStore) -> None:
    store.add([written("a.pdf", "One.", "Two."), written("b.pdf", "Three.")])
    assert store.remove("k1002").name == "a.pdf"
    assert store.remove("b.pdf").count == 1
    assert store.passages() == []
    assert store.add([written("a.pdf", "One.", "Two.")]) == [(Stored("a.pdf", 2, 1004, 1005), True)]
    with pytest.raises(SightlineError, match="`K12`: is no document"):
        store.remove("K12")


def test_a_file_that_is_no_store_is_named(store: KnowledgeStore) -> None:
    store.file.parent.mkdir()
    store.file.write_bytes(b"no database " * 100)
    for use in (store.passages, store.documents, lambda: store.add([written("a.pdf", "One.")])):
        with pytest.raises(SightlineError, match=r"documents\.sqlite.*move it away"):
            use()


def test_a_store_cut_in_the_middle_of_writing_is_as_before(store: KnowledgeStore) -> None:
    store.add([written("a.pdf", "One.")])
    table = sqlite3.connect(store.file, isolation_level=None)
    table.execute("BEGIN IMMEDIATE")
    table.execute("INSERT INTO passages (document, heading, text) VALUES (1, '', 'half')")
    table.close()
    assert [passage.text for passage in store.passages()] == ["One."]
