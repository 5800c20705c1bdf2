from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path

import pytest

from radiology.errors import SightlineError
from retrieval.knowledge import document
from retrieval.knowledge import pdf as pdf_file
from retrieval.knowledge.document import LONGEST, clean, read_document

Pdf = Callable[..., Path]
TABLE = "finding; who is called pneumothorax; the surgeon"
BODY = "A chest tube is checked on a film after it was placed, and again when it leaks."


def test_markdown_keeps_headings_and_loses_markup(guideline: Path) -> None:
    read = read_document(guideline)
    assert (read.name, read.pages) == ("house.md", None)
    assert [(each.heading, each.text) for each in read.paragraphs] == [
        (
            "Drainage of effusions",
            "Our house rule: a parapneumonic effusion deeper than 25 mm is tapped the same day.",
        ),
        (
            "Films after drainage",
            f"A film within four hours. Compare it with the film before. {TABLE}",
        ),
    ]


def test_text_is_split_at_empty_lines_and_headings(tmp_path: Path) -> None:
    path = tmp_path / "rules.txt"
    path.write_text(
        "CHEST TUBES\nFirst line of a para-\ngraph.\n\n2.1 Removal\nPull it at the end.\n", encoding="utf-8"
    )
    assert [(each.heading, each.text) for each in read_document(path).paragraphs] == [
        ("CHEST TUBES", "First line of a paragraph."),
        ("2.1 Removal", "Pull it at the end."),
    ]


def test_a_pdf_keeps_its_pages_and_loses_what_every_page_has(pdf: Pdf) -> None:
    topics = ("Indication", "Placement", "Removal", "Records")
    pages = [
        [f"House guideline, page {n}", "", f"{n}. {topic}", f"{topic} first.", BODY, f"Of {topic}", "that is all."]
        for n, topic in enumerate(topics, 1)
    ]
    read = read_document(pdf(pages))
    assert read.pages == 4
    assert [(each.page, each.heading) for each in read.paragraphs] == [
        (n, f"{n}. {topic}") for n, topic in enumerate(topics, 1)
    ]
    assert read.paragraphs[2].text == f"Removal first. {BODY} Of Removal"


def test_a_long_paragraph_is_cut_between_sentences(tmp_path: Path) -> None:
    path = tmp_path / "long.md"
    path.write_text(" ".join(f"Sentence {n} says that a tube is checked." for n in range(100)), encoding="utf-8")
    texts = [each.text for each in read_document(path).paragraphs]
    assert len(texts) > 3
    assert all(len(text) <= LONGEST and text.endswith(".") for text in texts)
    assert " ".join(texts) == path.read_text(encoding="utf-8")


def test_control_characters_and_changes_of_direction_are_stripped() -> None:
    assert clean("a\x1b[31mred\x07\u202egnp\u200b \n\tb") == "a[31mredgnp b"


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.docx", b"text", "no Markdown, text or PDF"),
        ("a.txt", "Größe".encode("utf-16"), "save it as UTF-8"),
        ("a.md", b"", "holds no text"),
        ("a.md", b"***\n\n---\n", "holds no text"),
        ("a.pdf", b"%PDF-1.4 and nothing more", "cannot be read as a PDF|has 0 pages"),
        ("a.pdf", b"", "cannot be read as a PDF"),
    ],
)
def test_what_cannot_be_read_is_refused_in_one_sentence(
    tmp_path: Path, name: str, content: bytes, message: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(SightlineError, match=message) as error:
        read_document(path)
    assert str(error.value).startswith(f"`{path}`: ")


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SightlineError, match="cannot be read"):
        read_document(tmp_path / "none.md")
    folder = tmp_path / "folder.md"
    folder.mkdir()
    with pytest.raises(SightlineError, match="is a folder"):
        read_document(folder)


def test_an_encrypted_pdf_is_refused(pdf: Pdf, tmp_path: Path) -> None:
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter(clone_from=PdfReader(pdf([[BODY]])))
    writer.encrypt("secret", algorithm="RC4-128")
    path = tmp_path / "locked.pdf"
    writer.write(path)
    with pytest.raises(SightlineError, match="is encrypted, save it without a password"):
        read_document(path)


def test_a_scan_is_refused(pdf: Pdf) -> None:
    with pytest.raises(SightlineError, match="no text, run text recognition"):
        read_document(pdf([["7"], [], []], "scan.pdf"))


def test_a_cut_off_pdf_is_read_or_refused(pdf: Pdf) -> None:
    path = pdf([[BODY], [BODY]])
    whole = path.read_bytes()
    for length in range(0, len(whole), 97):
        path.write_bytes(whole[:length])
        with contextlib.suppress(SightlineError):
            assert read_document(path).paragraphs


def test_too_much_is_refused(tmp_path: Path, pdf: Pdf, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "big.txt"
    path.write_text("\n\n".join(f"CHAPTER NUMBER {n}\n{BODY}" for n in range(9)), encoding="utf-8")
    monkeypatch.setattr(document, "MOST", 8)
    with pytest.raises(SightlineError, match="more than 8 paragraphs"):
        read_document(path)
    monkeypatch.setattr(document, "LARGEST", 100)
    with pytest.raises(SightlineError, match="give at most 100"):
        read_document(path)
    monkeypatch.setattr(document, "LARGEST", 10**6)
    monkeypatch.setattr(pdf_file, "PAGES", 1)
    with pytest.raises(SightlineError, match="has 2 pages"):
        read_document(pdf([[BODY], [BODY]]))
