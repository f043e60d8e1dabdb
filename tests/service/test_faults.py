"""What the daemon does when something around it fails: each has its behaviour, is said once, and ends by itself."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import structlog

from connectors.asana.sandbox import Fault, Limits, Sandbox
from syncd.app import App
from syncd.config import load_config
from syncd.plan.model import Audience
from syncd.service import daemon, hooks, server
from syncd.service.daemon import Daemon
from syncd.service.passes import Passes
from syncd.service.watch import Watch
from syncd.store import Store
from tests.cli.district import TASKS, TOKEN, District
from tests.connectors.clock import ToldClock
from tests.service.daemons import tick, until

TITLE = "Train every K-3 teacher"
LIAISON = "Hire the family liaison"


@pytest.fixture
def lines() -> Iterator[list[Any]]:
    """The log so far."""
    with structlog.testing.capture_logs() as kept:
        yield kept


def said(lines: list[Any], event: str) -> list[Any]:
    """The lines of this event."""
    return [line for line in lines if line["event"] == event]


def once_each(district: District) -> bool:
    """Whether the board holds each task of the plan exactly once."""
    names = [task.name for task in district.box.world.tasks.values() if not task.deleted]
    return len(set(names)) == len(names) == TASKS


def test_the_disk_is_full(district: District, lines: list[Any]) -> None:
    """In the middle of a push: it is said once with what to do, and with room again the rest is made, nothing twice."""
    long = "x" * 20_000
    district.change_plan(("due = 2027-01-15", f'due = 2027-01-15\nnotes = "{long}"'))
    with App(load_config(district.config)) as app:
        app.open_store()
        passes = Passes(app, Watch(app), threading.Event())
        with app.store._writer.begin() as connection:
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
            connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
        for _ in range(3):
            passes.some(["academics"], full=False)
        [trouble] = said(lines, "trouble")
        assert trouble["about"] == "passes of academics"
        assert "the disk is full" in trouble["message"]
        assert "Free some space" in trouble["message"]
        assert app.scorecard(audience=Audience.PUBLIC).title
        with app.store._writer.begin() as connection:
            connection.exec_driver_sql("PRAGMA max_page_count = 1073741823")
        passes.some(["academics"], full=False)
        assert [line["about"] for line in said(lines, "well_again")] == ["passes of academics"]
    assert once_each(district)
    assert district.run("sync", "--json").json["passes"][0]["created"] == 0


def test_the_store_is_locked(district: District, lines: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """By a program that copies it, say: the pass waits a while, then it is said, and the next one goes on."""
    monkeypatch.setattr("syncd.app.Store", partial(Store, patience=0.1))
    with App(load_config(district.config)) as app:
        app.open_store()
        passes = Passes(app, Watch(app), threading.Event())
        with closing(sqlite3.connect(district.store, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            passes.some(["academics"], full=False)
        [trouble] = said(lines, "trouble")
        assert "is locked by another program" in trouble["message"]
        passes.some(["academics"], full=False)
        assert said(lines, "well_again")
    assert once_each(district)


class SetClock(ToldClock):
    """A clock that somebody sets: `ahead` is by how much it differs from what has passed."""

    def __init__(self) -> None:
        super().__init__()
        self.ahead = timedelta()

    def now(self) -> datetime:
        """The instant it shows."""
        return super().now() + self.ahead


@pytest.mark.parametrize("by", [timedelta(hours=-3), timedelta(days=30)])
def test_the_clock_is_set(district: District, lines: list[Any], by: timedelta) -> None:
    """Backwards or forwards: it is said, and passes go on at once instead of waiting for the time that was."""
    district.write_config(mapping='every = "1h"')
    clock = SetClock()
    with App(load_config(district.config), clock) as app:
        running = Daemon(app, Audience.INTERNAL, None, threading.Event())
        running.look()
        until(lambda: len(said(lines, "pass_ended")) == 1 and not at_work(running))
        clock.ahead = timedelta(seconds=30)
        running.look()
        assert not said(lines, "clock_was_set")
        clock.ahead = by
        tick(district, TITLE)
        running.look()
        [line] = said(lines, "clock_was_set")
        assert line["by_seconds"] == by.total_seconds() - 30
        until(lambda: len(said(lines, "pass_ended")) == 2)
        assert running.end(20)
        assert not said(lines, "trouble")
        card = app.scorecard(audience=Audience.INTERNAL)
    assert card.work.done == 1


def at_work(running: Daemon) -> bool:
    """Whether a quiet pass is not quite over yet."""
    assert running._now._work is not None
    return bool(running._now._work.passes.schedule._executors["asana"]._instances["quiet asana 3600"])


@contextmanager
def by_the_clock(folder: Path, clock: ToldClock) -> Iterator[District]:
    """A district whose local Asana goes by the same clock."""
    folder.mkdir()
    with Sandbox(token=TOKEN, limits=Limits(per_minute=None), clock=clock) as box:
        yield District(folder, box)


def test_the_network_is_gone_for_a_day(tmp_path: Path, lines: list[Any]) -> None:
    """It is said once and asked for no oftener than usual; then everything that plan and team did is taken in."""
    clock = ToldClock()
    with by_the_clock(tmp_path / "district", clock) as district, App(load_config(district.config), clock) as app:
        app.open_store()
        passes = Passes(app, Watch(app), threading.Event())
        passes.some(["academics"], full=False)
        assert once_each(district)
        district.box.faults.append(Fault(kind="reset", times=10**6))
        asked = len(district.box.requests)
        looks = 26 * 2
        for number in range(looks):
            clock.pass_(minutes=30)
            passes.quiet(("academics",))
            if number == 20:
                district.box.world.complete(district.task(TITLE).gid)
                district.change_plan((LIAISON, "Hire two family liaisons"))
        [trouble] = said(lines, "trouble")
        assert (trouble["about"], trouble["outcome"]) == ("mapping academics", "unreachable")
        assert len(district.box.requests) - asked <= 10 * looks
        district.box.faults.clear()
        clock.pass_(minutes=15)
        passes.quiet(("academics",))
        assert said(lines, "well_again")
        assert district.task("Hire two family liaisons")
        assert app.scorecard(audience=Audience.INTERNAL).work.done == 1
        with app.store.reading() as reader:
            assert reader.set_aside("academics") == {}
        assert once_each(district)


def test_a_stop_takes_less_than_twenty_seconds() -> None:
    """What passes, webhooks and open pages may take of it together, with the look that may be under way."""
    assert hooks.PATIENCE < daemon.GRACE
    assert daemon.LOOK_EVERY + daemon.GRACE + daemon.LEAVING + server.GRACE < 20
