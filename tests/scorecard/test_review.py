"""A draft under review: what changes against the adopted plan stands beside each item, with what the rules find."""

from __future__ import annotations

from datetime import date

import pytest
from axe_playwright_python.sync_playwright import Axe

from syncd.plan.adoption import adopted_part, as_if_adopted, pending
from syncd.plan.linting.finding import Waiver
from syncd.plan.linting.lint import lint
from syncd.plan.linting.subject import Subject
from syncd.plan.model import Plan, Status
from syncd.scorecard.review import Base, Review, review
from syncd.scorecard.review_page import render_review
from syncd.scorecard.review_told import as_json, as_text
from tests.browser import MISSING, chromium, find_chromium
from tests.plan.linting.plans import action, early, goal, kpi, plan, project

DAY = date(2026, 3, 1)
ADOPTED = plan(goal(), {"id": "G9", "title": "An old goal", "owner": "Superintendent"})
TARGET = {"value": 75, "on": "2029-06-30"}
DRAFT = plan(
    goal(
        kpis=[kpi(title="Readers & <writers>", target=TARGET), early()],
        actions=[action(projects=[project(due="2026-09-15"), project(id="Q", title="Improve rooms", owner=None)])],
    ),
    {"id": "G2", "title": "Every family is heard", "status": "draft"},
    status="in_review",
    title="Every Student Ready, second edition",
)


def held(draft: Plan = DRAFT, base: Plan | None = ADOPTED) -> Review:
    """A draft beside an adopted plan, with a waiver."""
    found = lint(Subject(draft, DAY), [Waiver("Q", "PL06", "the rooms are <known>", DAY)])
    return review(draft, Base(base, "The adopted plan.") if base else None, found, DAY)


def test_what_changes_stands_beside_its_item() -> None:
    """Renamed, re-targeted, re-dated, added; and what is gone, at the end."""
    found = held()
    lines = {line.id: line for line in found.lines}
    assert lines["K"].changes == (
        "it was called “Grade 3 students proficient in reading”",
        "target 70 % → 75 %",
    )
    assert lines["P"].changes == ("due date 15 June 2026 → 15 September 2026",)
    assert [name for name, line in lines.items() if line.is_new] == ["Q", "G2"]
    assert [each.id for each in found.gone] == ["G9"]
    assert dict(found.counts) == {"added": 2, "removed": 1, "renamed": 2, "re-targeted": 1, "re-dated": 1}
    assert found.changes_of_plan == ("it was called “Every Student Ready”",)
    assert dict(found.statuses) == {Status.DRAFT: 1, Status.IN_REVIEW: 7}


def test_findings_stand_beside_their_items() -> None:
    """All of them, each once."""
    found = held()
    beside = [each for line in found.lines for each in line.findings]
    assert sorted((each.rule, each.item) for each in [*beside, *found.findings_of_plan]) == sorted(
        (each.rule, each.item) for each in found.linted.findings
    )
    assert {each.rule for line in found.lines if line.id == "Q" for each in line.findings} == {"PL04", "PL06"}


def test_a_moved_item_is_told_as_moved() -> None:
    """Not as one that came and one that went."""
    two = {"id": "O2", "title": "Another result", "kpis": [early()]}
    first = {"id": "O", "title": "More third graders read at grade level", "kpis": [kpi()]}
    moved = plan({"id": "G", "title": "g", "outcomes": [first, two]}, status="draft")
    [line] = [line for line in held(moved, plan()).lines if line.id == "L"]
    assert line.changes == ("moved from “More third graders read at grade level” to “Another result”",)


def test_without_an_adopted_plan_all_is_new() -> None:
    """And the review says so."""
    found = held(base=None)
    assert all(line.is_new for line in found.lines)
    assert found.base == "There is no adopted plan to compare with: all of it is new."


def test_the_adopted_part_is_what_counts() -> None:
    """A branch in draft is compared with the plan without it; nothing of it counts before it is adopted."""
    branch = plan(goal(), {"id": "G2", "title": "New", "status": "draft", "actions": [action(id="B", projects=[])]})
    assert pending(branch) == {"G2": Status.DRAFT, "B": Status.DRAFT}
    assert adopted_part(branch).items.keys() == plan().items.keys()
    assert not pending(as_if_adopted(branch))
    assert dict(held(branch, branch).counts) == {"added": 2}


def test_text_and_json_say_that_it_is_a_draft() -> None:
    """In the first line, and under a key."""
    text = as_text(held())
    assert text.startswith("DRAFT · Every Student Ready, second edition\n")
    assert "8 of 8 items not adopted: 1 draft and 7 in review." in text
    assert "! PL06 waived: the rooms are <known>" in text
    assert "Goal G9: An old goal" in text
    data = as_json(held())
    assert (data["draft"], data["removed"]) == (True, [{"id": "G9", "tier": "goal", "title": "An old goal"}])
    assert [each["id"] for each in data["items"] if each["new"]] == ["Q", "G2"]
    alike = held(plan(), plan())
    assert "All of it is adopted." in as_text(alike)
    assert "Nothing changes." in as_text(alike)


def test_the_page_escapes_what_people_write() -> None:
    """And asks search engines to leave it alone; it loads nothing."""
    page = render_review(held())
    assert "Readers &amp; &lt;writers&gt;" in page
    assert "<writers>" not in page
    assert '<meta name="robots" content="noindex, nofollow, noarchive">' in page
    assert "<title>DRAFT – " in page
    assert "<script" not in page
    assert page == render_review(held())


@pytest.mark.browser
@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (1280, "dark"), (320, "light")])
def test_everybody_can_read_the_page(width: int, scheme: str) -> None:
    """Axe finds nothing, nothing is cut off on a phone, and the page says at its top that it is a draft."""
    found = find_chromium()
    if found is None:
        pytest.fail(MISSING)
    with chromium(found) as browser:
        page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)  # type: ignore[arg-type]
        page.set_content(render_review(held()))
        rules = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
        violations = Axe().run(page, options=rules).response["violations"]
        assert [each["id"] for each in violations] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.locator(".draft").bounding_box()["y"] == 0  # type: ignore[index]
