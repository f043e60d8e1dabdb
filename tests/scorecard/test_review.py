"""A draft under review: what changes against the adopted plan stands beside each item, with what the rules find."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from playwright.sync_api import Browser

from syncd.plan.adoption import adopted_part, as_if_adopted, pending
from syncd.plan.linting.finding import Waiver
from syncd.plan.linting.lint import lint
from syncd.plan.linting.subject import Subject
from syncd.plan.model import Plan, Status, Tier
from syncd.scorecard.review import Base, Review, review
from syncd.scorecard.review_page import render_review
from syncd.scorecard.review_told import as_json, as_text
from tests.plan.linting.plans import action, early, goal, kpi, plan, project
from tests.scorecard.looks import Looks

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


def proposed(draft: dict[str, Any], adopted: dict[str, Any] | None = None, day: date = DAY) -> tuple[str, ...]:
    """What is proposed for a KPI of a draft, beside what is adopted of it."""
    base = Base(plan(goal(kpis=[adopted])), "The adopted plan.") if adopted else None
    held_now = plan(goal(kpis=[draft]), status="draft")
    found = review(held_now, base, lint(Subject(held_now, day), []), day)
    return next(line.proposals for line in found.lines if line.tier is Tier.KPI)


def test_a_better_baseline_asks_for_a_raised_target() -> None:
    """So much is to be gained as before; a worse one, a decided target, another start or unit propose nothing."""
    better = {"value": 56.5, "on": "2025-06-30"}
    [rising] = proposed(kpi(baseline=better), kpi())
    assert rising.startswith(
        "the baseline was better than it was thought to be (54.0 % → 56.5 %), and the target stands"
    )
    assert rising.endswith("set it to 72.5 % instead of 70.0 %, and the targets on the way by as much")
    [falling] = proposed(
        kpi(baseline={"value": 18, "on": "2025-06-30"}, target={"value": 12}, interim=[], unit="days"),
        kpi(baseline={"value": 20, "on": "2025-06-30"}, target={"value": 12}, interim=[], unit="days"),
    )
    assert falling.endswith("set it to 10 days instead of 12 days")
    assert proposed(kpi(id="K2", was=["K"], baseline=better), kpi()) != ()
    for draft, adopted in (
        (kpi(baseline={"value": 50, "on": "2025-06-30"}), kpi()),
        (kpi(baseline=better, target={"value": 72, "on": "2029-06-30"}), kpi()),
        (kpi(baseline={"value": 56.5, "on": "2026-06-30"}), kpi()),
        (kpi(baseline=better, unit="points"), kpi()),
        (kpi(baseline=None), kpi()),
        (kpi(baseline=better), kpi(baseline=None)),
        (kpi(), kpi()),
        (kpi(baseline=better), None),
        (kpi(baseline=better, target={"value": 100}), kpi(target={"value": 100})),
        (kpi(baseline=better, target={"change": "+10 points"}), kpi(target={"change": "+10 points"})),
        (kpi(baseline=better, direction="at_least"), kpi(direction="at_least")),
    ):
        assert proposed(draft, adopted) == ()


def test_a_target_that_was_met_early_asks_for_one_further_out() -> None:
    """At the pace that was planned, no share beyond all; near its day, of a bound or a small group nothing is said."""
    met = [{"value": 72, "on": "2026-02-01"}]
    [early_] = proposed(kpi(readings=met))
    assert early_.startswith(
        "the target for 30 June 2029, 70 %, was met on 1 February 2026 (72 %): at the pace that was"
    )
    assert early_.endswith("planned, one further out would be 86 %")
    assert proposed(kpi(readings=[{"value": 95, "on": "2026-02-01"}]))[0].endswith("would be 100 %")
    [bare] = proposed(kpi(readings=met, baseline=None))
    assert bare.endswith("was met on 1 February 2026 (72 %): set one further out")
    assert proposed(kpi(readings=met, baseline={"value": 54}))[0].endswith("set one further out")
    for draft in (
        kpi(),
        kpi(readings=[{"value": 100, "on": "2026-02-01"}]),
        kpi(readings=[{"value": 69, "on": "2026-02-01"}]),
        kpi(readings=[{"value": ">71", "on": "2026-02-01"}]),
        kpi(readings=[{"value": 72, "on": "2026-02-01", "n": 4}]),
        kpi(readings=met, target={"value": 70}),
    ):
        assert proposed(draft) == ()
    assert proposed(kpi(readings=met), day=date(2028, 8, 1)) == ()


def test_proposals_are_shown_and_change_nothing() -> None:
    """In the text, on the page and as data."""
    draft = plan(goal(kpis=[kpi(readings=[{"value": 72, "on": "2026-02-01"}])]), status="draft")
    shown = held(draft, None)
    assert "    + proposal: the target for 30 June 2029, 70 %, was met" in as_text(shown)
    assert "<b>Proposal</b>: the target for 30 June 2029, 70 %, was met" in render_review(shown)
    [line] = [item for item in as_json(shown)["items"] if item["id"] == "K"]
    assert len(line["proposals"]) == 1
    assert line["changes"] == []


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
def test_everybody_can_read_the_page(browser: Browser, width: int, scheme: str) -> None:
    """Axe finds nothing, nothing is cut off on a phone, and the page says at its top that it is a draft."""
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)  # type: ignore[arg-type]
    page.set_content(render_review(held()))
    assert [each["id"] for each in Looks().violations(page)] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.locator(".draft").bounding_box()["y"] == 0  # type: ignore[index]
    page.close()
