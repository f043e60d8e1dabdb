"""The demo's story on any day: teams worked in order, nothing lies in the future, and something is left to do."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.demo.story import history, in_turn, moved, open_projects, touched
from syncd.examples import example
from syncd.plan.load import load_plan
from syncd.plan.model import Action, Plan, Project, State
from tests.scorecard.page_sample import sample

PLAN = load_plan("plan.toml", example())
DAYS = st.dates(date(2025, 1, 1), date(2040, 12, 31))


def projects(plan: Plan) -> dict[str, tuple[Action, Project]]:
    """The projects of a plan with the actions they belong to."""
    actions = [placed.item for placed in plan.items.values() if isinstance(placed.item, Action)]
    return {project.id: (action, project) for action in actions for project in action.projects}


@given(DAYS)
def test_what_was_done_lies_in_the_past(today: date) -> None:
    """Each project was done once, before today, not before it began, and only if it goes on."""
    done = history(PLAN, today)
    assert len({item for _, item in done}) == len(done)
    assert done == sorted(done)
    for day, item in done:
        action, project = projects(PLAN)[item]
        assert project.state is action.state is State.ACTIVE
        assert day < today
        assert day >= min(project.start or action.start or day, today - timedelta(days=1))


@given(DAYS)
def test_work_is_done_in_order(today: date) -> None:
    """Of an action's projects, those due first were done: nothing is done before something that was due earlier."""
    done = {item for _, item in history(PLAN, today)}
    for action, project in projects(PLAN).values():
        if project.id in done and project.due:
            going = (other for other in action.projects if other.state is State.ACTIVE and other.due)
            assert all(other.id in done for other in going if other.due and other.due < project.due)


@given(DAYS)
def test_there_is_something_left_to_do(today: date) -> None:
    """On any day, long after the plan's end too, three projects or more are open; of what was due most is done."""
    done = {item for _, item in history(PLAN, today)}
    going = {item for item, (action, project) in projects(PLAN).items() if project.due and project.state is State.ACTIVE
             and action.state is State.ACTIVE}  # fmt: skip
    assert len(going - done) >= 3
    due = {item for item in going if (projects(PLAN)[item][1].due or today) < today}
    assert len(due & done) >= len(due) * 0.5


def test_it_is_the_same_each_time() -> None:
    """The story does not depend on the process or the machine: these figures were written down."""
    done = history(PLAN, date(2026, 11, 25))
    assert len(done) == 42
    assert done[-1] == (date(2026, 11, 24), "G4.A2.P3")


def test_open_projects() -> None:
    """What is not done on the scorecard comes in the order in which it is due."""
    card = sample()
    done = {project.id for goal in card.goals for action in goal.actions for project in action.projects if project.done}
    items = open_projects(PLAN, card)
    dues = [projects(PLAN)[item][1].due for item in items]
    assert dues == sorted(dues, key=lambda due: due or date.max)
    assert not done & set(items)


@given(st.lists(st.sampled_from("abc"), max_size=12))
def test_each_place_gets_its_turn(places: list[str]) -> None:
    """Nothing is lost or overtaken within a place, and no place comes again while another one still has to wait."""
    items = [f"{place}{number}" for number, place in enumerate(places)]
    turned = in_turn(items, lambda item: item[0])
    for place in "abc":
        assert [item for item in turned if item[0] == place] == [item for item in items if item[0] == place]
    for end in range(len(turned) + 1):
        begun, left = Counter(item[0] for item in turned[:end]), {item[0] for item in turned[end:]}
        assert all(begun[place] >= max(begun.values(), default=0) - 1 for place in left)


def test_what_moved_is_said_with_its_counts() -> None:
    """A KPI's share and counts before and after; nothing where nothing moved; "unchanged" only if it is so."""
    card = sample()
    assert list(moved(card, card)) == []
    [kpi, *others] = card.goals[0].outcomes[0].kpis
    better = replace(kpi, implementation=Fraction(99, 100), work=replace(kpi.work, done=kpi.work.done + 1))
    outcome = replace(card.goals[0].outcomes[0], kpis=(better, *others))
    goal = replace(card.goals[0], outcomes=(outcome, *card.goals[0].outcomes[1:]))
    after = replace(card, goals=(goal, *card.goals[1:]), work=replace(card.work, done=card.work.done + 1))
    plan, line = moved(card, after)
    assert plan == f"The plan: {card.work.done} → {card.work.done + 1} of {card.work.total} projects done"
    assert line.startswith(f"{kpi.title}: work ")
    assert line.endswith(f"→ 99 % ({kpi.work.done} → {kpi.work.done + 1} of {kpi.work.total} done); result unchanged")
    measured = replace(better, attainment=Fraction(1, 3))
    goal = replace(goal, outcomes=(replace(outcome, kpis=(measured, *others)), *goal.outcomes[1:]))
    assert not list(moved(card, replace(after, goals=(goal, *card.goals[1:]))))[1].endswith("unchanged")
    [left] = touched(after, card).goals
    assert [each.id for outcome in left.outcomes for each in outcome.kpis] == [kpi.id]
    assert (left.actions, left.guardrails) == ((), ())


@pytest.mark.parametrize("today", [date(2024, 1, 1), date(2025, 7, 1)])
def test_before_the_plan_begins_nothing_was_done(today: date) -> None:
    """A plan that has not begun has no history."""
    assert history(PLAN, today) == []
