"""The scorecard as a set of pages: every link leads somewhere, nothing comes from outside, long goals stay short."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from html import unescape
from itertools import pairwise
from posixpath import dirname, join, normpath
from time import perf_counter
from urllib.parse import unquote

import pytest

from syncd.plan.model import Audience, Scope
from syncd.progress.pace import Pace
from syncd.scorecard.pages import DATA, INDEX, MOST_KPIS, MOST_PROJECTS, PACKET, NoPage, Pages, render_pages
from syncd.scorecard.view import PartView, Scorecard
from tests.scorecard.page_sample import OWNER, TODAY, TOOL, action, empty, goal, kpi, project, sample

OFFICE = "Chief Academic Officer"


def full(audience: Audience = Audience.PUBLIC) -> Scorecard:
    """The sample with offices and schools in it."""
    card = sample(audience)
    first = card.goals[0]
    parts = (
        PartView(Scope.SCHOOL, "Lincoln / North", TODAY, Decimal("55.2")),
        PartView(Scope.SCHOOL, "lincoln north", TODAY, None),
        PartView(Scope.GROUP, "English learners", TODAY, Decimal("44.4")),
    )
    outcome = first.outcomes[0]
    measured = replace(
        outcome.kpis[0], parts=parts, office=OFFICE, method="Of all tested.", next_reading=date(2027, 6, 12)
    )
    actions = tuple(replace(each, office=OFFICE) for each in first.actions)
    outcomes = (replace(outcome, kpis=(measured, *outcome.kpis[1:])), *first.outcomes[1:])
    return replace(card, goals=(replace(first, outcomes=outcomes, actions=actions, office=OFFICE), *card.goals[1:]))


def written(card: Scorecard) -> dict[str, str]:
    """All pages by path."""
    return dict(render_pages(card))


def dangling(pages: Mapping[str, str]) -> list[str]:
    """Links that lead to no page, no data and no place on a page."""
    found = []
    places = {path: {unescape(name) for name in re.findall(r' id="([^"]*)"', page)} for path, page in pages.items()}
    for path, page in pages.items():
        for link in map(unescape, re.findall(r'href="([^"]*)"', page)):
            to, _, place = link.partition("#")
            at = normpath(join(dirname(path), to)) if to else path
            if at not in {*pages, *DATA} or (place and unquote(place) not in places[at]):
                found.append(f"{path}: {link}")
    return found


def test_every_link_leads_somewhere() -> None:
    """Relative, so that they hold wherever the pages stand; on the public pages there are no others."""
    assert dangling(written(full())) == []
    assert dangling(written(empty())) == []


def test_the_views_have_pages_of_their_own() -> None:
    """By goal, office, school and school year; names that come out alike get different addresses."""
    paths = list(written(full()))
    assert paths[0] == INDEX
    assert {"offices/chief-academic-officer.html", "years/2026-27.html", "schools/english-learners.html"} < set(paths)
    assert {"schools/lincoln-north.html", "schools/lincoln-north-2.html", "goals/g1.html", PACKET} < set(paths)
    assert set(written(empty())) == {INDEX, "method.html", PACKET}


@pytest.mark.parametrize("audience", list(Audience))
def test_pages_need_nothing_from_outside_and_no_script(audience: Audience) -> None:
    """The same promise as for the single page."""
    for page in written(full(audience)).values():
        assert not re.search(r"<script|<link|<img|<iframe|@import|url\(| style=", page)


def test_public_pages_name_titles_and_nobody_else() -> None:
    """Even if the view held an owner or an address by mistake, no public page shows them."""
    card = full()
    hurt = replace(card.goals[0].outcomes[0].kpis[0], office=OWNER)
    outcome = replace(card.goals[0].outcomes[0], kpis=(hurt,))
    whole = "".join(
        written(replace(card, goals=(replace(card.goals[0], outcomes=(outcome,)), *card.goals[1:]))).values()
    )
    assert OFFICE in whole
    assert OWNER not in whole
    assert TOOL not in whole
    inside = written(full(Audience.INTERNAL))
    assert OWNER in inside["goals/g1.html"]
    assert TOOL in inside["goals/g1.html"]


def test_a_kpi_says_all_that_a_reader_asks() -> None:
    """Direction, who is responsible, when the next reading is due, method, yearly targets."""
    page = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", written(full())["goals/g1.html"]))
    for said in (
        "Direction Should rise, measured once a year",
        f"Responsible {OFFICE}",
        "Next reading Due 12 June 2027",
        "Method Of all tested.",
        "Yearly targets 58.0 % June 2026 62.0 % June 2027",
        "5 of 12 projects done, 2 overdue",
    ):
        assert said in page


def test_a_hidden_part_says_that_it_is_suppressed() -> None:
    """The school's page and the KPI's table hold no figure for it."""
    pages = written(full())
    row = re.search(r"lincoln north</a></th>.*?</tr>", pages["goals/g1.html"], re.DOTALL)
    assert row
    assert "suppressed" in row[0]
    assert "55" not in row[0]
    assert "suppressed" in pages["schools/lincoln-north-2.html"]


def test_a_long_goal_gives_its_actions_pages_of_their_own() -> None:
    """Its own page then holds the actions without their projects."""
    many = [project(f"P{number}", f"Project {number}") for number in range(MOST_PROJECTS + 1)]
    big = action("A1", "Big", Fraction(1, 2), Pace.ON_TRACK, *many)
    pages = written(replace(sample(), goals=(goal("G", "A goal", {}, [], big), *sample().goals)))
    assert "Project 7" not in pages["goals/g.html"]
    assert 'href="../actions/a1.html"' in pages["goals/g.html"]
    assert "Project 7" in pages["actions/a1.html"]
    assert "Project 7" not in pages[PACKET]
    assert "Coach each grade team" in pages["goals/g1.html"]
    assert dangling(pages) == []


def test_a_page_takes_no_longer_because_the_plan_is_large() -> None:
    """Of a hundred thousand projects, the page of a goal shows that goal and makes nothing else."""
    action_of = [action(f"A{n}", "Action", Fraction(1, 2), Pace.ON_TRACK) for n in range(50)]
    some = tuple(project(f"P{number}", f"Project {number}") for number in range(200))
    big = goal("G", "A goal", {}, [], *(replace(each, projects=some) for each in action_of))
    goals = [replace(big, id=f"G{number}") for number in range(10)]

    def seconds(card: Scorecard) -> float:
        began = perf_counter()
        Pages(card).render("goals/g0.html")
        return perf_counter() - began

    one, many = (min(seconds(replace(sample(), goals=tuple(goals[:n]))) for _ in range(5)) for n in (1, 10))
    assert many < 3 * one + 0.05


def test_many_kpis_stand_on_the_pages_of_their_goals() -> None:
    """The first page stays a page that one reads."""
    kpis = [kpi(f"K{number}", f"KPI number {number}", Pace.ON_TRACK) for number in range(MOST_KPIS + 1)]
    pages = written(replace(sample(), goals=(goal("G", "A goal", {"": kpis}, []),)))
    assert "KPI number 7" not in pages[INDEX]
    assert "KPI number 7" in pages["goals/g.html"]


def test_lists_that_would_never_end_say_how_many_more_there_are() -> None:
    """Of an office's and a year's projects those that are due first are shown."""
    many = [project(f"P{number}", f"Project {number}", office=OFFICE) for number in range(250)]
    pages = written(
        replace(sample(), goals=(goal("G", "A goal", {}, [], action("A1", "Big", None, Pace.ON_TRACK, *many)),))
    )
    assert "50 projects more" in pages["offices/chief-academic-officer.html"]
    assert "150 projects more" in pages["years/2026-27.html"]


def test_a_page_may_be_shown_at_another_address() -> None:
    """The first page of the internal scorecard stands above the others."""
    pages = Pages(full(Audience.INTERNAL), live=True, signed_in=True)
    page = pages.render(INDEX, base="internal/")
    assert 'href="internal/goals/g1.html"' in page
    assert 'href="internal/scorecard.csv"' in page
    assert page.count("<script") == 1
    with pytest.raises(NoPage):
        pages.render("goals/none.html")


@pytest.mark.parametrize("audience", list(Audience))
def test_headings_make_an_outline(audience: Audience) -> None:
    """One heading of the first level on each page, and none skips a level."""
    for path, page in written(full(audience)).items():
        levels = [int(level) for level in re.findall(r"<h([1-6])[ >]", page)]
        assert levels.count(1) == 1, path
        assert levels[0] == 1, path
        assert all(later - earlier <= 1 for earlier, later in pairwise(levels)), path
