"""The observer: where it looks, how seldom, and that nothing is missed that feed, sweep or full read can tell."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest

from connectors.errors import Transient, UnknownOutcome
from connectors.vocabulary import Container, Depth, Field, FieldType, Listing
from mappings.rules import DEFAULT_FIELDS, FieldRule, Owner, Rules
from syncd.engine.books import Route
from syncd.records import Outcome, Shelf
from tests.engine.tool import LOST
from tests.engine.world import MAPPING, World, item, long_plan, quiet

STEPS = Rules(MAPPING, "district", progress="subtasks")


def shelf(world: World) -> Shelf:
    """The container as stored."""
    with world.store() as store, store.reading() as reader:
        found = reader.shelf("tool", "B")
    assert found is not None
    return found


def asked(world: World, **options: object) -> list[str]:
    """The requests of one pass."""
    world.tool.asked.clear()
    world.run(**options)  # type: ignore[arg-type]
    return list(world.tool.asked)


def test_a_quiet_pass_asks_once(world: World) -> None:
    """One request, and it is the feed."""
    world.run()

    assert asked(world) == ["changes B"]


def test_one_edit_costs_two_requests(world: World) -> None:
    """The feed says where, one look says what."""
    world.run()
    task = world.boards.of("G1.A1").id
    world.boards.complete(task)

    assert asked(world) == ["changes B", f"look {task}"]
    assert world.evidence()["G1.A1"].done


def test_many_edits_are_read_as_a_whole(world: World) -> None:
    """Where a team changed most of a container, one listing takes the place of a request for each task."""
    world.plan = long_plan(40)
    world.run()
    for at in range(1, 31):
        world.boards.complete(world.boards.of(f"G1.A{at}").id)

    assert asked(world) == ["changes B", "open B", "read B"]
    assert sum(one.done for one in world.evidence().values()) == 30
    assert asked(world) == ["changes B"]


def test_a_first_pass_opens_its_container_once(world: World) -> None:
    """What was opened to be found needs not be opened again to be read."""
    assert asked(world)[:3] == ["open B", "changes B", "read B"]


def test_a_full_read_goes_on_with_the_cursor_there_is(world: World) -> None:
    """A cursor of a while ago is older than what is read; one that may be too old by now is taken anew."""
    world.run()
    world.run()
    world.boards.complete(world.boards.of("G1.A2").id)

    assert set(asked(world, full=True)) == {"open B", "read B"}
    assert world.evidence()["G1.A2"].done
    assert asked(world) == ["changes B"]
    world.clock.pass_by(hours=1)
    assert set(asked(world, full=True)) == {"changes B", "open B", "read B"}


def test_our_own_writes_are_no_news(world: World) -> None:
    """What the tool answered needs not be read again when the feed tells of it."""
    world.run()
    world.change("G1.A1", title="New title")
    task = world.boards.of("G1.A1").id

    assert asked(world) == ["changes B", f"look {task}", "batch", "changes B"]
    assert asked(world) == ["changes B"]


def test_the_cursor_is_older_than_what_is_read(world: World) -> None:
    """An edit while the container is being read comes up again: nothing falls between feed and listing."""
    world.run()
    task = world.boards.of("G1.A2").id

    def busy(kind: str, _what: str) -> None:
        if kind == "read":
            world.tool.busy = lambda _kind, _what: None
            world.boards.complete(task)

    world.tool.busy = busy
    world.run(full=True)
    world.run()

    assert world.evidence()["G1.A2"].done


def test_an_edit_after_the_listing_was_made(world: World) -> None:
    """The same where the listing was answered already: the next pass hears of it."""
    world.run()
    task = world.boards.of("G1.A2").id
    read = world.tool.read

    def slow(container: Container, depth: Depth) -> Listing:
        listing = read(container, depth)
        world.boards.complete(task)
        return listing

    world.tool.read = slow  # type: ignore[method-assign]
    world.run(full=True)
    world.tool.read = read  # type: ignore[method-assign]
    world.run()

    assert world.evidence()["G1.A2"].done


def test_the_sweep_finds_what_the_feed_lost(world: World) -> None:
    """An event that was never delivered is found within the hour, by asking for everything modified."""
    world.run()
    task = world.boards.of("G1.A2").id
    world.boards.complete(task)
    world.boards.lose_events("B")
    world.run()
    assert not world.evidence()["G1.A2"].done

    world.clock.pass_by(hours=1)
    assert asked(world) == ["sweep B", "changes B", f"look {task}"]
    assert world.evidence()["G1.A2"].done
    assert asked(world) == ["changes B"]


def test_what_a_sweep_finds_has_a_name(world: World) -> None:
    """A sweep tells of nobody: where it finds something, the feed is asked whose doing it was."""
    world.run()
    world.boards.complete(world.boards.of("G1.A2").id)
    world.boards.complete(world.boards.of("G1.A1.P1").id)
    world.clock.pass_by(hours=1)

    assert asked(world)[:2] == ["sweep B", "changes B"]
    who = world.boards.by
    assert {(line.item, line.who) for line in world.log("team")} == {("G1.A2", who), ("G1.A1.P1", who)}


def test_what_is_found_below_a_task_before_a_write_has_a_name(world: World) -> None:
    """A sweep tells nothing of subtasks: before it writes there, the pass asks the feed whose doing it was."""
    world.run()
    world.boards.edit(world.boards.of("G1.A1.P1").id, due=date(2026, 5, 24))
    world.change("G1.A1.P1", title="Planned anew")
    world.clock.pass_by(hours=1)

    assert asked(world)[:2] == ["sweep B", "changes B"]
    assert [(line.item, line.field, line.who) for line in world.log("team")] == [("G1.A1.P1", "due", world.boards.by)]


def test_what_a_full_read_finds_has_a_name(world: World) -> None:
    """After a night nobody looked, everything is read; the feed is asked with the last cursor whose doing it was."""
    world.run()
    world.boards.complete(world.boards.of("G1.A2").id)
    world.clock.pass_by(hours=25)

    assert asked(world)[:3] == ["changes B", "open B", "read B"]
    assert [(line.item, line.who) for line in world.log("team")] == [("G1.A2", world.boards.by)]


def test_the_sweep_overlaps(world: World) -> None:
    """A clock of the tool that is ten minutes behind ours hides nothing from the sweep."""
    world.boards.skew = timedelta(minutes=-10)
    world.run()
    world.clock.pass_by(minutes=1)
    world.boards.complete(world.boards.of("G1.A2").id)
    world.boards.lose_events("B")
    world.clock.pass_by(hours=1)
    world.run()

    assert world.evidence()["G1.A2"].done


def test_the_nightly_read_finds_what_both_lost(world: World) -> None:
    """A subtask's event that was lost is beyond the sweep; a full read is due by itself once a day."""
    world.run()
    task = world.boards.of("G1.A1.P1").id
    world.boards.complete(task)
    world.boards.lose_events("B")
    world.clock.pass_by(hours=2)
    world.run()
    assert not world.evidence()["G1.A1.P1"].done

    world.clock.pass_by(hours=22)
    assert "read B" in asked(world)
    assert world.evidence()["G1.A1.P1"].done
    assert asked(world) == ["changes B"]


def test_a_lost_cursor_leads_to_a_full_read(world: World) -> None:
    """A feed that cannot say what happened is replaced by the whole."""
    world.run()
    world.boards.complete(world.boards.of("G1.A1.P1").id)
    world.boards.forget_events("B")

    assert asked(world)[:3] == ["changes B", "open B", "read B"]
    assert world.evidence()["G1.A1.P1"].done
    assert asked(world) == ["changes B"]


def test_a_clock_that_was_ahead_does_not_put_off_the_full_read(world: World) -> None:
    """Stamps from a clock that was years ahead are no reason to trust the feed for years."""
    world.run()
    with world.store() as store:
        with store.reading() as reader:
            held = reader.shelf("tool", "B")
        assert held is not None
        ahead = world.clock.now() + timedelta(days=4000)
        with store.writing() as writer:
            writer.put_shelf("tool", replace(held, read_at=ahead, swept_at=ahead))

    assert "open B" in asked(world)
    assert asked(world) == ["changes B"]


def test_a_deeper_mapping_reads_anew(world: World) -> None:
    """When steps begin to count, what was read without them is not enough."""
    world.rules = replace(STEPS, progress="completed")
    world.run()
    world.boards.add_step(world.boards.of("G1.A1.P1").id, "a step", done=True)
    world.rules = STEPS

    assert "read B" in asked(world)
    assert world.evidence()["G1.A1.P1"].share == Fraction(1)


def test_steps_are_counted_anew(world: World) -> None:
    """A step that is added, ticked or deleted below a project moves the project's share."""
    world.rules = STEPS
    world.run()
    project = world.boards.of("G1.A1.P1").id
    first, second = (world.boards.add_step(project, title) for title in ("one", "two"))
    world.run()
    assert world.evidence()["G1.A1.P1"].steps == (0, 2)
    world.boards.complete(first.id)
    world.run()
    assert world.evidence()["G1.A1.P1"].share == Fraction(1, 2)
    world.boards.delete(second.id)
    world.run()
    assert world.evidence()["G1.A1.P1"].share == Fraction(1)


def test_steps_of_tasks_that_stand_in_the_container(world: World) -> None:
    """The same where projects are tasks of their own."""
    world.rules = replace(STEPS, project_is_subtask=False)
    world.run()
    project = world.boards.of("G1.A1.P1").id
    step = world.boards.add_step(project, "one")
    world.boards.add_step(project, "two")
    world.run()
    world.boards.complete(step.id)
    world.run()

    assert world.evidence()["G1.A1.P1"].share == Fraction(1, 2)


def test_steps_of_a_task_that_was_adopted_on_the_way(world: World) -> None:
    """A task that was found after its answer was lost has its steps counted as soon as it is looked at again."""
    world.rules = STEPS
    world.tool.fail("write", UnknownOutcome(LOST), what="Title of G1.A1.P1", took_effect=True)
    world.tool.fail("find", Transient("bad gateway"), times=2)
    world.run()
    world.boards.add_step(world.boards.of("G1.A1.P1").id, "one", done=True)
    world.boards.lose_events("B")
    world.run()
    world.run()

    assert world.evidence()["G1.A1.P1"].steps == (1, 1)
    assert asked(world) == ["changes B"]


def test_a_subtask_that_was_moved_away_counts_no_longer(world: World) -> None:
    """The task it stood under is counted anew, though the feed does not name it."""
    world.rules = STEPS
    world.run()
    assert world.evidence()["G1.A1"].steps == (0, 2)
    world.boards.add_board("Elsewhere", id_="E")
    world.boards.move_out(world.boards.of("G1.A1.P1").id, "E")
    world.run()

    assert world.evidence()["G1.A1"].steps == (0, 1)


def test_our_own_write_keeps_the_count_of_steps(world: World) -> None:
    """A new title does not make the steps unknown, which a write's answer does not count."""
    world.rules = STEPS
    world.run()
    world.boards.add_step(world.boards.of("G1.A1.P1").id, "one", done=True)
    world.run()
    world.change("G1.A1.P1", title="New title")
    world.run()

    assert world.evidence()["G1.A1.P1"].steps == (1, 1)


@pytest.mark.parametrize("full", [False, True])
def test_a_merged_step_is_no_done_work_to_a_process_that_was_not_told(world: World, full: bool) -> None:
    """Only the feed tells of a merge, once: whoever counts the steps above it later may take it for done work."""
    world.rules = STEPS
    world.run()
    action, project = world.boards.of("G1.A1").id, world.boards.of("G1.A1.P1").id
    world.boards.merge(project)
    world.run()
    right = world.evidence()["G1.A1"].steps
    assert right == (0, len(world.boards.below(action)) - 1)

    world.tool.merged.clear()
    world.boards.edit(action, due=date(2026, 5, 5))
    world.run(full=full)
    assert world.evidence()["G1.A1"].steps == right
    world.boards.add_step(action, "Another")
    world.run(full=full)
    assert world.evidence()["G1.A1"].steps == (0, right[1] + 1)


def sharing(world: World, first: Rules, second: Rules) -> None:
    """Put a second mapping on the same container."""
    world.rules = first
    world.others = [Route("second", "tool", second, (), "B", limits=world.limits)]


def test_mappings_on_one_container_share_one_look(world: World) -> None:
    """Two mappings, one request; each logs the edits of its own tasks, once."""
    sharing(world, Rules(MAPPING, "district", select=("G1",)), Rules("second", "district", select=("G2",)))
    assert [report.outcome for report in world.run_all()] == [Outcome.DONE, Outcome.DONE]
    world.tool.asked.clear()
    world.clock.pass_by(minutes=5)
    reports = world.run_all()
    assert [report.requests for report in reports] == [1, 0]
    assert world.tool.asked == ["changes B"]
    world.boards.complete(world.boards.of("G1.A2").id)
    world.boards.complete(world.boards.of("G2.A1").id)
    reports = world.run_all()

    assert [line.item for line in world.log("team")] == ["G1.A2"]
    assert [line.item for line in world.log("team", "second")] == ["G2.A1"]
    assert [report.counts["changed_by_teams"] for report in reports] == [1, 1]
    evidence = world.evidence()
    assert evidence["G1.A2"].done
    assert evidence["G2.A1"].done


def test_a_run_of_one_mapping_loses_nothing_of_the_other(world: World) -> None:
    """News of a shared container are heard once: what concerns the other mapping is kept, counted and logged for it."""
    sharing(world, Rules(MAPPING, "district", select=("G1",)), replace(STEPS, mapping="second", select=("G2",)))
    world.run_all()
    step = world.boards.add_step(world.boards.of("G2.A1.P1").id, "one")
    world.passes([world.route])
    world.boards.complete(step.id)
    world.boards.complete(world.boards.of("G2.A1").id)
    world.passes([world.route])
    world.run_all()

    assert world.evidence()["G2.A1.P1"].share == Fraction(1)
    assert world.evidence()["G2.A1"].done
    assert [line.item for line in world.log("team", "second")] == ["G2.A1"]


def test_the_second_look_keeps_the_other_mappings_depth(world: World) -> None:
    """A mapping that does not count steps writes; what it then looks at again still has its steps counted."""
    sharing(world, Rules(MAPPING, "district", select=("G1",)), replace(STEPS, mapping="second", select=("G2",)))
    world.run_all()
    step = world.boards.add_step(world.boards.of("G2.A1.P1").id, "one")
    world.run_all()
    world.plan["G1.A3"] = item("G1.A3", "action")
    world.tool.afterwards = lambda _write: world.boards.complete(step.id)
    world.run_all()

    assert world.evidence()["G2.A1.P1"].share == Fraction(1)


def test_what_was_never_linked_is_only_looked_at(world: World) -> None:
    """A team's own tasks come and go without a word in report or log."""
    world.run()
    own = world.boards.add_task("B", "ours")
    assert quiet(world.run())
    world.boards.delete(own.id)

    assert world.run().outcome is Outcome.DONE
    assert world.log("team") == []


def test_the_shelf_says_how_fresh_it_is(world: World) -> None:
    """When it was last read and looked at, and why it could not be: for the stamps on the scorecard."""
    world.run()
    read = shelf(world)
    world.run()
    looked = shelf(world)
    world.tool.fail("changes", Transient("bad gateway"))
    world.run()
    troubled = shelf(world)

    assert read.read_at == looked.read_at
    assert read.looked_at is not None
    assert looked.looked_at is not None
    assert looked.looked_at > read.looked_at
    assert (troubled.looked_at, troubled.trouble) == (looked.looked_at, "bad gateway")
    world.run()
    assert shelf(world).trouble == ""


def test_the_log_says_who(world: World) -> None:
    """One name where one person touched the task, else each who may have done it; not ourselves, not what was seen."""
    world.run()
    world.change("G1.A2", title="New title")
    task, other = world.boards.of("G1.A2").id, world.boards.of("G2.A1").id
    world.run()
    world.boards.by = "bob@example.org"
    world.boards.complete(task)
    for who in ("bob@example.org", "ann@example.org", "bob@example.org"):
        world.boards.by = who
        world.boards.edit(other, due=date(2026, 5, 5) if who.startswith("a") else date(2026, 6, 6))
    world.run()

    assert [(line.item, line.field, line.who) for line in world.log("team")] == [
        ("G1.A2", "completed", "bob@example.org"),
        ("G2.A1", "due", "bob@example.org or ann@example.org"),
    ]
    assert {line.who for line in world.log("update")} == {""}


def test_an_echo_that_comes_late_is_nobody(world: World) -> None:
    """A feed that tells of our own write only after a team's edit does not make us one of the team."""
    world.run()
    task = world.boards.of("G1.A2")
    assert task.modified_at
    world.boards.boards["B"].feed.append((task.id, task.modified_at, "syncd@example.org"))
    world.boards.complete(task.id)
    world.run()

    assert [line.who for line in world.log("team")] == ["ann@example.org"]


def test_where_the_feed_is_not_asked_nobody_is_named(world: World) -> None:
    """A full read finds what changed, and cannot say whose doing it was."""
    world.run()
    world.boards.complete(world.boards.of("G1.A2").id)
    world.run(full=True)

    assert [(line.field, line.who) for line in world.log("team")] == [("completed", "")]


def test_an_edit_of_our_block_in_the_notes_is_logged(world: World) -> None:
    """The team's own words around it are theirs, and stay out of the log."""
    world.run()
    task = world.boards.of("G1.A1")
    world.boards.edit(task.id, notes=f"Ours.\n\n{task.notes}")
    world.run()
    assert world.log("team") == []
    world.boards.edit(task.id, notes=world.boards.of("G1.A1").notes.replace("Why we do it.", "Who cares."))
    world.run()

    [line] = world.log("team")
    assert (line.field, line.before, line.after, line.who) == (
        "notes",
        "Why we do it.",
        "Who cares.",
        "ann@example.org",
    )
    assert "Why we do it." in world.boards.of("G1.A1").notes
    assert [line.field for line in world.log("update")] == ["notes"]


def test_our_own_write_of_a_custom_field_is_nobodys_edit(world: World) -> None:
    """Whatever the mapping calls the field: the log knows it by its title in the tool."""
    board = world.boards.boards["B"]
    board.container = replace(board.container, fields=(Field("F1", "Cost ($)", FieldType.TEXT),))
    world.rules = replace(world.rules, fields=(*DEFAULT_FIELDS, FieldRule("cost", Owner.SHARED, "weight", "Cost ($)")))
    world.change("G1.A1", weight="1")
    world.run()
    world.change("G1.A1", weight="2")
    world.run()
    assert [line.field for line in world.log("update")] == ["field:cost"]
    assert world.log("team") == []
    world.boards.edit(world.boards.of("G1.A1").id, fields={"F1": "3"})
    world.run()

    assert [(line.field, line.after) for line in world.log("team")] == [("Cost ($)", "3")]
