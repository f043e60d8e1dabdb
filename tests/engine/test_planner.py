"""Every kind of change with its reason, by example: what the planner asks for, and what it leaves alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from connectors.vocabulary import Credit, Fate, Field, FieldType, FieldValue, Task
from mappings.notes import embed, extract
from mappings.rules import Conflict, FieldRule, GroupBy, Owner, Removed, Rules
from mappings.shape import PlanItem, desire
from syncd.engine.agreement import ANEW, ANSWER, GONE
from syncd.engine.planner import FAREWELL, REMOVED, Agreed, Change, Edit, Kind, Observed, Why, plan_changes
from syncd.engine.settling import settle
from syncd.records import Link, Seen
from tests.planner_runs.world import CONTAINER, KEEPS, KEYS, NOW, Node, World, rules_of

DUE = date(2026, 6, 1)
LATER = date(2026, 7, 1)
LATEST = date(2026, 8, 1)


def world_of(owner: Owner = Owner.PLAN, conflict: Conflict = Conflict.TOOL, **how: Any) -> World:
    """Two goals, an action with a project, in a plan that nothing is written into; every field has the same owner."""
    keys = KEYS[:-1]  # all but the state
    world = World(rules_of([(owner, conflict)] * len(keys), keys, **how), unwritable="it is read-only")
    for name, tier, above in (
        ("G1", "goal", None), ("G2", "goal", None), ("A1", "action", "G1"), ("P1", "project", "A1")
    ):  # fmt: skip
        values: dict[str, FieldValue] = {"title": f"Title of {name}", "due": DUE, "cost": Decimal(5)}
        world.nodes[name] = Node(name, tier, above, values)
    return world


def made(owner: Owner = Owner.PLAN, conflict: Conflict = Conflict.TOOL, **how: Any) -> World:
    """The same, once plan and tool are at one."""
    world = world_of(owner, conflict, **how)
    world.run()
    return world


def told(changes: Sequence[Change]) -> list[tuple[Kind, str, Why | None]]:
    """The changes without their words."""
    return [(change.kind, change.item, change.why) for change in changes]


# Made, adopted, moved, archived


def test_what_is_new_is_made_parents_first() -> None:
    """An item without a task gets one with all its values; a subtask follows once its parent is there."""
    world = world_of()
    (change,) = world.plan()
    assert change == Change(
        Kind.CREATE,
        "A1",
        "Title of A1",
        edits=(
            Edit("title", None, "Title of A1", "new"),
            Edit("due", None, DUE, "new"),
            Edit("field:cost", None, Decimal(5), "new"),
        ),
        reason="new in the plan",
    )
    world.apply([change])
    assert told(world.plan()) == [(Kind.CREATE, "P1", None)]
    world.run()
    assert world.plan() == ()


def test_a_preview_sees_what_comes_below_what_is_coming() -> None:
    """An item whose parent's task is coming is planned as if that one were there."""
    world = world_of()
    coming = Agreed(coming={"A1"})
    assert told(plan_changes(world.desired(), world.observed(), coming)) == [
        (Kind.CREATE, "A1", None), (Kind.CREATE, "P1", None)
    ]  # fmt: skip


def test_a_task_with_the_marker_is_adopted_and_the_oldest_of_them() -> None:
    """The first task that carries the marker becomes the item's; later copies are told, never touched."""
    world = made()
    for number, at in enumerate((NOW + timedelta(1), NOW - timedelta(1), None)):
        copied = replace(
            world.task("TA1.0"), id=f"copy{number}", title="Copy", created_at=at, url=f"https://t/{number}"
        )
        world.tasks[copied.id] = Seen(copied, NOW)
    assert told(world.plan()) == [(Kind.HOLD, "A1", Why.DUPLICATE)] * 3
    del world.links["A1"]
    changes = world.plan()
    assert {change.title for change in changes} == {"Title of A1"}
    assert [(change.kind, change.task) for change in changes] == [
        (Kind.ADOPT, "copy1"), (Kind.HOLD, "TA1.0"), (Kind.HOLD, "copy0"), (Kind.HOLD, "copy2")
    ]  # fmt: skip
    assert changes[0].reason == "it carries the item's marker"
    assert changes[2].reason == (
        'a second task, "Copy", carries its marker; delete that task or its marker (https://t/0)'
    )


def test_a_task_in_the_bin_is_not_adopted() -> None:
    """A marker on a task that was deleted, or moved away, is no task: the item gets one of its own."""
    world = made(project_is_subtask=False)
    world.links.clear()
    world.tasks["TA1.0"] = replace(world.tasks["TA1.0"], fate=Fate.DELETED)
    world.edit("TP1.0", container="")
    assert told(world.plan()) == [(Kind.CREATE, "A1", None), (Kind.CREATE, "P1", None)]


def test_what_the_plan_moves_is_moved_and_what_a_team_moves_stays() -> None:
    """Group and parent follow the plan's own moves; a board may be sorted as its team likes."""
    world = made(project_is_subtask=False)
    world.edit("TA1.0", group="theirs")
    assert world.plan() == ()
    world.change("A1", above="G2")
    reason = "the plan moved it"
    assert world.plan() == tuple(
        Change(Kind.MOVE, name, f"Title of {name}", f"T{name}.0", (Edit("group", "G1", "G2", reason),), reason)
        for name in ("A1", "P1")
    )


def test_a_move_waits_for_its_new_parent() -> None:
    """A project that moves under a new action is moved only once that action's task is there."""
    world = made()
    world.nodes["A2"] = Node("A2", "action", "G2", {"title": "New"})
    world.change("P1", above="A2")
    assert told(world.plan()) == [(Kind.CREATE, "A2", None)]
    world.apply(world.plan())
    (move,) = world.plan()
    assert move.edits == (Edit("parent", "A1", "A2", "the plan moved it"),)
    world.run()
    assert world.task("TP1.0").parent == "TA2.0"


def test_no_move_under_a_parent_that_is_gone() -> None:
    """A project that belongs under an action whose task was deleted waits for a person, linked or not."""
    world = made()
    world.nodes["A2"] = Node("A2", "action", "G2", {"title": "New"})
    world.nodes["P2"] = Node("P2", "project", "A2", {"title": "New"})
    world.run()
    world.tasks["TA2.0"] = replace(world.tasks["TA2.0"], fate=Fate.DELETED)
    world.change("P1", above="A2")
    del world.links["P2"], world.tasks["TP2.0"]
    changes = world.plan()
    assert told(changes) == [(Kind.HOLD, "A2", Why.GONE), (Kind.HOLD, "P1", Why.PARENT), (Kind.HOLD, "P2", Why.PARENT)]
    reason = "the task of A2, under which it belongs, is gone; bring that one back first"
    assert changes[1:] == (
        Change(Kind.HOLD, "P1", "Title of P1", "TP1.0", reason=reason, why=Why.PARENT),
        Change(Kind.HOLD, "P2", "New", reason=reason, why=Why.PARENT),
    )


def test_where_no_group_is_wanted_nothing_is_moved() -> None:
    """A mapping that stops to group leaves every task where it is, and moves it again once it groups again."""
    world = made()
    world.rules = replace(world.rules, group_by=GroupBy.NONE)
    assert world.plan() == ()
    world.rules = replace(world.rules, group_by=GroupBy.GOAL)
    assert told(world.plan()) == [(Kind.MOVE, "A1", None)]


def test_what_leaves_the_plan_is_archived() -> None:
    """Its task is told and followed no longer, whether it is there or was never seen; what is blocked waits."""
    world = made()
    world.drop("A1")
    del world.tasks["TP1.0"]
    changes = world.plan()
    assert [(change.kind, change.item, change.title) for change in changes] == [
        (Kind.ARCHIVE, "A1", "Title of A1"), (Kind.ARCHIVE, "P1", "P1")
    ]  # fmt: skip
    assert changes[0].reason == "it is no longer in the plan; its task stays, and is followed no longer"
    world.blocked = {"A1"}
    assert [change.item for change in world.plan()] == ["P1"]
    world.blocked = {"A1", "P1"}
    assert world.plan() == ()


def test_what_leaves_with_its_task_gone_is_written_nowhere() -> None:
    """A task in the bin is told nothing; it is only followed no longer."""
    world = made(project_is_subtask=False)
    lose(world, "deleted")
    world.drop("A1")
    assert [(change.item, bool(change.edits)) for change in world.plan()] == [("A1", False), ("P1", True)]


def test_what_stands_below_goes_along() -> None:
    """A project that left with its action stays below it, also once that is done; it is taken from one that stays."""
    world = made(removed=Removed.ARCHIVE)
    world.drop("A1")
    first, second = world.plan()
    assert [edit.field for edit in first.edits] == ["notes", "group"]
    assert [edit.field for edit in second.edits] == ["notes"]
    world.apply([first])
    assert world.plan() == (second,)
    world = made(removed=Removed.ARCHIVE)
    world.drop("P1")
    (change,) = world.plan()
    assert [(edit.field, edit.before, edit.after) for edit in change.edits] == [
        ("notes", None, FAREWELL), ("group", None, REMOVED), ("parent", "A1", None)
    ]  # fmt: skip


@pytest.mark.parametrize("how", [{"select": ("G2",)}, {"action_is_task": False, "project_is_subtask": False}])
def test_a_changed_scope_lets_go_and_never_archives(how: dict[str, object]) -> None:
    """What the mapping no longer reaches is released: nothing is written, nothing archived."""
    world = made()
    world.rules = replace(world.rules, **how)  # type: ignore[arg-type]
    released = settle(world.desired(), world.observed(), world.agreed()).released
    assert "A1" in {link.item for link in released}
    unsettled = plan_changes(world.desired(), world.observed(), world.agreed())
    assert not [change for change in (*unsettled, *world.plan()) if change.kind is Kind.ARCHIVE]
    assert "A1" not in world.links


def test_drafts_and_blocked_items_are_left_alone() -> None:
    """What is not adopted, or is set aside, is neither made nor changed, however far it is from the plan."""
    world = made()
    links = dict(world.links)
    world.change("A1", title="New", due=LATER, adopted=False)
    world.edit("TA1.0", due=LATER)
    assert world.plan() == ()
    assert world.links == links, "nor is anything agreed on"
    world.change("A1", adopted=True)
    world.blocked = {"A1"}
    assert world.plan() == ()
    world.links.clear()
    world.tasks.clear()
    world.change("A1", adopted=False)
    world.blocked = set()
    assert world.plan() == ()
    world.nodes["A2"] = Node("A2", "action", "G1", {"title": "Adopted"})
    assert told(world.plan()) == [(Kind.CREATE, "A2", None)], "nor do they keep others back"


def test_cancelled_work_is_told_but_not_made() -> None:
    """A task that is there follows the plan to the end; one that is not is not made for cancelled work."""
    world = made()
    world.change("A1", active=False, notes="In the plan this work is cancelled.")
    assert told(world.plan()) == [(Kind.UPDATE, "A1", None)]
    world.links.clear()
    world.tasks.clear()
    assert world.plan() == ()


LEAVING = "it is no longer in the plan; its task"
FAREWELLS: list[tuple[Removed, list[Edit], str]] = [
    (Removed.LEAVE, [], f"{LEAVING} stays, and is followed no longer"),
    (Removed.COMPLETE, [Edit("completed", False, True, "it left the plan")],
     f"{LEAVING} is marked done, and followed no longer"),
    (Removed.ARCHIVE,
     [Edit("group", None, REMOVED, "it left the plan"), Edit("parent", "A1", None, "it left the plan")],
     f"{LEAVING} goes to “No longer in the plan”, and is followed no longer"),
]  # fmt: skip


@pytest.mark.parametrize(("removed", "edits", "reason"), FAREWELLS)
def test_what_leaves_is_told_by_rule(removed: Removed, edits: list[Edit], reason: str) -> None:
    """Its notes say so, and it is left, completed or put away; what is so already is not written again."""
    world = world_of(removed=removed)
    world.change("P1", notes="All read")
    world.run()
    world.drop("P1")
    told = Edit("notes", "All read", FAREWELL, "it left the plan")
    (change,) = world.plan()
    assert change == Change(Kind.ARCHIVE, "P1", "Title of P1", "TP1.0", (told, *edits), reason)
    world.edit("TP1.0", notes=embed("ours", FAREWELL), completed=True)
    (change,) = world.plan()
    assert change.edits == tuple(edit for edit in edits if edit.field != "completed")


def test_what_is_put_away_is_known_by_its_group() -> None:
    """The group that an item's task leaves is told by the plan's id, in a mapping without notes too."""
    world = made(removed=Removed.ARCHIVE, project_is_subtask=False)
    world.drop("A1")
    (change, _) = world.plan()
    assert change.edits[1] == Edit("group", "G1", REMOVED, "it left the plan")
    fields = tuple(rule for rule in world.rules.fields if rule.key != "notes")
    world.rules = replace(world.rules, fields=fields)
    assert [edit.field for edit in world.plan()[0].edits] == ["group"]


def test_what_is_gone_otherwise_is_new_again() -> None:
    """A task that was out of sight and is now deleted is a new loss; it says what was known before."""
    world = made(project_is_subtask=False)
    lose(world, "no_access")
    world.run()
    lose(world, "deleted")
    (change,) = world.plan()
    assert change.fresh
    assert change.edits == (Edit(GONE, "no_access", "deleted", GONE_REASONS["deleted"]),)


@pytest.mark.parametrize("owner", Owner)
def test_what_is_put_back_comes_back(owner: Owner) -> None:
    """An item that left the plan and is put back finds its task, which goes to its place and is not called left."""
    world = made(owner, removed=Removed.ARCHIVE)
    project = world.drop("A1")[1:]
    world.run()
    assert {world.task(task).group for task in ("TA1.0", "TP1.0")} == {None, f"S{REMOVED}"}
    world.nodes["A1"] = Node("A1", "action", "G1", {"title": "Title of A1", "notes": "All read"})
    world.nodes |= {node.id: node for node in project}
    world.made.clear()
    world.apply(world.plan())
    again = Edit("notes", FAREWELL, "All read", "it is in the plan again")
    assert again in [edit for change in world.plan() for edit in change.edits]
    world.run()
    assert not world.made
    assert (world.task("TA1.0").group, world.task("TP1.0").parent) == ("SG1", "TA1.0")
    assert extract(world.task("TA1.0").notes) == "All read"
    assert extract(world.task("TP1.0").notes) is None


def test_a_project_that_was_put_away_alone_comes_back() -> None:
    """It stood below an action that stayed: it goes back there."""
    world = made(removed=Removed.ARCHIVE)
    nodes = world.drop("P1")
    world.run()
    assert (world.task("TP1.0").parent, world.task("TP1.0").group) == (None, f"S{REMOVED}")
    world.nodes |= {node.id: node for node in nodes}
    world.run()
    assert (world.task("TP1.0").parent, world.links["P1"].agreed["parent"]) == ("TA1.0", "A1")


@pytest.mark.parametrize(
    ("credit", "active", "opened"),
    [(Credit.CALLED_OFF, True, True), (Credit.CALLED_OFF, False, False), (Credit.COUNTS, True, False)],
)
def test_what_we_closed_is_opened_again(credit: Credit, *, active: bool, opened: bool) -> None:
    """Work that is to be done again and that nobody but us called done; what is done, or cancelled, stays closed."""
    world = made()
    world.edit("TA1.0", completed=True, credit=credit)
    world.change("A1", active=active)
    again = Edit("completed", True, False, "it is in the plan again")
    assert [edit for change in world.plan() for edit in change.edits] == [again] * opened
    world.run()
    assert world.task("TA1.0").completed is not opened


# Gone

GONE_REASONS = {
    "deleted": (
        "its task was deleted in the tool; bring it back there, cancel the item in the plan, "
        "or have it made anew with `syncd decide ITEM task plan`"
    ),
    "no_access": "syncd's account may not see its task any more; give it access again",
    "moved": "its task was moved out of the container; move it back, or cancel the item in the plan",
    "archived": "its task was archived before it was done; bring it back there, or cancel the item in the plan",
    "unseen": "its task has not been read yet",
}


def lose(world: World, loss: str) -> None:
    """The action's task is lost in one of these ways."""
    if loss == "unseen":
        del world.tasks["TA1.0"]
    elif loss == "moved":
        world.edit("TA1.0", container="")
    elif loss == "archived":
        world.edit("TA1.0", archived=True)
    else:
        world.tasks["TA1.0"] = replace(world.tasks["TA1.0"], fate=Fate(loss))


def test_a_circle_of_parents_is_not_believed() -> None:
    """Two looks at two moments may have tasks below each other, or below themselves: they are not seen rightly."""
    rows = {"A": "B", "B": "A", "C": "C", "D": "A"}
    seen = {name: Seen(Task(name, "B", name, "", parent=parent), NOW) for name, parent in rows.items()}
    observed = Observed(CONTAINER, seen)
    assert {name: observed.loss(name) for name in rows} == dict.fromkeys(rows, "unseen")


@pytest.mark.parametrize("loss", GONE_REASONS)
def test_what_is_gone_waits_for_a_person(loss: str) -> None:
    """Each way to be gone has its own words; it is new once, and never makes a second task."""
    world = made(project_is_subtask=False)
    lose(world, loss)
    (change,) = world.plan()
    assert change == Change(
        Kind.HOLD,
        "A1",
        "Title of A1",
        "TA1.0",
        (Edit(GONE, None, loss, GONE_REASONS[loss]),),
        GONE_REASONS[loss],
        Why.GONE,
        fresh=True,
    )
    world.run()
    (again,) = world.plan()
    assert not again.fresh
    assert world.made == ["A1", "P1"]


def test_a_task_that_comes_back_is_followed_again() -> None:
    """Once it is there again it is no longer known as gone: a second loss is new again."""
    world = made()
    lose(world, "no_access")
    world.run()
    world.tasks["TA1.0"] = replace(world.tasks["TA1.0"], fate=None)
    assert world.plan() == ()
    assert GONE not in world.links["A1"].agreed
    lose(world, "deleted")
    assert world.plan()[0].fresh


def test_what_is_to_be_made_anew_is_made_once_more() -> None:
    """The deleted task stands for nothing any more, also for what belongs below it; any other loss waits on."""
    world = made()
    lose(world, "deleted")
    for item in ("A1", "P1"):
        world.links[item] = replace(world.links[item], agreed={**world.links[item].agreed, ANEW: True})
    assert told(world.plan()) == [(Kind.CREATE, "A1", None)]
    foreseen = plan_changes(world.desired(), world.observed(), Agreed(world.links, coming={"A1"}))
    assert told(foreseen) == [(Kind.CREATE, "A1", None), (Kind.CREATE, "P1", None)]
    lose(world, "no_access")
    assert told(world.plan()) == [(Kind.HOLD, "A1", Why.GONE), (Kind.HOLD, "P1", Why.GONE)]


def test_what_stands_below_a_lost_task_is_lost_with_it() -> None:
    """A subtask shares the fate of its parent, and one that was lifted out stands for itself."""
    world = made()
    lose(world, "deleted")
    assert told(world.plan()) == [(Kind.HOLD, "A1", Why.GONE), (Kind.HOLD, "P1", Why.GONE)]
    world.edit("TP1.0", parent=None, container="B")
    assert told(world.plan()) == [(Kind.HOLD, "A1", Why.GONE)]
    assert Observed(CONTAINER, {"x": Seen(Task("x", "B", "", "", parent="far"), NOW)}).loss("x") == ""


def test_cancelling_an_item_settles_that_its_task_is_gone() -> None:
    """What the message offers works: the item needs no task any more, so nothing waits."""
    world = made(project_is_subtask=False)
    lose(world, "deleted")
    world.run()
    world.change("A1", active=False)
    world.change("P1", active=True)
    assert not [change for change in world.plan() if change.item == "A1"]


# Owners


def test_the_plans_field_is_written_back() -> None:
    """A value of the plan's is written where the plan changed it, and where somebody changed it in the tool."""
    world = made()
    world.change("A1", title="New title")
    (change,) = world.plan()
    assert (change.kind, change.task, change.reason) == (Kind.UPDATE, "TA1.0", "the plan changed")
    assert change.edits == (Edit("title", "Title of A1", "New title", "the plan changed"),)
    world.run()
    world.edit("TA1.0", title="Theirs")
    (change,) = world.plan()
    assert change.edits == (Edit("title", "Theirs", "New title", "it was changed in the tool, and the plan owns it"),)


def test_the_plans_field_of_a_task_that_was_there() -> None:
    """Where nothing was agreed on yet, nobody says that the plan changed: the task held something else, or nothing."""
    world = made()
    world.links["A1"] = replace(world.links["A1"], agreed={})
    world.edit("TA1.0", title="Theirs", marker=None)
    (change,) = (each for each in world.plan() if each.item == "A1")
    assert change.edits == (
        Edit("title", "Theirs", "Title of A1", "the task held another, and the plan owns it"),
        Edit("marker", None, "syncd:d/A1", "the task had none"),
    )


def test_the_teams_field_is_seeded_once() -> None:
    """A field of the team's is set when the task is made, and never again."""
    world = made(Owner.TOOL)
    assert world.task("TA1.0").due == DUE
    world.change("A1", due=LATER, title="New")
    world.edit("TP1.0", due=None, title="Theirs")
    assert world.plan() == ()


UNKNOWN = "the two differ, and it is not known which of them changed"
BOTH = "due: plan and team both changed it"
PLAN_WINS = "plan and team both changed it, and the mapping lets the plan win"
SHARED: list[tuple[Conflict, date, date, list[tuple[Kind, Why | None]], str]] = [
    (Conflict.TOOL, LATER, DUE, [(Kind.UPDATE, None)], "the plan changed"),
    (Conflict.TOOL, DUE, LATER, [(Kind.WRITE_BACK, None)],
     "due: the team changed it (plan: 2026-06-01, tool: 2026-07-01)"),
    (Conflict.TOOL, LATER, LATER, [], ""),
    (Conflict.TOOL, LATER, LATEST, [(Kind.WRITE_BACK, Why.CONFLICT)],
     f"{BOTH}, and the mapping lets the team win (plan: 2026-07-01, tool: 2026-08-01)"),
    (Conflict.PLAN, LATER, LATEST, [(Kind.UPDATE, None)], PLAN_WINS),
    (Conflict.PLAN, DUE, LATEST, [(Kind.WRITE_BACK, None)],
     "due: the team changed it (plan: 2026-06-01, tool: 2026-08-01)"),
    (Conflict.HOLD, LATER, LATEST, [(Kind.HOLD, Why.CONFLICT)], f"{BOTH} (plan: 2026-07-01, tool: 2026-08-01)"),
]  # fmt: skip


@pytest.mark.parametrize(("conflict", "plan", "tool", "expected", "reason"), SHARED)
def test_a_shared_field_is_merged(
    conflict: Conflict, plan: date, tool: date, expected: list[tuple[Kind, Why | None]], reason: str
) -> None:
    """Three ways: who changed it decides, and where both did the rule does."""
    world = made(Owner.SHARED, conflict)
    world.change("A1", due=plan)
    world.edit("TA1.0", due=tool)
    changes = world.plan()
    assert [(change.kind, change.why) for change in changes] == expected
    assert [change.reason for change in changes] == [reason] * len(expected)
    for change in changes:
        before, after = (tool, plan) if change.kind is Kind.UPDATE else (plan, tool)
        assert [(edit.field, edit.before, edit.after) for edit in change.edits] == [("due", before, after)]
        assert (change.title, change.task) == ("Title of A1", "TA1.0")
    world.run()
    assert told(world.plan()) == [(kind, "A1", why) for kind, why in expected if kind is not Kind.UPDATE]


@pytest.mark.parametrize("conflict", Conflict)
def test_without_a_base_both_values_stay(conflict: Conflict) -> None:
    """After a lost store nobody knows who changed what: a stale value of either must not undo an edit of the other."""
    world = made(Owner.SHARED, conflict)
    world.edit("TA1.0", due=LATER)
    world.links.clear()
    world.apply(world.plan())
    (change,) = world.plan()
    reason = f"due: {UNKNOWN} (plan: 2026-06-01, tool: 2026-07-01)"
    assert (change.kind, change.item, change.reason) == (Kind.HOLD, "A1", reason)


def test_what_both_hold_becomes_the_base() -> None:
    """After an adoption, equal values are agreed on at once: a later change of one side counts as that side's."""
    world = made(Owner.SHARED)
    world.links.clear()
    world.apply(world.plan())
    assert world.plan() == ()
    assert world.links["A1"].agreed["due"] == DUE
    world.change("A1", due=LATER)
    assert told(world.plan()) == [(Kind.UPDATE, "A1", None)]


def test_nothing_and_nought_are_told_apart() -> None:
    """A message says 0 where the value is 0, and none only where there is none; names are listed."""
    world = made(Owner.SHARED)
    world.edit("TA1.0", fields={"F": Decimal(0)})
    assert world.plan()[0].reason == "field:cost: the team changed it (plan: 5, tool: 0)"
    world.edit("TA1.0", fields={})
    assert world.plan()[0].reason == "field:cost: the team changed it (plan: 5, tool: none)"


def test_names_are_listed() -> None:
    """Where plan and task name several, a message lists them."""
    areas = Field("A", "Areas", FieldType.OPTIONS, options={name: name for name in ("Math", "Arts", "Music")})
    container = replace(CONTAINER, fields=(areas,))
    rules = Rules("m", "d", fields=(FieldRule("areas", Owner.SHARED, "areas", "Areas"),), group_by=GroupBy.NONE)
    plan = [PlanItem("G1", "goal", (), {}), PlanItem("A1", "action", ("G1",), {"areas": ("Math", "Arts")})]
    task = Task("1", "B", "", "", marker="syncd:d/A1", fields={"A": ("Math", "Music")})
    link = Link("A1", "1", {"field:areas": ("Arts", "Math"), "group": None, "parent": None}, NOW)
    (change,) = plan_changes(
        desire(rules, plan, container), Observed(container, {"1": Seen(task, NOW)}), Agreed({"A1": link})
    )
    assert change.reason == "field:areas: the team changed it (plan: Math, Arts, tool: Math, Music)"


def test_an_adopted_task_stands_where_it_is() -> None:
    """Its place is agreed on as the plan has it, so that only a later move of the plan moves it."""
    world = made()
    world.links.clear()
    world.apply(world.plan())
    assert {item: link.agreed for item, link in world.links.items()} == {
        "A1": {"group": "G1", "parent": None}, "P1": {"group": None, "parent": "A1"}
    }  # fmt: skip


# Values, markers, answers


def test_a_value_that_no_field_can_hold_is_held() -> None:
    """It waits with a sentence, on a new task and on one that is there, and the other fields go through."""
    world = world_of()
    world.change("A1", cost="a lot")
    sentence = 'the field "Cost" (number) cannot hold a lot'
    create, hold = world.plan()
    assert [edit.field for edit in create.edits] == ["title", "due"]
    assert hold == Change(Kind.HOLD, "A1", "Title of A1", reason=sentence, why=Why.VALUE)
    world.run()
    world.edit("TA1.0", fields={"F": Decimal(3)})
    (hold,) = world.plan()
    assert (hold.task, hold.why, hold.reason) == ("TA1.0", Why.VALUE, sentence)


def test_a_lost_marker_is_written_again() -> None:
    """Somebody took the marker away, or put another in its place: it is the plan's."""
    world = made()
    world.edit("TA1.0", marker=None)
    assert world.plan()[0].edits == (Edit("marker", None, "syncd:d/A1", "the task had none"),)
    world.run()
    world.edit("TA1.0", marker="syncd:d/P1")
    reason = "it was changed in the tool, and the plan owns it"
    assert world.plan() == (
        Change(
            Kind.UPDATE, "A1", "Title of A1", "TA1.0", (Edit("marker", "syncd:d/P1", "syncd:d/A1", reason),), reason
        ),
    )  # fmt: skip


@pytest.mark.parametrize("owner", [Owner.PLAN, Owner.SHARED])
def test_a_value_that_the_tool_keeps_in_its_own_form_is_sent_once(owner: Owner) -> None:
    """The answer is remembered: the same value is not sent again, a new one is, and a team's change still counts."""
    world = world_of(owner)
    world.keeps = KEEPS["with short titles"]
    world.run()
    assert world.task("TA1.0").title == "Title o"
    assert world.links["A1"].agreed[f"{ANSWER}title"] == "Title o"
    assert world.plan() == ()
    world.edit("TA1.0", title="Theirs")
    assert told(world.plan()) == [(Kind.UPDATE if owner is Owner.PLAN else Kind.WRITE_BACK, "A1", None)]
    world.edit("TA1.0", title="Title o")
    world.change("A1", title="Another title")
    assert told(world.plan()) == [(Kind.UPDATE, "A1", None)]
    world.change("A1", title="Title o")
    assert world.plan() == ()
    assert f"{ANSWER}title" not in world.links["A1"].agreed


def test_our_block_stands_among_the_teams_words() -> None:
    """What a team writes around the block is no change; a changed block is, and their words stay."""
    world = world_of()
    world.change("A1", notes="Goal: all read")
    world.run()
    world.edit("TA1.0", notes=embed("Call Ann first.", "Goal: all read"))
    assert world.plan() == ()
    world.change("A1", notes="Goal: all write")
    (change,) = world.plan()
    assert [edit.reason for edit in change.edits] == ["the plan changed"]
    world.run()
    assert world.task("TA1.0").notes == embed("Call Ann first.", "Goal: all write")


def test_fields_that_the_plan_says_nothing_of_are_left_alone() -> None:
    """An owner that is no address leaves the assignee to the team, even where the plan owns the field."""
    world = made()
    world.edit("TA1.0", assignee="ann@example.org")
    world.change("A1", owner="Office of Academics")
    assert world.plan() == ()


def test_an_old_link_without_a_place_learns_it() -> None:
    """A link that never knew its place takes the plan's as agreed: nothing is moved for that."""
    world = made()
    world.links["A1"] = Link("A1", "TA1.0", {}, NOW)
    assert plan_changes(world.desired(), world.observed(), world.agreed()) == ()
    assert world.plan() == ()
    assert (world.links["A1"].agreed["group"], world.links["A1"].agreed["parent"]) == ("G1", None)
