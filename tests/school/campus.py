"""Where the week takes place: the plan, a local Asana and a local monday, and the daemon between them."""

from __future__ import annotations

import math
import multiprocessing
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final
from unittest.mock import patch

from connectors.asana import sandbox as asana
from connectors.asana.sandbox.records import Task
from connectors.monday import sandbox as monday
from connectors.monday.sandbox.records import Item
from connectors.sandbox.deliveries import Mishap
from connectors.sandbox.exchange import Recorded
from syncd.store import Store, schema
from syncd.store.opening import migrating_engine
from tests.school.clock import WeekClock, at, schedules_by
from tests.school.service import Service, doomed
from tests.service.channel import Channel, channel
from tests.service.daemons import until
from tests.story.town import Wire

_PROCESSES: Final = multiprocessing.get_context("forkserver")
TRIP: Final = 0.3
"""Seconds of the week that every request takes."""
PEOPLE: Final = ("Marcus Hale", "Priya Nair", "Lena Fischer", "Tom Okafor", "Ines Duarte")
"""Who works in each tool."""
DAILY: Final = 500
"""Requests a day that monday answers: a fifth of them is left for the district's other scripts."""
EVERY: Final = timedelta(minutes=15)
"""How often the tool is looked at that does not tell."""
ASANA_TOKEN: Final = "2/1200/an-asana-token-that-nobody-may-see"
MONDAY_TOKEN: Final = "a-monday-token-that-nobody-may-see"
ADMIN: Final = "an-admin-token-that-nobody-may-see"
TOOLS: Final = {"G1": "asana", "G2": "monday"}
"""Which tool each goal is in; mappings are called as their tools."""

CONFIG: Final = """\
timezone = "America/New_York"
[store]
url = "sqlite:///syncd.db"
[server]
listen = "127.0.0.1:{port}"
public_url = "http://127.0.0.1:{port}"
admin_token = "{admin_token}"
[notices.office]
kind = "json"
url = "{channel}"
[schedule]
quiet_hours = ["17:00-07:00", "sat", "sun"]
[connections.asana]
kind = "asana"
token = "{asana_token}"
base_url = "{asana}"
[connections.monday]
kind = "monday"
token = "{monday_token}"
base_url = "{monday}"
daily_calls = {daily}
[plans.district]
source = "plan.toml"
[mappings.asana]
plan = "district"
connection = "asana"
every = "15m"
select = ["G1"]
container = {{ name = "Reading" }}
[mappings.monday]
plan = "district"
connection = "monday"
every = "15m"
select = ["G2"]
container = {{ name = "Attendance" }}
"""


def plan_text() -> str:
    """Two goals, each with three actions of four projects."""
    text = """\
[plan]
id = "district"
title = "Every Student Ready"
start = 2025-07-01
end = 2029-06-30
"""
    for goal in TOOLS:
        text += f'\n[[goals]]\nid = "{goal}"\ntitle = "Every child, goal {goal}"\n'
        for action in range(1, 4):
            text += f'\n[[goals.actions]]\nid = "{goal}.A{action}"\ntitle = "Action {action} of {goal}"\n'
            for number in range(1, 5):
                text += project_text(f"{goal}.A{action}.P{number}")
    return text


def project_text(item: str) -> str:
    """A project as the office writes it."""
    return f'\n[[goals.actions.projects]]\nid = "{item}"\ntitle = "Project {item}"\ndue = 2026-06-30\n'


class Line(Wire):
    """The requests that reach a tool: each takes a while on the week's clock."""

    def __init__(self, clock: WeekClock) -> None:
        super().__init__()
        self._clock = clock

    def append(self, seen: Recorded) -> None:
        """Note a request."""
        self._clock.sleep(TRIP)
        super().append(seen)


class Campus:
    """Everything there is. `told` names the tool whose webhooks reach the daemon; the other one refuses to make any."""

    def __init__(
        self, folder: Path, clock: WeekClock, boxes: tuple[asana.Sandbox, monday.Sandbox], told: str, office: Channel
    ) -> None:
        self.folder, self.clock, self.told, self.office = folder, clock, told, office
        self.asana, self.monday = boxes
        self.asana.world.ways.hooks_here = told == "asana"
        self.lines = Line(clock), Line(clock)
        self.asana._api.requests, self.monday._api.requests = self.lines
        self._let_through()
        port, self.plan, self.config = _free_port(), folder / "plan.toml", folder / "config.toml"
        self.plan.write_text(plan_text(), encoding="utf-8")
        filled = CONFIG.format(
            port=port, asana=self.asana.base_url, monday=self.monday.base_url, daily=DAILY,
            asana_token=ASANA_TOKEN, monday_token=MONDAY_TOKEN, admin_token=ADMIN, channel=office.url,
        )  # fmt: skip
        self.config.write_text(filled, encoding="utf-8")
        self._tasks: dict[str, str] = {}
        self.service: Service | None = None
        self.is_well = False
        """Whether the daemon is at work and the network is there."""

    # The daemon

    @property
    def running(self) -> Service:
        """The daemon that runs."""
        assert self.service is not None
        return self.service

    def starts(self) -> None:
        """Somebody starts the daemon: it makes its first passes, and the tool that tells is asked to."""
        before = self._hooks(self.told)
        self.service = Service(self.config, self.clock)
        self.settle()
        assert self._hooks(self.told) - before
        self.is_well = True

    def stops(self) -> None:
        """Somebody stops it."""
        self.is_well = False
        self.running.end()
        self.service = None
        assert not self._hooks("asana") | self._hooks("monday")

    def dies(self, before: str, nth: int) -> None:
        """A daemon is started, and the power fails when its nth such request reaches Asana: "POST /tasks"."""
        process = _PROCESSES.Process(target=doomed, args=(self.config, self.clock.now()))
        process.start()
        self.lines[0].before(before, nth, process.kill)
        process.join(60)
        assert process.exitcode == -signal.SIGKILL
        assert self.lines[0].is_over
        process.close()

    def is_of_yesteryear(self, revision: str) -> None:
        """The store is that of an older syncd; none may run."""
        store = Store(f"sqlite:///{self.folder / 'syncd.db'}")
        with migrating_engine(store._address, patience=5).begin() as connection:
            schema.downgrade(connection, revision)
        store.close()

    def _hooks(self, tool: str) -> set[str]:
        return set((self.asana if tool == "asana" else self.monday).world.hooks)

    # Time

    def settle(self) -> None:
        """Everything that is due by now is done, and what comes of it."""
        while True:
            until(lambda: self.asana._deliveries.idle and self.monday._deliveries.idle)
            if not self.running.work():
                return

    def goes_on(self, hour: str) -> Iterator[None]:
        """Live on until an hour of the week, from one thing that is due to the next."""
        end = at(hour)
        while self.clock.now() < end:
            self.clock.turn_to(min([self.running.due(), end, *self._retries()]) if self.service else end)
            if self.service:
                self.settle()
                yield

    def _retries(self) -> Iterator[datetime]:
        """When a tool will try again to tell what it could not."""
        for box in (self.asana, self.monday):
            for delivery in box._deliveries._waiting:
                yield self.clock.now() + timedelta(seconds=delivery.due - self.clock.monotonic())

    # The network

    def is_cut_off(self) -> None:
        """Nothing comes through, in either direction."""
        self.is_well = False
        self.asana.faults.append(asana.Fault(kind="reset", times=10**6))
        self.monday.faults.append(monday.Fault(kind="reset", times=10**6))
        for box in (self.asana, self.monday):
            box.mishaps.extend([Mishap.LOST] * 10**4)

    def is_back(self) -> None:
        """It works again."""
        for box in (self.asana, self.monday):
            box.faults.clear()
            box.mishaps.clear()
        self._let_through()
        self.is_well = True

    def office_hears(self, what: str) -> None:
        """Wait until the office was told it of both tools."""
        until(lambda: len(self.notices(what)) >= len(TOOLS))

    def notices(self, what: str) -> list[str]:
        """Of which tools the office was told that they cannot be reached ("troubles"), or can again ("well_again")."""
        told = [trouble["about"] for notice in self.office.arrived for trouble in notice[what]]
        return sorted(about.removeprefix("reach of ") for about in told if about.startswith("reach of "))

    def _let_through(self) -> None:
        """Everything but webhooks of the tool that does not tell."""
        if self.told != "monday":
            refusal = monday.Fault("create_webhook", kind="status", status=403, times=10**6)
            self.monday.faults.append(refusal)

    def asked(self) -> int:
        """How many requests there were, of both tools."""
        return sum(map(len, self.lines))

    # What is in the tools

    def task(self, item: str) -> str | None:
        """The id of the task that is linked with an item, None while there is none."""
        if item not in self._tasks and self.service:
            with self.running.app.store.reading() as reader:
                for mapping in TOOLS.values():
                    self._tasks |= {key: link.task for key, link in reader.links(mapping).items()}
        return self._tasks.get(item)

    def in_asana(self, item: str) -> Task:
        """An item's task in Asana."""
        return self.asana.world.tasks[self.task(item) or ""]

    def in_monday(self, item: str) -> Item:
        """An item's item in monday."""
        return self.monday.world.items[self.task(item) or ""]

    def titles(self) -> list[str]:
        """The titles of all live tasks in both tools."""
        ours = [task.name for task in self.asana.world.tasks.values() if not task.deleted]
        return sorted(ours + [item.name for item in self.monday.world.items.values() if item.state == "active"])

    def holds(self, item: str, what: str) -> Any:
        """What an item's task holds: "title", "due" (2026-06-30) or "done"; None where there is no task yet."""
        if self.task(item) is None:
            return None
        if TOOLS[item.partition(".")[0]] == "asana":
            task = self.in_asana(item)
            return {"title": task.name, "due": task.due_on, "done": task.completed}[what]
        one, world = self.in_monday(item), self.monday.world
        if what == "title":
            return one.name
        if what == "due":
            return (one.cells.get(self._date(one)) or {}).get("date")
        status = world.first(one.id, "status")
        cell = one.cells.get(status.id) if status else None
        label = status.label(cell["index"]) if status and cell else None
        return label is not None and label.is_done

    def team_sets(self, item: str, what: str, value: Any, person: str) -> None:
        """Somebody sets the "due" date of an item's task, or whether it is "done"."""
        if TOOLS[item.partition(".")[0]] == "asana":
            by = next(user.gid for user in self.asana.world.users.values() if user.name == person)
            self.asana.world.set(
                self.in_asana(item).gid, by=by, **{{"due": "due_on", "done": "completed"}[what]: value}
            )
            return
        one, world = self.in_monday(item), self.monday.world
        by = next(user.id for user in world.users.values() if user.name == person)
        if what == "done":
            world.complete(one.id, value, by=by)
        else:
            world.write(one.id, {self._date(one): {"date": value}}, by=by)

    def _date(self, one: Item) -> str:
        return next(column.id for column in self.monday.world.boards[one.board].columns if column.title == "Date")


@contextmanager
def campus(folder: Path, told: str) -> Iterator[Campus]:
    """The campus on Monday, half past seven in the morning, before syncd was ever run."""
    clock = WeekClock(at("Mon 07:30"))
    limits = monday.Limits(daily=DAILY)
    with (
        schedules_by(clock),
        patch("syncd.service.fresh.SLOW", math.inf),  # a page that is built waits for no time of the week to pass
        asana.Sandbox(clock=clock, token=ASANA_TOKEN) as one,
        monday.Sandbox(clock, token=MONDAY_TOKEN, limits=limits) as other,
        channel() as office,
    ):
        for person in PEOPLE:
            one.world.add_user(person)
            other.world.add_user(person)
        here = Campus(folder, clock, (one, other), told, office)
        try:
            yield here
        finally:
            if here.service is not None:
                here.running.end()


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
