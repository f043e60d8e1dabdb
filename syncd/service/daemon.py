"""The daemon: passes by the clock and the scorecard on the web, until it is asked to stop.

APScheduler decides when. The passes of one connection run one after the other on a thread of its own, so that its
limiter is never fought over; what is late runs once, what is still running is not begun again. Beside that, a look
every second sees to what may change meanwhile: the files, the other daemons on the store, the clock.

Where several processes make passes, daemons lend their hands and tick alike, and one of them leads; a worker only lends
its hands.
"""

from __future__ import annotations

import math
import os
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Final

import structlog
from starlette.types import ASGIApp, Receive, Scope, Send

from syncd.app import App
from syncd.config import Config
from syncd.errors import FileError
from syncd.plan.model import Audience
from syncd.service.clocks import Clocks
from syncd.service.edits import Edits
from syncd.service.generation import Generation
from syncd.service.pace import Pace
from syncd.service.reload import read_anew
from syncd.service.server import serve
from syncd.service.standby import Role
from syncd.service.systemd import ALIVE, READY, STOPPING, notify
from syncd.service.watch import Watch
from syncd.service.webhooks import Inbox
from syncd.store.errors import StoreError

GRACE: Final = 12.0
"""Seconds that passes under way get to end when the daemon is asked to stop; with the pages' it is less than 20."""
LEAVING: Final = 1.0
"""Seconds that webhooks get to end which a reload had kept when the daemon was asked to stop in the midst of it."""
LOOK_EVERY: Final = 1.0
"""Seconds between two looks at what may change while the daemon runs."""
RETRY_EVERY: Final = 30.0
"""Seconds after which a configuration that could not be taken up is tried again: a plan that it names may be mended."""
JUMP: Final = timedelta(minutes=1)
"""By so much the clock is set right without a word."""
_log = structlog.get_logger(__name__)


def run(
    app: App,
    *,
    stop: threading.Event,
    front: Audience = Audience.PUBLIC,
    listening: Callable[[str], None] = lambda _address: None,
    grace: float = GRACE,
    load: Callable[[], Config] | None = None,
    again: threading.Event | None = None,
) -> int:
    """Run until `stop` is set; the exit code. `front` is the audience that the front page is for.

    `listening` hears the address of the web surface. `load` reads the configuration anew, when its files changed or
    `again` is set; without it, `app` stays what it is. A pass that does not end within `grace` seconds after `stop` is
    abandoned: the process ends there. Raises StoreError or FileError if it cannot even begin, and PortTaken; later
    troubles are logged and tried again by the clock.
    """
    daemon = Daemon(app, front, load, again or threading.Event())

    async def pages(scope: Scope, receive: Receive, send: Send) -> None:
        await daemon.pages(scope, receive, send)

    with serve(pages, app.config.server.listen) as address:
        daemon.look()
        _log.info("running", scorecard=address, mappings=len(app.config.mappings))
        listening(address)
        return _until_stopped(daemon, stop, grace)


def work(
    app: App, *, stop: threading.Event, grace: float = GRACE, load: Callable[[], Config], again: threading.Event
) -> int:
    """Make passes that others say are due, until `stop` is set; the exit code. The rest is as `run` has it.

    Raises StoreError or FileError if it cannot even begin.
    """
    daemon = Daemon(app, Audience.PUBLIC, load, again, leads=False)
    daemon.look()
    _log.info("lending_hands", mappings=len(app.config.mappings))
    return _until_stopped(daemon, stop, grace)


def _until_stopped(daemon: Daemon, stop: threading.Event, grace: float) -> int:
    notify(READY)
    while not stop.wait(LOOK_EVERY):
        daemon.look()
        notify(ALIVE)
    notify(STOPPING)
    _log.info("stopping")
    if not daemon.end(grace):
        # Every step of a pass is on disk before it is taken: the next one looks what arrived. Only this ends a thread
        # that waits for an answer.
        _log.warning("abandoned", message=f"a pass was still waiting for its tool after {grace:g} s")
        os._exit(0)
    _log.info("stopped")
    return 0


class Daemon:
    """What runs: one generation after the other. Made only if the first one can begin: StoreError, FileError."""

    def __init__(
        self,
        app: App,
        front: Audience,
        load: Callable[[], Config] | None,
        again: threading.Event,
        *,
        leads: bool = True,
    ) -> None:
        self._leads = leads
        self._given, self._load, self._again, self._front = app, load, again, front
        self._listen, self._clock = app.config.server.listen, app.clock
        self._edits, self._pace = Edits(app.config), Pace(app.clock.monotonic)
        self._role = Role(app.store, app.clock)
        works = leads and self._role.look()
        if works:
            app.open_store()
        app.routes()
        self._watch = Watch(app)
        self._watch.works(leads=works)
        self._inbox = Inbox(app.clock.monotonic, lambda: self._watch.stands_by)
        self._now = Generation(app, self._watch, front, self._inbox)
        self._next: Generation | None = None
        self._retry_at = math.inf
        self._offset = self._wall_and_clock()
        self._clocks = Clocks(app.clock, self._watch)

    @property
    def pages(self) -> ASGIApp:
        """The pages of the generation that is in force."""
        return self._now.pages

    def look(self) -> None:
        """See to everything that may have changed. Whatever is wrong is said, and looked at again the next time."""
        try:
            self._reload()
            self._replace()
            self._work()
            self._now.look()
            self._heed_the_clock()
        except StoreError as error:
            self._watch.say("store", error.in_full)
        except Exception as error:  # noqa: BLE001  a fault here must end neither the passes nor the pages
            self._watch.say("daemon", f"{type(error).__name__}: {error}", exc_info=True)
        else:
            self._watch.say("store", "")
            self._watch.say("daemon", "")
            if self._role.another:
                self._now.hush()

    def end(self, grace: float) -> bool:
        """Have everything stop; whether it did within so many seconds. Then another daemon may work on the store."""
        self._now.rest()
        ended = self._now.rested(grace)
        if ended:
            self._now.leave(LEAVING)
        if self._next is not None:
            self._next.close()
        if ended:
            self._role.release()
            self._now.close(app_too=self._now.app is not self._given)
        return ended

    def _reload(self) -> None:
        """Take up an edited configuration if it is good; else the one before stays in force."""
        again = self._again.is_set() or self._clock.monotonic() >= self._retry_at
        if self._load is None or not (self._edited() or again):
            return
        self._again.clear()
        self._retry_at = math.inf
        try:
            app = App(read_anew(self._load, self._now.app.config), self._clock, after=self._now.app)
            app.routes()
        except FileError as error:
            self._retry_at = self._clock.monotonic() + RETRY_EVERY
            self._watch.say("configuration", f"the one before stays in force: {error}")
            return
        self._watch.say("configuration", "")
        if self._next is not None:
            self._next.close()
        self._next = Generation(app, self._watch, self._front, self._inbox)
        self._edits = Edits(app.config, self._edits.seen)
        self._now.rest(app)

    def _edited(self) -> bool:
        """Whether the configuration was edited; a folder of thousands takes a while, and is looked at less often."""
        if not self._pace.due():
            return False
        with self._pace.look():
            return self._edits.found()

    def _replace(self) -> None:
        """Put the next generation in the place of this one, once that has come to rest. Raises StoreError."""
        if self._next is None or not self._now.rested():
            return
        self._watch.follow(self._next.app)  # first, for it reads the store, which may be away: then nobody works yet
        before, self._now, self._next = self._now, self._next, None
        self._now.follow(before)
        before.close()
        config = self._now.app.config
        listen = f"[server] listen is {config.server.listen} now; syncd run must be started anew to answer there"
        self._watch.say("listen", listen if config.server.listen != self._listen else "")
        _log.info("reloaded", mappings=len(config.mappings))

    def _work(self) -> None:
        """Work as long as this daemon is the one that does, and only then."""
        try:
            leads = self._leads and self._role.look()
        except StoreError:
            self._now.rest(telling=True)
            raise
        if self._now.works and not leads:
            self._now.rest(telling=True)
        try:
            self._watch.works(leads=leads)
            if self._next is None and self._now.may_start:
                self._now.lend(ticks=self._leads)
                if leads and not self._now.works:
                    self._now.begin()
        except StoreError as error:
            self._role.release(error)
            raise

    def _heed_the_clock(self) -> None:
        """Wait for no time that the clock has left again, and see whether it is that of the database."""
        before, self._offset = self._offset, self._wall_and_clock()
        jump = self._offset - before
        if abs(jump) > JUMP:
            _log.warning("clock_was_set", by_seconds=round(jump.total_seconds()))
            self._now.clock_was_set()
        self._clocks.look(self._now.app.store)

    def _wall_and_clock(self) -> timedelta:
        now = self._clock.now()
        return timedelta(seconds=now.timestamp() - self._clock.monotonic())
