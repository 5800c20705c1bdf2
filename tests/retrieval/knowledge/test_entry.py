from __future__ import annotations

from collections import Counter

import pytest
import yaml
from pydantic import ValidationError

from mllm.draft.knowledge import Aspect
from radiology.findings import FINDINGS
from retrieval.knowledge.entry import FOLDER, Entry, own_entries

LONGEST = 700


def test_every_finding_of_the_vocabulary_has_an_entry() -> None:
    assert FINDINGS.keys() == {name for entry in own_entries() for name in entry.findings}


def test_ids_are_unique_and_without_gaps() -> None:
    assert [entry.id for entry in own_entries()] == [f"K{n}" for n in range(1, len(own_entries()) + 1)]
    assert len(own_entries()) >= 60


def test_titles_tell_entries_apart_and_paragraphs_are_not_repeated() -> None:
    titles = Counter(entry.title for entry in own_entries())
    texts = Counter(text for entry in own_entries() for text in entry.text.values())
    assert {title for title, count in titles.items() if count > 1} == set()
    assert {text for text, count in texts.items() if count > 1} == set()


def test_every_work_is_cited_and_has_a_year() -> None:
    works = set(yaml.safe_load((FOLDER / "works.yaml").read_text(encoding="utf-8")).values())
    assert works == {work for entry in own_entries() for work in entry.citations}
    assert all(any(part.isdigit() and len(part) == 4 for part in work.replace(";", " ").split()) for work in works)


def test_paragraphs_are_short_enough_to_quote() -> None:
    assert [p.id for entry in own_entries() for p in entry.passages if not 10 < len(p.text) <= LONGEST] == []


def test_a_paragraph_knows_where_it_is_from() -> None:
    first = own_entries()[0].passages[1]
    assert (first.id, first.where, first.own, first.page) == ("K1", "Pleural effusion, appearance", True, None)
    assert "Radiology 2008;246:697-722" in first.source


def test_an_unknown_finding_and_an_entry_without_a_source_are_refused() -> None:
    text = {Aspect.MEANING: "Something."}
    with pytest.raises(ValidationError, match="not in the vocabulary"):
        Entry(id="K1", title="T", findings=("gout",), text=text, citations=("A work, 2008",))
    with pytest.raises(ValidationError, match="citations"):
        Entry(id="K1", title="T", text=text, citations=())
