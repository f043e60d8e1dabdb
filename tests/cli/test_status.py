"""`syncd status`: from the store alone, before the first pass, after it, and when something waits."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from unittest.mock import patch

import pytest

from connectors.asana.sandbox import Fault
from syncd.app import App
from syncd.store import Store
from tests.cli.district import NAME, PLAN, TASKS, District
from tests.story.calendar import Calendar

TRAIN = "Train every K-3 teacher"
HOLD = '[mappings.academics.fields]\ndue = { owner = "shared", conflict = "hold" }'

MAPPING = {
    *("mapping", "links", "last_pass", "last_full_read", "paused", "set_aside"),
    *("conflicts", "proposals", "conflict_list", "proposal_list", "undone_list"),
}
CONNECTION = {"connection", "reachable", "requests_today", "quota"}


def test_before_the_first_pass(district: District) -> None:
    """Nothing is known, nothing is invented, and no store is made: that there is none is told on stderr."""
    before = district.left()
    said = district.run("status", "--json")
    assert said.code == 0
    assert f"There is no store yet: the first `syncd --config {district.config} sync` or " in said.err
    assert said.json == {
        "mappings": [
            {
                "mapping": "academics",
                "links": 0,
                "last_pass": None,
                "last_full_read": None,
                "paused": False,
                "set_aside": [],
                "conflicts": 0,
                "proposals": 0,
                "conflict_list": [],
                "proposal_list": [],
                "undone_list": [],
            }
        ],
        "connections": [{"connection": "asana", "reachable": None, "requests_today": 0, "quota": None}],
        "stand_ins": [],
        "left_out": [],
    }
    assert district.left() == before
    assert not district.box.requests
    text = district.run("status").out
    assert text == (
        "academics (asana): 0 links\n  last pass       never\n  last full read  never\n"
        "asana: not asked yet, 0 requests today\n"
    )


def test_after_a_pass(district: District) -> None:
    """Links, times and requests stand there, and the tool is not asked for them."""
    district.run("sync")
    asked = len(district.box.requests)
    found = district.run("status", "--json").json
    [mapping], [connection] = found["mappings"], found["connections"]
    assert (mapping.keys(), connection.keys()) == (MAPPING, CONNECTION)
    assert mapping["links"] == TASKS
    assert datetime.fromisoformat(mapping["last_pass"]) >= datetime.fromisoformat(mapping["last_full_read"])
    assert connection == {"connection": "asana", "reachable": True, "requests_today": asked, "quota": None}
    assert len(district.box.requests) == asked
    text = district.run("status").out
    assert text.startswith(f"academics → “{NAME}” (asana): {TASKS} links\n  last pass       20")
    assert f"(#1), done: {TASKS} created\n" in text
    assert text.endswith(f"asana: reachable at its last pass, {asked} requests today\n")


def test_as_of_a_past_day(district: District) -> None:
    """Each day keeps its passes, what waited and its requests; a day before the first has none, and none is to come."""
    district.write_config(mapping=HOLD)
    clock = Calendar(datetime(2026, 3, 2, 15, tzinfo=UTC))
    with patch("syncd.cli.opening.App", partial(App, clock=clock)):
        district.run("sync")
        first = len(district.box.requests)
        clock.sleep(2 * 86_400)
        district.box.world.set(district.task(TRAIN).gid, due_on="2027-01-20")
        district.change_plan(("due = 2027-01-15", "due = 2027-01-25"))
        district.run("sync")
        second = len(district.box.requests) - first
        days = {day: district.run("status", "--json", "--as-of", f"2026-03-0{day}").json for day in (1, 2, 3, 4)}
        text = district.run("status", "--as-of", "2026-03-04").out
        late = district.run("status", "--as-of", "2026-03-05")
    assert {day: said["mappings"][0]["conflicts"] for day, said in days.items()} == {1: 0, 2: 0, 3: 0, 4: 1}
    assert {day: said["connections"][0]["requests"] for day, said in days.items()} == {1: 0, 2: first, 3: 0, 4: second}
    assert [days[day]["mappings"][0]["last_pass"] for day in (1, 2)] == [None, days[3]["mappings"][0]["last_pass"]]
    assert days[1]["connections"][0]["reachable"] is None
    assert text.startswith("At the end of 4 March 2026:\nacademics (asana)\n  last pass       2026-03-04 ")
    assert "\n  in conflict     1 value that plan and team both changed\n" in text
    assert text.endswith(f"asana: reachable at its last pass, {second} requests on that day\n")
    assert (late.code, "2026-03-05 lies in the future" in late.err) == (2, True)


@pytest.fixture
def barred(pushed: District) -> District:
    """A pushed district whose plan may only be read, where a team moved the date of a project."""
    (pushed.folder / "plan.toml").chmod(0o444)
    pushed.box.world.set(pushed.task(TRAIN).gid, due_on="2027-03-01")
    assert pushed.run("sync").code == 0
    return pushed


def spoil(district: District) -> None:
    """Break the plan's file."""
    (district.folder / "plan.toml").chmod(0o644)
    district.write_plan("[plan")


def test_what_the_plan_cannot_take_over(barred: District) -> None:
    """A team's date that the plan's file cannot take over is a proposal, with both values and the reason."""
    [mapping] = barred.run("status", "--json").json["mappings"]
    assert (mapping["proposals"], mapping["conflicts"]) == (1, 0)
    [proposal] = mapping["proposal_list"]
    assert (proposal["item"], proposal["field"]) == ("G1.A1.P1", "due")
    assert (proposal["plan"], proposal["tool"]) == ("2027-01-15", "2027-03-01")
    assert "may only be read" in proposal["why"]
    assert (
        "  proposed        1 change to the plan, by its teams\n"
        "    G1.A1.P1  Train every K-3 teacher  due: plan 2027-01-15, tool 2027-03-01\n"
        f"        → syncd --config {barred.config} proposals shows all, and how to put them into the plan\n"
    ) in barred.run("status").out


def test_what_both_changed(pushed: District) -> None:
    """Values in conflict stand in diff, sync and status with the command that decides, until it is decided."""
    pushed.write_config(mapping=HOLD)
    pushed.change_plan(("due = 2027-01-15", "due = 2027-01-20"))
    pushed.box.world.set(pushed.task(TRAIN).gid, due_on="2027-03-01")
    decides = f"  → `syncd --config {pushed.config} decide G1.A1.P1 due plan` (or `tool`) says whose value stands\n"
    assert pushed.run("diff").out.endswith(decides)
    said = pushed.run("sync")
    assert said.code == 1
    assert said.out.endswith(decides)
    [mapping] = pushed.run("status", "--json").json["mappings"]
    assert (mapping["proposals"], mapping["conflicts"]) == (0, 1)
    values = {"field": "due", "plan": "2027-01-20", "tool": "2027-03-01"}
    assert mapping["conflict_list"] == [{"item": "G1.A1.P1", "title": TRAIN} | values]
    assert (
        "  in conflict     1 value that plan and team both changed\n"
        "    G1.A1.P1  due: plan 2027-01-20, tool 2027-03-01\n"
        f"        → `syncd --config {pushed.config} decide G1.A1.P1 due plan` (or `tool`) says whose value stands\n"
    ) in pushed.run("status").out
    assert pushed.run("decide", "G1.A1.P1", "due", "tool").code == 0
    assert pushed.run("status", "--json").json["mappings"][0]["conflict_list"] == []


def test_what_is_held(pushed: District) -> None:
    """Deleted tasks are held for a person; of many the first few are shown, and how many more there are."""
    more = "".join(
        f'[[goals.actions.projects]]\nid = "G2.A1.P{number}"\ntitle = "Visit {number}"\n' for number in range(2, 9)
    )
    pushed.write_plan(f"{PLAN}{more}")
    assert pushed.run("sync").code == 0
    for number in range(2, 9):
        pushed.box.world.delete(pushed.task(f"Visit {number}").gid)
    assert pushed.run("sync").code == 1
    lines = pushed.run("status").out.splitlines()
    at = lines.index(f"  held            7 items for a person; `syncd --config {pushed.config} diff` shows all")
    assert lines[at + 1].startswith("    G2.A1.P2  its task was deleted in the tool; ")
    assert (lines[at + 5][:12], lines[at + 6]) == ("    G2.A1.P6", "    … and 2 more")
    [mapping] = pushed.run("status", "--json").json["mappings"]
    assert (mapping["conflicts"], mapping["proposals"]) == (0, 0)


def test_while_the_plan_cannot_be_read(barred: District) -> None:
    """The rest is told all the same, with how much waited when the plan could be read last."""
    spoil(barred)
    said = barred.run("status", "--json")
    assert said.code == 0
    assert "plan.toml" in said.err
    assert "What waits for a person is told as of the last pass.\n" in said.err
    [mapping] = said.json["mappings"]
    assert (mapping["links"], mapping["proposals"], mapping["proposal_list"]) == (TASKS, 1, [])
    assert "  proposed        1 change to the plan, by its teams\n        → " in barred.run("status").out


def test_what_waits_outlasts_a_pass_that_saw_nothing(barred: District) -> None:
    """While the tool is out of reach, what waited still waits, and the connection is said to be out of reach."""
    barred.box.world.revoke(barred.token)
    assert barred.run("sync").code == 4
    found = barred.run("status", "--json").json
    assert found["mappings"][0]["proposals"] == 1
    assert found["connections"][0]["reachable"] is False
    text = barred.run("status").out
    assert "the tool could not be reached, or refuses us\n" in text
    assert "Make a new token" in text
    spoil(barred)
    assert barred.run("status", "--json").json["mappings"][0]["proposals"] == 1


def test_paused_and_cut_off(pushed: District) -> None:
    """A mapping that is paused is said to be, and a pass without an end may have been cut off."""
    store = Store(f"sqlite:///{pushed.store}")
    with store.writing() as writer:
        state = writer.mapping_state("academics")
        assert state is not None
        writer.put_mapping_state(replace(state, paused=True))
        writer.begin_pass("academics", datetime(2026, 1, 2, 3, tzinfo=UTC), full=False)
    store.close()
    before = pushed.run("status", "--json").json["mappings"][0]
    assert before["paused"] is True
    assert before["last_pass"] is not None
    text = pushed.run("status").out
    assert f"{TASKS} links, paused\n" in text
    assert "2026-01-01 22:00 (#2), still running, or it was cut off\n" in text


def test_set_aside(district: District) -> None:
    """An item that failed stands there with the tool's words, the next step and when it is tried again."""
    district.box.faults.append(Fault(match="POST /tasks", status=400, message="name: too odd"))
    assert district.run("sync").code == 1
    [aside] = district.run("status", "--json").json["mappings"][0]["set_aside"]
    assert aside.keys() == {"item", "message", "next_step"}
    assert "name: too odd" in aside["message"]
    text = district.run("status").out
    assert "  set aside       1 item\n" in text
    next_step = aside["next_step"].replace("`syncd sync", f"`syncd --config {district.config} sync")
    assert f"        → {next_step} (tried 1 time; again at 20" in text
