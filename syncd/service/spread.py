"""Passes made by whichever process has a hand free: the leading daemon puts them into the queue, and hears of them."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

from apscheduler.schedulers.background import BackgroundScheduler

from syncd.app import App
from syncd.cluster.hands import Hands
from syncd.cluster.jobs import Job, Kind, Queue
from syncd.cluster.queue import PassQueue
from syncd.service import jobs
from syncd.service.chores import Chores
from syncd.service.hooks import Hookup
from syncd.service.lending import RELIED_ON, SETTLE
from syncd.service.passes import Hints
from syncd.service.relay import Message, hear
from syncd.service.schedule import CHORES, Later, add_chores, blank, later
from syncd.service.watch import Watch
from syncd.store.errors import StoreError

ORDERS: Final = 32
"""So many orders may be under way at once, reports among them."""
POLL: Final = 0.25
"""Seconds between two looks for reports: of the passes of a connection they are taken in one after the other."""
AGAIN: Final = 5.0
"""Seconds until what could not be put into the queue is put there again."""
SOON: Final = "(soon)"
"""The threads of what is to be done in a moment; no connection can have that name."""


class Spread:
    """How the daemon that leads has passes made where several processes make them."""

    def __init__(self, app: App, watch: Watch, queue: PassQueue, stopped: threading.Event) -> None:
        self._app, self._watch, self._queue, self._stopped = app, watch, queue, stopped
        self.schedule: BackgroundScheduler = blank(app.config, {CHORES: 1, SOON: 2})
        add_chores(self.schedule, Chores(app, watch), app.config)
        self._later = later(self.schedule)
        self._waiting: dict[str, _Mine] = {}
        """What this process does in its turn with a connection, by token."""
        self._hands: Hands | None = None
        self._hookup: Hookup | None = None
        self._relied: dict[str, list[str]] = {}

    def start(self, hookup: Hookup) -> None:
        """Do the chores, take orders and hear reports."""
        self._hookup = hookup
        self._hands = self._queue.serve(Queue.LEAD, ORDERS, self._do, settle=SETTLE, poll=POLL)
        self.schedule.start()

    @property
    def later(self) -> Later:
        """What this process itself does, in its turn with a connection."""
        return self._in_turn

    @property
    def soon(self) -> Later:
        """What needs no turn."""
        return lambda _connection, seconds, job: self._later(SOON, seconds, job)

    def hinted(self, mappings: Sequence[str], hints: Hints) -> bool:
        """One pass of each mapping, as soon as a hand is free, with what a tool has pointed at; nothing gets lost."""
        for (connection, container), tasks in hints.items():
            job = jobs.hinted(mappings, connection, container, tasks)
            self._surely(partial(self._queue.join, job, jobs.joined))
        return True

    def edited(self, connection: str, mappings: Sequence[str]) -> None:
        """The same for mappings whose plan somebody edited."""
        self._surely(partial(self._queue.put, jobs.some(Kind.EDITED, connection, mappings)))

    def look(self) -> None:
        """Keep in the store of which containers we are told, for all who make passes. Raises StoreError."""
        if self._hookup is not None and not self._stopped.is_set():
            self._rely(self._hookup.relied_on())

    def end(self) -> None:
        """Wait for what is under way, which was asked to stop."""
        if self._hands is not None:
            self._hands.stop()
            self._hands.end()
        self.schedule.shutdown(wait=True)

    def _in_turn(self, connection: str, seconds: float, job: Callable[[], None]) -> None:
        token = uuid.uuid4().hex
        self._waiting[token] = _Mine(job)
        put = partial(self._queue.put, jobs.here(connection, token))
        self._later(SOON, seconds, partial(self._surely, put))

    def _surely(self, put: Callable[[], object]) -> None:
        """Put something into the queue, now or as soon as that can be reached: nobody would say it again."""
        try:
            put()
        except StoreError as error:
            self._watch.say("queue", error.in_full)
            if not self._stopped.is_set():
                self._later(SOON, AGAIN, partial(self._surely, put))
        else:
            self._watch.say("queue", "")

    def _do(self, job: Job, _over: Callable[[], bool]) -> None:
        with self._watch.trying("queue"):
            if job.kind is Kind.REPORT:
                for what in (*job.also, job.what):  # those that a dead process left are the older ones
                    self._hear(what["told"])
            elif mine := self._waiting.get(job.what["token"]):
                mine.do()
                self._waiting.pop(job.what["token"], None)

    def _hear(self, told: Sequence[Message]) -> None:
        """Hear all of it, whatever is wrong with one thing that is told: another version of syncd may have told it."""
        for each in told:
            with self._watch.trying("reports"):
                hear(self._watch, [each], self._app.config.mappings)

    def _rely(self, relied: dict[str, list[str]]) -> None:
        """Whoever makes quiet passes leaves these containers out, as nothing happens there unheard."""
        for connection, containers in relied.items():
            if self._relied.get(connection) != containers:
                with self._app.store.writing() as writer:
                    writer.put_facts(connection, RELIED_ON, containers)
                self._relied[connection] = containers


class _Mine:
    """Something to be done once. Who comes for it again waits for its end, and keeps the connection's lock meanwhile.

    A process that stood still for a while counts as dead: what it has under way stands in the queue again by then.
    """

    def __init__(self, what: Callable[[], None]) -> None:
        self._what: Callable[[], None] | None = what
        self._lock = threading.Lock()

    def do(self) -> None:
        """Do it, or wait for who does."""
        with self._lock:
            what, self._what = self._what, None
            if what is not None:
                what()
