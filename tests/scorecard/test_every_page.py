"""Every page with data of every state in a real browser: no rule of accessibility broken, nothing over the side."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from syncd.progress.pace import Pace
from syncd.scorecard.slices import kpis_of
from tests.scorecard.every_state import card
from tests.scorecard.gallery import OPEN, before_it_begins, hang
from tests.scorecard.looks import Looks
from tests.scorecard.test_page_browser import STICKING_OUT

pytestmark = pytest.mark.browser
DOUBLED = "html { font-size: 200% !important; }"
WINDOWS: Mapping[str, Mapping[str, Any]] = {
    "desktop, light": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "light"},
    "phone, dark": {"viewport": {"width": 320, "height": 800}, "color_scheme": "dark"},
}


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """All pages as files; of those of a snapshot that are the same as today's, one is looked at."""
    found = hang(tmp_path_factory.mktemp("gallery"))
    return list({page.read_bytes(): page for page in reversed(found)}.values())


def test_every_state_is_among_them() -> None:
    """Each state that a KPI can be in is one of a KPI in the pages."""
    views = [kpi for found in (card(), before_it_begins()) for goal in found.goals for kpi in kpis_of(goal)]
    assert {kpi.pace for kpi in views} == set(Pace)


@pytest.mark.timeout(600)
@pytest.mark.parametrize("window", WINDOWS)
def test_no_rule_is_broken_and_nothing_runs_over_the_side(browser: Browser, pages: list[Path], window: str) -> None:
    """WCAG 2.2 AA and best practices by axe-core, and no scrolling sideways, on every page with all folds open."""
    tab = browser.new_page(**WINDOWS[window], bypass_csp=True, reduced_motion="reduce")
    looks, wrong = Looks(), dict[str, object]()
    for page in pages:
        tab.goto(page.as_uri())
        tab.evaluate(OPEN)
        broken = [(rule["id"], rule["nodes"][0]["html"][:200]) for rule in looks.violations(tab)]
        wide = tab.evaluate("document.documentElement.scrollWidth") > WINDOWS[window]["viewport"]["width"]
        if broken or wide:
            wrong[str(page)] = (broken, "too wide" if wide else "")
    assert wrong == {}
    tab.close()


@pytest.mark.timeout(600)
@pytest.mark.parametrize("width", [640, 1280])
def test_doubled_text_finds_room(browser: Browser, pages: list[Path], width: int) -> None:
    """At twice its size (640 pixels are a window of 1280 at 200 %) nothing is cut, and nothing runs out."""
    tab = browser.new_page(viewport={"width": width, "height": 800}, bypass_csp=True)
    wrong: dict[str, object] = {}
    for page in pages:
        tab.goto(page.as_uri())
        tab.evaluate(OPEN)
        tab.add_style_tag(content=DOUBLED)
        wide = tab.evaluate("document.documentElement.scrollWidth")
        if (out := tab.evaluate(STICKING_OUT)) or wide > width:
            wrong[str(page)] = (out, wide)
    assert wrong == {}
    tab.close()
