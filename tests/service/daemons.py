"""A daemon in this process for tests: its address, its pages, its log; and waiting without sleeping."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any

import httpx
import structlog

from connectors.asana.feed import MOMENT
from syncd.app import App
from syncd.config import load_config
from syncd.plan.model import Audience
from syncd.service.daemon import run
from tests.cli.agency import Agency
from tests.cli.district import District

PATIENCE = 20.0
"""Seconds after which something that should have happened has not."""


@dataclass(frozen=True, slots=True)
class Daemon:
    """A daemon that runs; `lines` is its log so far."""

    app: App
    address: str
    lines: list[Any]
    again: threading.Event

    def get(self, path: str, **headers: str) -> httpx.Response:
        """What it answers."""
        return httpx.get(f"{self.address}{path}", headers=headers, trust_env=False)

    def said(self, event: str) -> list[Any]:
        """The lines of this event."""
        return [line for line in self.lines if line["event"] == event]


@contextmanager
def running(district: District | Agency) -> Iterator[Daemon]:
    """The daemon, until the block ends; it must end with 0. `Daemon.again` has it read its configuration anew."""
    address: Future[str] = Future()
    codes: list[int] = []
    stop, again = threading.Event(), threading.Event()
    with App(load_config(district.config)) as app, structlog.testing.capture_logs() as lines:

        def daemon() -> None:
            load = partial(load_config, district.config)
            front, told = Audience.INTERNAL, address.set_result
            codes.append(run(app, stop=stop, front=front, listening=told, load=load, again=again))

        thread = threading.Thread(target=daemon)
        thread.start()
        try:
            yield Daemon(app, address.result(PATIENCE), lines, again)
        finally:
            stop.set()
            thread.join()
    assert codes == [0]


def until(happened: Callable[[], object], patience: float = PATIENCE) -> None:
    """Wait until something has happened; fail if it does not within so many seconds."""
    waiting = threading.Event()
    for _ in range(int(patience / 0.05)):
        if happened():
            return
        waiting.wait(0.05)
    raise AssertionError(f"it did not happen within {patience:g} s")


def tick(district: District, title: str) -> None:
    """A team ticks a project off, no sooner than people can: within a moment it would be taken for our own write."""
    task = district.task(title)
    until(lambda: datetime.now(UTC) - datetime.fromisoformat(task.modified_at) > MOMENT)
    district.box.world.complete(task.gid)
