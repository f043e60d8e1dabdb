"""A plan's items as mappings see them: their values, and the text that a team reads on its task."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from mappings.notes import FOOT, HEAD
from mappings.shape import PlanItem
from syncd.plan.items import FIGURES, KEYS, plan_items
from syncd.plan.model import Action, Audience, Driver, Goal, Kpi, KpiState, Outcome, Plan, Project, State, Status


def project(**more: Any) -> Project:
    """The project P."""
    return Project(**({"id": "P", "title": "Train teachers"} | more))


def action(**more: Any) -> Action:
    """The action A with the project P."""
    return Action(**({"id": "A", "title": "Adopt a curriculum", "projects": (project(),)} | more))


def plan(*, goal: dict[str, Any] | None = None, outcome: dict[str, Any] | None = None, **more: Any) -> Plan:
    """A plan with one goal, one outcome, a KPI, an action and a project; more of goal, outcome and plan as given."""
    kpis = (Kpi(id="K", title="Grade 3 reading"),)
    below = Outcome(**({"id": "O", "title": "Reading rises", "kpis": kpis, "actions": (action(),)} | (outcome or {})))
    top = Goal(**({"id": "G", "title": "Every child reads", "outcomes": (below,)} | (goal or {})))
    return Plan(**({"id": "plan", "title": "Ready", "goals": (top,)} | more))


def seen(held: Plan) -> dict[str, PlanItem]:
    """The plan's items by id."""
    return {item.id: item for item in plan_items(held)}


def with_work(**more: Any) -> Plan:
    """A plan whose one action stands directly under its goal."""
    return plan(goal={"outcomes": (), "actions": (action(**more),)})


def test_all_items_are_seen_in_order() -> None:
    """They come from the top down with tier and path."""
    guarded = plan(goal={"guardrails": (Kpi(id="R", title="Class size"),), "kpis": (Kpi(id="L", title="l"),)})
    assert [(item.id, item.tier, item.path) for item in plan_items(guarded)] == [
        ("G", "goal", ()),
        ("O", "outcome", ("G",)),
        ("K", "kpi", ("G", "O")),
        ("A", "action", ("G", "O")),
        ("P", "project", ("G", "O", "A")),
        ("L", "kpi", ("G",)),
        ("R", "guardrail", ("G",)),
    ]


def test_an_empty_plan_has_no_items() -> None:
    """A plan that only has its head is no error."""
    assert plan_items(Plan(id="p", title="t")) == ()


def test_work_has_every_value() -> None:
    """Titles of all above it, dates, weight, owner and state: all that a mapping's field may come from."""
    work = project(owner="ann@example.org", start=date(2026, 1, 5), due=date(2026, 6, 15), weight=Decimal("2.50"))
    held = plan(outcome={"actions": (action(projects=(work,)),)}, organization="Riverbend")
    values = dict(seen(held)["P"].values)
    assert set(values) == set(KEYS) - set(FIGURES)
    assert seen(held)["P"].without == set(FIGURES)
    values.pop("notes")
    assert values == {
        "id": "P",
        "title": "Train teachers",
        "owner": "ann@example.org",
        "start": date(2026, 1, 5),
        "due": date(2026, 6, 15),
        "weight": Decimal("2.50"),
        "state": "active",
        "goal": "Every child reads",
        "outcome": "Reading rises",
        "action": "Adopt a curriculum",
        "kpis": "Grade 3 reading",
        "organization": "Riverbend",
    }


def test_a_goal_has_no_values_of_work() -> None:
    """What goals and outcomes do not have is missing, not empty; a goal is its own goal."""
    items = seen(plan())
    assert set(items["G"].values) == set(KEYS) - set(FIGURES) - {"start", "due", "weight", "state"}
    assert items["G"].values["goal"] == "Every child reads"
    assert [items["G"].values[key] for key in ("outcome", "action", "kpis", "organization")] == [None] * 4
    assert (items["O"].values["goal"], items["O"].values["outcome"]) == ("Every child reads", None)


def test_a_kpi_has_its_figures() -> None:
    """Those that are given, beside what every item has; nothing of work, and why it matters in its notes."""
    kpi = Kpi(id="K", title="Grade 3 reading", why="Reading opens\nevery subject.", notes="Ask Ann.")
    held = plan(outcome={"kpis": (kpi,)})
    found = {item.id: item for item in plan_items(held, {"K": {"measured": Decimal(57), "pace": "on track"}})}
    assert found["K"].values == {
        "id": "K",
        "title": "Grade 3 reading",
        "owner": None,
        "goal": "Every child reads",
        "outcome": "Reading rises",
        "action": None,
        "kpis": None,
        "organization": None,
        "notes": (
            "Ask Ann.\n\nGoal: Every child reads\nOutcome: Reading rises\nWhy it matters: Reading opens\nevery subject."
        ),
        "measured": Decimal(57),
        "pace": "on track",
    }
    assert found["K"].without == {"start", "due", "weight", "state", "kpis"}
    assert "measured" not in found["A"].values


@pytest.mark.parametrize("state", KpiState)
def test_a_kpi_that_is_followed_no_more_gets_no_task(state: KpiState) -> None:
    """A paused one does."""
    held = plan(outcome={"kpis": (Kpi(id="K", title="Grade 3 reading", state=state),)})
    assert seen(held)["K"].active is (state is not KpiState.RETIRED)


def test_what_is_unknown_stays_none() -> None:
    """Dates and owners that nobody gave are None; the weight is 1."""
    values = seen(plan())["A"].values
    assert [values[key] for key in ("start", "due", "owner", "action")] == [None] * 4
    assert values["weight"] == 1


STATES = [
    (State.ACTIVE, True, ""),
    (State.ON_HOLD, True, "In the plan this work is on hold: it can wait until it is taken up again.\n"),
    (
        State.DEFERRED,
        False,
        "In the plan this work was put off to a later year: nothing needs to be done about it now.\n",
    ),
    (
        State.CANCELLED,
        False,
        "In the plan this work was cancelled: nothing more needs to be done. What is done stays as it is.\n",
    ),
]


@pytest.mark.parametrize(("state", "active", "words"), STATES)
def test_the_state_of_work_is_said_and_inherited(state: State, active: bool, words: str) -> None:
    """Cancelled and deferred work is not active; projects follow their action; the notes say it first."""
    items = seen(with_work(state=state))
    assert [(items[name].active, items[name].values["state"]) for name in "AP"] == [(active, state.value)] * 2
    assert items["A"].values["notes"] == f"{words}Goal: Every child reads"
    assert items["P"].values["notes"] == f"{words}Goal: Every child reads\nPart of: Adopt a curriculum"
    assert items["G"].active


@pytest.mark.parametrize(
    ("above", "own", "state"),
    [
        (State.ACTIVE, State.CANCELLED, "cancelled"),
        (State.CANCELLED, State.ON_HOLD, "cancelled"),
        (State.ON_HOLD, State.DEFERRED, "deferred"),
        (State.DEFERRED, State.ON_HOLD, "deferred"),
    ],
)
def test_of_two_states_the_stricter_counts(above: State, own: State, state: str) -> None:
    """A project's own state counts where it is stricter than its action's, and never makes it livelier."""
    items = seen(with_work(state=above, projects=(project(state=own),)))
    assert (items["P"].values["state"], items["A"].values["state"]) == (state, above.value)


def test_a_project_that_is_cancelled_leaves_its_action_alone() -> None:
    """States go down, never up."""
    items = seen(with_work(projects=(project(state=State.CANCELLED),)))
    assert (items["A"].active, items["P"].active) == (True, False)


@pytest.mark.parametrize("where", ["plan", "goal", "outcome", "action"])
@pytest.mark.parametrize("status", list(Status))
def test_a_branch_is_adopted_only_as_far_as_what_it_hangs_on(where: str, status: Status) -> None:
    """A draft anywhere above keeps everything below it from being pushed, and nothing above it."""
    order = ["plan", "goal", "outcome", "action"]
    held = plan(
        goal={"status": status} if where == "goal" else {},
        outcome={
            "status": status if where == "outcome" else None,
            "actions": (action(status=status if where == "action" else None),),
        },
        **({"status": status} if where == "plan" else {}),
    )
    adopted = status is Status.ADOPTED
    expected = {
        name: adopted or order.index(tier) < order.index(where) for name, tier in zip("GOA", order[1:], strict=True)
    }
    items = seen(held)
    assert {name: items[name].adopted for name in "GOAP"} == expected | {"P": adopted}


def test_the_notes_say_what_the_work_is_for() -> None:
    """First the item's own notes, then goal, outcome, action, KPIs and a role that no account stands for."""
    work = project(notes="\n  Two days each.\nIn August.  \n", owner="Director of Literacy")
    held = plan(outcome={"actions": (action(projects=(work,), state=State.ON_HOLD),)})
    assert seen(held)["P"].values["notes"] == (
        "In the plan this work is on hold: it can wait until it is taken up again.\n"
        "Two days each.\nIn August.\n"
        "\n"
        "Goal: Every child reads\n"
        "Outcome: Reading rises\n"
        "Part of: Adopt a curriculum\n"
        "Moves: Grade 3 reading\n"
        "Responsible: Director of Literacy"
    )


def test_an_address_is_not_repeated_in_the_notes() -> None:
    """A person who can be assigned stands on the task already, and does not belong into its text."""
    notes = seen(with_work(owner="ann@example.org"))["A"].values["notes"]
    assert notes == "Goal: Every child reads"


def test_notes_of_what_stands_at_the_top() -> None:
    """A goal's text is its own notes and nothing else; without any it is empty."""
    items = seen(plan(goal={"notes": "We teach every child.\n"}))
    assert (items["G"].values["notes"], items["O"].values["notes"]) == (
        "We teach every child.",
        "Goal: Every child reads",
    )
    assert seen(plan())["G"].values["notes"] == ""


def test_kpis_come_from_what_they_name_and_from_above() -> None:
    """A project moves what it drives itself, then what its action drives; each title once."""
    kpis = (
        Kpi(id="K1", title="Reading", driven_by=(Driver(id="A"),)),
        Kpi(id="K2", title="Attendance", driven_by=(Driver(id="P"), Driver(id="A"))),
        Kpi(id="K3", title="Attendance", driven_by=(Driver(id="A"),)),
    )
    items = seen(plan(outcome={"kpis": kpis}))
    assert items["A"].values["kpis"] == "Reading; Attendance"
    assert items["P"].values["kpis"] == "Attendance; Reading"
    assert "\nMoves: Attendance; Reading" in str(items["P"].values["notes"])


@pytest.mark.parametrize(("state", "moves"), [(KpiState.PAUSED, "Reading"), (KpiState.RETIRED, None)])
def test_a_retired_kpi_is_moved_by_nothing(state: KpiState, moves: str | None) -> None:
    """A KPI that is no longer followed is not named on tasks; one that is paused still is."""
    kpi = Kpi(id="K1", title="Reading", state=state, driven_by=(Driver(id="A"),))
    assert seen(plan(outcome={"kpis": (kpi,)}))["A"].values["kpis"] == moves


def test_a_guardrail_is_moved_only_by_what_it_names() -> None:
    """A guardrail is a limit and not an aim: unlike a KPI, it does not stand on all tasks of its goal."""
    names, silent = Kpi(id="R", title="Class size", driven_by=(Driver(id="P"),)), Kpi(id="S", title="Spending")
    items = seen(plan(goal={"guardrails": (names, silent)}, outcome={"kpis": ()}))
    assert (items["A"].values["kpis"], items["P"].values["kpis"]) == (None, "Class size")


def test_a_kpi_that_is_not_agreed_is_named_nowhere() -> None:
    """What is still a draft does not leak to the teams through their tasks."""
    draft = Kpi(id="K1", title="Secret aim", status=Status.DRAFT)
    agreed = Kpi(id="K2", title="Reading", status=Status.ADOPTED)
    assert seen(plan(outcome={"kpis": (draft, agreed)}))["A"].values["kpis"] == "Reading"


def test_the_notes_name_a_few_kpis() -> None:
    """Three at most, then how many more; the value holds all."""
    kpis = tuple(Kpi(id=f"K{number}", title=f"Aim {number}") for number in range(5))
    for count, moves in (
        (3, "Aim 0; Aim 1; Aim 2"),
        (4, "Aim 0; Aim 1; Aim 2 and 1 more"),
        (5, "Aim 0; Aim 1; Aim 2 and 2 more"),
    ):
        values = seen(plan(outcome={"kpis": kpis[:count]}))["A"].values
        assert str(values["notes"]).splitlines()[-1] == f"Moves: {moves}"
        assert values["kpis"] == "; ".join(f"Aim {number}" for number in range(count))


def test_notes_cannot_break_out_of_the_block() -> None:
    """Lines that would be taken for the frame around syncd's text are left out of it."""
    items = seen(with_work(notes=f"before\n {FOOT} \n{HEAD}\nafter"))
    assert items["A"].values["notes"] == "before\nafter\n\nGoal: Every child reads"


def test_the_text_is_the_same_from_day_to_day() -> None:
    """Nothing that a day changes (readings, dates) changes a task's text: a quiet pass writes nothing."""
    quiet = plan()
    reading = {"value": 55, "on": "2026-01-31"}
    kpi = Kpi.model_validate({"id": "K", "title": "Grade 3 reading", "readings": [reading], "target": {"value": 70}})
    measured = plan(outcome={"kpis": (kpi,)})
    later = plan(outcome={"actions": (action(due=date(2027, 1, 1), weight=Decimal(3)),)})
    assert plan_items(quiet) == plan_items(plan()) == plan_items(measured)
    assert seen(later)["A"].values["notes"] == seen(quiet)["A"].values["notes"]


@pytest.mark.parametrize(("audience", "told"), [(Audience.PUBLIC, True), (Audience.INTERNAL, False)])
def test_public_work_names_its_page(audience: Audience, told: bool) -> None:
    """Everybody who may read the task may read how its goal stands; of what is internal there is no page."""
    held = plan(outcome={"actions": (action(audience=audience),)})
    found = {item.id: item for item in plan_items(held, pages={"G": "https://plan.example.org/goals/g.html"})}
    line = "How it stands: https://plan.example.org/goals/g.html"
    assert str(found["P"].values["notes"]).endswith(line) is told
    assert (line in found["P"].around[1]) is told
