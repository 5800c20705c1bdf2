"""The page in a real browser: a chromium that is installed here, driven by playwright."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from eval.report.page import write_page
from tests.eval.report.made import write_data, write_folder

playwright = pytest.importorskip("playwright.sync_api")
pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("evaluation")
    return write_page(write_folder(folder / "run"), write_data(folder / "data")).as_uri()


@pytest.fixture
def tab(browser: Any, address: str) -> Iterator[Any]:
    """With what it asked for and complained about in `asked` and `complaints`."""
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.asked, page.complaints = [], []
    page.on("request", lambda request: page.asked.append(request.url))
    page.on("console", lambda message: page.complaints.append(message.text))
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.goto(address)
    yield page
    context.close()


def _shown(page: Any) -> list[str]:
    return [text for text in page.locator(".case:visible .id").all_inner_texts() if text]


def test_it_asks_for_nothing_and_runs_only_its_own_script(tab: Any, address: str) -> None:
    tab.get_by_role("button", name="Open those shown").click()
    tab.wait_for_timeout(100)
    assert [url for url in tab.asked if not url.startswith("data:")] == [address]
    assert tab.complaints == []
    assert "owned" not in tab.title()
    loaded = "() => [...document.images].every((one) => one.complete && one.naturalWidth === 96)"
    tab.wait_for_function(loaded, timeout=10_000)


def test_cases_are_filtered_by_text_finding_and_outcome(tab: Any) -> None:
    assert _shown(tab) == ["wrong", "right", "failed"]
    tab.get_by_label("Outcome").select_option("any error")
    assert _shown(tab) == ["wrong", "failed"]
    tab.get_by_label("Finding", exact=True).select_option("edema")
    assert _shown(tab) == ["failed"]
    playwright.expect(tab.locator("output")).to_have_text("1 of 3 cases")
    tab.get_by_label("Outcome").select_option("")
    tab.get_by_label("Finding", exact=True).select_option("")
    tab.get_by_label("Text").fill("COUGH, RIGHT.")
    assert _shown(tab) == ["right"]


def test_a_link_to_a_case_opens_it(tab: Any, address: str) -> None:
    tab.goto(f"{address}#case-2")
    assert tab.locator("#case-2").evaluate("one => one.open")


def test_a_box_lies_on_the_film(tab: Any) -> None:
    tab.locator("#case-1 > summary").click()
    box, film = tab.locator("#case-1 rect.truth").bounding_box(), tab.locator("#case-1 img").bounding_box()
    assert (box["x"] - film["x"]) / film["width"] == pytest.approx(0.25, abs=0.02)
    assert (box["y"] - film["y"]) / film["height"] == pytest.approx(0.5, abs=0.02)
    assert box["width"] / film["width"] == pytest.approx(0.25, abs=0.02)


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_no_sideways_scrolling(tab: Any, width: int) -> None:
    tab.set_viewport_size({"width": width, "height": 844})
    for one in tab.locator("details").all():
        one.evaluate("one => { one.open = true }")
    assert tab.evaluate("document.documentElement.scrollWidth") <= width


def test_without_scripts_all_cases_are_listed(browser: Any, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address)
    assert _shown(page) == ["wrong", "right", "failed"]
    assert not page.locator(".filter").is_visible()
    page.locator("#case-1 > summary").click()
    playwright.expect(page.locator("#case-1 .verdict").first).to_be_visible()
    context.close()
