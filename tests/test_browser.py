"""The page in a real browser: a chromium that is installed here, driven by playwright."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import numpy as np
import pydicom
import pytest
from PIL import Image
from pydicom.dataset import FileDataset, FileMetaDataset
from pydicom.uid import DigitalXRayImageStorageForPresentation, ExplicitVRLittleEndian, generate_uid

import app
from mllm.audit.auditor import Auditor
from mllm.audit.events import SignedOff
from mllm.audit.log import Log, entry_of
from mllm.audit.verify import verify
from mllm.model.bundled import MINI
from radiology.imaging.deid.secret import Secret
from radiology.study import NOTICE
from retrieval.cases.build import build_cases
from retrieval.cases.eyes import Tower
from retrieval.cases.retriever import CaseRetriever
from tests.fake_assistant import FakeAssistant, FakePerception, film_case, film_study, write_film
from tests.fake_writer import LONG, FakeWriter, WritingAssistant

playwright = pytest.importorskip("playwright.sync_api")
pytestmark = pytest.mark.browser


def _write_dicom(path: Path, grey: int, patient: str) -> Path:
    """A chest film of 48 x 60 px whose brightest pixel is `grey`."""
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID, meta.TransferSyntaxUID = (
        DigitalXRayImageStorageForPresentation,
        ExplicitVRLittleEndian,
    )
    meta.MediaStorageSOPInstanceUID = generate_uid()
    film = FileDataset(str(path), {}, file_meta=meta, preamble=b"\0" * 128)
    film.SOPClassUID, film.SOPInstanceUID = meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID
    film.StudyInstanceUID, film.PatientID, film.PatientName = generate_uid(), patient, "Doe^Jane"
    film.Modality, film.BodyPartExamined, film.ViewPosition = "DX", "CHEST", "PA"
    film.Rows, film.Columns, film.SamplesPerPixel, film.PixelRepresentation = 60, 48, 1, 0
    film.BitsAllocated, film.BitsStored, film.HighBit, film.PhotometricInterpretation = 8, 8, 7, "MONOCHROME2"
    film.WindowCenter, film.WindowWidth = 128, 256
    pixels = np.zeros((60, 48), dtype=np.uint8)
    pixels[10:40, 8:30] = grey
    film.PixelData = pixels.tobytes()
    pydicom.dcmwrite(path, film)
    return path


def _speckled(path: Path, grey: int) -> Path:
    """A film of noise whose brightest pixel is `grey`: no copy of any other."""
    pixels = np.random.default_rng(grey).integers(0, grey, (60, 48)).astype(np.uint8)
    pixels[0, 0] = grey
    Image.fromarray(pixels).save(path)
    return path


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("page")


def _auditor(folder: Path) -> Auditor:
    return Auditor(Log(folder / "log.sqlite", Secret(b"k" * 32)), "page", "root")


def _signed(folder: Path) -> list[tuple[str, SignedOff]]:
    entries = map(entry_of, _auditor(folder).log.rows())
    return [(entry.who, entry.event) for entry in entries if isinstance(entry.event, SignedOff)]


@pytest.fixture(scope="module")
def address(folder: Path) -> Iterator[str]:
    """A served page with three cases, an audit log and two examples, the second with a prior."""
    patch = pytest.MonkeyPatch()
    patch.setenv("GRADIO_TEMP_DIR", str(folder / "cache"))
    (folder / "cache").mkdir()
    films = [write_film(folder / f"{grey}.png", grey) for grey in (50, 120, 180)]
    known = [_speckled(folder / f"speckled {grey}.png", grey) for grey in (50, 120, 180)]
    build_cases(
        [film_case(film, f"case-{n}") for n, film in enumerate(known)], Tower(FakePerception()), folder / "base"
    )
    assistant = cast("Any", FakeAssistant(retriever=CaseRetriever(folder / "base", FakePerception())))
    followed = film_study(films[1], "followed", priors=(film_case(films[0], "earlier"),))
    page = app.build(assistant, [films[2], followed], auditor=_auditor(folder))
    app.launch(page)
    yield str(page.local_url)
    page.close()
    patch.undo()


@pytest.fixture
def tab(browser: Any, address: str) -> Iterator[Any]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto(address)
    page.wait_for_selector(".sl-film")
    yield page
    context.close()


def _open(page: Any, *films: Path) -> None:
    page.set_input_files("input[type=file]", [str(film) for film in films])
    page.wait_for_selector(".sl-summary", timeout=60_000)


def _edit(page: Any, before: str, after: str) -> Any:
    """Open the panel and replace words of the report, which is returned."""
    page.get_by_role("button", name="Edit and sign off").click()
    report = page.get_by_label("Report, a sentence a line")
    playwright.expect(report).to_have_value(re.compile(before), timeout=60_000)
    report.fill(report.input_value().replace(before, after))
    playwright.expect(page.locator("#sl-changes ins")).to_contain_text(after, timeout=60_000)
    return report


def _ask(page: Any, question: str) -> str:
    page.get_by_label("Question").fill(question)
    page.get_by_role("button", name="Ask").click()
    answer = page.locator(".message.bot").last
    playwright.expect(answer).to_contain_text("[absence:", timeout=60_000)
    return str(answer.inner_text())


def test_a_dicom_is_read_drafted_asked_about_and_compared(tab: Any, tmp_path: Path) -> None:
    _open(tab, _write_dicom(tmp_path / "film.dcm", 240, "one"))
    cards = tab.locator(".sl-card")
    assert cards.count() == 4
    playwright.expect(cards.nth(0)).to_contain_text("brightness 240")
    playwright.expect(cards.nth(0)).to_contain_text("87 %")
    playwright.expect(cards.nth(2)).to_contain_text("Unsupported: no evidence found")
    playwright.expect(cards.nth(2)).to_contain_text("no confidence")
    playwright.expect(tab.locator(".sl-cases li")).to_have_count(3)
    assert tab.locator(".sl-plate img").evaluate("image => image.naturalWidth") == 48
    assert "Brightness 240" in _ask(tab, "How <i>bright</i>?")
    assert tab.locator(".message i, #injected").count() == 0


def test_a_box_lies_on_the_film_and_lights_up_with_its_sentence(tab: Any, tmp_path: Path) -> None:
    _open(tab, _write_dicom(tmp_path / "film.dcm", 240, "one"))
    drawn, seen = tab.get_by_role("img", name="Sentence 1: box of the draft"), tab.locator(".sl-box.sl-seen")
    box, film = drawn.bounding_box(), tab.locator(".sl-plate img").bounding_box()
    assert (box["x"] - film["x"]) / film["width"] == pytest.approx(0.2, abs=0.02)
    assert (box["y"] - film["y"]) / film["height"] == pytest.approx(0.3, abs=0.02)
    assert box["width"] / film["width"] == pytest.approx(0.5, abs=0.02)
    assert seen.get_attribute("aria-label") == "Sentence 1, 4: what the heads see"
    assert [each.evaluate("box => getComputedStyle(box).borderStyle") for each in (drawn, seen)] == ["solid", "dashed"]
    playwright.expect(tab.locator(".sl-legend")).to_contain_text("Dashed: what the heads see.")
    colour = "box => getComputedStyle(box).borderColor"
    before = [each.evaluate(colour) for each in (drawn, seen)]
    assert before[0] != before[1]
    tab.locator(".sl-card").first.focus()
    assert drawn.evaluate(colour) == seen.evaluate(colour) not in before
    tab.locator(".sl-card").nth(3).focus()
    assert drawn.evaluate(colour) == before[0] != seen.evaluate(colour)


def test_an_example_with_a_prior(tab: Any) -> None:
    tab.get_by_role("button", name="Example 2: frontal, with a prior").click()
    tab.wait_for_selector(".sl-summary", timeout=60_000)
    assert tab.locator(".sl-plate").count() == 2
    playwright.expect(tab.locator(".sl-film")).to_contain_text("Prior film")


def test_two_sessions_never_see_each_others_study(browser: Any, address: str, tab: Any, tmp_path: Path) -> None:
    context = browser.new_context()
    other = context.new_page()
    other.goto(address)
    _open(tab, _write_dicom(tmp_path / "a.dcm", 240, "one"))
    assert other.locator(".sl-card, .sl-plate").count() == 0
    _open(other, _write_dicom(tmp_path / "b.dcm", 77, "two"))
    answers = _ask(tab, "Mine?"), _ask(other, "Yours?")
    for page, answer, mine, theirs in ((tab, answers[0], "240", "77"), (other, answers[1], "77", "240")):
        assert f"Brightness {mine}" in answer
        playwright.expect(page.locator(".sl-card").first).to_contain_text(f"brightness {mine}.")
        assert f"rightness {theirs}" not in page.content()
    context.close()


def test_a_draft_is_edited_compared_and_signed_off(tab: Any, folder: Path, tmp_path: Path) -> None:
    assert tab.get_by_role("button", name="Edit and sign off").count() == 0
    _open(tab, _write_dicom(tmp_path / "film.dcm", 231, "one"))
    report = _edit(tab, "no effusion", "a <i id=injected>small</i> effusion")
    playwright.expect(tab.locator("#sl-changes del")).to_have_text("Drafted There is no effusion.")
    assert tab.locator("#injected").count() == 0
    sign = tab.get_by_role("button", name="Sign off", exact=True)
    sign.click()
    playwright.expect(tab.get_by_role("alert")).to_contain_text("Your name is missing", timeout=60_000)
    tab.get_by_label("Your name").fill("Dr <b>Ada</b>")
    sign.click()
    playwright.expect(tab.locator(".sl-told")).to_contain_text("Signed off by Dr <b>Ada</b>", timeout=60_000)
    playwright.expect(report).to_be_disabled()
    playwright.expect(sign).to_be_disabled()
    ((who, event),) = [each for each in _signed(folder) if "brightness 231" in each[1].text]
    assert who == "Dr <b>Ada</b>"
    assert "There is a <i id=injected>small</i> effusion." in event.text
    assert verify(_auditor(folder).log).problem == ""


def test_what_is_signed_in_a_tab_is_of_that_tab(
    browser: Any, address: str, tab: Any, folder: Path, tmp_path: Path
) -> None:
    context = browser.new_context()
    other = context.new_page()
    other.goto(address)
    for page, grey, name in ((tab, 221, "Dr Ada"), (other, 99, "Dr Bo")):
        _open(page, _write_dicom(tmp_path / f"{grey}.dcm", grey, name))
        _edit(page, "no effusion", f"an effusion of {name}")
    for page, name in ((tab, "Dr Ada"), (other, "Dr Bo")):
        page.get_by_label("Your name").fill(name)
        page.get_by_role("button", name="Sign off", exact=True).click()
        playwright.expect(page.locator(".sl-told")).to_contain_text(f"Signed off by {name}", timeout=60_000)
    for who, other_one, grey in (("Dr Ada", "Dr Bo", 221), ("Dr Bo", "Dr Ada", 99)):
        (event,) = [event for name, event in _signed(folder) if name == who]
        assert f"brightness {grey}." in event.text
        assert other_one not in event.text
    context.close()


def test_a_new_film_brings_its_own_report_to_edit(tab: Any, tmp_path: Path) -> None:
    _open(tab, _write_dicom(tmp_path / "a.dcm", 240, "one"))
    _edit(tab, "no effusion", "an effusion")
    tab.get_by_role("button", name="Example 1").click()
    report = tab.get_by_label("Report, a sentence a line")
    playwright.expect(report).to_have_value(re.compile("brightness 180"), timeout=60_000)
    assert tab.locator("#sl-changes ins").count() == 0


def test_an_error_stands_in_place_and_may_be_overruled(tab: Any, tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("no film", encoding="utf-8")
    tab.set_input_files("input[type=file]", str(tmp_path / "note.txt"))
    playwright.expect(tab.get_by_role("alert")).to_contain_text("`note.txt`:", timeout=60_000)
    tab.set_input_files("input[type=file]", str(_write_dicom(tmp_path / "dark.dcm", 5, "one")))
    playwright.expect(tab.get_by_role("alert")).to_contain_text("is not a chest film", timeout=60_000)
    tab.get_by_role("button", name="Draft it all the same").click()
    playwright.expect(tab.locator(".sl-draft")).to_contain_text("Does not look like a chest film", timeout=60_000)
    assert tab.get_by_role("alert").count() == 0


def test_a_closed_tab_leaves_no_file(browser: Any, address: str, folder: Path, tmp_path: Path) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(address)
    _open(page, _write_dicom(tmp_path / "left.dcm", 200, "one"))
    found = list((folder / "cache").rglob("left.dcm"))
    assert len(found) == 1
    context.close()
    deadline = time.monotonic() + 60
    while found[0].exists() and time.monotonic() < deadline:
        time.sleep(0.2)
    assert not found[0].exists()


@pytest.fixture(scope="module")
def writing(folder: Path) -> Iterator[tuple[str, FakeWriter]]:
    """A served page whose drafts can be edited and whose answers take long, with an example and an audit log."""
    assistant = WritingAssistant()
    auditor = Auditor(Log(folder / "writing.sqlite", Secret(b"k" * 32)), "page", "root")
    page = app.build(cast("Any", assistant), [write_film(folder / "example.png", 150)], auditor=auditor)
    app.launch(page)
    yield str(page.local_url), assistant.engine
    page.close()


@pytest.fixture
def asked(browser: Any, writing: tuple[str, FakeWriter], tmp_path: Path) -> Iterator[Any]:
    """A tab in the middle of an answer that does not end by itself."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto(writing[0])
    _open(page, _write_dicom(tmp_path / "film.dcm", 200, "one"))
    _say(page, LONG, "Brightness 200")
    assert writing[1].wait_for(1)
    yield page
    context.close()
    assert writing[1].wait_for(0)


def _say(page: Any, text: str, answer: str) -> None:
    page.get_by_label("Question").fill(text)
    page.get_by_role("button", name="Ask").click()
    playwright.expect(page.locator(".message.bot").last).to_contain_text(answer, timeout=60_000)


def test_a_page_that_is_closed_in_the_middle_of_an_answer_frees_its_slot(
    asked: Any, writing: tuple[str, FakeWriter]
) -> None:
    asked.context.close()
    assert writing[1].wait_for(0)


def test_asking_again_and_another_study_end_an_answer_and_nobody_waits_for_it(
    asked: Any, browser: Any, writing: tuple[str, FakeWriter], tmp_path: Path
) -> None:
    context = browser.new_context()
    other = context.new_page()
    other.goto(writing[0])
    _open(other, _write_dicom(tmp_path / "other.dcm", 77, "two"))
    _say(other, "What is seen?", "Brightness 77.")
    context.close()
    _say(asked, "What is seen?", "Brightness 200.")
    assert writing[1].wait_for(0)
    _say(asked, LONG, "Brightness 200")
    assert writing[1].wait_for(1)
    asked.get_by_role("button", name="Example 1").click()
    playwright.expect(asked.locator(".sl-card").nth(1)).to_contain_text("150 mm", timeout=60_000)
    assert writing[1].wait_for(0)
    playwright.expect(asked.locator(".message.bot")).to_have_count(0)


def test_a_command_reaches_cards_panel_and_log(
    browser: Any, writing: tuple[str, FakeWriter], folder: Path, tmp_path: Path
) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto(writing[0])
    _open(page, _write_dicom(tmp_path / "film.dcm", 222, "one"))
    _say(page, "remove the effusion", "Your name is missing")
    page.get_by_role("button", name="Edit and sign off").click()
    page.get_by_role("textbox", name="Your name").fill("Dr Ada")
    _say(page, "remove the effusion", "- A left pleural effusion.")
    playwright.expect(page.locator(".sl-told")).to_contain_text("Edits of Dr Ada saved", timeout=60_000)
    playwright.expect(page.locator("#sl-changes del").first).to_contain_text("A left pleural effusion.")
    playwright.expect(page.locator(".sl-card")).to_have_count(1)
    report = page.get_by_label("Report, a sentence a line")
    playwright.expect(report).to_have_value("Findings:\nA 222 mm right nodule.")
    report.fill("Findings:\nA 222 mm right nodule.\nNo pneumothorax.")
    _say(page, "the nodule is on the left", "+ A 222 mm left nodule.")
    playwright.expect(report).to_have_value("Findings:\nA 222 mm left nodule.\nNo pneumothorax.", timeout=60_000)
    page.get_by_role("button", name="Sign off", exact=True).click()
    playwright.expect(page.locator(".sl-told")).to_contain_text("Signed off by Dr Ada", timeout=60_000)
    _say(page, "undo", "is signed off")
    playwright.expect(page.locator(".sl-card").first).to_contain_text("left nodule")
    log = Log(folder / "writing.sqlite", Secret(b"k" * 32))
    events = [entry.event for entry in map(entry_of, log.rows()) if "222" in entry.event.model_dump_json()]
    assert [event.kind for event in events] == ["drafted", "edited", "edited", "signed off"]
    context.close()


def test_the_browser_talks_to_this_machine_only(browser: Any, address: str, tmp_path: Path) -> None:
    context = browser.new_context()
    page, asked = context.new_page(), list[str]()
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address)
    _open(page, _write_dicom(tmp_path / "film.dcm", 240, "one"))
    context.close()
    assert len(asked) > 10
    assert [url for url in asked if not url.startswith((address, "data:", "blob:"))] == []


@pytest.mark.parametrize(("width", "height"), [(1280, 900), (390, 844)])
def test_no_sideways_scrolling_and_the_notice_stays(
    browser: Any, address: str, tmp_path: Path, width: int, height: int
) -> None:
    context = browser.new_context(viewport={"width": width, "height": height})
    page = context.new_page()
    page.goto(address)
    _open(page, _write_dicom(tmp_path / "film.dcm", 240, "one"))
    _edit(page, "no effusion", "an effusion")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    notice = page.locator(".sl-notice")
    playwright.expect(notice).to_be_in_viewport()
    playwright.expect(notice).to_have_text(NOTICE)
    film, draft = page.locator(".sl-film").bounding_box(), page.locator(".sl-draft").bounding_box()
    beside = film["x"] + film["width"] <= draft["x"]
    assert beside is (width == 1280)
    context.close()


@pytest.mark.skipif(not (MINI / "config.json").is_file(), reason="the bundled model is not there")
def test_the_bundled_model_drafts_a_phantom(browser: Any, tmp_path: Path) -> None:
    from mllm.draft.opening import open_assistant
    from radiology.phantom.cohort import Cohort, write_cohort

    write_cohort(tmp_path, Cohort(1, 900600000))
    page = app.build(open_assistant("mini"))
    app.launch(page)
    context = browser.new_context()
    tab = context.new_page()
    tab.goto(str(page.local_url))
    _open(tab, next((tmp_path / "images").glob("*.png")))
    assert tab.locator(".sl-card").count() > 0
    tab.get_by_label("Question").fill("Is there a pleural effusion?")
    tab.get_by_role("button", name="Ask").click()
    playwright.expect(tab.locator(".message.bot").last).to_contain_text(re.compile(r"\w"), timeout=60_000)
    context.close()
    page.close()
