"""A district over both tools whose webhooks reach the daemon: at an address of this machine."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import httpx

from connectors.asana import sandbox as asana
from connectors.clock import Clock
from connectors.monday import sandbox as monday
from tests.cli.district import PLAN, TOKEN, District
from tests.service.daemons import Daemon, running, until

TEACHERS = "Train every K-3 teacher"
BOOKS = "Choose the reading books"
LIAISON = "Hire the family liaison"
MONDAY_TOKEN = "a-monday-token-that-nobody-may-see"
UNLIMITED = monday.Limits(per_minute=None, concurrency=None, complexity=1_000_000_000, daily=None)


@dataclass(slots=True)
class Hooked:
    """Goal G1 is in the local Asana, goal G2 in the local monday; passes by the clock come once an hour only."""

    district: District
    monday: monday.Sandbox
    port: int

    @property
    def asana(self) -> asana.Sandbox:
        """The local Asana."""
        return self.district.box

    @property
    def project(self) -> str:
        """The Asana project's id."""
        return next(iter(self.asana.world.projects))

    @property
    def board(self) -> str:
        """The monday board's id."""
        return next(board.id for board in self.monday.world.boards.values() if board.type == "board")

    @contextmanager
    def running(self) -> Iterator[Daemon]:
        """The daemon, once both tools tell it everything, and the looks that this leads to are over."""
        with running(self.district) as daemon:
            until(self.hooked)
            self.settled(daemon)
            yield daemon

    def hooked(self) -> bool:
        """Whether both tools have been asked to tell what happens."""
        return len(self.asana.world.hooks) == 1 and len(self.monday.world.hooks) == 13

    def settled(self, daemon: Daemon) -> None:
        """Wait until nothing more is being asked of either tool."""
        quiet, count = 0, -1
        while quiet < 8:
            time.sleep(0.1)
            now = sum(self.asked()) + passes(daemon)
            quiet, count = (quiet + 1, now) if now == count else (0, now)

    def asked(self) -> tuple[int, int]:
        """How many requests each tool has had."""
        return len(self.asana.requests), len(self.monday.requests)

    def tick(self, title: str, *, done: bool = True) -> None:
        """A team ticks a project off, whichever tool it is in, or opens it again."""
        if title == TEACHERS:
            self.asana.world.complete(self.district.task(title).gid, done=done)
        else:
            self.monday.world.complete(self.item(title), done)

    def item(self, title: str) -> str:
        """The id of a monday item."""
        return next(one.id for one in self.monday.world.items.values() if one.name == title)

    def address(self, tool: str) -> str:
        """Where a tool delivers to."""
        if tool == "asana":
            return next(iter(self.asana.world.hooks.values())).target
        return next(iter(self.monday.world.hooks.values())).url


@cache
def _reader() -> httpx.Client:
    """Who reads the pages: to make a client takes longer than to use it. It keeps no connection that none closes."""
    return httpx.Client(trust_env=False, limits=httpx.Limits(max_keepalive_connections=0))


def passes(daemon: Daemon) -> int:
    """How many passes it has ended."""
    return int(daemon.get("/healthz").json()["passes"])


def done(daemon: Daemon, title: str) -> Any:
    """Whether the page's data call a project done."""
    goals = _reader().get(f"{daemon.address}/scorecard.json").json()["goals"]
    found = [each for goal in goals for action in goal["actions"] for each in action["projects"]]
    return next(each["done"] for each in found if each["title"] == title)


def timed(happened: Callable[[], object]) -> float:
    """How many seconds it takes until something has happened."""
    begun = time.monotonic()
    until_soon(happened)
    return time.monotonic() - begun


def until_soon(happened: Callable[[], object]) -> None:
    """Wait until something has happened, looking often."""
    end = time.monotonic() + 20
    while not happened():
        assert time.monotonic() < end
        time.sleep(0.01)


def post(address: str, content: bytes = b"", **headers: str | bytes) -> httpx.Response:
    """Somebody knocks."""
    named = [(name.replace("_", "-").encode(), _bytes(value)) for name, value in headers.items()]
    return httpx.post(address, content=content, headers=named, trust_env=False)


@contextmanager
def hooked(folder: Path, clock: Clock | None = None) -> Iterator[Hooked]:
    """Both tools run; the daemon does not yet."""
    with ExitStack() as closing:
        box = closing.enter_context(asana.Sandbox(clock=clock, token=TOKEN, limits=asana.Limits(per_minute=None)))
        box.world.ways.hooks_here = True
        other = closing.enter_context(monday.Sandbox(clock, token=MONDAY_TOKEN, limits=UNLIMITED))
        district = District(folder, box)
        district.write_plan(PLAN)
        port = _free_port()
        district.write_config(
            mapping='every = "1h"\nselect = ["G1"]',
            more=f"""\
[connections.monday]
kind = "monday"
token = "{MONDAY_TOKEN}"
base_url = "{other.base_url}"
[mappings.families]
plan = "district"
connection = "monday"
every = "1h"
select = ["G2"]
container = {{ name = "Families" }}
""",
        )
        text = district.config.read_text(encoding="utf-8")
        here = f'listen = "127.0.0.1:{port}"\npublic_url = "http://127.0.0.1:{port}"'
        district.config.write_text(text.replace('listen = "127.0.0.1:0"', here), encoding="utf-8")
        yield Hooked(district, other, port)


def _bytes(value: str | bytes) -> bytes:
    return value if isinstance(value, bytes) else value.encode()


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
