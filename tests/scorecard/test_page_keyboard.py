"""Every kind of page by keyboard alone: each stop comes once, in the page's order, outlined and in sight."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from syncd.scorecard.review_page import render_review
from tests.scorecard.gallery import OPEN, hang
from tests.scorecard.test_review import held

pytestmark = pytest.mark.browser
KINDS = (
    *("alone/changes.html", "alone/sign-in.html", "alone/stopped.html", "alone/nothing-here.html", "review.html"),
    *("inside/index.html", "inside/goals/g2.html", "inside/beginning.html", "inside/offices.html"),
    *("inside/schools/millrace-elementary.html", "inside/years/2026-27.html", "inside/offices/jane-roe*.html"),
    *("site/goals/g3.html", "site/method.html", "site/schools.html", "site/years.html"),
    *("site/embed/at-risk.html", "site/embed/index.html", "site/archive/index.html"),
)
"""One page of each kind; of the longest kinds one that is short."""
STOPS = "a[href], summary, button, input, [tabindex]"
REMEMBER = f"""() => {{
  window.stops = [];
  const there = [...document.querySelectorAll("{STOPS}")];
  document.addEventListener("focusin", ({{ target }}) => {{
    const style = getComputedStyle(target), place = target.getBoundingClientRect();
    window.stops.push({{
      name: (target.textContent || target.getAttribute("aria-label") || target.id).trim().slice(0, 40),
      order: there.indexOf(target),
      outlined: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
      seen: place.bottom > 0 && place.top < innerHeight && place.width > 0,
    }});
  }});
  document.activeElement.blur();
  return there.filter((one) => one.checkVisibility() && one.tabIndex >= 0 && !one.disabled).length;
}}"""
"""The page itself writes down where the focus goes: one question for a page, however many stops it has."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All pages, with data of every state, and a draft for review."""
    found = tmp_path_factory.mktemp("keyboard")
    hang(found)
    (found / "review.html").write_text(render_review(held()), encoding="utf-8")
    return found


def walked(page: Page, address: str) -> tuple[int, list[dict[str, Any]]]:
    """How many stops a page with everything open has, and where as many presses of the Tab key lead from its top."""
    page.goto(address)
    page.evaluate(OPEN)
    there: int = page.evaluate(REMEMBER)
    for _ in range(there):
        page.keyboard.press("Tab")
    return there, page.evaluate("window.stops")


def test_every_kind_of_page_can_be_walked_through(browser: Browser, folder: Path) -> None:
    """Nothing is left out, nothing holds the focus, nothing takes it out of sight."""
    page = browser.new_page(viewport={"width": 1024, "height": 700}, reduced_motion="reduce", bypass_csp=True)
    wrong: dict[str, object] = {}
    for kind in KINDS:
        [path] = sorted(folder.glob(kind))
        there, stops = walked(page, path.as_uri())
        orders = [stop["order"] for stop in stops]
        lost = [stop["name"] for stop in stops if not (stop["outlined"] and stop["seen"])]
        if orders != sorted(set(orders)) or len(orders) != there or lost or -1 in orders:
            wrong[kind] = (there, orders, lost)
    page.close()
    assert wrong == {}


@pytest.mark.parametrize("kind", ["site/goals/g3.html", "inside/index.html"])
def test_the_first_stop_leads_to_what_the_page_is_about(browser: Browser, folder: Path, kind: str) -> None:
    """Who presses Tab and Enter is past masthead and navigation."""
    page = browser.new_page(viewport={"width": 1024, "height": 700}, reduced_motion="reduce")
    page.goto((folder / kind).as_uri())
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")
    page.close()
