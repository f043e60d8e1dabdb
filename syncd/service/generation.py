"""One configuration in force: its application, its pages, and its passes as long as this daemon is to work."""

from __future__ import annotations

import threading
from functools import partial

from apscheduler.schedulers.background import BackgroundScheduler
from starlette.types import ASGIApp

from syncd.app import App
from syncd.plan.model import Audience
from syncd.service.chores import Chores
from syncd.service.hooks import Hookup
from syncd.service.notices import Notices
from syncd.service.orders import Orders
from syncd.service.passes import Passes, by_connection
from syncd.service.schedule import later, reckon_anew, scheduled
from syncd.service.site import LiveSite
from syncd.service.watch import Watch
from syncd.service.web import make_app
from syncd.service.webhooks import Inbox


class Generation:
    """Pages from the start; passes from `begin` to `rest`, which may come again after that."""

    def __init__(self, app: App, watch: Watch, front: Audience, inbox: Inbox) -> None:
        self.app, self._watch, self._inbox = app, watch, inbox
        app.on_bad_plan = lambda name, error: watch.say(f"plan {name}", f"the last good one stays in force: {error}")
        token = app.config.server.admin_token
        self.pages: ASGIApp = make_app(
            LiveSite(app, watch),
            admin_token=token.get_secret_value() if token else None,
            front=front,
            inbox=inbox,
            public_url=app.config.server.public_url,
            version=lambda: watch.passes,
        )
        self._work: _Work | None = None
        self._ending: threading.Thread | None = None
        self._hookup: Hookup | None = None
        """Webhooks that go on though no passes are made: those for the next generation, or of the one before."""

    @property
    def works(self) -> bool:
        """Whether passes are made by the clock."""
        return self._work is not None

    def begin(self) -> None:
        """Bring the store up to date and make passes by the clock. Raises StoreError: then nothing has begun."""
        self.app.open_store()
        self.app.plans.by_clock = True
        self._work = _Work(self.app, self._watch, self._inbox, self._hookup)
        self._hookup = None
        self._work.start()

    def rest(self, successor: App | None = None) -> None:
        """Begin nothing more, and have what is under way stop at its next safe point; this does not wait for it.

        With a successor, the webhooks that it has use for go on.
        """
        if self._work is not None:
            self._ending = threading.Thread(target=self._work.end, name="ending", daemon=True)
            self._work.stop(successor)
            self._hookup = self._work.hookup if successor else None
            self.app.plans.by_clock = False
            self._ending.start()
            self._work = None

    def follow(self, before: Generation) -> None:
        """Take the place of a generation that has come to rest, with its connectors and the webhooks it kept for us."""
        self.app.connections.take_over(before.app.connections)
        self._hookup, before._hookup = before._hookup, None

    def leave(self, patience: float) -> None:
        """End, within so many seconds, the webhooks kept for a successor that does not come; to be called at rest."""
        if self._hookup is not None:
            self._hookup.leave(patience)
            self._hookup = None

    def rested(self, patience: float = 0.0) -> bool:
        """Whether nothing is under way, or will not be within so many seconds."""
        if self._ending is not None:
            self._ending.join(patience)
        return self._work is None and (self._ending is None or not self._ending.is_alive())

    def look(self) -> None:
        """See to what commands ask for, and have what people did to plans taken in soon. Raises StoreError."""
        if self._work is not None:
            self._work.take_in(self.app.plans.edited())
            self._work.orders.look()

    def clock_was_set(self) -> None:
        """Reckon anew when passes are due."""
        if self._work is not None:
            reckon_anew(self._work.schedule)


class _Work:
    """What runs while a generation works: the schedule, the tools' webhooks, and notices."""

    def __init__(self, app: App, watch: Watch, inbox: Inbox, before: Hookup | None) -> None:
        self._app, self._stopped = app, threading.Event()
        self._notices = Notices(app, watch)
        self._passes = Passes(app, watch, self._stopped)
        self.schedule: BackgroundScheduler = scheduled(self._passes, Chores(app, watch))
        self._later = later(self.schedule)
        self.orders = Orders(app, watch, self._later, self._stopped)
        self._passes.told = self.hookup = Hookup(app, watch, inbox, self._later, self._passes.hinted)
        if before is not None:
            self.hookup.take_over(before)

    def start(self) -> None:
        self._notices.start()
        self.schedule.start()
        self.hookup.start()

    def stop(self, successor: App | None) -> None:
        self._stopped.set()
        self.hookup.stop(successor)

    def end(self) -> None:
        self.schedule.shutdown(wait=True)
        self.hookup.close()
        self._notices.close()

    def take_in(self, plans: list[str]) -> None:
        """One pass soon of each mapping of these plans."""
        mappings = self._app.config.mappings
        edited = [name for name, mapping in mappings.items() if mapping.plan in plans]
        for connection, names in by_connection(edited, mappings).items():
            self._later(connection, 0.0, partial(self._passes.edited, names))
