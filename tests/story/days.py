"""The story itself: one week, day by day, as five people live it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from tests.story.ledger import Line
from tests.story.people import Office, Person
from tests.story.town import Town


@dataclass(frozen=True)
class Week:
    """The town and who lives in it."""

    town: Town
    sofia: Office
    """Strategy office: keeps the plan, as a file in an editor."""
    marcus: Person
    """Principal of Oak Hill Elementary."""
    priya: Person
    """Literacy coach."""
    tom: Person
    """Head of the curriculum department."""
    lena: Person
    """Administrative assistant."""

    @classmethod
    def begins(cls, here: Town) -> Week:
        """Everybody is there."""
        return cls(
            here,
            Office(here),
            Person.of(here, "Marcus Hale"),
            Person.of(here, "Priya Nair"),
            Person.of(here, "Tom Okafor"),
            Person.of(here, "Lena Fischer"),
        )


def monday(week: Week) -> None:
    """The plan reaches the boards, on a bad line; the teams begin to work, and one date goes back into the plan."""
    here, sofia = week.town, week.sofia
    here.goes_wrong("rate_limit", "^POST /tasks", skip=1, retry_after="20")
    here.goes_wrong("lost_reply", "^POST /tasks", skip=2)
    here.goes_wrong("status", "^POST /tasks", skip=4, status=500)
    here.sync("--create-columns")

    here.quiet("Mon 08:00")
    week.tom.moves_due("G1.A1.P1", "2026-06-19")
    week.priya.retitles("G1.A1.P3", "Coaching (Priya)")
    week.lena.hands_to("G1.A2.P1", week.marcus)
    week.marcus.ticks("G2.A1.P2")
    here.sync()
    assert "due   = 2026-06-19    # before the summer break" in here.plan.read_text(encoding="utf-8")

    here.quiet("Mon 15:00")
    sofia.sets("G1.A2.P2", "title", "A library card for every family")
    sofia.sets("G1.A1.P2", "due", date(2026, 5, 8))
    week.priya.weighs("G1.A1.P3", 2)
    here.goes_wrong("truncated", "^PUT /tasks")
    here.sync()


def tuesday(week: Week) -> None:
    """Plan and teams change the same things; people write into the descriptions; Asana falls silent."""
    here, sofia = week.town, week.sofia
    here.quiet("Tue 08:00")
    sofia.sets("G1.A1.P3", "due", date(2026, 11, 30))
    week.priya.moves_due("G1.A1.P3", "2026-12-11")
    sofia.sets("G1.A1.P2", "weight", 4)
    week.tom.weighs("G1.A1.P2", 5)
    sofia.sets("G1.A2.P1", "start", date(2026, 3, 16))
    week.marcus.moves_start("G1.A2.P1", "2026-03-23")
    week.priya.writes("G1.A1.P1", above="Oak Hill goes first.", below="Rooms: ask Lena.")
    week.lena.writes("G2.A1.P1", below="Lists are in the shared drive.")
    week.lena.adds_step("G1.A2.P1", "Print the flyers")
    here.goes_wrong("hang", "^PUT /tasks", seconds=2.5)
    here.sync(code=1, timeout=2.0)

    here.quiet("Tue 12:00", code=1)
    week.priya.moves_due("G1.A1.P2", "2026-05-22")
    here.wire.before("GET /events", 1, lambda: sofia.sets("G1.A2.P2", "due", date(2026, 10, 15)))
    here.syncd("sync")  # the file is saved while this runs
    here.sync(code=1)


def wednesday(week: Week) -> None:
    """A slip in the plan; a pass that dies amid new work; a task deleted and brought back; a feed that forgets."""
    here, sofia = week.town, week.sofia
    here.quiet("Wed 08:00", code=1)
    sofia.retypes('title = "Read at home"', 'title = "Read at home')
    before, said = here.writes(), here.syncd("sync")
    assert (said.code, here.writes()) == (2, before), said
    assert re.search(r"plan\.toml:\d+: ", said.err), said
    sofia.retypes('title = "Read at home', 'title = "Read at home"')
    sofia.adds(_NEW, below="due   = 2026-10-15\n")
    here.killed("sync", before="POST /tasks", nth=2)
    here.sync(code=1)

    here.quiet("Wed 10:00", code=1)
    week.marcus.deletes("G1.A2.P4")
    said = here.sync(code=1)
    assert "its task was deleted in the tool" in said.out
    week.lena.brings_back("G1.A2.P4")
    week.tom.puts_into("G1.A1.P2", "Waiting for the board")
    here.box.world.feed.expire()
    here.sync(code=1, unheard=True)

    here.quiet("Wed 16:00", code=1)
    here.plan.chmod(0o444)
    week.priya.moves_due("G1.A1.P3", "2026-12-04")
    here.syncd("sync")
    assert [each["proposals"] for each in here.syncd("status", "--json").json["mappings"]] == [1, 0]
    here.plan.chmod(0o644)
    here.sync(code=1)


_NEW = """
  [[goals.actions.projects]]
  id = "G1.A2.P3"
  title = "Summer reading bags"
  due = 2026-06-05

  [[goals.actions.projects]]
  id = "G1.A2.P4"
  title = "Authors visit schools"

  [[goals.actions.projects]]
  id = "G1.A2.P5"
  title = "Story time on the bus"
"""


def thursday(week: Week) -> None:
    """What waits for a person is decided; somebody writes while syncd is about to; many dates at once are approved."""
    here, sofia = week.town, week.sofia
    here.quiet("Thu 08:00", code=1)
    assert "in conflict" in here.syncd("status").out
    sofia.decides("G1.A2.P1", "start", "tool")
    here.sync()
    sofia.sets("G2.A1.P1", "start", date(2026, 2, 23))
    week.lena.moves_start("G2.A1.P1", "2026-03-02")
    here.sync(code=1)
    sofia.decides("G2.A1.P1", "start", "plan")
    here.sync()

    here.quiet("Thu 14:00")
    sofia.sets("G1.A1.P2", "notes", "Three publishers, two rounds.")
    request = f"GET /tasks/{here.task('G1.A1.P2').gid}"
    here.wire.before(request, 1, lambda: week.tom.writes("G1.A1.P2", below="Samples are in room 12."))
    here.sync()

    for item in ("G1.A1.P2", "G1.A2.P1", "G1.A2.P2", "G1.A2.P3", "G1.A2.P4"):
        sofia.sets(item, "owner", "tom.okafor@riverbend.example")
        sofia.sets(item, "due", date(2026, 6, 30))
    stopped = here.syncd("sync")
    assert (stopped.code, here.on_board("G1.A2.P4", "due")) == (3, None), stopped
    [digest] = re.findall("--approve=([0-9a-f]+)", stopped.err)
    here.ledger.lines.append(Line("", "approve", "", None, None, sofia.account))
    here.sync(f"--approve={digest}", who=sofia.account)
    here.backs_up("thursday.db")


def friday(week: Week) -> None:
    """A morning of work, and then the store is yesterday's; a task is copied, and words of syncd's are changed."""
    here, sofia = week.town, week.sofia
    here.quiet("Fri 08:00")
    week.marcus.ticks("G1.A2.P3")
    week.lena.moves_due("G1.A2.P1", "2026-06-02")
    sofia.sets("G1.A2.P5", "title", "Story time on the school bus")
    sofia.adds(_LATE, below='notes = "Begin with the two routes that are late most often."\n')
    here.sync()
    here.restores("thursday.db")
    here.sync()

    here.quiet("Fri 12:00")
    copy = week.lena.duplicates("G1.A1.P1")
    said = here.sync(code=1)
    assert "a second task" in said.out
    here.ledger.lines.append(Line("G1.A1.P1", "hold", "", None, None))
    week.lena.throws_away(copy)
    week.tom.writes("G1.A1.P1", inside=("Substitutes are paid for.", "Bring your own lunch."))
    here.sync()


_LATE = """
  [[goals.actions.projects]]
  id    = "G2.A1.P3"
  title = "Breakfast before the first lesson"
"""


def saturday(week: Week) -> None:
    """A late edit is found in the morning; a task leaves its board; titles are changed, put back, and mended."""
    here, sofia = week.town, week.sofia
    here.calendar.turn_to("Fri 21:00")
    week.marcus.moves_due("G2.A1", "2026-12-11")
    here.calendar.turn_to("Sat 09:55")
    here.sync()

    here.quiet("Sat 10:00")
    week.tom.drags_out("G1.A1.P2")
    said = here.sync(code=1)
    assert "its task was moved out of the container" in said.out
    week.tom.puts_into("G1.A1.P2", "Adopt structured literacy")
    here.sync()

    here.quiet("Sat 11:00")
    sofia.sets("G1.A2.P1", "title", "READING NIGHTS")
    sofia.sets("G1.A2.P2", "title", "LIBRARY CARDS")
    here.sync()
    week.priya.retitles("G1.A2.P2", "Library cards, please")
    said = sofia.undoes("reading")
    here.ledger.undoes("G1.A2.P1", "title", "Reading nights in every school", sofia.account)
    assert said.code == 1, said
    assert "somebody changed it in the tool" in said.out
    here.sync()
    assert here.on_board("G1.A2.P1", "title") == "Reading nights in every school"
    sofia.sets("G1.A2.P1", "title", "Reading nights in every school")
    sofia.sets("G1.A2.P2", "title", "A library card for every family")
    here.sync()

    here.quiet("Sat 12:00")
    week.lena.moves_due("G2.A1.P1", "2062-10-01")
    here.sync()
    assert sofia.undoes("attendance").code == 0
    here.ledger.undoes("G2.A1.P1", "due", date(2026, 10, 1), sofia.account)
    here.sync()
    assert here.on_board("G2.A1.P1", "due") == date(2062, 10, 1)
    week.lena.moves_due("G2.A1.P1", "2026-10-15")
    here.sync()


def sunday(week: Week) -> None:
    """Clocks were put forward in the night; the office tidies the plan: one item cancelled, one out, one renamed."""
    here, sofia = week.town, week.sofia
    here.quiet("Sun 10:00")
    week.tom.ticks("G1.A1.P2")
    week.marcus.hands_to("G1.A1.P2", week.lena)
    sofia.sets("G1.A2.P5", "state", "cancelled")
    here.ledger.lines.append(Line("G1.A2.P5", "update", "notes", "", "this work was cancelled"))
    sofia.strikes_out(_LATE)
    here.ledger.forgets("G2.A1.P3")
    here.ledger.lines.append(Line("G2.A1.P3", "archive", "completed", False, True))
    sofia.renames("G1.A1.P3", "G1.A1.COACH")
    here.ledger.lines.append(Line("G1.A1.COACH", "rename", "id", "G1.A1.P3", "G1.A1.COACH"))
    here.sync()
    here.quiet("Sun 11:00")
    here.quiet("Sun 11:05")


DAYS = (monday, tuesday, wednesday, thursday, friday, saturday, sunday)
