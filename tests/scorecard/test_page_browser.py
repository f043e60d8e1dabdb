"""The page in a real browser: wide and on a phone, without script, in print, for people with assistive technology."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from syncd.plan.model import Audience
from syncd.scorecard.changes_page import render_changes
from syncd.scorecard.page import render_notice, render_page
from syncd.scorecard.pages import PACKET, Pages, render_pages
from syncd.scorecard.view import Scorecard
from syncd.service.server import serve
from syncd.service.web import make_app
from tests.scorecard.page_sample import empty, sample
from tests.scorecard.test_changes_page import found as changed
from tests.scorecard.test_pages import full
from tests.service.sites import FakeSite

pytestmark = pytest.mark.browser
PAGES = {
    "public": render_page(sample()),
    "internal": Pages(sample(Audience.INTERNAL), live=True, signed_in=True).render(PACKET),
    "empty": render_page(empty()),
    "sign-in": render_notice("Sign in", "The internal scorecard is for those who hold the admin token.", sign_in=True),
}


ALIKE = {"schools/lincoln-north-2.html", *(f"years/{year}.html" for year in ("2025-26", "2027-28", "2028-29"))}
SITE = {f"site/{path}": page for path, page in render_pages(full()) if path not in ALIKE}
"""Every kind of page of the public scorecard, with data of every state."""
INSIDE = {"index.html", "goals/g1.html", "offices.html"}
SITE |= {f"inside/{path}": page for path, page in render_pages(full(Audience.INTERNAL)) if path in INSIDE}
PAGES |= {name.removesuffix(".html"): page for name, page in SITE.items()}
PAGES["changes"] = render_changes(changed(audience=Audience.INTERNAL), signed_in=True)


@pytest.fixture
def files(tmp_path: Path) -> dict[str, str]:
    """The pages as files: they must work without a server."""
    for name, text in PAGES.items():
        (tmp_path / f"{name}.html").parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / f"{name}.html").write_text(text, encoding="utf-8")
    return {name: (tmp_path / f"{name}.html").as_uri() for name in PAGES}


@pytest.mark.parametrize("width", [320, 360, 768, 1280])
def test_nothing_runs_over_the_side(browser: Browser, files: dict[str, str], width: int) -> None:
    """With every table and list open, the page scrolls only up and down, from the narrowest phone on."""
    page = browser.new_page(viewport={"width": width, "height": 800})
    for address in files.values():
        page.goto(address)
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.close()


STICKING_OUT = """() => {
  const found = [], inline = (one) => getComputedStyle(one).display === "inline";
  for (const one of document.querySelectorAll("body *:not(svg *):not(.hidden):not(.skip)")) {
    const place = one.getBoundingClientRect();
    if (!place.width || one.closest(".scroll table") || getComputedStyle(one).position === "absolute") continue;
    let around = one.parentElement;
    while (inline(around)) around = around.parentElement;
    const room = around.getBoundingClientRect();
    const spills = !inline(one) && one.scrollWidth > one.clientWidth + 1 && !one.matches("svg, .scroll");
    if (place.right > room.right + 1 || place.left < room.left - 1 || spills)
      found.push(`${one.tagName}.${one.getAttribute("class") ?? ""} ${one.textContent.trim().slice(0, 40)}`);
  }
  return found;
}"""


@pytest.mark.parametrize(
    ("width", "media"), [(360, "screen"), (900, "screen"), (1024, "screen"), (1280, "screen"), (700, "print")]
)
def test_nothing_is_wider_than_what_it_stands_in(
    browser: Browser, files: dict[str, str], width: int, media: Literal["screen", "print"]
) -> None:
    """No badge, figure, bar or text sticks out of the box around it, with every list open, on screen and paper."""
    page = browser.new_page(viewport={"width": width, "height": 800})
    page.emulate_media(media=media)
    for address in files.values():
        page.goto(address)
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        assert page.evaluate(STICKING_OUT) == []
    page.close()


def test_the_page_is_whole_without_script(browser: Browser, files: dict[str, str]) -> None:
    """With script switched off every goal stands there and the lists open."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(files["internal"])
    for goal in sample().goals:
        expect(page.get_by_role("heading", name=goal.title, exact=True)).to_be_visible()
    page.locator("#projects-G1\\.A1 summary").click()
    expect(page.get_by_text("Coach each grade team")).to_be_visible()
    context.close()


def test_the_policy_stops_nothing_of_our_own(browser: Browser, files: dict[str, str]) -> None:
    """The browser accepts style and script under the strict policy and complains about nothing."""
    page, said = browser.new_page(), list[str]()
    page.on("console", lambda message: said.append(message.text))
    page.goto(files["public"])
    assert page.evaluate("getComputedStyle(document.querySelector('.mast')).backgroundColor") == "rgb(20, 48, 79)"
    assert said == []
    page.close()


def test_everything_can_be_reached_by_keyboard(browser: Browser, files: dict[str, str]) -> None:
    """The first tab stop skips to the scorecard; the summary opens a table with the Enter key."""
    page = browser.new_page()
    page.goto(files["public"])
    page.keyboard.press("Tab")
    expect(page.get_by_text("Skip to the scorecard")).to_be_focused()
    page.locator("#data-G1\\.K1 summary").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#data-G1\\.K1 table")).to_be_visible()
    page.close()


def test_print_holds_every_goal_and_every_project(browser: Browser, files: dict[str, str], tmp_path: Path) -> None:
    """On paper each goal begins a page, and what is folded on screen is unfolded."""
    page = browser.new_page()
    page.goto(files["public"])
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 710, "height": 930})  # what Letter leaves between its margins
    for column in ("Trend", "Latest", "Target"):
        expect(page.locator(".overview").get_by_role("columnheader", name=column)).to_be_visible()
    for goal in sample().goals:
        expect(page.get_by_role("heading", name=goal.title, exact=True)).to_be_visible()
    for project in sample().goals[0].actions[0].projects:
        expect(page.locator(".projects").get_by_text(project.title)).to_be_visible()
    pdf = page.pdf(path=tmp_path / "page.pdf", format="Letter")
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) >= len(sample().goals)
    page.close()


def finish_action(card: Scorecard, progress: Fraction) -> Scorecard:
    """The card with the first action's progress changed."""
    first = card.goals[0]
    action = replace(first.actions[0], progress=progress)
    return replace(card, goals=(replace(first, actions=(action, *first.actions[1:])), *card.goals[1:]))


def shown(page: Page) -> str:
    """What the page says about the first action."""
    return page.locator("[data-watch='action-G1.A1']").inner_text()


def test_a_live_page_shows_a_change_by_itself(browser: Browser) -> None:
    """Without a reload the figure moves, what was open stays open, and the change is announced."""
    site = FakeSite()
    with serve(make_app(site, admin_token=None), "127.0.0.1:0") as address:
        page = browser.new_page()
        page.goto(f"{address}/goals/g1.html")
        assert shown(page) == "60 %"
        page.locator("#projects-G1\\.A1 summary").click()
        site.card = finish_action(site.card, Fraction(4, 5))
        expect(page.locator("[data-watch='action-G1.A1']")).to_have_text("80 %", timeout=10_000)
        expect(page.locator("[data-watch='action-G1.A1']")).to_have_class("moved")
        expect(page.locator("#live")).to_contain_text("Updated at")
        assert page.locator("#projects-G1\\.A1").get_attribute("open") is not None
        page.close()
