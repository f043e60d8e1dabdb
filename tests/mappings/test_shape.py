"""Which plan items become groups, tasks and subtasks, in every shape and selection."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.vocabulary import Container, Depth, Field, FieldType
from mappings.rules import DEFAULT_FIELDS, FieldRule, GroupBy, Owner, Rules
from mappings.shape import Desired, PlanItem, desire, marker, selected

CONTAINER = Container("B", "Plan 2030", "")
RULES = Rules("m", "district")
TIERS = ("goal", "outcome", "action", "project")


def item(path: str, tier: str, **how: Any) -> PlanItem:
    """A plan item from the ids of its line, for example "G1/O1/A1"."""
    *above, name = path.split("/")
    return PlanItem(name, tier, tuple(above), {"title": f"Title of {name}"}, **how)


PLAN = (
    item("G1", "goal"),
    item("G1/O1", "outcome"),
    item("G1/O1/A1", "action"),
    item("G1/O1/A1/P1", "project"),
    item("G1/A2", "action"),
    item("G1/A2/P2", "project"),
    item("G2", "goal"),
    item("G2/A3", "action"),
)


def places(desired: Desired) -> dict[str, tuple[str | None, str | None]]:
    """Each task's group and parent."""
    return {name: (one.group, one.parent) for name, one in desired.tasks.items()}


SHAPES = [
    (GroupBy.GOAL, True, True, {
        "A1": ("G1", None), "P1": (None, "A1"), "A2": ("G1", None), "P2": (None, "A2"), "A3": ("G2", None)}),
    (GroupBy.GOAL, True, False, {
        "A1": ("G1", None), "P1": ("G1", None), "A2": ("G1", None), "P2": ("G1", None), "A3": ("G2", None)}),
    (GroupBy.GOAL, False, False, {"P1": ("G1", None), "P2": ("G1", None)}),
    (GroupBy.GOAL, False, True, {"P1": ("G1", None), "P2": ("G1", None)}),
    (GroupBy.OUTCOME, True, True, {
        "A1": ("O1", None), "P1": (None, "A1"), "A2": ("G1", None), "P2": (None, "A2"), "A3": ("G2", None)}),
    (GroupBy.OUTCOME, False, False, {"P1": ("O1", None), "P2": ("G1", None)}),
    (GroupBy.ACTION, False, False, {"P1": ("A1", None), "P2": ("A2", None)}),
    (GroupBy.ACTION, True, False, {
        "A1": ("A1", None), "P1": ("A1", None), "A2": ("A2", None), "P2": ("A2", None), "A3": ("A3", None)}),
    (GroupBy.NONE, True, True, {
        "A1": (None, None), "P1": (None, "A1"), "A2": (None, None), "P2": (None, "A2"), "A3": (None, None)}),
]  # fmt: skip


@pytest.mark.parametrize(("group_by", "action", "subtask", "expected"), SHAPES)
def test_every_shape(
    group_by: GroupBy, action: bool, subtask: bool, expected: dict[str, tuple[str | None, str | None]]
) -> None:
    """Groups, tasks and subtasks for each way to group, with or without tasks for actions, projects below or beside."""
    rules = replace(RULES, group_by=group_by, action_is_task=action, project_is_subtask=subtask)
    desired = desire(rules, PLAN, CONTAINER)
    assert places(desired) == expected
    assert list(desired.tasks) == list(expected), "in plan order"
    assert desired.groups == {group: f"Title of {group}" for group, _ in expected.values() if group}
    assert desired.outside == {one.id for one in PLAN} - expected.keys()


@pytest.mark.parametrize(
    ("select", "expected"),
    [
        ((), {"A1", "P1", "A2", "P2", "A3"}),
        (("G2",), {"A3"}),
        (("O1",), {"A1", "P1"}),
        (("A2", "G2"), {"A2", "P2", "A3"}),
        (("nowhere",), set()),
    ],
)
def test_selected_branches(select: tuple[str, ...], expected: set[str]) -> None:
    """A branch holds its item and everything below it; what is not selected stays known as outside."""
    desired = desire(replace(RULES, select=select), PLAN, CONTAINER)
    assert desired.tasks.keys() == expected
    assert desired.outside == {one.id for one in PLAN} - expected


def test_a_project_selected_without_its_action_stands_by_itself() -> None:
    """It must not wait for a parent that no one will make."""
    desired = desire(replace(RULES, select=("P1",)), PLAN, CONTAINER)
    assert places(desired) == {"P1": ("G1", None)}


def test_what_is_made_and_what_is_touched() -> None:
    """Cancelled work is not made but told; what is not agreed yet is neither made nor touched."""
    plan = (item("G1", "goal"), item("G1/A1", "action", active=False), item("G1/A2", "action", adopted=False))
    tasks = desire(RULES, plan, CONTAINER).tasks
    assert {name: (one.create, one.touch) for name, one in tasks.items()} == {
        "A1": (False, True), "A2": (False, False)
    }  # fmt: skip


def test_markers_values_and_titles() -> None:
    """A task carries its plan item's key, its values, what the tool cannot hold, and a name for messages."""
    rules = replace(RULES, fields=(*DEFAULT_FIELDS, FieldRule("cost", Owner.PLAN, "cost", "Cost")))
    plan = (item("G1", "goal"), replace(item("G1/A1", "action"), values={"title": "T", "cost": "lots"}))
    container = replace(CONTAINER, fields=(Field("F", "Cost", FieldType.NUMBER),))
    wanted = desire(rules, plan, container).tasks["A1"]
    assert wanted.marker == marker("district", "A1") == "syncd:district/A1"
    assert wanted.refused == ('the field "Cost" (number) cannot hold lots',)
    assert wanted.title == "T"
    assert replace(wanted, values={}).title == "A1"


def test_rules_find_their_fields_and_know_how_deep_to_read() -> None:
    """Fields are known by their keys; subtasks and steps are read only where something hangs on them."""
    rules = replace(RULES, fields=(FieldRule("title", Owner.PLAN, "title"), FieldRule("cost", Owner.TOOL, "c", "Cost")))
    assert [rule.key for rule in rules.fields] == ["title", "field:cost"]
    assert rules.rule("field:cost") is rules.fields[1]
    assert rules.rule("cost") is None
    assert replace(RULES, progress="subtasks").depth is Depth.STEPS
    assert RULES.depth is Depth.SUBTASKS
    assert replace(RULES, project_is_subtask=False).depth is Depth.TOP


@st.composite
def plan_trees(draw: st.DrawFn) -> tuple[PlanItem, ...]:
    """A plan of any form, in its order."""
    found: list[PlanItem] = []
    for number in range(draw(st.integers(0, 12))):
        goals = [one for one in found if one.tier in ("goal", "outcome", "action")]
        above = draw(st.sampled_from(goals)) if goals else None
        below = TIERS[TIERS.index(above.tier) + 1 :] if above else TIERS[:1]
        tier = draw(
            st.sampled_from([tier for tier in below if tier != "project" or (above and above.tier == "action")])
        )
        path = (*above.path, above.id) if above else ()
        found.append(PlanItem(f"I{number}", tier, path, {"title": f"T{number}"}))
    return tuple(found)


@given(
    plan_trees(),
    st.sampled_from(GroupBy),
    st.booleans(),
    st.booleans(),
    st.sets(st.sampled_from([f"I{n}" for n in range(6)])),
)
def test_every_task_has_one_place_that_is_made(
    plan: tuple[PlanItem, ...], group_by: GroupBy, action: bool, subtask: bool, select: set[str]
) -> None:
    """In any plan and shape: a parent is a task before it, a group is there, and every item is in or outside."""
    rules = Rules("m", "d", tuple(sorted(select)), group_by, action, subtask)
    desired = desire(rules, plan, CONTAINER)
    before: set[str] = set()
    for name, wanted in desired.tasks.items():
        assert wanted.parent is None or (wanted.parent in before and wanted.group is None)
        assert wanted.group is None or wanted.group in desired.groups
        assert wanted.parent or wanted.group or group_by is GroupBy.NONE
        assert selected(rules, next(one for one in plan if one.id == name))
        before.add(name)
    assert desired.outside | desired.tasks.keys() == {one.id for one in plan}
    assert not desired.outside & desired.tasks.keys()


KPIS = (
    item("G1", "goal"),
    item("G1/O1", "outcome"),
    item("G1/O1/K1", "kpi", without=frozenset({"due", "start"})),
    item("G1/R1", "guardrail", without=frozenset({"due", "start"})),
    item("G1/A1", "action", without=frozenset({"measured"})),
    item("G1/A1/P1", "project", without=frozenset({"measured"})),
)


@pytest.mark.parametrize(
    ("shape", "found"),
    [
        ({}, {"A1": ("G1", None), "P1": (None, "A1")}),
        ({"kpi_is_task": True}, {"K1": ("G1", None), "R1": ("G1", None), "A1": ("G1", None), "P1": (None, "A1")}),
        ({"project_is_task": False, "project_is_subtask": False}, {"A1": ("G1", None)}),
        (
            {"kpi_is_task": True, "action_is_task": False, "project_is_task": False, "project_is_subtask": False},
            {"K1": ("G1", None), "R1": ("G1", None)},
        ),
    ],
)
def test_kpis_where_the_mapping_has_them(
    shape: dict[str, Any], found: dict[str, tuple[str | None, str | None]]
) -> None:
    """They stand in the group of their goal, beside the work or by themselves."""
    desired = desire(replace(RULES, **shape), KPIS, CONTAINER)
    assert places(desired) == found
    assert desired.outside == {one.id for one in KPIS} - found.keys()


def test_nothing_is_wanted_of_a_field_that_the_item_cannot_have() -> None:
    """So a team's own days stay on the task of a KPI, and a figure that a team set on that of an action."""
    board = replace(CONTAINER, fields=(Field("F", "Now", FieldType.NUMBER),))
    rules = replace(RULES, kpi_is_task=True, fields=(*DEFAULT_FIELDS, FieldRule("Now", Owner.PLAN, "measured", "Now")))
    wanted = desire(rules, KPIS, board).tasks
    assert set(wanted["K1"].values) == {"title", "notes", "assignee", "field:Now"}
    assert set(wanted["A1"].values) == {"title", "notes", "start", "due", "assignee"}


def test_nothing_of_what_is_withheld_is_wanted() -> None:
    """No task is made for it, and one that is there is left as it is; why is told."""
    items = tuple(replace(one, withheld="it may name a student") if one.id == "A1" else one for one in PLAN)
    wanted = desire(RULES, items, CONTAINER).tasks["A1"]
    assert (wanted.values, wanted.refused, wanted.create) == ({}, ("it may name a student",), False)
    assert desire(RULES, items, CONTAINER).tasks["A2"].create
