"""A probe finds what holds, keeps it, removes what it made, and may be stopped or die at any moment."""

from __future__ import annotations

from connectors.errors import Refused, UnknownOutcome
from syncd.cli.codes import Code
from syncd.cli.probe import ending, for_programs, lines
from syncd.connections import ANSWERS
from syncd.probing import SCRATCH, Probed
from tests.probing.towns import TASKS, Town


def facts(done: Probed) -> dict[str, object]:
    """What was answered with a fact."""
    return {a.question.key: a.answer.fact for a in done.asked if a.answer and a.answer.fact is not None}


def test_all_holds_and_nothing_is_left(town: Town) -> None:
    """Every question is answered with yes, the answers are kept, and the tool is as it was."""
    before = town.containers(), town.titles()
    fields = [] if town.monday else list(town.box.world.fields.values())
    done = town.probe()
    assert done.trouble is None
    assert {asked.question.key: asked.answer and asked.answer.holds for asked in done.asked} == {
        asked.question.key: True for asked in done.asked
    }
    assert town.kept(ANSWERS) == facts(done)
    assert (town.containers(), town.titles(), town.kept(SCRATCH)) == (*before, {})
    assert town.monday or all(not each.everywhere for each in town.box.world.fields.values() if each not in fields)
    assert town.sync().counts["created"] == TASKS
    assert town.sync().requests <= 2


def test_stopped_between_two_questions(town: Town) -> None:
    """What was asked by then is kept, and what was made is removed; that all holds, nobody says."""
    before = town.containers()
    done = town.probed(stop_after=3)
    assert (len(done.asked), done.unasked) == (3, done.questions - 3)
    assert town.kept(ANSWERS) == facts(done)
    assert (town.containers(), town.kept(SCRATCH)) == (before, {})
    first = next(lines(done))
    assert first.endswith(f": 3 assumptions tried, all of them hold; {done.unasked} more were not asked.")
    assert (for_programs(done)["ok"], ending(done)) == (False, Code.FINDINGS)


def test_what_could_not_be_removed_is_removed_by_the_next(town: Town) -> None:
    """A container that is left, as after a crash, is remembered until it is gone."""
    before = town.containers()
    town.fault("delete_board" if town.monday else "DELETE /projects", status=500, body="html")
    done = town.probe()
    assert isinstance(done.trouble, UnknownOutcome)
    assert set(town.containers()) - set(before) == {done.scratch}
    again = town.probe()
    assert (again.cleared, again.trouble, town.containers()) == (done.scratch, None, before)


def test_a_container_whose_making_was_not_answered(town: Town) -> None:
    """It is found by its name, which was kept before, and removed by the next probe."""
    before = town.containers()
    town.fault("create_board" if town.monday else "POST /projects", kind="lost_reply")
    done = town.probe()
    assert isinstance(done.trouble, UnknownOutcome)
    assert len(town.containers()) == len(before) + 1
    assert (town.probe().cleared, town.containers()) == (done.scratch, before)


def test_only_what_the_probe_made_is_removed(town: Town) -> None:
    """A container that people called the same is left alone, and so is one that is in use."""
    town.sync()
    make = town.box.world.add_board if town.monday else town.box.world.add_project
    make("syncd probe 2026-09-01 08:00:00 UTC, may be deleted")
    before = town.containers()
    assert town.probe().trouble is None
    assert town.containers() == before


def test_a_wrong_token_makes_nothing(town: Town) -> None:
    """The tool's refusal is told, and no container remembered."""
    config = town.folder / "config.toml"
    config.write_text(config.read_text().replace(town.box.token, "wrong"))
    done = town.probe()
    assert isinstance(done.trouble, Refused)
    assert (done.asked, town.kept(SCRATCH)) == ([], None)
