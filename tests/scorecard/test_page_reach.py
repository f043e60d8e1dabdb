"""The pages for people who read them otherwise: by keyboard, with doubled text, wide spacing, or their own colours."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from syncd.scorecard.pages import render_pages
from tests.scorecard.test_page_browser import STICKING_OUT
from tests.scorecard.test_pages import full

pytestmark = pytest.mark.browser
LOOKED_AT = ("index.html", "goals/g1.html", "goals/g2.html", "schools/lincoln-north.html", "years/2026-27.html")
DOUBLED = "html { font-size: 200% !important; }"
SPACED = """* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important; }
p { margin-bottom: 2em !important; }"""
"""The spacing that WCAG 2.1, 1.4.12, has every text bear."""
FOCUSED = """() => {
  const one = document.activeElement, style = getComputedStyle(one), place = one.getBoundingClientRect();
  if (one === document.body) return null;
  return {
    name: (one.textContent || one.getAttribute("aria-label")).trim().slice(0, 40),
    order: [...document.querySelectorAll("a, summary, button, input, [tabindex]")].indexOf(one),
    outlined: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
    seen: place.bottom > 0 && place.top < innerHeight && place.width > 0,
  };
}"""
REACHABLE = """[...document.querySelectorAll("a, summary, button, input, [tabindex]")].filter(
  (one) => one.checkVisibility()).length"""


@pytest.fixture(scope="module")
def addresses(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Some pages as files."""
    folder = tmp_path_factory.mktemp("pages")
    for path, text in render_pages(full()):
        if path in LOOKED_AT:
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text, encoding="utf-8")
    return [Path(folder / path).as_uri() for path in LOOKED_AT]


def opened(page: Page, address: str) -> None:
    """Go there and open all that is folded."""
    page.goto(address)
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")


def test_the_tab_key_leads_through_everything_and_shows_where_it_is(browser: Browser, addresses: list[str]) -> None:
    """Every link, fold and table is reached once, in the order of the page, outlined and in sight; nothing holds it."""
    page = browser.new_page(viewport={"width": 1024, "height": 700}, reduced_motion="reduce")
    for address in addresses[:2]:
        opened(page, address)
        there, steps = page.evaluate(REACHABLE), []
        for _ in range(there):
            page.keyboard.press("Tab")
            steps.append(page.evaluate(FOCUSED))
        assert None not in steps
        assert steps[0]["name"] == "Skip to the scorecard"
        orders = [step["order"] for step in steps]
        assert orders == sorted(set(orders))
        assert [step["name"] for step in steps if not (step["outlined"] and step["seen"])] == []
    page.close()


@pytest.mark.parametrize("style", [DOUBLED, SPACED], ids=["doubled", "spaced"])
@pytest.mark.parametrize("width", [640, 1280])
def test_larger_and_looser_text_finds_room(browser: Browser, addresses: list[str], style: str, width: int) -> None:
    """At twice its size (640 pixels are a window of 1280 at 200 %) and with more air, nothing is cut or runs out."""
    page = browser.new_page(viewport={"width": width, "height": 800}, bypass_csp=True)
    for address in addresses:
        opened(page, address)
        page.add_style_tag(content=style)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate(STICKING_OUT) == []
    page.close()


def test_colours_of_ones_own_leave_everything_to_be_seen(browser: Browser, addresses: list[str]) -> None:
    """With forced colours bars stand out from their tracks and badges keep an edge."""
    page = browser.new_page(viewport={"width": 1024, "height": 700}, bypass_csp=True, reduced_motion="reduce")
    page.emulate_media(forced_colors="active")
    fill = "(one) => getComputedStyle(one).fill"
    opened(page, addresses[1])
    assert page.locator(".track").first.evaluate(fill) != page.locator("rect.result").first.evaluate(fill)
    edge = page.locator(".badge").first.evaluate("(one) => getComputedStyle(one).borderTopStyle")
    assert edge == "solid"
    page.close()
