"""Promise 3: with nothing changing a pass writes nothing, and from any state it settles soon."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import count

import pytest

from connectors.vocabulary import Field, FieldType, Write
from mappings.rules import DEFAULT_FIELDS, FieldRule, GroupBy, Owner, Rules
from syncd.engine.agreement import SENDING
from syncd.engine.guard import Limits
from syncd.records import Outcome
from tests.engine.world import MAPPING, Killed, World, item, quiet

SHAPES = {
    "subtasks": Rules(MAPPING, "district"),
    "tasks": Rules(MAPPING, "district", project_is_subtask=False),
    "by action": Rules(MAPPING, "district", group_by=GroupBy.ACTION, action_is_task=False, project_is_subtask=False),
    "steps": Rules(MAPPING, "district", progress="subtasks"),
    "no groups": Rules(MAPPING, "district", group_by=GroupBy.NONE),
    "custom field": Rules(MAPPING, "district", fields=(*DEFAULT_FIELDS, FieldRule("cost", Owner.PLAN, "cost", "Cost"))),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_the_second_pass_is_quiet(world: World, shape: str) -> None:
    """In every shape: the second pass sends one request to the container, and nothing is written."""
    world.rules = SHAPES[shape]
    held = world.boards.boards["B"]
    world.boards.add_board("Strategic plan", id_="B", fields=(Field("F", "Cost", FieldType.NUMBER),))
    assert held is not world.boards.boards["B"]
    world.change("G1.A1", cost=Decimal("3.50"))
    assert world.run().outcome is Outcome.DONE
    world.tool.writes.clear()

    report = world.run()

    assert quiet(report)
    assert not world.tool.writes
    assert report.requests == 1


def test_a_tool_that_keeps_values_in_a_form_of_its_own(world: World) -> None:
    """A value that the tool tidies in its own way is sent once, not in every pass; a new one is sent again."""
    world.tool.keeps = lambda task: replace(task, title=task.title[:10])
    world.run()
    world.tool.writes.clear()

    assert quiet(world.run())
    assert not world.tool.writes
    world.change("G1.A1", title="Another title of it")
    assert world.run().counts["updated"] == 1
    assert quiet(world.run())


@pytest.mark.parametrize("seed", range(6))
def test_from_any_state_it_settles_in_one_pass(world: World, seed: int) -> None:
    """Whatever plan and team did meanwhile, one pass brings it together and the next writes nothing."""
    chance = random.Random(seed)
    world.limits = Limits(1000)
    world.run()
    for _ in range(12):
        items = [one for one in world.work() if world.boards.marked(one)]
        chosen = chance.choice(items)
        task = world.boards.of(chosen).id
        match chance.randrange(7):
            case 0:
                world.change(chosen, title=f"Title {chance.random()}")
            case 1:
                world.change(chosen, due=date(2026, 5, chance.randrange(1, 28)))
            case 2:
                world.boards.edit(task, title="the team's title")
            case 3:
                world.boards.edit(task, due=date(2026, 7, chance.randrange(1, 28)))
            case 4:
                world.boards.complete(task)
            case 5:
                world.boards.edit(task, notes="the team's words")
            case _:
                new = f"G2.A{chance.randrange(3, 9)}"
                world.plan[new] = item(new, "action")
    world.run()
    world.tool.writes.clear()

    assert quiet(world.run())
    assert not world.tool.writes
    assert all(world.boards.of(one).title == world.plan[one].values["title"] for one in world.work())


def test_what_does_not_settle_is_told(world: World) -> None:
    """A robot that changes the task before every look ends the pass with a finding, never in an endless loop."""
    world.run()
    world.change("G1.A1", title="Wanted")
    number = count()

    def robot(kind: str, what: str) -> None:
        if kind == "look":
            world.boards.edit(what, title=f"robot {next(number)}")

    world.tool.busy = robot

    report = world.run()

    assert (report.outcome, [finding.item for finding in report.findings]) == (Outcome.FINDINGS, ["G1.A1"])
    assert "does not settle" in report.findings[0].message
    assert next(number) < 20


@pytest.mark.parametrize("newest", [date(2026, 8, 8), date(2026, 6, 15)], ids=["another", "as before"])
def test_what_was_sent_unheard_is_the_plans(world: World, newest: date) -> None:
    """A pass dies with the plan's date in the tool: that date is no team's, so the plan's next one goes there."""
    world.run()
    world.change("G1.A1.P1", due=date(2026, 8, 1))

    def dead(_write: Write) -> None:
        raise Killed

    world.tool.afterwards = dead
    with pytest.raises(Killed):
        world.run()
    world.tool.afterwards = lambda _write: None
    world.revive()
    assert world.boards.of("G1.A1.P1").due == date(2026, 8, 1)
    world.change("G1.A1.P1", due=newest)

    assert world.run().outcome is Outcome.DONE

    assert world.boards.of("G1.A1.P1").due == newest
    assert not world.log("team")
    told = [(line.before, line.after) for line in world.log("update")]
    assert told == [(date(2026, 6, 15), date(2026, 8, 1)), (date(2026, 8, 1), newest)]
    assert not [key for key in world.links()["G1.A1.P1"].agreed if key.startswith(SENDING)]
    assert quiet(world.run())
