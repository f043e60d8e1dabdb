"""A running local Asana with hands for what people do in it, and connectors to it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import Any

from connectors.asana import connect
from connectors.asana.sandbox import Fault, Limits, Sandbox
from connectors.contract import Connector, Settings
from connectors.sandbox.deliveries import Mishap
from tests.connectors.clock import ToldClock
from tests.contracts.openapi import Contract

NO_LIMIT = 600_000


class AsanaBench:
    """One sandbox with one project. Everything connectors send and are answered is kept in `box.requests`."""

    name = "Strategic plan"
    page = 100
    levels = 5

    def __init__(self, tier: str, closing: ExitStack) -> None:
        self.clock = ToldClock()
        self._closing = closing
        self.box = closing.enter_context(Sandbox(tier, self.clock, limits=Limits(per_minute=None)))
        self.world = self.box.world
        self.world.ways.hooks_here = True
        self.container = self.world.add_project(self.name).gid
        self.address = f"https://app.asana.com/0/{self.container}/list"
        self.teammate = "avery.teacher@example.org"

    @property
    def mishaps(self) -> list[Mishap]:
        """What befalls the next deliveries."""
        return self.box.mishaps

    def connect(self, *, token: str | None = None, clock: ToldClock | None = None, **settings: Any) -> Connector:
        """A fresh connector, by this clock or else the tool's; without `requests_per_minute` nothing limits it."""
        usual = Settings(
            "asana", token or self.box.token, self.box.base_url, self.box.workspace, requests_per_minute=NO_LIMIT
        )
        made = connect(replace(usual, **settings), clock or self.clock)
        self._closing.callback(made.close)
        return made

    def quiet(self, containers: int) -> int:
        """One request for each."""
        return containers

    # What people do

    def add_container(self, name: str) -> str:
        """A project."""
        return self.world.add_project(name).gid

    def hide_container(self, container: str) -> None:
        """Make a project private."""
        self.world.restrict(container)

    def delete_container(self, container: str) -> None:
        """Delete a project."""
        self.world.delete_project(container)

    def add(self, title: str, *, parent: str | None = None) -> str:
        """A task in the project, or a subtask."""
        return self.world.add_task(title, None if parent else self.container, parent=parent).gid

    def complete(self, task: str, *, done: bool = True) -> None:
        """Tick or untick."""
        self.world.complete(task, done)

    def rename(self, task: str, title: str) -> None:
        """Another name."""
        self.world.rename(task, title)

    def move(self, task: str, group: str) -> None:
        """Into another section."""
        self.world.move(task, group)

    def delete_group(self, group: str) -> None:
        """Delete a section."""
        self.world.delete_section(group)

    def move_away(self, task: str) -> None:
        """Into another project."""
        self.world.add_to_project(task, self.world.add_project("Elsewhere").gid)
        self.world.remove_from_project(task, self.container)

    def delete(self, task: str) -> None:
        """Into the bin."""
        self.world.delete(task)

    def hide(self, task: str) -> None:
        """Make it private."""
        self.world.restrict(task)

    def duplicate(self, task: str) -> str:
        """Copy it."""
        return self.world.duplicate(task).gid

    def titles(self) -> list[str]:
        """What all live tasks are called."""
        return [task.name for task in self.world.tasks.values() if not task.deleted]

    # What goes wrong

    def fault(self, match: str = "", **fault: Any) -> None:
        """Any fault of the sandbox."""
        self.box.faults.append(Fault(match, **fault))

    def lose_reply(self) -> None:
        """The next write takes effect unanswered."""
        self.fault("^(POST|PUT)", kind="lost_reply")

    def fail(self, times: int) -> None:
        """Status 500."""
        self.fault(times=times)

    def fail_second_page(self) -> None:
        """Status 500 for every page after a first one."""
        self.fault("offset=", times=10_000)

    def throttle(self, seconds: int) -> None:
        """Status 429."""
        self.fault(kind="rate_limit", retry_after=str(seconds))

    def lose_news(self) -> None:
        """The events so far are lost."""
        self.world.feed.drop(len(self.world.feed.events))

    def expire_cursors(self) -> None:
        """All sync tokens are too old."""
        self.world.feed.expire()

    # What tests look at

    def sent(self, method: str = "", path: str = "") -> list[Any]:
        """The requests so far with this method and a path that begins like this."""
        return [seen for seen in self.box.requests if seen.method.startswith(method) and seen.path.startswith(path)]

    def violations(self, contract: Contract) -> list[str]:
        """What Asana's contract has against any request or any reply so far."""
        found: list[str] = []
        for seen in self.box.requests:
            body = seen.body or None
            found += contract.check_request(seen.method, seen.path, seen.query, body)
            try:
                reply = seen.answer()
            except ValueError:
                continue
            found += contract.check_reply(seen.method, seen.path, seen.status, reply)
        return found


@contextmanager
def running(tier: str, contract: Contract | None) -> Iterator[AsanaBench]:
    """A bench; when it is done with, every exchange on it must be one that Asana's contract allows."""
    with ExitStack() as closing:
        bench = AsanaBench(tier, closing)
        yield bench
        if contract is not None:
            assert bench.violations(contract) == []
