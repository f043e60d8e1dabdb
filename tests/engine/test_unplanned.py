"""A team's own new work is found where work of the plan would stand, and nowhere else, and gets the next free id."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.vocabulary import Container, Credit, Fate, Field, FieldType, Task
from mappings.rules import DEFAULT_FIELDS, FieldRule, GroupBy, Owner, Rules
from mappings.shape import PlanItem, marker
from syncd.engine.planner import Agreed, Observed
from syncd.engine.unplanned import OwnWork, free_id, unplanned, values_of
from syncd.records import GroupLink, Link, Seen
from tests.engine.world import item, small_plan

NOW = datetime(2026, 9, 1, 8, tzinfo=UTC)
BOX = Container("B", "Board", "")
RULES = Rules("academics", "district")
BY_ACTION = replace(RULES, group_by=GroupBy.ACTION, action_is_task=False, project_is_subtask=False)
PLAN = small_plan()


def own(id_: str = "T9", *, parent: str | None = None, group: str | None = None, **values: Any) -> Task:
    """A task that a team made of its own."""
    home = "" if parent else "B"
    return Task(id_, home, values.pop("title", "Buy laptops"), "", group=group, parent=parent, **values)


def found(
    *tasks: Task, rules: Rules = RULES, plan: dict[str, PlanItem] = PLAN, fate: Fate | None = None, **more: Any
) -> list[OwnWork]:
    """What is found on a board where each item of the plan has its task, "t:" and its id, and its group, "g:"."""
    linked = [Task(f"t:{id_}", "B", id_, "", marker=marker("district", id_)) for id_ in PLAN]
    seen = {task.id: Seen(task, NOW) for task in linked} | {task.id: Seen(task, NOW, fate) for task in tasks}
    links = {id_: Link(id_, f"t:{id_}", {}, NOW) for id_ in PLAN}
    groups = {id_: GroupLink(id_, f"g:{id_}", id_) for id_ in PLAN}
    return unplanned(rules, plan.values(), Observed(BOX, seen), Agreed(links, groups), **more)


def places(*tasks: Task, **how: Any) -> list[tuple[str, str, str]]:
    """What is found, as (task, tier, item above)."""
    return [(one.task.id, one.tier, one.under.id) for one in found(*tasks, **how)]


@pytest.mark.parametrize(
    ("task", "rules", "expected"),
    [
        (own(parent="t:G1.A1"), RULES, ("project", "G1.A1")),
        (own(group="g:G1"), RULES, ("action", "G1")),
        (own(group="g:G1.A1"), replace(RULES, group_by=GroupBy.ACTION), ("project", "G1.A1")),
        (own(group="g:G1.A1"), BY_ACTION, ("project", "G1.A1")),
        (own(parent="t:G1.A1", group="g:G2"), RULES, ("project", "G1.A1")),
    ],
    ids=["below an action", "in a goal's group", "in an action's group", "actions are groups", "in a group as well"],
)
def test_where_work_of_the_plan_would_stand(task: Task, rules: Rules, expected: tuple[str, str]) -> None:
    """A task hangs where the plan's own would: by its parent first, then by its group."""
    assert places(task, rules=rules) == [("T9", *expected)]


@pytest.mark.parametrize(
    ("task", "rules"),
    [
        (own(parent="t:G1.A1.P1"), RULES),
        (own(parent="T8"), RULES),
        (own(parent="t:G1.A1"), replace(RULES, project_is_subtask=False)),
        (own(parent="t:G1.A1.P1", group="g:G1"), RULES),
        (own(group="g:unknown"), RULES),
        (own(), RULES),
        (own(group="g:G1"), BY_ACTION),
        (own(group="g:G1", marker=marker("district", "G1.A9")), RULES),
        (own(group="g:G1", marker=marker("another", "G1.A9")), RULES),
        (own(group="g:G1", title=" \u00a0"), RULES),
        *((own(group="g:G1", credit=credit), RULES) for credit in Credit if credit is not Credit.COUNTS),
        (own(group="g:G2"), replace(RULES, select=("G1",))),
        (own(group="g:G1"), replace(RULES, select=("G1.A1",))),
    ],
)
def test_where_it_would_not(task: Task, rules: Rules) -> None:
    """Steps, places that say nothing, what syncd made, headings and the like, other branches: none is new work."""
    assert places(task, rules=rules) == []


def test_branches_that_the_mapping_reaches() -> None:
    """Below a branch that is selected, at any depth, new work is the mapping's."""
    assert places(own(parent="t:G1.A1"), rules=replace(RULES, select=("G1",))) == [("T9", "project", "G1.A1")]
    assert places(own(parent="t:G1.A1"), rules=replace(RULES, select=("G1.A1",))) == [("T9", "project", "G1.A1")]


def test_what_is_gone_is_no_work() -> None:
    """A task that was deleted, hidden or moved away is not found, nor one below an action whose task is gone."""
    assert places(own(group="g:G1"), fate=Fate.DELETED) == []
    assert places(replace(own(group="g:G1"), container="")) == []
    gone = Task("t:G1.A1", "", "G1.A1", "")
    assert places(own(parent="t:G1.A1"), gone) == []


def test_what_is_linked_or_claimed_is_not_found() -> None:
    """A task has one place: what is linked, by this mapping or another, is nobody's new work."""
    assert places(own(group="g:G1"), claimed={"T9"}) == []
    assert places() == []


def test_below_what_the_plan_does_not_hold() -> None:
    """An item that left the plan, or is a draft, is no place for new work."""
    left = {id_: one for id_, one in PLAN.items() if id_ != "G1.A1"}
    draft = PLAN | {"G1.A1": replace(PLAN["G1.A1"], adopted=False)}
    for plan in (left, draft):
        assert places(own(parent="t:G1.A1"), plan=plan) == []


def test_work_whose_proposal_was_begun() -> None:
    """A task that carries the marker of the item it is to become is still found; with another's marker it is not."""
    task = own(group="g:G1", marker=marker("district", "G1.A3"))
    assert places(task, begun={"T9": "G1.A3"}) == [("T9", "action", "G1")]
    assert places(task, begun={"T9": "G1.A4"}) == []


def test_the_oldest_comes_first() -> None:
    """In the order in which they were made, whatever their ids, so that what is new comes last."""
    old, new = (own(id_, group="g:G1", created_at=NOW.replace(hour=hour)) for id_, hour in (("T5", 3), ("T4", 4)))
    assert [task for task, _, _ in places(own("T1", group="g:G1"), new, old)] == ["T5", "T4", "T1"]


def test_the_values_it_would_have() -> None:
    """Title, dates, person and own fields come along as the mapping reads them; what cannot be held is left out."""
    box = replace(BOX, fields=(Field("F1", "Weight", FieldType.NUMBER), Field("F2", "Stand", FieldType.TEXT)))
    fields = (
        *DEFAULT_FIELDS,
        FieldRule("Weight", Owner.SHARED, "weight", "Weight"),
        FieldRule("Stand", Owner.SHARED, "state", "Stand"),
        FieldRule("Later", Owner.SHARED, "due", "Later"),
        FieldRule("Aim", Owner.PLAN, "goal", "Stand"),
    )
    task = own(
        title=" Buy\u00a0laptops ",
        notes="Ours.",
        due=date(2026, 10, 1),
        assignee="ann@example.org",
        fields={"F1": Decimal(2), "F2": "somehow"},
    )
    assert values_of(replace(RULES, fields=fields), task, box) == {
        "title": "Buy laptops",
        "due": date(2026, 10, 1),
        "owner": "ann@example.org",
        "weight": Decimal(2),
    }
    assert values_of(RULES, own(assignee="U17"), BOX) == {"title": "Buy laptops"}


def like(*ids: str, tier: str = "project") -> list[PlanItem]:
    """Items below G1.A1 with these ids."""
    return [replace(item(id_, tier), path=("G1", "G1.A1")) for id_ in ids]


@pytest.mark.parametrize(
    ("ids", "expected"),
    [
        (("G1.A1.P1", "G1.A1.P2"), "G1.A1.P3"),
        (("G1.A1.P9",), "G1.A1.P10"),
        (("P-008", "P-009"), "P-010"),
        (("1.1.1", "1.1.3"), "1.1.4"),
        (("7",), "8"),
        (("P2", "P10", "P3"), "P11"),
        (("old7", "new1", "new2"), "new3"),
        (("train-teachers", "books"), "G1.A1.P1"),
    ],
)
def test_an_id_in_the_style_of_its_siblings(ids: tuple[str, ...], expected: str) -> None:
    """The next number after the highest, as its siblings write it; without any number, in syncd's own way."""
    assert free_id(PLAN["G1.A1"], "project", like(*ids), ids) == expected


def test_an_id_without_siblings() -> None:
    """In the style of the others of its tier, else in syncd's own; another tier's style says nothing."""
    cousins = [replace(item("G2.A1-T01", "project"), path=("G2", "G2.A1")), *like("G1.A1.S7", tier="action")]
    assert free_id(PLAN["G1.A1"], "project", cousins, ()) == "G1.A1-T01"
    wide = [replace(item("G2.A1-T12", "project"), path=("G2", "G2.A1"))]
    assert free_id(PLAN["G1.A1"], "project", wide, ()) == "G1.A1-T1"
    assert free_id(PLAN["G1.A1"], "project", like("G1.A1.S7", tier="action"), ()) == "G1.A1.P1"
    assert free_id(PLAN["G2"], "action", [PLAN["G1"]], ()) == "G2.A1"


def test_an_id_that_was_ever_used_is_not_given_again() -> None:
    """Whatever took it: a KPI, an item that left the plan, a task that is to become one."""
    assert free_id(PLAN["G1.A1"], "project", PLAN.values(), {"G1.A1.P3", "G1.A1.P4"}) == "G1.A1.P5"


@given(st.lists(st.text("GP.-0123456789", min_size=1, max_size=6), unique=True))
def test_an_id_is_free_always(ids: list[str]) -> None:
    """Whatever the siblings are called, the id is none of theirs."""
    assert free_id(PLAN["G1.A1"], "project", like(*ids), ids) not in ids
