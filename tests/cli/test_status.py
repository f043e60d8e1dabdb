"""`syncd status`: from the store alone, before the first pass, after it, and when something waits."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from connectors.asana.sandbox import Fault
from syncd.store import Store
from tests.cli.district import NAME, TASKS, District

MAPPING = {"mapping", "links", "last_pass", "last_full_read", "paused", "set_aside", "conflicts", "proposals"}
CONNECTION = {"connection", "reachable", "requests_today", "quota"}


def test_before_the_first_pass(district: District) -> None:
    """Nothing is known, nothing is invented, and no store is made."""
    before = district.left()
    said = district.run("status", "--json")
    assert said.code == 0
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
            }
        ],
        "connections": [{"connection": "asana", "reachable": None, "requests_today": 0, "quota": None}],
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


def test_what_waits(pushed: District) -> None:
    """A team's date that stands against the plan's is a proposal; when both changed it, a conflict as well."""
    pushed.box.world.set(pushed.task("Train every K-3 teacher").gid, due_on="2027-03-01")
    assert pushed.run("sync").code == 0
    [mapping] = pushed.run("status", "--json").json["mappings"]
    assert (mapping["proposals"], mapping["conflicts"]) == (1, 0)
    pushed.change_plan(("due = 2027-01-15", "due = 2027-01-20"))
    pushed.run("sync")
    [mapping] = pushed.run("status", "--json").json["mappings"]
    assert (mapping["proposals"], mapping["conflicts"]) == (1, 1)
    assert (
        "  waiting         1 item in conflict: plan and team changed the same value\n"
        "                  1 item with a value that a team changed: it stands in the tool and differs from the plan\n"
    ) in pushed.run("status").out


def test_what_waits_outlasts_a_pass_that_saw_nothing(pushed: District) -> None:
    """While the tool is out of reach, what waited still waits, and the connection is said to be out of reach."""
    pushed.box.world.set(pushed.task("Train every K-3 teacher").gid, due_on="2027-03-01")
    pushed.run("sync")
    pushed.box.world.revoke(pushed.token)
    assert pushed.run("sync").code == 4
    found = pushed.run("status", "--json").json
    assert found["mappings"][0]["proposals"] == 1
    assert found["connections"][0]["reachable"] is False
    text = pushed.run("status").out
    assert "the tool could not be reached, or refuses us\n" in text
    assert "Make a new token" in text


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
    next_step = aside["next_step"].replace("`syncd sync`", f"`syncd --config {district.config} sync`")
    assert f"        → {next_step} (tried 1 time; again at 20" in text
