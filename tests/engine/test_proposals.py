"""What is proposed to the plan, and how it gets there: once, whenever the process dies, and over nobody's edit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import pytest

from connectors.errors import Invalid, Transient, UnknownOutcome
from connectors.vocabulary import FieldValue, Task
from mappings.rules import DEFAULT_FIELDS, Conflict, FieldRule, Owner, Rules, Unplanned
from syncd.engine.books import Route
from syncd.engine.including import Included, Includer, include
from syncd.engine.planner import Kind
from syncd.engine.proposals import NewValue, NewWork, Proposal, proposals
from syncd.engine.waiting import known_books, waiting
from syncd.plan.edits import NewItem, PlanEdit, Unwritten
from syncd.records import KpiPoint
from tests.engine.tool import LOST
from tests.engine.world import BOARD, MAPPING, Killed, Moments, World, item, quiet

LATER, NEWER, WHY = date(2026, 7, 1), date(2026, 8, 8), "the plan may only be read"
LAPTOPS = "Buy laptops"


@dataclass
class Office:
    """The strategy office: it sees what is proposed, and puts it into the world's plan."""

    world: World
    refuses: set[str] = field(default_factory=set)
    """Ids that do not go into the plan."""
    dies_at: str = ""
    """The moment at which the process dies as it writes the plan."""

    @property
    def route(self) -> Route:
        """The mapping, whose plan no pass writes."""
        return replace(self.world.route, unwritable=WHY)

    def proposed(self, *others: str) -> list[Proposal]:
        """What is proposed; `others` are ids that stand in the plan beside those of its work."""
        with self.world.store() as store, store.reading() as reader:
            routes = [self.route, *self.world.others]
            return proposals(reader, waiting(reader, routes), {"district": {*self.world.plan, *others}})

    def apply(self, found: Sequence[Proposal], *, copy: bool = False) -> list[Included]:
        """Put them into the plan."""
        self.world.clock.pass_by(minutes=1)
        world = self.world
        with world.store() as store, store.reading() as reader:
            books = known_books(reader, self.route)
        assert books is not None
        world.tool.moment = world._store.moments = world.moments
        worker = Includer(books, world._store, world.tool, world.clock, lambda: "key", "ann")
        return include({MAPPING: worker}, found, self.put, copy=copy)

    def put(self, values: Sequence[PlanEdit], works: Sequence[NewItem]) -> Sequence[Unwritten]:
        """Write the plan, or die before or after that."""
        self._comes_to("before the plan")
        for edit in (edit for edit in values if edit.item not in self.refuses):
            self.world.change(edit.item, **{edit.key: edit.after})
        for new in (new for new in works if new.id not in self.refuses):
            above = self.world.plan[new.under]
            added = replace(item(new.id, new.tier), path=(*above.path, above.id), values=dict(new.values))
            self.world.plan[new.id] = added
        self._comes_to("after the plan")
        asked = [(edit, edit.item) for edit in values] + [(new, new.id) for new in works]
        # as equals: what a plan answers may have been found out for an earlier question
        return [Unwritten(replace(each), "it does not fit") for each, id_ in asked if id_ in self.refuses]

    def _comes_to(self, moment: str) -> None:
        self.world.moments(moment)
        if moment == self.dies_at:
            raise Killed


def start(world: World) -> Office:
    """A pushed plan; a team added one task below an action and one in the group of a goal, and moved a date."""
    world.rules = Rules(MAPPING, "district", unplanned=Unplanned.PROPOSE)
    world.run()
    boards = world.boards
    boards.edit(boards.add_step(boards.of("G1.A1").id, LAPTOPS).id, due=LATER, assignee="bob@example.org")
    boards.put(Task("T99", BOARD, "Visit families", "", group=boards.of("G2.A1").group), BOARD)
    boards.edit(boards.of("G1.A2").id, due=LATER)
    world.run()
    return Office(world)


@pytest.fixture
def office(world: World) -> Office:
    """An office with three proposals on its desk."""
    return start(world)


def works(found: Sequence[Proposal]) -> list[NewWork]:
    """Those that are about new work."""
    return [each for each in found if isinstance(each, NewWork)]


def test_what_is_proposed(office: Office) -> None:
    """Values with both sides and the edit they would be; new work with its place, its id and what its task says."""
    value, first, second = office.proposed()
    assert isinstance(value, NewValue)
    assert (value.item, value.field, value.plan, value.tool) == ("G1.A2", "due", None, LATER)
    assert (value.edit, value.why) == (PlanEdit("G1.A2", "due", None, LATER), WHY)
    values: dict[str, FieldValue] = {"title": LAPTOPS, "due": LATER, "owner": "bob@example.org"}
    assert first.edit == NewItem("G1.A1.P3", "project", "G1.A1", values)
    assert second.edit == NewItem("G2.A2", "action", "G2", {"title": "Visit families"})
    assert [(each.above, each.title, each.item) for each in works([first, second])] == [
        ("Title of G1.A1", LAPTOPS, "G1.A1.P3"),
        ("Attendance", "Visit families", "G2.A2"),
    ]


@pytest.mark.parametrize("rule", [Unplanned.IGNORE, Unplanned.COUNT])
def test_only_what_the_mapping_has_proposed(office: Office, rule: Unplanned) -> None:
    """Where teams' own work is ignored, or only counted, it is not proposed; values are all the same."""
    office.world.rules = replace(office.world.rules, unplanned=rule)
    assert [each.item for each in office.proposed()] == ["G1.A2"]


def test_a_value_that_no_plan_can_hold(world: World) -> None:
    """It is told why, and nothing puts it into the plan."""
    fields = (*DEFAULT_FIELDS[1:], FieldRule("title", Owner.SHARED, "title"))
    world.rules = Rules(MAPPING, "district", fields=fields)
    world.run()
    world.boards.edit(world.boards.of("G1.A2").id, title="Two\nlines")
    world.run()
    [value] = Office(world).proposed()
    assert (value.edit, value.why) == (None, "a title is one line of text")
    assert Office(world).apply([value]) == [(value, "a title is one line of text")]
    assert world.plan["G1.A2"].values["title"] == "Title of G1.A2"


@pytest.mark.parametrize("hidden", [False, True])
def test_ids_that_were_ever_used_are_not_given_again(office: Office, hidden: bool) -> None:
    """The task of an item that left the plan keeps its marker, seen or not: its id would make it the new item's."""
    world = office.world
    world.plan["G1.A1.P3"] = item("G1.A1.P3", "project")
    world.run()
    world.boards.hide(world.boards.of("G1.A1.P3").id, hidden=hidden)
    world.drop("G1.A1.P3")
    world.run()
    assert [each.item for each in works(office.proposed())] == ["G1.A1.P4", "G2.A2"]


def test_ids_of_kpis_and_of_the_past_are_not_given(office: Office) -> None:
    """Whatever else stands in the plan, or stood in the history of its figures, keeps its id for itself."""
    assert [each.item for each in works(office.proposed("G1.A1.P3"))] == ["G1.A1.P4", "G2.A2"]
    now = office.world.clock.now()
    figures = (None, None, None, None, "not_started", 0, 1)
    with office.world.store() as store, store.writing() as writer:
        writer.add_point(KpiPoint("district", "G1.A1.P3", now.date(), now, *figures))
    assert [each.item for each in works(office.proposed())] == ["G1.A1.P4", "G2.A2"]


def test_two_tasks_get_two_ids(office: Office) -> None:
    """In the order in which they were made."""
    office.world.boards.add_step(office.world.boards.of("G1.A1").id, "Teach with them")
    office.world.run()
    assert [(each.item, each.title) for each in works(office.proposed())] == [
        ("G1.A1.P3", LAPTOPS),
        ("G2.A2", "Visit families"),
        ("G1.A1.P4", "Teach with them"),
    ]


def check(office: Office) -> None:
    """The plan holds each proposal once, its task is the team's own, and nothing is left to do."""
    world = office.world
    assert world.plan["G1.A2"].values["due"] == LATER
    for id_, title in (("G1.A1.P3", LAPTOPS), ("G2.A2", "Visit families")):
        assert [one.id for one in world.plan.values() if one.values["title"] == title] == [id_]
        task = world.boards.by_title(title)
        assert (world.boards.of(id_), world.links()[id_].task) == (task, task.id)
        assert task.notes.count("In the plan") <= 1
    assert world.boards.by_title(LAPTOPS).due == LATER
    assert len(list(world.boards.live())) == len(world.work()) == 8
    assert office.proposed() == []
    world.tool.writes.clear()
    world.run()
    assert not world.tool.writes


def test_all_of_it_goes_into_the_plan(office: Office) -> None:
    """The log says who put it there; the next pass adopts the tasks and makes none."""
    outcomes = office.apply(office.proposed())
    assert [why for _, why in outcomes] == ["", "", ""]
    report = office.world.run()
    assert (report.counts["created"], report.counts["adopted"], report.counts["conflicts"]) == (0, 2, 0)
    check(office)
    lines = [line for line in office.world.log() if line.who == "ann"]
    assert [(line.kind, line.item) for line in lines] == [
        ("propose", "G1.A1.P3"),
        ("propose", "G2.A2"),
        ("write_back", "G1.A2"),
        ("write_back", "G1.A1.P3"),
        ("write_back", "G2.A2"),
    ]
    assert (lines[2].field, lines[2].before, lines[2].after) == ("due", None, LATER)
    assert lines[0].cause == "it is to become a project of G1.A1 “Title of G1.A1”"
    assert lines[4].cause == "a team's own task became an action of G2 “Attendance”"


@pytest.mark.parametrize("pass_between", [True, False], ids=["a pass comes first", "at once again"])
def test_killed_at_any_moment(folder: Path, *, pass_between: bool) -> None:
    """Dead before or after any request, any commit, or the writing of the plan: tried again, each is there once."""
    moment, alive = 0, False
    while not alive:
        moment += 1
        with closing(World(folder)) as world:
            office = start(world)
            found = office.proposed()
            world.moments = Moments(kill_at=moment)
            try:
                office.apply(found)
                alive = True
            except Killed:
                pass
            world.revive()
            if pass_between:
                world.run()
                assert len(list(world.boards.live())) == 8, moment
            office.apply(office.proposed())
            world.run()
            check(office)
    assert moment > 15


def test_the_store_knows_before_the_plan_does(office: Office) -> None:
    """A feed that never tells of the markers makes no second tasks."""
    told = len(office.world.boards.boards[BOARD].feed)
    office.apply(office.proposed())
    office.world.boards.lose_events(BOARD, len(office.world.boards.boards[BOARD].feed) - told)
    office.world.run()
    check(office)


def test_a_lost_store_makes_no_second_task(office: Office) -> None:
    """The tasks carry their markers: with an empty store the next pass finds them by these."""
    office.apply(office.proposed())
    office.world.lose_store()
    office.world.run()
    check(office)


@pytest.mark.parametrize(
    "edit",
    [{"title": "Buy tablets"}, {"due": date(2026, 8, 1)}, {"parent": "elsewhere"}, {"marker": "syncd:district/G9"}],
    ids=str,
)
def test_what_a_team_changed_meanwhile_is_looked_at_anew(office: Office, edit: Mapping[str, object]) -> None:
    """Nothing is written over an edit that no pass has seen; the rest goes on, and with a pass it is proposed anew."""
    world = office.world
    elsewhere = {"parent": world.boards.of("G2.A1").id} if "parent" in edit else {}
    found = office.proposed()
    before = world.boards.edit(world.boards.by_title(LAPTOPS).id, **{**edit, **elsewhere})
    outcomes = office.apply(found)
    assert [(each.item, bool(why)) for each, why in outcomes] == [
        ("G1.A2", False),
        ("G2.A2", False),
        ("G1.A1.P3", True),
    ]
    assert "run `syncd sync`" in outcomes[-1][1]
    assert world.boards.rows[before.id].task == before
    assert "G1.A1.P3" not in world.plan


def test_a_task_that_was_deleted_meanwhile(office: Office) -> None:
    """Its proposal is left, and the plan gets no item without a task."""
    found = office.proposed()
    office.world.boards.delete(office.world.boards.by_title(LAPTOPS).id)
    assert [each.item for each, why in office.apply(found) if why] == ["G1.A1.P3"]
    assert "G1.A1.P3" not in office.world.plan


def test_what_only_was_ticked_meanwhile_goes_in(office: Office) -> None:
    """What does not stand in the plan does not matter."""
    found = office.proposed()
    office.world.boards.complete(office.world.boards.by_title(LAPTOPS).id)
    assert not any(why for _, why in office.apply(found))
    office.world.run()
    assert office.world.evidence()["G1.A1.P3"].done


def test_what_the_plan_refuses_is_let_go_again(office: Office) -> None:
    """Its task loses the marker, its team's words stay, and it is proposed as before."""
    office.refuses = {"G1.A1.P3", "G1.A2"}
    outcomes = {each.item: why for each, why in office.apply(office.proposed())}
    assert outcomes == {"G1.A2": "it does not fit", "G1.A1.P3": "it does not fit", "G2.A2": ""}
    assert office.world.boards.by_title(LAPTOPS).marker is None
    assert [each.item for each in office.proposed()] == ["G1.A2", "G1.A1.P3"]
    office.refuses = set()
    office.world.run()
    office.apply(office.proposed())
    office.world.run()
    check(office)


def test_a_copy_of_the_plan(office: Office) -> None:
    """Until the copy takes the plan's place all stays proposed under the same ids; then the tasks are adopted."""
    world, plan = office.world, dict(office.world.plan)
    office.apply(office.proposed(), copy=True)
    copy, world.plan = world.plan, plan
    world.run()
    assert [each.item for each in office.proposed()] == ["G1.A2", "G1.A1.P3", "G2.A2"]
    assert not world.log("write_back")
    office.world.boards.add_step(office.world.boards.of("G1.A1").id, "Teach with them")
    world.run()
    assert [each.item for each in works(office.proposed())] == ["G1.A1.P3", "G2.A2", "G1.A1.P4"]
    world.boards.delete(world.boards.by_title("Teach with them").id)
    world.plan = copy
    world.run()
    check(office)


@pytest.mark.parametrize("error", [Transient("down"), Invalid("not now"), UnknownOutcome(LOST)], ids=repr)
def test_a_tool_that_fails(office: Office, error: Transient | Invalid | UnknownOutcome) -> None:
    """What could not be marked does not go into the plan, and comes up again; the rest goes on."""
    office.world.tool.fail("write", error, what=LAPTOPS)
    assert [(each.item, why) for each, why in office.apply(office.proposed()) if why] == [("G1.A1.P3", str(error))]
    office.apply(office.proposed())
    office.world.run()
    check(office)


def test_an_edit_of_the_plan_right_after_stands(office: Office) -> None:
    """What went into the plan is what both sides agree on: a later value of the plan's is the plan's change alone."""
    office.apply(office.proposed())
    office.world.change("G1.A2", due=NEWER)
    assert office.world.run().counts["conflicts"] == 0
    assert office.world.boards.of("G1.A2").due == NEWER
    assert office.proposed() == []


@pytest.mark.parametrize("dies", [False, True], ids=["told", "cut off"])
def test_an_edit_of_the_team_right_after_stands(office: Office, *, dies: bool) -> None:
    """Also where the plan wins over what both changed, and where the store was not told what went into the plan."""
    world = office.world
    fields = [replace(rule, conflict=Conflict.PLAN) for rule in DEFAULT_FIELDS]
    world.rules = replace(world.rules, fields=tuple(fields))
    [value] = [each for each in office.proposed() if isinstance(each, NewValue)]
    if dies:
        office.dies_at = "after the plan"
        with pytest.raises(Killed):
            office.apply([value])
        world.revive()
    else:
        office.apply([value])
    world.boards.edit(world.boards.of("G1.A2").id, due=NEWER)
    world.run()
    assert (world.plan["G1.A2"].values["due"], world.boards.of("G1.A2").due) == (LATER, NEWER)
    assert [(each.item, each.tool) for each in office.proposed() if isinstance(each, NewValue)] == [("G1.A2", NEWER)]
    assert [(line.before, line.after) for line in world.log("write_back")] == [(None, LATER)]


def test_a_value_of_an_item_with_a_new_id(office: Office) -> None:
    """The plan may give its item another id before any pass has seen that."""
    world = office.world
    world.plan["G1.A7"] = replace(world.plan.pop("G1.A2"), id="G1.A7", was=("G1.A2",))
    office.apply([each for each in office.proposed() if isinstance(each, NewValue)])
    world.change("G1.A7", due=NEWER)
    world.run()
    assert world.boards.of("G1.A7").due == NEWER


@pytest.mark.parametrize("copy", [False, True], ids=["refused", "a copy"])
def test_what_is_not_in_the_plan_is_not_agreed(office: Office, *, copy: bool) -> None:
    """It stays the team's change alone, and is proposed as before."""
    before = office.world.links()["G1.A2"]
    office.refuses = set() if copy else {"G1.A2"}
    plan = dict(office.world.plan)
    office.apply([each for each in office.proposed() if isinstance(each, NewValue)], copy=copy)
    office.world.plan = plan
    assert office.world.links()["G1.A2"] == before


@pytest.mark.parametrize("copy", [False, True], ids=["its file", "a copy"])
def test_what_the_plan_says_beside_what_it_took_goes_to_the_task(office: Office, *, copy: bool) -> None:
    """A team's own task holds nothing of it: nobody is asked which of the two stands, also where either may change."""
    world = office.world
    world.rules = replace(world.rules, fields=tuple(replace(rule, owner=Owner.SHARED) for rule in DEFAULT_FIELDS))
    office.apply(office.proposed(), copy=copy)
    world.change("G1.A1.P3", notes="Goal: Reading")
    assert {change.kind for change in world.foresee().changes} == {Kind.ADOPT, Kind.UPDATE}
    assert world.run().counts["conflicts"] == 0
    assert "Goal: Reading" in world.boards.of("G1.A1.P3").notes
    assert world.boards.of("G1.A1.P3").due == LATER
    assert quiet(world.run())


def test_what_a_team_took_away_before_its_task_was_adopted_stays_so(office: Office) -> None:
    """Of what the plan took from the task, nobody knows which side changed since: a person is asked."""
    office.apply(office.proposed())
    office.world.boards.edit(office.world.boards.by_title(LAPTOPS).id, due=None)
    assert office.world.run().counts["conflicts"] == 1
    assert office.world.plan["G1.A1.P3"].values["due"] == LATER
    assert office.world.boards.by_title(LAPTOPS).due is None


def test_a_marker_that_arrived_without_an_answer(office: Office) -> None:
    """The task is proposed under the id that it carries, and goes into the plan as that."""
    office.world.tool.fail("write", UnknownOutcome(LOST), what=LAPTOPS, took_effect=True)
    office.apply(office.proposed())
    assert office.world.boards.by_title(LAPTOPS).marker == "syncd:district/G1.A1.P3"
    assert "G1.A1.P3" not in office.world.plan
    office.world.run()
    office.apply(office.proposed())
    office.world.run()
    check(office)


def test_a_marker_that_nobody_heard_of_keeps_its_id(office: Office) -> None:
    """Whatever became of the plan meanwhile, no other task is to carry the same one."""
    office.world.boards.add_step(office.world.boards.of("G1.A1").id, "Teach with them")
    office.world.run()
    office.world.tool.fail("write", UnknownOutcome(LOST), what="Teach with them", took_effect=True)
    office.apply([each for each in office.proposed() if each.title == "Teach with them"])
    assert office.world.boards.by_title("Teach with them").marker == "syncd:district/G1.A1.P4"
    assert [(each.item, each.title) for each in works(office.proposed("G1.A1.P3"))] == [
        ("G1.A1.P5", LAPTOPS),
        ("G2.A2", "Visit families"),
        ("G1.A1.P4", "Teach with them"),
    ]


def test_a_tool_that_cannot_be_asked(office: Office) -> None:
    """Nothing is marked and no new work goes into the plan; values do, they need no tool."""
    office.world.tool.closed = Transient("down")
    outcomes = {each.item: why for each, why in office.apply(office.proposed())}
    assert outcomes == {"G1.A2": "", "G1.A1.P3": "down", "G2.A2": "down"}
    office.world.tool.closed = None
    office.apply(office.proposed())
    office.world.run()
    check(office)


def test_what_left_the_plan_is_not_proposed(office: Office) -> None:
    """A task keeps its marker when its item leaves the plan: it is no new work, not even if it was once proposed."""
    office.apply(office.proposed())
    office.world.run()
    office.world.drop("G1.A1.P3")
    office.world.run()
    assert office.proposed() == []


def test_requests_are_counted(office: Office) -> None:
    """Those that a proposal costs are in the day's account."""
    with office.world.store() as store, store.reading() as reader:
        before = reader.requests_on("tool", office.world.clock.now().date())
    asked = len(office.world.tool.asked)
    office.apply(office.proposed())
    with office.world.store() as store, store.reading() as reader:
        counted = reader.requests_on("tool", office.world.clock.now().date()) - before
    assert counted == len(office.world.tool.asked) - asked == 4
