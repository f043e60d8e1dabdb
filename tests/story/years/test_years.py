"""Four school years of Riverbend: every figure is what a naive calculation gives, and no past day is ever told anew."""

from __future__ import annotations

import itertools
import json
import random
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from connectors.asana.sandbox import Limits, Sandbox
from syncd.chronicle import Chronicle
from syncd.plan.model import Audience, Kpi
from syncd.scorecard.changes import Changes
from syncd.scorecard.explain import explain
from tests.progress.naive import naive
from tests.story.years.naive import Naive
from tests.story.years.parts import check_parts
from tests.story.years.reasons import Moved, moves
from tests.story.years.tale import ENDS, TOKEN, ZONE, Years, start
from tests.story.years.work import kpis_of

WEEKS = 8
"""From one day of publication to the next; `python -m tests.story.years` takes every week, and another seed."""
STATES = {
    *("achieved", "on_track", "at_risk", "off_track", "missed", "not_started", "not_measured", "baseline_pending"),
    *("no_target", "stale", "paused", "retired", "suppressed"),
}


@pytest.mark.timeout(600)
def test_four_years(tmp_path: Path) -> None:
    """Readings, corrections, edits of every kind and team work: figures, reasons, explanations, snapshots, history."""
    play(tmp_path, WEEKS, every=3, seed=5)


def play(folder: Path, weeks: int, every: int, seed: int) -> Years:
    """Live through the years, and check all that was told."""
    clock = start()
    with Sandbox(clock=clock, token=TOKEN, limits=Limits(per_minute=None)) as box:
        years = Years(folder, box, clock, random.Random(seed), every)
        years.live(0)
        while years.today < ENDS:
            years.live(weeks)
        enough_has_happened(years)
        every_figure_is_right(years)
        every_reason_is_right(years)
        every_explanation_is_right(years)
        every_day_is_told_again(years)
        years.app.close()
    return years


def enough_has_happened(years: Years) -> None:
    """Whatever a page may show was shown."""
    assert not years.edits, "an edit was never typed in"
    told = [kpi for each in years.told.values() for kpi in shown(json.loads(each.inside))]
    assert {kpi["pace"] for kpi in told} == STATES
    school = [kpi["pace"] for kpi in told if kpi["id"] == "G1.O1.K9"]
    assert "suppressed" in school
    assert school[-1] == "achieved"
    assert {kpi.get("guardrail") for kpi in told} > {"kept", "at_risk"}
    assert any(seen.gone for seen in list(years.told.values())[-1].naive.board.values())


def every_figure_is_right(years: Years) -> None:
    """Both scorecards, as JSON, to the last figure."""
    hidden = 0
    for day, each in years.told.items():
        for said, public in ((each.inside, False), (each.public, True)):
            card = json.loads(said)
            hidden += check_parts(card, each.naive, public=public)
            assert card == each.naive.card(public=public), (day, public)
    assert hidden > len(years.told), "no small group was there to be hidden"


def every_reason_is_right(years: Years) -> None:
    """Between each day and the next: which shares moved, from what to what, and why."""
    days, found = list(years.told), []
    for since, until in itertools.pairwise(days):
        changes = years.app.figures.changes("district", audience=Audience.INTERNAL, since=since, until=until)
        said: Moved = {
            figure.id: (figure.was, figure.now, figure.why)
            for figure in changes.figures
            if figure.figure in ("implementation", "progress")
        }
        assert said == moves(years.told[since].naive, years.told[until].naive), (since, until)
        results_are_told(changes, json.loads(years.told[since].inside), json.loads(years.told[until].inside))
        found += [why for _, _, reasons in said.values() for why in reasons]
    told = " ".join(found)
    for words in ("3 projects added on", "cancelled on", "put off on", "taken up again on", "taken out of the plan on"):
        assert words in told
    assert {"counted in", "no longer counted here", "opened again", "more done"} <= {
        why.split(" ", 2)[2] if why[0].isdigit() and "project" in why else why.split(" ", 1)[1] for why in found
    }


def results_are_told(changes: Changes, before: dict[str, Any], after: dict[str, Any]) -> None:
    """Every result that moved by a point or more, and with a reason."""
    was, now = ({kpi["id"]: kpi["attainment"] for kpi in shown(card)} for card in (before, after))
    told = {figure.id: figure for figure in changes.figures if figure.figure == "attainment"}
    for name, each in told.items():
        assert each.why, (changes.until, name)
        assert each.after == pytest.approx(now[name], abs=1e-6), (changes.until, name)
        assert name not in was or each.before == pytest.approx(was[name], abs=1e-6), (changes.until, name)
    both = {name for name in was.keys() & now if None not in (was[name], now[name])}
    assert {name for name in both if abs(now[name] - was[name]) > 0.0101} <= told.keys(), changes.until


def every_explanation_is_right(years: Years) -> None:
    """What stands behind a figure: coverage, what the work should be, and by how much the result is behind."""
    history = Chronicle(years.app.known_store, ZONE)
    for day in list(years.told)[:: len(years.told) // 4]:
        here = years.told[day].naive
        plan, evidence = history.recall(years.app.plan("district"), day).whole()
        for goal in here.plan["goals"]:
            for given, _ in kpis_of(goal):
                if given["id"] in here.kpis:
                    figures = explain(plan, evidence, given["id"], as_of=day).figures
                    assert_explained(figures, here, given)
        card = years.app.scorecard(audience=Audience.INTERNAL, as_of=day)
        for action in (action for goal in card.goals for action in goal.actions):
            assert action.expected == here.actions[action.id].expected
            for project in action.projects:
                assert project.pace == here.project_pace(project.id), (day, project.id)


def assert_explained(figures: Mapping[str, Any], here: Naive, given: Mapping[str, Any]) -> None:
    """A KPI's figures, as exact fractions."""
    mean = here.kpis[given["id"]]
    kpi = Kpi.model_validate({"pace": here.plan["plan"]["pace"], **given})
    wanted = (mean.share, mean.coverage, mean.expected, naive(kpi, here.day, here.hidden(public=False)).gap)
    found = (figures[name] for name in ("implementation", "coverage", "work_expected"))
    assert (*found, figures.get("behind_points")) == wanted, (here.day, given["id"])


def every_day_is_told_again(years: Years) -> None:
    """By the office's scorecard as of the day, by the public one, and by the snapshot of the day: byte for byte."""
    for day, each in years.told.items():
        assert years.inside(as_of=day) == each.inside, day
        assert years.outside(as_of=day) == each.public, day
    snapshots = sorted((years.site / "archive").glob("*/scorecard.json"))
    assert [each.parent.name for each in snapshots] == [day.isoformat() for day in list(years.told)[:: years.every]]
    for file in snapshots:
        assert file.read_text(encoding="utf-8") == years.told[date.fromisoformat(file.parent.name)].public
    for day in list(years.told)[::9]:
        assert years.command("scorecard", "--json", "--as-of", day.isoformat()) == years.told[day].inside
        public = years.command("scorecard", "--json", "--audience", "public", "--as-of", day.isoformat())
        assert json.loads(public) == json.loads(years.told[day].public)


def shown(card: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """All KPIs and guardrails of a scorecard."""
    for goal in card["goals"]:
        yield from goal.get("guardrails", ())
        for outcome in goal["outcomes"]:
            yield from outcome["kpis"]
