"""`syncd probe`: what it asks, says and ends with."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from connectors.asana.sandbox import Fault, Limits, Sandbox
from syncd import app
from tests.cli.district import TOKEN, District
from tests.connectors.clock import ToldClock


@pytest.fixture
def district(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[District]:
    """A district on a local Asana; nobody waits in real time."""
    clock = ToldClock()
    monkeypatch.setattr(app, "SystemClock", lambda: clock)
    with Sandbox(clock=clock, token=TOKEN, limits=Limits(per_minute=None)) as box:
        yield District(tmp_path, box)


def test_it_asks_before_it_writes(district: District, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a yes nothing is made, and not even the store."""
    monkeypatch.setattr("sys.stdin", io.StringIO("n\n"))
    said = district.run("probe", "asana")
    assert (said.code, district.box.requests, district.store.exists()) == (130, [], False)
    assert "deletes it when it is done" in said.err
    monkeypatch.setattr("sys.stdin", io.StringIO("y\n"))
    assert district.run("probe", "asana").code == 0


def test_it_asks_of_no_other_connection(district: District) -> None:
    """A name that is no connection's is told before anybody is asked anything."""
    said = district.run("probe", "asan")
    assert (said.code, said.out) == (2, "")
    assert "there is no connection “asan”; did you mean “asana”?" in said.err
    assert "Go on?" not in said.err


def test_all_holds(district: District) -> None:
    """A line for each assumption, one that sums up, and exit 0."""
    said = district.run("probe", "asana", "--yes")
    assert (said.code, said.err) == (0, "")
    assert said.out.count("holds    ") == 12
    assert "asana, signed in as syncd: 12 assumptions tried, all of them hold." in said.out


def test_some_differ(district: District) -> None:
    """What differs is told with what was found and what syncd does instead; exit 1."""
    district.box.world.ways.group_in_create = False
    said = district.run("probe", "asana", "--yes")
    assert said.code == 1
    assert "differs  A new task stands in the section that is named" in said.out
    assert "Here: it stands in another section." in said.out
    assert "A second request puts each new task into its section." in said.out
    assert "12 assumptions tried, 11 of them hold." in said.out
    assert "No pass has to go by that" in said.out


def test_what_passes_go_by_is_said(district: District) -> None:
    """A difference that changes what later passes do is told as such, for a running daemon as well."""
    district.box.world.ways.tells = False
    assert (
        "Every later pass goes by that, those of a running daemon too." in district.run("probe", "asana", "--yes").out
    )


def test_what_an_earlier_one_left_is_told(district: District) -> None:
    """The container that a killed probe had left is removed, and its name said."""
    before = len(district.box.world.projects)
    district.box.faults.append(Fault("DELETE /projects", status=500, body="html"))
    assert district.run("probe", "asana", "--yes").code == 4
    said = district.run("probe", "asana", "--yes")
    assert (said.code, said.out.count("An earlier probe was cut off: “syncd probe ")) == (0, 1)
    assert [project.deleted for project in list(district.box.world.projects.values())[before:]] == [True, True]


def test_for_programs(district: District) -> None:
    """`--json` prints each assumption by its key, and whether all hold."""
    district.box.world.ways.tells = False
    said = district.run("probe", "asana", "--yes", "--json")
    assert said.code == 1
    assert said.json.keys() == {"connection", "account", "cleared", "assumptions", "unasked", "ok"}
    assert {each["key"]: each["holds"] for each in said.json["assumptions"]} == {
        "group_in_create": True,
        "marker_in_field": True,
        "fields": True,
        "external": True,
        "groups": True,
        "values": True,
        "listed": True,
        "placed": True,
        "found_after": True,
        "told": False,
        "swept": True,
        "deleted": True,
    }
    kept = {each["key"]: each["kept"] for each in said.json["assumptions"] if each["kept"] is not None}
    assert kept == {"marker_in_field": True, "found_after": kept["found_after"], "told": False, "swept": True}
    assert (said.json["unasked"], said.json["ok"]) == (0, False)


def test_out_of_reach_is_exit_4(district: District) -> None:
    """A tool that cannot be asked is told in its own words."""
    district.box.world.revoke(TOKEN)
    said = district.run("probe", "asana", "--yes")
    assert said.code == 4
    assert "Not Authorized" in said.err


def test_no_such_connection(district: District) -> None:
    """The nearest name is offered; exit 2."""
    said = district.run("probe", "asanas", "--yes")
    assert said.code == 2
    assert "did you mean “asana”?" in said.err
