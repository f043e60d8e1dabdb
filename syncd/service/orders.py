"""What commands ask of the daemon, carried out on its connections' threads; what comes of it goes into the store."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

import structlog

from syncd.app import App
from syncd.engine.tally import PassReport
from syncd.records import Order, Outcome
from syncd.service.passes import by_connection
from syncd.service.reports import SYNC, as_kept, as_kept_error
from syncd.service.schedule import Later
from syncd.service.watch import Watch
from syncd.store.errors import StoreError
from syncd.views.values import scrubbed

LONG_AGO: Final = timedelta(days=1)
"""What was asked for before that, and nobody here works on, is of a copy of the store that was put back, or forgotten.

A command that waits for it all the same does itself what is left.
"""
_log = structlog.get_logger(__name__)


class Orders:
    """Looks for orders, and works on them until `stopped` is set: whoever works next goes on with them."""

    def __init__(self, app: App, watch: Watch, later: Later, stopped: threading.Event) -> None:
        self._app, self._watch, self._later, self._stopped = app, watch, later, stopped
        self._under_way: dict[int, _Job] = {}

    def look(self) -> None:
        """Take up what is new, tell how far the rest is, and leave what was withdrawn. Raises StoreError."""
        with self._app.store.reading() as reader:
            orders = {order.id: order for order in reader.orders()}
        fresh = orders.keys() - self._under_way.keys()
        for number, job in list(self._under_way.items()):
            if number not in orders or not job.tell():
                job.withdrawn.set()
            if job.over or job.withdrawn.is_set():
                del self._under_way[number]
        for number in sorted(fresh):
            if self._app.clock.now() - orders[number].at > LONG_AGO:
                self._leave(orders[number])
            elif not self._stopped.is_set():
                self._under_way[number] = self._taken(orders[number])

    def _leave(self, order: Order) -> None:
        """Do not carry out what nobody asks for today, and say so."""
        with self._app.store.writing() as writer:
            writer.drop_order(order.id)
        words = "it was asked for long ago, as in a copy of the store that was put back; ask again if it still counts"
        asked = {"who": order.who, "mappings": order.what.get("mappings"), "asked_at": order.at.isoformat()}
        _log.warning("order_left_undone", **asked, message=words)

    def _taken(self, order: Order) -> _Job:
        reports = list(order.result.get("reports", ()))
        job = _Job(self._app, self._watch, self._stopped, order, self._app.clock.now(), reports)
        with self._app.store.writing() as writer:
            if not writer.take_order(order.id, job.taken_at):
                job.withdrawn.set()
                return job
        known, done = self._app.config.mappings, {kept["mapping"] for kept in reports}
        wanted = [name for name in dict.fromkeys(order.what.get("mappings", ())) if name not in done]
        strangers = [name for name in wanted if name not in known]
        if order.kind != SYNC or strangers:
            without = ", ".join(strangers) or order.kind
            job.refuse(f"the daemon that works on this store goes by another configuration, without {without}")
            return job
        groups = by_connection(wanted, known)
        job.parts = len(groups)
        for connection, names in groups.items():
            self._later(connection, 0.0, partial(job.run, names))
        return job


@dataclass(slots=True)
class _Job:
    """One order under way: a part for each connection, and over when all of them are."""

    app: App
    watch: Watch
    stopped: threading.Event
    order: Order
    taken_at: datetime
    """By this moment the store knows who works on it: after us, that may be another daemon."""
    reports: list[Mapping[str, Any]]
    """Of the mappings whose passes have ended, those that an earlier daemon made among them: they are not made again.
    """
    parts: int = 0
    over: bool = False
    withdrawn: threading.Event = field(default_factory=threading.Event)
    _error: Mapping[str, Any] | None = None
    _due: tuple[str, int] = ("", 0)
    _done: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _told: object = None

    def run(self, mappings: Sequence[str]) -> None:
        """One part."""
        how = {key: value for key, value in self.order.what.items() if key != "mappings"}
        try:
            for report in self.app.sync(
                mappings,
                **how,
                who=self.order.who,
                stopping=lambda: self.stopped.is_set() or self.withdrawn.is_set(),
                expect=self._expect,
                progress=self._progress,
            ):
                self._ended(report)
        except Exception as error:  # noqa: BLE001  whoever asked is told, and nobody else suffers from it
            self._error = as_kept_error(error)
        with self._lock:
            self.parts -= 1
        if self._error is None:
            with suppress(StoreError):  # the next look tells it, and says that the store fails
                self.tell()
        # An error is told by that look, which comes only while we lead: if the session with the database was lost, so
        # was the lead, and with it the order, which does not end but is another daemon's.

    def refuse(self, words: str) -> None:
        """End it without having done anything."""
        self._error = {"store": [words, "Run the command with the configuration of the daemon, or stop the daemon."]}
        self.tell()

    def tell(self) -> bool:
        """Put into the store how far it is, where that is news; False if it was withdrawn, or another works on it."""
        with self._lock:
            ended = not self.parts and not self.stopped.is_set()
            reports, error = scrubbed(self.reports), scrubbed(self._error)
            result = {"reports": reports, "due": self._due, "done": self._done, "error": error}
            if self._told == (result, ended):
                return True
            now = self.app.clock.now()
            with self.app.store.writing() as writer:
                there = writer.note_order(
                    self.order.id, result, taken_at=self.taken_at, ended_at=now if ended else None
                )
            self._told, self.over = (result, ended), ended
            return there

    def _ended(self, report: PassReport) -> None:
        if report.outcome is not Outcome.ABANDONED:
            self.reports.append(as_kept(report))
        self._due, self._done = ("", 0), 0
        self.watch.ended(report)
        self.watch.say(f"passes of {report.mapping}", "")

    def _expect(self, mapping: str, writes: int) -> None:
        self._due, self._done = (mapping, writes), 0

    def _progress(self, done: int) -> None:
        self._done += done
