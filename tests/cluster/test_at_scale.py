"""Four processes push twenty districts while everything goes wrong: nobody notices but those whose trouble it is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from connectors.asana.sandbox import Fault, Sandbox
from tests.cluster.many import WIDE, Many, errors, member
from tests.cluster.shared import Process, started
from tests.postgres import postgres_url, server
from tests.service.daemons import until

pytestmark = [pytest.mark.process, pytest.mark.timeout(500)]
WELL, ILL, ITEMS, LARGE = 9, 9, 12, 120
LONG = 180.0
"""Seconds: four processes begin at once."""


@pytest.fixture
def agency(tmp_path: Path) -> Iterator[Many]:
    """Half of them in a tool that answers nothing but 503; among the others one large plan and one revoked token."""
    with (
        postgres_url() as url,
        Sandbox(limits=WIDE, latency=0.1) as well,
        Sandbox(limits=WIDE, latency=0.1) as ill,
    ):
        ill.faults.append(Fault("", times=1_000_000, status=503, body="html"))
        members = [member(f"ill{number}", ill, ITEMS) for number in range(ILL)]
        members += [member(f"well{number}", well, ITEMS) for number in range(WELL)]
        members += [member("large", well, LARGE), member("refused", well, ITEMS)]
        well.world.revoke(members[-1].token)
        many = Many(tmp_path, url, members)
        many.write(every="8s")
        yield many


def test_nobody_else_notices(agency: Many) -> None:
    """Worker and leading daemon are killed, all sessions are ended, PostgreSQL is started anew, amid the first push.

    Each task of the others is made once, and stands in the log once. When the tool is well again, so are its districts.
    """
    with ExitStack() as stack:
        commands = {"daemon": "run", "other": "run", "first": "worker", "second": "worker"}
        each = {name: stack.enter_context(started(agency, command, name)) for name, command in commands.items()}

        _after(agency, 20)
        each.pop("first").kill()
        _after(agency, 25)
        each.pop(_leading(each)).kill()
        _after(agency, 25)
        server().cut_off(agency.database)
        _after(agency, 20)
        server().restart()
        until(lambda: _left(agency) == {*(f"ill{number}" for number in range(ILL)), "refused"}, LONG)

        agency.members[0].box.faults.clear()
        until(lambda: _left(agency) == {"refused"}, LONG)
        assert [process.stop() for process in each.values()] == [0, 0]

    logged = agency.logged()
    assert logged == {member.name: member.items for member in agency.members if member.name != "refused"}
    assert {name: errors(agency.folder / f"{name}.log") for name in commands} == {name: [] for name in commands}


def _after(agency: Many, tasks: int) -> None:
    """Once so many more tasks are there; fails if what went wrong before holds them up for too long."""
    before = agency.made()
    until(lambda: agency.made() >= before + tasks, LONG)


def _leading(each: dict[str, Process]) -> str:
    [leading] = [name for name in ("daemon", "other") if each[name].said("working")]
    return leading


def _left(agency: Many) -> set[str]:
    return set(agency.unfinished())
