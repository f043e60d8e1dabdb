"""Undo takes back what a pass did and nobody touched since, tells why it leaves the rest, and holds."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from connectors.errors import Invalid, Refused, ToolError, Transient, UnknownOutcome
from connectors.vocabulary import Fate, Field, FieldType, Task
from mappings.rules import DEFAULT_FIELDS, FieldRule, Owner, Removed, Rules
from syncd.engine.books import Route
from syncd.engine.restoring import Undoing
from syncd.engine.undo import Undo
from syncd.plan.edits import Kept, PlanEdit, Unwritten
from syncd.records import Entry, MappingState, Outcome, PassRecord
from syncd.store import StoreError
from tests.engine.tool import LOST
from tests.engine.world import MAPPING, Killed, Moments, World, quiet

DAY, LATER = date(2026, 6, 15), date(2026, 7, 1)


def keep(world: World, edits: Sequence[PlanEdit]) -> Kept:
    """Put edits into the world's plan, as far as it still holds what they were decided on."""
    done = [edit for edit in edits if world.plan[edit.item].values.get(edit.key) in (edit.before, edit.after)]
    for edit in done:
        world.change(edit.item, **{edit.key: edit.after})
    return Kept(tuple(done), tuple(Unwritten(edit, "it was edited meanwhile") for edit in edits if edit not in done))


def route_of(world: World) -> Route:
    """The mapping, whose plan can be written."""
    return replace(world.route, unwritable="")


def sync(world: World) -> int:
    """A pass; its number."""
    world.clock.pass_by(minutes=5)
    world.passes([route_of(world)], keep=lambda _route, edits: keep(world, edits))
    return newest(world).id


def newest(world: World) -> PassRecord:
    """The newest pass."""
    with world.store() as store, store.reading() as reader:
        found = reader.last_pass(MAPPING)
    assert found is not None
    return found


def undo(world: World, number: int, *, dry_run: bool = False, **options: Any) -> Undoing:
    """Undo a pass, as Bo."""
    world.clock.pass_by(minutes=5)
    with world.store() as store, store.reading() as reader:
        record = reader.pass_record(number)
    assert record is not None
    world.tool.moment = world._store.moments = world.moments
    usual: dict[str, Any] = {"keep": lambda _route, edits: keep(world, edits), "who": "Bo"}
    route = options.pop("route", route_of(world))
    ask = Undo(route, world._store, world.tool, world.clock, world._new_key, **usual | options)
    return ask.run(record, dry_run=dry_run)


def left(undoing: Undoing) -> dict[tuple[str, str], str]:
    """What was left, by item and field, and why."""
    return {(each.item, each.field): each.reason for each in undoing.left}


def undone(undoing: Undoing) -> list[tuple[str, str, Any, Any]]:
    """What is back: item, field, from, to."""
    return [(each.item, each.field, each.before, each.after) for each in undoing.undone]


def share(world: World, *names: str) -> None:
    """Make fields shared."""
    fields = (replace(rule, owner=Owner.SHARED) if rule.name in names else rule for rule in DEFAULT_FIELDS)
    world.rules = replace(world.rules, fields=tuple(fields))


def still(world: World, passes: int = 3) -> None:
    """Nothing is due in the passes that follow."""
    world.tool.writes.clear()
    plan = dict(world.plan)
    for _ in range(passes):
        world.clock.pass_by(minutes=5)
        [report] = world.passes([route_of(world)], keep=lambda _route, edits: keep(world, edits))
        assert quiet(report)
        assert report.outcome is Outcome.DONE
        assert not report.changes
    assert (world.tool.writes, world.plan) == ([], plan)


@pytest.fixture
def renamed(world: World) -> int:
    """A pass that gave two tasks new titles and one a new date; its number."""
    sync(world)
    world.change("G1.A1", title="New title")
    world.change("G1.A2", title="Another title", due=LATER)
    return sync(world)


# In the tool


def test_values_go_back_and_stay(world: World, renamed: int) -> None:
    """The task holds what it held, the log says so in a pass of its own, and no later pass writes it again."""
    undoing = undo(world, renamed)

    assert undone(undoing) == [
        ("G1.A1", "title", "New title", "Title of G1.A1"),
        ("G1.A2", "title", "Another title", "Title of G1.A2"),
        ("G1.A2", "due", LATER, None),
    ]
    assert (undoing.left, undoing.trouble) == ([], None)
    assert world.boards.of("G1.A1").title == "Title of G1.A1"
    assert (world.boards.of("G1.A2").title, world.boards.of("G1.A2").due) == ("Title of G1.A2", None)
    lines = world.log("undo")
    assert [(line.item, line.field, line.before, line.after) for line in lines] == undone(undoing)
    assert {(line.pass_id, line.cause, line.who) for line in lines} == {(renamed + 1, f"undo of pass {renamed}", "Bo")}
    record = newest(world)
    assert (record.id, record.outcome, record.counts["undone"]) == (renamed + 1, Outcome.UNDONE, 3)
    assert f"undo of pass {renamed}" in record.message
    still(world)
    assert world.log("team") == []


def test_what_the_plan_changes_next_is_written(world: World, renamed: int) -> None:
    """An undone field follows the plan again as soon as that says something new; the others stay."""
    undo(world, renamed)
    world.change("G1.A1", title="Third title")
    sync(world)

    assert world.boards.of("G1.A1").title == "Third title"
    assert world.boards.of("G1.A2").title == "Title of G1.A2"
    still(world)


def test_what_the_team_changes_next_follows_the_rule(world: World, renamed: int) -> None:
    """After that the plan's title wins again, and a shared date goes into the plan."""
    undo(world, renamed)
    task = world.boards.of("G1.A2").id
    world.boards.edit(task, title="Ours", due=DAY)
    sync(world)

    assert world.boards.of("G1.A2").title == "Another title"
    assert world.plan["G1.A2"].values["due"] == DAY
    still(world)


def test_a_plan_that_changed_already_is_not_held_back(world: World, renamed: int) -> None:
    """What the plan says since the pass is no part of it: it is written by the next one."""
    world.change("G1.A1", title="Third title")
    undo(world, renamed)
    assert world.boards.of("G1.A1").title == "Title of G1.A1"
    sync(world)

    assert world.boards.of("G1.A1").title == "Third title"


def test_a_dry_run_tells_the_same_and_does_nothing(world: World, renamed: int) -> None:
    """Neither in the tool nor in store, plan or log."""
    world.boards.edit(world.boards.of("G1.A1").id, title="Ours")
    log, links, writes = world.log(), world.links(), len(world.tool.writes)
    told = undo(world, renamed, dry_run=True)

    assert (world.log(), world.links(), len(world.tool.writes), newest(world).id) == (log, links, writes, renamed)
    really = undo(world, renamed)
    assert (undone(told), left(told)) == (undone(really), left(really))
    assert list(left(told)) == [("G1.A1", "title")]


def test_what_a_team_touched_since_stays(world: World, renamed: int) -> None:
    """Not seen yet, or followed by a later pass, or even back at the same value."""
    first, second = world.boards.of("G1.A1").id, world.boards.of("G1.A2").id
    world.boards.edit(second, due=DAY)
    sync(world)
    world.boards.edit(second, due=LATER)
    sync(world)
    world.boards.edit(first, title="Ours")
    undoing = undo(world, renamed)

    assert left(undoing) == {
        ("G1.A1", "title"): "it holds another value by now: somebody changed it in the tool",
        ("G1.A2", "due"): f"pass {renamed + 2} changed it since",
    }
    assert undone(undoing) == [("G1.A2", "title", "Another title", "Title of G1.A2")]
    assert (world.boards.of("G1.A1").title, world.boards.of("G1.A2").due) == ("Ours", LATER)


def test_who_touched_it_is_named(world: World) -> None:
    """With a field that is the team's to change, and of a custom field as well, which the log calls by its title."""
    sync(world)
    share(world, "title")
    world.change("G1.A1", title="New title")
    number = sync(world)
    world.boards.edit(world.boards.of("G1.A1").id, title="Ours")
    with_no_keeper = world.passes([world.route])
    assert with_no_keeper[0].outcome is Outcome.DONE

    assert left(undo(world, number)) == {("G1.A1", "title"): "ann@example.org changed it since"}


def test_a_later_pass_that_wrote_again_wins(world: World, renamed: int) -> None:
    """Only what the newest pass did to a value can be taken back; then, what was before that."""
    world.change("G1.A1", title="Third title")
    later = sync(world)
    assert left(undo(world, renamed)) == {("G1.A1", "title"): f"pass {later} changed it since"}
    undo(world, later)
    assert world.boards.of("G1.A1").title == "New title"
    assert left(undo(world, renamed)) == {("G1.A1", "title"): f"pass {later + 2} changed it since"}


def test_twice_is_once(world: World, renamed: int) -> None:
    """The second undo finds everything back, writes nothing, and adds no line."""
    undo(world, renamed)
    writes, lines = len(world.tool.writes), world.log("undo")
    again = undo(world, renamed)

    assert (again.fresh, len(again.undone), again.left) == ([], 3, [])
    assert (len(world.tool.writes), world.log("undo")) == (writes, lines)
    still(world)


def test_an_undo_that_was_overtaken(world: World, renamed: int) -> None:
    """What was changed after an undo is not the pass's any more."""
    undo(world, renamed)
    world.boards.edit(world.boards.of("G1.A2").id, due=DAY)

    assert left(undo(world, renamed)) == {("G1.A2", "due"): "it was undone, and changed again since"}


def test_an_undo_is_not_undone(world: World, renamed: int) -> None:
    """It says what to do instead."""
    undo(world, renamed)
    undoing = undo(world, newest(world).id)

    assert undoing.undone == []
    assert set(left(undoing).values()) == {"an undo is not undone: change the value in the plan or in the tool"}


def test_all_of_a_pass_counts_back_to_its_beginning(world: World) -> None:
    """A value that a pass wrote twice goes back to the first one; but never over what a team set in between."""
    sync(world)
    world.change("G1.A1", title="One")
    world.change("G1.A2", title="One")
    number = sync(world)
    with world.store() as store, store.writing() as writer:
        lines = {line.item: line for line in writer.log(pass_id=number)}
        again = [replace(line, before="One", after="Two") for line in lines.values()]
        writer.add_entries([replace(lines["G1.A2"], kind="team", before="Nought", after="One"), *again])
    for item in ("G1.A1", "G1.A2"):
        world.boards.edit(world.boards.of(item).id, title="Two")

    assert undone(undo(world, number)) == [
        ("G1.A1", "title", "Two", "Title of G1.A1"),
        ("G1.A2", "title", "Two", "One"),
    ]


def test_the_notes_go_back_and_the_teams_words_stay(world: World) -> None:
    """Only our block."""
    sync(world)
    world.change("G1.A1", notes="Other reasons.")
    world.change("G1.A2", notes="A reason.")
    number = sync(world)
    task = world.boards.of("G1.A1")
    world.boards.edit(task.id, notes=f"Ours.\n\n{task.notes}")
    undo(world, number)

    notes = world.boards.of("G1.A1").notes
    assert notes.startswith("Ours.")
    assert "Why we do it." in notes
    assert "Other reasons." not in notes
    assert world.boards.of("G1.A2").notes == ""
    still(world)


def test_what_the_tool_made_of_a_value_counts_as_what_was_written(world: World) -> None:
    """A tool that keeps titles in capitals holds nobody's edit."""
    world.tool.keeps = lambda task: replace(task, title=task.title.upper())
    sync(world)
    world.change("G1.A1", title="New title")
    number = sync(world)
    undoing = undo(world, number)

    assert undoing.left == []
    assert world.boards.of("G1.A1").title == "TITLE OF G1.A1"
    still(world)


def test_what_a_team_did_elsewhere_on_the_task_is_logged(world: World, renamed: int) -> None:
    """The look right before the write sees it first, so that no pass does; it is not lost from the log."""
    world.boards.complete(world.boards.of("G1.A1").id)
    undo(world, renamed)
    sync(world)

    assert [(line.item, line.field, line.after) for line in world.log("team")] == [("G1.A1", "completed", True)]
    assert world.evidence()["G1.A1"].done


def test_steps_stay_counted(world: World) -> None:
    """The answer to a write does not count them."""
    world.rules = Rules(MAPPING, "district", progress="subtasks")
    sync(world)
    world.boards.add_step(world.boards.of("G1.A1.P1").id, "one", done=True)
    world.change("G1.A1.P1", title="New title")
    number = sync(world)
    undo(world, number)

    assert world.evidence()["G1.A1.P1"].steps == (1, 1)


# What stays


@pytest.mark.parametrize(
    ("way", "reason"),
    [
        ("delete", "its task was deleted in the tool"),
        ("hide", "syncd's account may not see its task any more"),
        ("move_out", "its task was moved out of the container"),
    ],
)
def test_a_task_that_is_gone(world: World, renamed: int, way: str, reason: str) -> None:
    """It is said why, and the others go back."""
    world.boards.add_board("Elsewhere", id_="E")
    getattr(world.boards, way)(world.boards.of("G1.A2").id, *(["E"] if way == "move_out" else []))
    undoing = undo(world, renamed)

    assert left(undoing) == {("G1.A2", "title"): reason, ("G1.A2", "due"): reason}
    assert [each.item for each in undoing.undone] == ["G1.A1"]


def test_an_item_with_another_task_or_none(world: World, renamed: int) -> None:
    """The old task is none of its business any more."""
    links = world.links()
    other = world.boards.add_task("B", "another")
    with world.store() as store, store.writing() as writer:
        writer.drop_link(MAPPING, "G1.A1")
        writer.put_link(MAPPING, replace(links["G1.A2"], task=other.id))
    writes = len(world.tool.writes)

    assert left(undo(world, renamed)) == {
        ("G1.A1", "title"): "it is linked to no task any more",
        ("G1.A2", "title"): "it has another task by now",
        ("G1.A2", "due"): "it has another task by now",
    }
    assert len(world.tool.writes) == writes


def test_a_field_that_the_mapping_names_no_more(world: World, renamed: int) -> None:
    """Nobody knows what it would be for."""
    world.rules = replace(world.rules, fields=tuple(rule for rule in DEFAULT_FIELDS if rule.name != "title"))
    undoing = undo(world, renamed)

    assert set(left(undoing).values()) == {"the mapping names no such field any more"}
    assert undone(undoing) == [("G1.A2", "due", LATER, None)]


def test_a_custom_field(world: World) -> None:
    """It goes back like any other; where a team touched it, its title leads to it; where it is gone, it is named."""
    cost = Field("F1", "Cost ($)", FieldType.TEXT)
    board = world.boards.boards["B"]
    board.container = replace(board.container, fields=(cost,))
    world.rules = replace(world.rules, fields=(*DEFAULT_FIELDS, FieldRule("cost", Owner.SHARED, "weight", "Cost ($)")))
    world.change("G1.A1", weight="1")
    sync(world)
    world.change("G1.A1", weight="2")
    number = sync(world)
    assert undone(undo(world, number, dry_run=True)) == [("G1.A1", "field:cost", "2", "1")]
    world.boards.edit(world.boards.of("G1.A1").id, fields={"F1": "3"})
    world.passes([world.route])
    assert left(undo(world, number)) == {("G1.A1", "field:cost"): "ann@example.org changed it since"}

    with world.store() as store, store.writing() as writer:
        shelf = writer.shelf("tool", "B")
        assert shelf
        writer.put_shelf("tool", replace(shelf, container=replace(shelf.container, fields=())))
    assert left(undo(world, number)) == {
        ("G1.A1", "field:cost"): '"Strategic plan" has no field "Cost ($)" (for cost); it has none at all'
    }


@pytest.mark.parametrize("touched", ["due", "field"])
def test_a_custom_field_that_is_called_like_another(world: World, touched: str) -> None:
    """The log calls both by one name: what a team touched of one of them is not taken back in either."""
    board = world.boards.boards["B"]
    board.container = replace(board.container, fields=(Field("F", "due", FieldType.DATE),))
    rule = FieldRule("planned", Owner.PLAN, "start", "due")
    fields = (replace(each, owner=Owner.PLAN) for each in world.rules.fields)
    world.rules = replace(world.rules, fields=(*fields, rule))
    sync(world)
    world.change("G1.A2", start=DAY, due=DAY)
    number = sync(world)
    values = {"due": LATER} if touched == "due" else {"fields": {"F": LATER}}
    world.boards.edit(world.boards.of("G1.A2").id, **values)
    sync(world)

    assert set(left(undo(world, number))) == {("G1.A2", "due"), ("G1.A2", "field:planned")}


def test_the_marker_stays(world: World) -> None:
    """Without it, an empty store would have the task made twice."""
    sync(world)
    task = world.boards.of("G1.A1").id
    world.boards.edit(task, marker=None)
    number = sync(world)
    undoing = undo(world, number)

    assert left(undoing) == {("G1.A1", "marker"): "the marker stays: by it syncd finds the task again"}
    assert world.boards.of("G1.A1").id == task


def test_the_first_push_stays(world: World) -> None:
    """Nothing is ever deleted; the sentence says what a person can do."""
    number = sync(world)
    undoing = undo(world, number)

    assert undoing.undone == []
    assert {item for item, _ in left(undoing)} == set(world.work())
    assert all("syncd deletes nothing" in reason for reason in left(undoing).values())
    assert set(world.counts().values()) == {1}


def test_what_was_adopted_held_and_let_go_of_stays(world: World) -> None:
    """Each with its own sentence, once."""
    sync(world)
    world.lose_store()
    world.boards.delete(world.boards.of("G2.A1.P1").id)
    adopting = sync(world)
    world.boards.delete(world.boards.of("G1.A2").id)
    world.rules = replace(world.rules, select=("G1",))
    holding = sync(world)

    adopted = left(undo(world, adopting))
    assert "only noted" in adopted["G1.A1", ""]
    assert "syncd deletes nothing" in adopted["G2.A1.P1", ""]
    assert {item: reason.split(":")[0] for (item, _), reason in left(undo(world, holding)).items()} == {
        "G1.A2": "nothing was changed",
        "G2.A1": "its task stayed as it is",
        "G2.A1.P1": "its task stayed as it is",
    }


def test_an_order_stays(world: World) -> None:
    """It is the plan's, and the undo says so instead of nothing."""
    sync(world)
    for id_ in [id_ for id_ in world.plan if id_.startswith("G1.A1")]:
        world.plan[id_] = world.plan.pop(id_)
    number = sync(world)
    undoing = undo(world, number)
    assert undone(undoing) == []
    [reason] = set(left(undoing).values())
    assert reason == "the order of tasks comes from the plan: put its items back into their earlier order there"


# Places


def regrouped(world: World) -> int:
    """A pass in which an action moved to another goal, and a project to another action."""
    sync(world)
    world.plan["G1.A2"] = replace(world.plan["G1.A2"], path=("G2",))
    world.plan["G1.A1.P1"] = replace(world.plan.pop("G1.A1.P1"), path=("G1", "G1.A2"))
    return sync(world)


def test_places_go_back_and_stay(world: World) -> None:
    """Group and parent; the plan does not ask for the move again."""
    number = regrouped(world)
    assert world.boards.of("G1.A2").group == world.boards.of("G2.A1").group
    assert world.boards.of("G1.A1.P1").parent == world.boards.of("G1.A2").id
    undoing = undo(world, number)

    assert undone(undoing) == [("G1.A2", "group", "G2", "G1"), ("G1.A1.P1", "parent", "G1.A2", "G1.A1")]
    assert world.boards.of("G1.A2").group == world.boards.of("G1.A1").group
    assert world.boards.of("G1.A1.P1").parent == world.boards.of("G1.A1").id
    still(world)


def test_a_task_that_was_put_below_another_stands_alone_again(world: World) -> None:
    """And the other way round: group and parent go together."""
    sync(world)
    world.rules = replace(world.rules, project_is_subtask=False)
    out = sync(world)
    assert world.boards.of("G1.A1.P1").parent is None
    undo(world, out)
    assert world.boards.of("G1.A1.P1").parent == world.boards.of("G1.A1").id
    still(world)


def test_a_place_that_a_team_changed_stays_as_a_whole(world: World) -> None:
    """Where a team put the task elsewhere, neither its parent nor its group is touched."""
    sync(world)
    world.rules = replace(world.rules, project_is_subtask=False)
    number = sync(world)
    group = world.boards.add_group("B", "Doing")
    world.boards.edit(world.boards.of("G1.A1.P1").id, group=group.id)
    undoing = undo(world, number)

    reason = "it holds another value by now: somebody changed it in the tool"
    assert {key: why for key, why in left(undoing).items() if key[0] == "G1.A1.P1"} == {
        ("G1.A1.P1", "group"): reason,
        ("G1.A1.P1", "parent"): reason,
    }
    task = world.boards.of("G1.A1.P1")
    assert (task.group, task.parent) == (group.id, None)


def test_a_place_that_is_gone(world: World) -> None:
    """A group that people deleted since cannot be gone back to."""
    number = regrouped(world)
    board = world.boards.boards["B"]
    first = board.container.groups[0]
    board.container = replace(board.container, groups=board.container.groups[1:])
    with world.store() as store, store.writing() as writer:
        shelf = writer.shelf("tool", "B")
        assert shelf
        writer.put_shelf("tool", replace(shelf, container=board.container))
        writer.drop_link(MAPPING, "G1.A1")
    assert first.title == "Reading"

    assert left(undo(world, number)) == {
        ("G1.A2", "group"): "the group it came from, G1, is not there any more",
        ("G1.A1.P1", "parent"): "the parent it came from, G1.A1, is not there any more",
    }


# Items that left the plan


@pytest.mark.parametrize("removed", Removed)
def test_a_task_that_was_let_go_of_gets_its_values_back(world: World, removed: Removed) -> None:
    """Notes, completion and place; it stays without a link, and no pass touches it."""
    world.rules = replace(world.rules, removed=removed)
    world.change("G1.A2", notes="A reason.")
    sync(world)
    before = world.boards.of("G1.A2")
    world.drop("G1.A2")
    number = sync(world)
    assert world.boards.of("G1.A2") != before
    undoing = undo(world, number)

    assert undoing.left == []
    after = world.boards.of("G1.A2")
    assert replace(after, modified_at=None, completed_at=None) == replace(before, modified_at=None, completed_at=None)
    assert {line.field for line in world.log("undo")} == {each.field for each in undoing.undone}
    assert "G1.A2" not in world.links()
    still(world)


def test_a_task_that_was_let_go_of_and_is_seen_no_more(world: World) -> None:
    """The store need not know it: it is looked at anyway."""
    sync(world)
    task = world.boards.of("G1.A2").id
    world.drop("G1.A2")
    number = sync(world)
    with world.store() as store, store.writing() as writer:
        writer.drop_seen("tool", "B", [task])
    undoing = undo(world, number)

    assert [(each.item, each.title) for each in undoing.undone] == [("G1.A2", "G1.A2")]
    assert world.boards.of("G1.A2").notes == ""


@pytest.mark.parametrize("way", ["finished", "merged", "out of sight"])
def test_what_was_marked_done_since_is_left_done(world: World, way: str) -> None:
    """A task that no item has any more: what a team made of it is seen by the task itself, and its notes go back."""
    world.rules = replace(world.rules, removed=Removed.COMPLETE)
    world.change("G1.A2", notes="A reason.")
    sync(world)
    task = world.boards.of("G1.A2").id
    world.drop("G1.A2")
    number = sync(world)
    if way == "out of sight":
        with world.store() as store, store.writing() as writer:
            writer.drop_seen("tool", "B", [task])
    else:
        world.boards.complete(task, done=False)
        (world.boards.complete if way == "finished" else world.boards.merge)(task)
        sync(world)
    undoing = undo(world, number)

    assert [(each.item, each.field) for each in undoing.undone] == [("G1.A2", "notes")]
    [(key, reason)] = left(undoing).items()
    assert (key, "not for certain by syncd alone" in reason) == (("G1.A2", "completed"), True)
    assert world.boards.of("G1.A2").completed


def test_an_item_that_is_back_in_the_plan_has_its_task_again(world: World) -> None:
    """Then there is nothing to undo: the next pass did it."""
    sync(world)
    kept = world.plan["G1.A2"]
    world.drop("G1.A2")
    number = sync(world)
    world.plan["G1.A2"] = kept
    sync(world)

    assert set(left(undo(world, number)).values()) == {"the item is in the plan again, and has its task back"}


def test_a_task_that_belongs_to_another_item_by_now(world: World) -> None:
    """It is not written to."""
    sync(world)
    task = world.boards.of("G1.A2").id
    world.drop("G1.A2")
    number = sync(world)
    world.boards.delete(world.boards.of("G2.A1").id)
    with world.store() as store, store.writing() as writer:
        writer.put_link(MAPPING, replace(world.links()["G2.A1"], task=task))

    assert set(left(undo(world, number)).values()) == {"its task belongs to another item by now"}


def test_an_item_with_a_new_id_is_found(world: World, renamed: int) -> None:
    """What was done to it under its old id is undone under the new one, and the new id stays."""
    old = world.plan.pop("G1.A2")
    world.plan["G1.A9"] = replace(old, id="G1.A9", was=("G1.A2",))
    named = sync(world)
    undoing = undo(world, renamed)

    assert [each.item for each in undoing.undone] == ["G1.A1", "G1.A9", "G1.A9"]
    assert world.boards.of("G1.A9").title == "Title of G1.A2"
    assert "ids come from the plan" in left(undo(world, named))["G1.A9", "id"]


def test_a_new_id_that_no_pass_has_seen_yet(world: World, renamed: int) -> None:
    """The undo knows the item by what it was, keeps its link under the new id as a pass would, and so it stays."""
    old = world.plan.pop("G1.A2")
    world.plan["G1.A9"] = replace(old, id="G1.A9", was=("G1.A2",))
    foreseen = undo(world, renamed, dry_run=True)
    assert "G1.A2" in world.links()
    undoing = undo(world, renamed)

    assert [each.item for each in undoing.undone] == ["G1.A1", "G1.A9", "G1.A9"]
    assert (undone(foreseen), foreseen.left, undoing.left) == (undone(undoing), [], [])
    assert world.boards.of("G1.A2").title == "Title of G1.A2"
    assert "G1.A2" not in world.links()
    sync(world)
    assert world.boards.of("G1.A9").title == "Title of G1.A2"
    still(world)


def test_a_goal_with_a_new_id_that_no_pass_has_seen_yet(world: World) -> None:
    """Its group is the one that it had: a task that came from it finds back."""
    number = regrouped(world)
    plan, world.plan = world.plan, {}
    for key, one in plan.items():
        path = tuple("G9" if above == "G1" else above for above in one.path)
        new = replace(one, id="G9", was=("G1",)) if key == "G1" else replace(one, path=path)
        world.plan[new.id] = new
    before = world.boards.of("G1.A2").group
    undoing = undo(world, number)

    assert ("G1.A2", "group", "G2", "G9") in undone(undoing)
    assert world.boards.of("G1.A2").group not in (before, None)
    still(world)


def test_an_undo_that_lost_its_turn(world: World, renamed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where another pass has begun meanwhile, it sends nothing more, and leaves that one's record alone."""

    def second(_kind: str, _what: str) -> None:
        world.tool.busy = lambda _kind, _what: None
        world.run(clock_on=False)

    world.tool.busy = second
    written = len(world.tool.writes)
    with pytest.raises(StoreError, match="has begun meanwhile"):
        undo(world, renamed)

    assert len(world.tool.writes) == written
    assert (newest(world).id, newest(world).outcome) == (renamed + 2, Outcome.DONE)


# In the plan


@pytest.fixture
def taken(world: World) -> int:
    """A pass in which the plan took over a title and a date from the team; its number."""
    share(world, "title", "due", "start")
    sync(world)
    world.boards.edit(world.boards.of("G1.A1").id, title="Ours", due=LATER)
    number = sync(world)
    assert (world.plan["G1.A1"].values["title"], world.plan["G1.A1"].values["due"]) == ("Ours", LATER)
    return number


def test_the_plan_gets_its_own_values_back(world: World, taken: int) -> None:
    """The team's values stay in the tool, and no pass carries either over again."""
    undoing = undo(world, taken)

    assert sorted(undone(undoing)) == [("G1.A1", "due", LATER, DAY), ("G1.A1", "title", "Ours", "Title of G1.A1")]
    assert all(each.in_plan for each in undoing.undone)
    assert (world.plan["G1.A1"].values["title"], world.plan["G1.A1"].values["due"]) == ("Title of G1.A1", DAY)
    assert len(world.log("undo")) == 2
    still(world)
    assert (world.boards.of("G1.A1").title, world.boards.of("G1.A1").due) == ("Ours", LATER)
    assert len(undo(world, taken).undone) == len(world.log("undo")) == 2


def test_what_a_team_changes_after_that_goes_into_the_plan(world: World, taken: int) -> None:
    """One field that moves on does not take the other along."""
    undo(world, taken)
    world.boards.edit(world.boards.of("G1.A1").id, due=date(2026, 9, 9))
    sync(world)

    assert world.plan["G1.A1"].values["due"] == date(2026, 9, 9)
    assert world.plan["G1.A1"].values["title"] == "Title of G1.A1"
    still(world)


def test_a_plan_that_was_edited_since_stays(world: World, taken: int) -> None:
    """What a person wrote there is theirs."""
    world.change("G1.A1", title="Edited")
    undoing = undo(world, taken)

    assert left(undoing) == {("G1.A1", "title"): "it holds another value by now: somebody changed it in the plan"}
    assert undone(undoing) == [("G1.A1", "due", LATER, DAY)]
    assert world.plan["G1.A1"].values["title"] == "Edited"


def test_a_plan_that_cannot_be_written(world: World, taken: int) -> None:
    """The keeper's reason is told, and the link is as it was: nothing is due afterwards."""
    links, plan = world.links(), dict(world.plan)
    read_only = undo(
        world, taken, keep=lambda _, edits: Kept((), tuple(Unwritten(edit, "it is read-only") for edit in edits))
    )
    silent = undo(world, taken, keep=lambda _route, _edits: Kept())
    elsewhere = undo(world, taken, route=replace(route_of(world), unwritable="it is a web page"))

    reasons = [set(left(each).values()) for each in (read_only, silent, elsewhere)]
    assert reasons == [{"it is read-only"}, {"the plan could not be written"}, {"it is a web page"}]
    assert (read_only.undone, world.plan, world.links(), world.log("undo")) == ([], plan, links, [])
    still(world)


def test_what_the_plan_has_no_more(world: World, taken: int) -> None:
    """An item that left the plan cannot get its value back there."""
    world.drop("G1.A1")

    assert set(left(undo(world, taken)).values()) == {
        "the plan has no such item, or the mapping no such field, any more"
    }


def test_what_people_put_into_the_plan_is_no_passs_doing(world: World, taken: int) -> None:
    """It stays, and each person's share of it is told with what to do; what came before the pass is not."""
    at, told = world.clock.now(), ("T1", "write_back", "due", DAY, LATER, "a person took over what the team set")
    with world.store() as store, store.writing() as writer:
        for item, who in (("G1.A2", "Bo"), ("G2.A1", "Bo"), ("G1.A2", "Bo"), ("G2.A1", "")):
            writer.add_entries([Entry(at, None, MAPPING, item, *told, who=who)])
    undoing = undo(world, taken)

    by_bo, by_somebody = undoing.remarks
    assert by_bo.startswith("what Bo put into the plan since with `syncd proposals apply` (G1.A2, G2.A1) stays")
    assert by_somebody.startswith("what somebody put into the plan")
    assert undo(world, newest(world).id).remarks == []


def test_a_dry_run_for_the_plan(world: World, taken: int) -> None:
    """It tells what would go back, and writes neither file nor store."""
    plan, links = dict(world.plan), world.links()

    assert undo(world, taken, dry_run=True).undone == undo(world, taken, dry_run=True).undone != []
    assert (world.plan, world.links()) == (plan, links)


# When things go wrong


@pytest.mark.parametrize("error", [Transient("bad gateway"), Refused("bad token")])
def test_a_tool_that_is_down(world: World, renamed: int, error: ToolError) -> None:
    """What is done is kept, the rest is left for later, and the pass is one that could not reach the tool."""
    world.tool.fail("write", error, what="Another title", times=9)
    undoing = undo(world, renamed)

    assert undoing.trouble is error
    assert [each.item for each in undoing.undone] == ["G1.A1"]
    assert left(undoing)["G1.A2", "due"] == f"the tool said: {error}"
    assert newest(world).outcome is Outcome.UNREACHABLE
    world.tool.faults.clear()
    assert len(undo(world, renamed).undone) == 3
    still(world)


def test_nothing_more_is_asked_of_a_tool_that_is_down(world: World, renamed: int) -> None:
    """One look that fails is enough."""
    world.tool.fail("look", Transient("bad gateway"), times=1)
    undoing = undo(world, renamed)

    assert undoing.undone == []
    assert left(undoing)["G1.A2", "title"] == "the tool could not be asked any more; undo the pass again later"


def test_one_bad_item_does_not_stop_the_rest(world: World, renamed: int) -> None:
    """The tool's own words are told, and the next pass finds nothing to do."""
    world.tool.fail("write", Invalid("due before start"), what="New title")
    undoing = undo(world, renamed)

    assert left(undoing) == {("G1.A1", "title"): "the tool said: due before start"}
    assert [each.item for each in undoing.undone] == ["G1.A2", "G1.A2"]
    assert (undoing.trouble, newest(world).outcome) == (None, Outcome.UNDONE)
    still(world)


def test_a_lost_answer_is_looked_after(world: World, renamed: int) -> None:
    """A request that took effect counts; of one that did not, nobody claims to know."""
    world.tool.fail("write", UnknownOutcome(LOST), what="New title", took_effect=True)
    world.tool.fail("write", UnknownOutcome(LOST), what="Another title")
    undoing = undo(world, renamed)

    assert [each.item for each in undoing.undone] == ["G1.A1"]
    assert set(left(undoing).values()) == {"it is not known whether the tool took it; undo the pass again"}
    undo(world, renamed)
    assert len(world.log("undo")) == 3
    still(world)


def test_a_task_that_vanishes_with_the_answer(world: World, renamed: int) -> None:
    """Nobody knows what was written to it."""
    task = world.boards.of("G1.A1").id
    world.tool.fail("write", UnknownOutcome(LOST), what="New title", took_effect=True)
    world.tool.afterwards = lambda write: world.boards.delete(task) if getattr(write, "task", "") == task else None

    assert "not known" in left(undo(world, renamed))["G1.A1", "title"]


def test_what_the_tool_could_not_honour_is_told(world: World) -> None:
    """Somebody who has no account any more cannot be assigned again."""
    world.rules = replace(
        world.rules,
        fields=tuple(replace(r, owner=Owner.PLAN) if r.name == "assignee" else r for r in DEFAULT_FIELDS),
    )
    sync(world)
    world.change("G1.A1", owner="bob@example.org")
    number = sync(world)
    del world.tool._people["ann@example.org"]
    undoing = undo(world, number)

    assert undoing.remarks == ["ann@example.org has no account: nobody is assigned"]
    still(world)


def test_asked_to_stop(world: World, renamed: int) -> None:
    """It ends between two tasks; the rest is done when it is asked again."""
    heard: list[int] = []
    undoing = undo(
        world, renamed, stopping=lambda: bool(heard), expect=lambda _tasks: heard.clear(), progress=heard.append
    )

    assert [each.item for each in undoing.undone] == ["G1.A1"]
    assert set(left(undoing).values()) == {"it was asked to stop before; undo the pass again"}
    assert heard == [1, 1]
    assert undo(world, renamed).left == []


def test_a_mapping_whose_container_was_never_read(world: World, renamed: int) -> None:
    """A store that lost its containers says so instead of guessing."""
    with world.store() as store, store.writing() as writer:
        writer.put_mapping_state(MappingState(MAPPING))

    assert set(left(undo(world, renamed)).values()) == {"its task was moved out of the container"}


def test_a_pass_that_was_cut_off_is_closed(world: World, renamed: int) -> None:
    """As any pass does with the one before it."""
    with world.store() as store, store.writing() as writer:
        cut = writer.begin_pass(MAPPING, world.clock.now(), full=False)
    undo(world, renamed)

    with world.store() as store, store.reading() as reader:
        assert reader.pass_record(cut).outcome is Outcome.ABANDONED  # type: ignore[union-attr]


def die(world: World, number: int, moment: int) -> bool:
    """Undo a pass and die at that moment; False if the undo was over before."""
    world.moments = Moments(kill_at=moment)
    try:
        undo(world, number)
    except Killed:
        return True
    finally:
        world.revive()
    return False


@pytest.mark.parametrize("passes_between", [0, 1])
def test_killed_at_any_moment(folder: Path, passes_between: int) -> None:
    """Wherever it dies, asked again it ends as if it had never died; a pass in between makes nothing worse."""
    moment = 0
    while True:
        moment += 1
        with closing(World(folder)) as world:
            share(world, "due")
            sync(world)
            world.change("G1.A1", title="New title")
            world.change("G1.A2", title="Another title")
            world.boards.edit(world.boards.of("G1.A1.P1").id, due=LATER)
            number = sync(world)
            assert world.plan["G1.A1.P1"].values["due"] == LATER
            dead = die(world, number, moment)
            for _ in range(passes_between):
                sync(world)
            undo(world, number)
            titles = [world.boards.of(item).title for item in ("G1.A1", "G1.A2")]
            assert titles == ["Title of G1.A1", "Title of G1.A2"], moment
            assert world.plan["G1.A1.P1"].values["due"] == DAY, moment
            assert world.boards.of("G1.A1.P1").due == LATER, moment
            told = {(line.item, line.field) for line in world.log("undo")}
            assert told == {("G1.A1", "title"), ("G1.A2", "title"), ("G1.A1.P1", "due")}, moment
            still(world, 2)
        if not dead:
            break
    assert moment > 10


def test_steps_are_counted_anew(world: World) -> None:
    """A project that left the plan was closed for that, which is no work; opened again, it is a step still to do."""
    world.rules = replace(world.rules, removed=Removed.COMPLETE, progress="subtasks")
    sync(world)
    world.drop("G1.A1.P1")
    number = sync(world)
    sync(world)
    assert world.evidence()["G1.A1"].steps == (0, 1)
    undo(world, number)
    sync(world)

    assert world.evidence()["G1.A1"].steps == (0, 2)


def test_a_farewell_does_not_come_back(world: World) -> None:
    """What a pass did to follow an item again is undone, but its task does not say that it has left the plan."""
    sync(world)
    kept = dict(world.plan)
    world.drop("G1.A2")
    sync(world)
    world.plan = kept
    left = {each.field: each.reason for each in undo(world, sync(world)).left}

    assert "in the plan again" in left["notes"]
    assert "no longer in the strategic plan" not in world.boards.of("G1.A2").notes
    still(world)


@pytest.mark.parametrize("took_effect", [False, True])
def test_an_undo_that_was_not_heard_is_no_word_of_the_team(world: World, *, took_effect: bool) -> None:
    """Whether it arrived or not: where the plan is edited before any pass, its newer title stands, though teams win."""
    share(world, "title")
    sync(world)
    world.change("G1.A1", title="New title")
    number = sync(world)
    with pytest.MonkeyPatch.context() as blind:
        blind.setattr(world.tool, "look", _unseen(world))
        world.tool.fail("write", UnknownOutcome(LOST), what="New title", took_effect=took_effect)
        undo(world, number)
    world.change("G1.A1", title="Newer title")
    sync(world)

    assert (world.boards.of("G1.A1").title, world.plan["G1.A1"].values["title"]) == ("Newer title",) * 2
    told = [(line.kind, line.before, line.after) for line in world.log("undo") + world.log("team")]
    assert told == [("undo", "New title", "Title of G1.A1")] * took_effect
    still(world)


def test_a_team_that_sets_what_an_undo_was_to_put_back(world: World) -> None:
    """The undo never arrived, and a pass knows that by now: so it is the team's word, and goes into the plan."""
    share(world, "title")
    sync(world)
    world.change("G1.A1", title="New title")
    number = sync(world)
    world.tool.fail("write", UnknownOutcome(LOST), what="New title")
    undo(world, number)
    sync(world)
    world.boards.edit(world.boards.of("G1.A1").id, title="Title of G1.A1")
    sync(world)

    assert world.plan["G1.A1"].values["title"] == "Title of G1.A1"
    still(world)


def _unseen(world: World) -> Callable[..., Mapping[str, Task | Fate]]:
    """The look before a write sees the task; the one after it fails."""
    look, looks = world.tool.look, iter([True])

    def once(*asked: Any) -> Mapping[str, Task | Fate]:
        if next(looks, False):
            return look(*asked)
        raise Transient("bad gateway")

    return once
