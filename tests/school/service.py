"""The daemon as `syncd run` runs it, step by step: it looks when it is told to, and its jobs are awaited."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

import httpx
from apscheduler.schedulers.background import BackgroundScheduler

from connectors.clock import Clock
from syncd.app import App
from syncd.config import load_config
from syncd.plan.model import Audience
from syncd.service.daemon import run
from syncd.service.hooks import Hookup
from syncd.service.schedule import scheduled
from tests.school.clock import RunningClock, schedules_by
from tests.service.daemons import PATIENCE

IDLE_JOB = "fetch"
"""What is due every minute and has nothing to do: nothing in the week comes from an address."""


class Looks(threading.Event):
    """What asks a thread to stop that looks now and then; until then it waits here, between two looks."""

    def __init__(self) -> None:
        super().__init__()
        self._go, self._ended = threading.Semaphore(0), threading.Semaphore(0)

    def wait(self, timeout: float | None = None) -> bool:
        """A look is over: wait until there is to be another one, or the end; no `timeout`, as the clock decides."""
        self._ended.release()
        self._go.acquire()
        return self.is_set()

    def over(self) -> None:
        """Wait until the look under way is over."""
        assert self._ended.acquire(timeout=PATIENCE), "nobody looks any more"

    def look(self) -> None:
        """Have it look once."""
        self._go.release()
        self.over()

    def set(self) -> None:
        """Have it stop."""
        super().set()
        self._go.release()


class Service:
    """A daemon that runs until `end`, on a thread of its own, with its real schedule, webhooks and web surface."""

    def __init__(self, config: Path, clock: Clock) -> None:
        self._clock = clock
        self._looks, self._subscriptions, self._schedules = Looks(), Looks(), list[BackgroundScheduler]()
        self.app = App(load_config(config), clock, threads=False)
        address: Future[str] = Future()
        self._codes: list[int] = []

        def daemon() -> None:
            told, load = address.set_result, partial(load_config, config)
            self._codes.append(run(self.app, stop=self._looks, front=Audience.INTERNAL, listening=told, load=load))

        self._thread = threading.Thread(target=daemon)
        with _noted(self._schedules, self._subscriptions):
            self._thread.start()
            self._looks.over()
        self._subscriptions.over()
        self._browser = httpx.Client(base_url=address.result(), trust_env=False, timeout=PATIENCE * 3)

    def get(self, path: str) -> Any:
        """What it answers, as JSON."""
        return self._browser.get(path).json()

    def metrics(self, admin: str) -> str:
        """What Prometheus is told."""
        return self._browser.get("/metrics", headers={"Authorization": f"Bearer {admin}"}).raise_for_status().text

    @property
    def passes(self) -> int:
        """How many it has ended."""
        return int(self.get("/healthz")["passes"])

    def due(self) -> datetime:
        """When it has something to do next."""
        [schedule] = self._schedules
        moments: list[datetime] = [job.next_run_time for job in schedule.get_jobs() if job.id != IDLE_JOB]
        return min(moments)

    def work(self) -> bool:
        """Have it look, do all that is due, and see to its subscriptions; whether there was anything, or is by now."""
        [schedule] = self._schedules
        self._looks.look()
        due = self._is_due()
        schedule._process_jobs()
        # Each of these has one thread, which takes one thing after the other: after this nothing, all was done.
        for executor in schedule._executors.values():
            executor._pool.submit(int).result()
        self._subscriptions.look()
        return due or self._is_due()

    def _is_due(self) -> bool:
        return self.due() <= self._clock.now()

    def end(self) -> None:
        """Ask it to stop, and wait until it has."""
        self._browser.close()
        self._looks.set()
        self._thread.join()
        self.app.close()
        assert self._codes == [0]


@contextmanager
def _noted(schedules: list[BackgroundScheduler], subscriptions: Looks) -> Iterator[None]:
    """Note the schedules that are made; subscriptions are looked at when they are told to be."""

    def noted(*how: Any) -> BackgroundScheduler:
        schedules.append(scheduled(*how))
        return schedules[-1]

    def led(*how: Any) -> Hookup:
        hookup = Hookup(*how)
        hookup._stop = subscriptions
        return hookup

    with patch("syncd.service.own.scheduled", noted), patch("syncd.service.generation.Hookup", led):
        yield


def doomed(config: Path, moment: datetime) -> None:
    """A daemon as a process of its own, which begins at a moment of the week and will be killed.

    No tool is asked to tell it anything: what monday makes of such a request after the death, nobody could foresee.
    """
    clock, whole = RunningClock(moment), load_config(config)
    alone = whole.model_copy(update={"server": whole.server.model_copy(update={"public_url": None})})
    with schedules_by(clock):
        run(App(alone, clock), stop=threading.Event())
