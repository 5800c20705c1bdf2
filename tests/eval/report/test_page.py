"""The whole page, from a small folder: complete, escaped, alone."""

from __future__ import annotations

import os
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from eval.folder import PREDICTIONS, SCORES
from eval.report.page import write_page
from eval.stress.folder import write_stress
from eval.stress.table import StressRow, StressRun, StressTable
from radiology.errors import SightlineError
from radiology.study import NOTICE, ModelInfo
from tests.eval.report.made import write_data, write_folder

TOLD_OF_THE_RUN = (
    "Model made <b>bold</b>",
    "Hash 0123456789abcdef Split",
    "Split test (all)",
    "Studies 3",
    "3 reports, 3 closed questions",
    "2, counted as wrong",
    "2 unreadable image",
    "model.hash 0123456789abcdef0123",
    "baselines.majority_from train split",
    "limit none",
)
TOLD_OF_CASES = (
    "All 3 cases, 2 of them with an error.",
    "1 wrong side",
    "1 invented",
    "0 of 1 answer right",
    "Failed: nothing usable was written.",
    "Cough, wrong.",
    "any error (2)",
    "pulmonary edema (1)",
)
CSS = Path(__file__).parents[3] / "eval/report/templates/page.css"


class Reader(HTMLParser):
    """What a page holds: (tag, attributes) in order, its text, and how deep unclosed tags are at the end."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.said: list[str] = []
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in ("meta", "link", "img", "input"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if not {"script", "style"} & set(self.open):
            self.said.append(data)

    def of(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.said).split())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_folder(tmp_path / "run")


@pytest.fixture
def html(folder: Path, tmp_path: Path) -> str:
    return write_page(folder, write_data(tmp_path / "data")).read_text(encoding="utf-8")


def test_the_page_needs_nothing_from_outside(html: str) -> None:
    assert re.findall(r"(?i)https?://|//[a-z]|@import|url\(", html) == []
    page = Reader(html)
    assert page.open == []
    addresses = [value or "" for _, each in page.tags for name, value in each.items() if name in ("src", "href")]
    assert [a[:20] for a in addresses if not a.startswith(("#", "data:"))] == []
    assert [each for each in page.of("script") if each] == []


def test_what_a_model_wrote_is_text(html: str) -> None:
    page = Reader(html)
    assert len(page.of("script")) == 1
    assert len(page.of("img")) == 3
    assert not [name for name, attributes in page.tags if any(key.startswith("on") for key in attributes)]
    assert "<script>document.title='owned'</script><img src=x onerror=" in page.text
    assert "made <b>bold</b>" in page.text


def test_the_head_says_what_was_evaluated(html: str) -> None:
    text = Reader(html).text
    assert f"{NOTICE}. For research only." in text
    assert {told for told in TOLD_OF_THE_RUN if told not in text} == set()


def test_scores_baselines_and_what_could_not_be_computed(html: str) -> None:
    text = Reader(html).text
    assert (
        "finding_micro_f1 0.500 0.200 to 0.800 3 studies, 1 failed 0.100 0.300 +0.200 over blank, within the interval"
        in text
    )
    assert "majority answer, from the train split same model, black films of 3 studies" in text
    assert "radgraph_simple , radgraph_partial name a file" in text


def test_cases_can_be_found_by_outcome_and_finding(html: str) -> None:
    cases = [each for each in Reader(html).of("details") if "case" in (each.get("class") or "")]
    assert [each["data-marks"] for each in cases] == [
        "any error|invented|wrong side|wrong answer",
        "all right",
        "any error|missed|wrong answer|failed",
    ]
    assert [each["data-names"] for each in cases] == [
        "nodule|pleural_effusion",
        "nodule|pleural_effusion",
        "edema|pleural_effusion",
    ]
    assert [each["class"] for each in cases] == ["case is-wrong", "case", "case is-failed"]
    text = Reader(html).text
    assert {told for told in TOLD_OF_CASES if told not in text} == set()


def test_both_boxes_lie_on_the_film(html: str) -> None:
    marks = [each for each in Reader(html).of("rect") if each.get("class") in ("truth", "predicted")]
    assert [(each["class"], each["x"], each["y"], each["width"]) for each in marks[:2]] == [
        ("truth", "80.0", "80.0", "80.0"),
        ("predicted", "160.0", "80.0", "80.0"),
    ]
    assert len(marks) == 5


def test_headings_tables_and_pictures_are_named(html: str) -> None:
    page = Reader(html)
    assert len(page.of("h1")) == 1
    assert all(each.get("scope") in ("col", "row") for each in page.of("th"))
    assert all(each.get("alt") for each in page.of("img"))
    pictures = page.of("svg")
    assert all(each.get("aria-hidden") == "true" or each.get("aria-label") for each in pictures)
    assert len({each["id"] for _, each in page.tags if "id" in each}) == len(
        [1 for _, each in page.tags if "id" in each]
    )


def test_without_data_there_are_no_films_and_the_page_says_so(folder: Path) -> None:
    page = Reader(write_page(folder).read_text(encoding="utf-8"))
    assert page.of("img") == []
    assert "Without the data (--data) no films and no boxes can be shown." in page.text
    assert "Left effusion. No nodule." in page.text


def test_films_that_are_not_there_are_counted(folder: Path, tmp_path: Path) -> None:
    data = write_data(tmp_path / "data", ("wrong", "right"))
    (data / "right.png").write_bytes(b"no picture")
    text = Reader(write_page(folder, data).read_text(encoding="utf-8")).text
    assert "1 case not in the data given and 1 case without a readable film." in text


def test_the_same_files_give_the_same_page(folder: Path, tmp_path: Path) -> None:
    data = write_data(tmp_path / "data")
    first, second = (write_page(folder, data, out=tmp_path / name).read_bytes() for name in ("a.html", "b.html"))
    assert first == second


def test_fewer_cases_on_request(folder: Path) -> None:
    page = Reader(write_page(folder, limit=1).read_text(encoding="utf-8"))
    assert len([each for each in page.of("details") if "case" in (each.get("class") or "")]) == 1
    assert "1 of 3 cases: drawn at random (seed 0) from the 2 with an error." in page.text


def test_stress_tables_are_shown(folder: Path) -> None:
    row = StressRow(labels=("noise & co",), value=0.25, low=0.125, high=0.5, n=7)
    table = StressTable(name="t", title="Corrupted <films>", columns=("kind",), rows=(row,), notes=("As told.",))
    write_stress(folder, stressed(table))
    text = Reader(write_page(folder).read_text(encoding="utf-8")).text
    assert "Corrupted <films> As told. kind value n noise & co 0.250 0.125 to 0.500 7" in text


def stressed(*tables: StressTable, model_hash: str = "0123456789abcdef0123") -> StressRun:
    model = ModelInfo(id="m", hash=model_hash)
    return StressRun(benchmark="phantom", model=model, split_hash="0", part="all", n=3, tables=tables)


def test_stress_tables_of_another_model_are_refused(folder: Path) -> None:
    write_stress(folder, stressed(model_hash="ffff"))
    with pytest.raises(SightlineError, match="is of m on phantom, not of what was scored"):
        write_page(folder)


RAGGED = StressTable(
    name="t",
    title="t",
    columns=("a", "b"),
    rows=(StressRow(labels=("only one",), value=1.0, low=None, high=None, n=1),),
)


@pytest.mark.parametrize("content", ["{", '{"a": 1}', stressed(RAGGED).model_dump_json()])
def test_a_broken_stress_file_is_refused(folder: Path, content: str) -> None:
    (folder / "stress.json").write_text(content)
    with pytest.raises(SightlineError, match=r"stress\.json`: .* again"):
        write_page(folder)


def test_scores_older_than_the_predictions_are_told(folder: Path) -> None:
    os.utime(folder / SCORES, (0, 0))
    assert "before the predictions were written; score again" in write_page(folder).read_text(encoding="utf-8")


def test_a_folder_without_scores_is_refused(folder: Path) -> None:
    (folder / SCORES).unlink()
    with pytest.raises(SightlineError, match=r"scores\.json"):
        write_page(folder)


def test_broken_predictions_are_refused(folder: Path) -> None:
    (folder / PREDICTIONS).write_text('{"id": 1}\n')
    with pytest.raises(SightlineError, match=r"predictions\.jsonl`: line 1"):
        write_page(folder)


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def _contrast(one: str, other: str) -> float:
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_text_stands_out_from_what_is_behind_it(scheme: int) -> None:
    """WCAG 2.2 contrast of at least 4.5 for text, and 3 for lines of plots."""
    palette = dict(
        re.findall(r"--([\w-]+): (#\w{6})", re.findall(r":root \{(.*?)\}", CSS.read_text(), re.DOTALL)[scheme])
    )
    text = [(ink, ground) for ink in ("ink", "soft", "accent", "red", "amber") for ground in ("page", "panel")]
    text += [(name, f"{name}-soft") for name in ("red", "amber", "green")]
    assert {pair: ratio for pair in text if (ratio := _contrast(palette[pair[0]], palette[pair[1]])) < 4.5} == {}
    assert {i: ratio for i in range(5) if (ratio := _contrast(palette[f"s{i}"], palette["panel"])) < 3} == {}
