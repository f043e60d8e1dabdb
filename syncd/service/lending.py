"""The hands that a process lends: it takes passes out of the queue, makes them, and tells what became of them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Final

import structlog

from connectors.limiter import BURST, MINUTE
from syncd.app import App
from syncd.cluster.jobs import TRIES, Job, Kind, Queue
from syncd.cluster.queue import PassQueue
from syncd.service import jobs
from syncd.service.hearing import place_of
from syncd.service.passes import Passes
from syncd.service.relay import Message, Relay
from syncd.service.share import Share
from syncd.service.sparing import Sparing
from syncd.store.errors import StoreError

AT_ONCE: Final = 8
"""Connections that one process works with at once."""
AGAIN: Final = 1.0
"""Seconds until what was not done is put into the queue again, where that was away."""
SETTLE: Final = MINUTE * BURST / (1 - BURST)
"""Seconds after which a limiter's burst is full again: so long a connection rests when another process takes it over,
whose limiter begins full."""
RELIED_ON: Final = "relied on"
"""Under this key the store keeps the containers of which the leading daemon is told without fail."""
_log = structlog.get_logger(__name__)


class Lending:
    """Hands at work from `start` until `end`."""

    def __init__(self, app: App, queue: PassQueue) -> None:
        self._app, self._queue = app, queue
        self._stopped = threading.Event()
        self._told, self._looked = Elsewhere(app), Looked(app)
        self._away: set[str] = set()
        """The locks of connections whose tool was out of reach the last time: to find that out again takes a hand for
        seconds, and others who could work with theirs would wait for it."""
        self._hands = queue.serve(Queue.PASSES, AT_ONCE, self._do, settle=SETTLE, parts=self._parts)

    def stop(self) -> None:
        """Begin nothing more, and have what is under way stop at its next safe point; this does not wait for it."""
        self._stopped.set()
        self._hands.stop()

    def end(self) -> None:
        """Wait until nothing is under way any more, after `stop`."""
        self._hands.end()

    def _parts(self, job: Job) -> tuple[Job | None, Job | None]:
        """The job for the mappings that are known here, and for those of another configuration."""
        job, known = jobs.together(job), self._app.config.mappings
        wanted = job.what.get("mappings", ())
        names = [name for name in wanted if name in known and jobs.lock_of(known[name].connection) == job.lock]
        return jobs.part(job, names), jobs.part(job, [name for name in wanted if name not in names])

    def _do(self, job: Job, over: Callable[[], bool]) -> None:
        if self._gives_way(job):
            return
        names = job.what["mappings"]
        _log.debug("job_begins", kind=job.kind.value, mappings=names, tries=job.tries)
        relay = Relay(partial(tell, self._queue, job.lock))
        share = Share(self._is_over(over), partial(self._others_wait, job.lock), self._app.clock.monotonic)
        passes = Passes(self._app, relay, self._stopped, share=share, looked=self._looked)
        passes.told = self._told
        try:
            self._make(passes, job, names)
        except StoreError as error:
            share.lost = True
            _fail(relay, names, error.in_full)
        except Exception as error:  # noqa: BLE001  nobody else would say so
            _fail(relay, names, f"{type(error).__name__}: {error}", exc_info=True)
        (self._away.add if relay.away else self._away.discard)(job.lock)
        while not self._left_to_others(job, share, relay, names):
            if over() or self._stopped.wait(AGAIN):
                return  # the queue is away: it holds this job as one under way, and others take it up

    def _gives_way(self, job: Job) -> bool:
        """Whether a pass by the clock waits again, behind all others, because its tool is out of reach."""
        late = job.kind in (Kind.QUIET, Kind.FULL) and not job.last and job.lock in self._away
        if not late or not self._others_wait(job.lock):
            return False
        with suppress(StoreError):  # then the next tick puts another
            self._queue.put(replace(job, last=True))
        return True

    def _is_over(self, over: Callable[[], bool]) -> Callable[[], bool]:
        return lambda: self._stopped.is_set() or over()

    def _make(self, passes: Passes, job: Job, names: Sequence[str]) -> None:
        """The passes of a job."""
        connection = self._app.config.mappings[names[0]].connection
        if job.kind is Kind.HINTED:
            passes.hinted(names, jobs.hints_of(job, connection))
        elif job.kind is Kind.EDITED:
            passes.edited(names)
        elif job.what.get("by_clock"):
            passes.quiet(tuple(names))
        else:
            passes.some(names, full=job.kind is Kind.FULL)

    def _left_to_others(self, job: Job, share: Share, relay: Relay, names: Sequence[str]) -> bool:
        """Whether the queue has what was not done; to be asked again where it is away."""
        try:
            self._go_on(job, share, relay, names)
        except StoreError as error:
            _log.warning("queue_lost", message=error.in_full)
            return False
        return True

    def _go_on(self, job: Job, share: Share, relay: Relay, names: Sequence[str]) -> None:
        """Have others do what was not done, those first that were not begun; and tell what was. Raises StoreError."""
        connection = self._app.config.mappings[names[0]].connection
        left = [name for name in names if name not in relay.over and name not in relay.cut] if share.cut else []
        whole = job.kind is Kind.HINTED and not share.gave_way  # it may not have looked at what it was pointed at
        if left := [*left, *(relay.cut if whole else ())]:
            self._put(jobs.rest(job, connection, left, behind=share.gave_way))
        for name in () if whole else relay.cut:
            self._put(jobs.some(Kind.QUIET, connection, [name]))
        failed = [name for name in relay.failures if name not in relay.cut]
        if share.lost and failed and job.tries + 1 < TRIES:
            again = jobs.rest(job, connection, failed)
            self._put(replace(again, key=f"{again.key} again", tries=job.tries + 1))
        relay.flush()

    def _put(self, job: Job) -> None:
        """Have a job done; one of its key that waits already does the same, or takes up the hints of this one."""
        if job.kind is Kind.HINTED:
            self._queue.join(job, jobs.joined)
        else:
            self._queue.put(job)

    def _others_wait(self, lock: str) -> bool:
        try:
            return self._queue.others_wait(lock)
        except StoreError:
            return False


def tell(queue: PassQueue, lock: str, told: Sequence[Message]) -> None:
    """Have the daemon that leads hear what became of passes made under this lock. Raises StoreError.

    What it has not heard yet takes it up: it may hear less often than passes are made, and is not behind for that.
    """
    report = jobs.report(told, lock)
    try:
        queue.join(report, jobs.told_together)
    except jobs.Full:
        queue.put(jobs.apart(report))


def _fail(relay: Relay, names: Sequence[str], trouble: str, **more: object) -> None:
    for name in names:
        if name not in relay.over:
            relay.failed(name, trouble, **more)


class Elsewhere:
    """What the daemon that leads knows from tools that tell of themselves, as it keeps it in the store."""

    def __init__(self, app: App) -> None:
        self._app, self._sparing = app, Sparing(app)

    def making(self, mappings: Sequence[str]) -> None:
        """A pass of each mapping is about to be made."""
        for mapping in mappings:
            self._sparing.made(mapping)

    def spares(self, mapping: str) -> bool:
        """Whether a quiet pass of the mapping would find nothing. Raises PlanError, StoreError."""
        with self._app.store.reading() as reader:
            state = reader.mapping_state(mapping)
            place = place_of(state) if state else None
            relied = (reader.facts(place[0], RELIED_ON) or []) if place else []
        if state is None or place is None or place[1] not in relied:
            return False
        return self._sparing.spares(mapping, state)


class Looked:
    """When mappings had their last quiet pass, kept in the store where that must be known: where requests run short."""

    def __init__(self, app: App) -> None:
        self._app = app

    def get(self, mappings: tuple[str, ...], /) -> datetime | None:
        """When these had it; None where that is not known. Raises StoreError."""
        with self._app.store.reading() as reader:
            found = reader.facts(self._connection(mappings), _looked(mappings))
        return datetime.fromisoformat(found) if found else None

    def __setitem__(self, mappings: tuple[str, ...], moment: datetime, /) -> None:
        """These have it now. Raises StoreError."""
        name = self._connection(mappings)
        if self._app.connector(name).budget() is not None:
            with self._app.store.writing() as writer:
                writer.put_facts(name, _looked(mappings), moment.isoformat())

    def _connection(self, mappings: tuple[str, ...]) -> str:
        return self._app.config.mappings[mappings[0]].connection


def _looked(mappings: tuple[str, ...]) -> str:
    return f"looked/{mappings[0]}"
