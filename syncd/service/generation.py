"""One configuration in force: its application, its pages, and its passes as long as this daemon is to work."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING

from starlette.types import ASGIApp

from syncd.app import App
from syncd.cluster.opening import queue_of
from syncd.plan.model import Audience
from syncd.service.hooks import Hookup
from syncd.service.notices import Notices
from syncd.service.orders import Orders
from syncd.service.own import Own
from syncd.service.pace import Pace
from syncd.service.passes import by_connection
from syncd.service.schedule import reckon_anew
from syncd.service.site import LiveSite
from syncd.service.watch import Watch
from syncd.service.web import make_app
from syncd.service.webhooks import Inbox

if TYPE_CHECKING:
    from syncd.cluster.queue import PassQueue
    from syncd.service.spread import Spread


class Generation:
    """Pages from the start; passes from `begin` to `rest`, which may come again after that.

    Where several processes make passes, each also lends its hands, from `lend` to `rest`; then who `begin`s leads.
    """

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
        self._queue = queue_of(app.config.store.url)
        app.public_record.stands_by = lambda: watch.stands_by and self._queue is None
        self._queue_is_open = False
        self._pace = Pace(app.clock.monotonic)
        self._work: _Work | None = None
        self._notices: Notices | None = None
        self._lent: _Lent | None = None
        self._ending: threading.Thread | None = None
        self._hookup: Hookup | None = None
        """Webhooks that go on though no passes are made: those for the next generation, or of the one before."""

    @property
    def works(self) -> bool:
        """Whether passes are made by the clock."""
        return self._work is not None

    @property
    def may_start(self) -> bool:
        """Whether nothing that was under way is still coming to rest."""
        return self._ending is None or not self._ending.is_alive()

    def begin(self) -> None:
        """Bring the store up to date and make passes by the clock. Raises StoreError: then nothing has begun."""
        self.app.open_store()
        queue = self._opened_queue()
        self.app.plans.by_clock = True
        if self._notices is None:
            self._notices = Notices(self.app, self._watch)
            self._notices.start()
        self._work = _Work(self.app, self._watch, self._inbox, self._hookup, queue)
        self._hookup = None
        self._work.start()

    def lend(self, *, ticks: bool) -> None:
        """Where several processes make passes, make those that are due; with `ticks`, say when they are due as well.

        Raises StoreError: then nothing has begun.
        """
        if self._queue is not None and self._lent is None:
            self.app.open_store()
            queue = self._opened_queue()
            if queue is not None:
                self._lent = _Lent(self.app, self._watch, queue, ticks=ticks)

    def rest(self, successor: App | None = None, *, telling: bool = False) -> None:
        """Begin nothing more, and have what is under way stop at its next safe point; this does not wait for it.

        With a successor, the webhooks that it has use for go on. With `telling`, notices go on until `hush`.
        """
        ends: list[Callable[[], None]] = []
        if self._lent is not None:
            self._lent.stop()
            ends.append(self._lent.end)
            self._lent = None
        if self._work is not None:
            self._work.stop(successor)
            ends.append(self._work.end)
            self._hookup = self._work.hookup if successor else None
            self.app.plans.by_clock = False
            self._work = None
        self._end(ends)
        if not telling:
            self.hush()

    def hush(self) -> None:
        """Tell what is due once more, after all that is coming to rest, and then nothing: another one tells."""
        if self._notices is not None:
            self._end([self._notices.close])
            self._notices = None

    def _end(self, ends: Sequence[Callable[[], None]]) -> None:
        """Have all of them come to rest one after the other, after those before."""
        if ends:
            ending = ExitStack()  # each of them ends, also where another one breaks down over it
            for end in reversed(ends):
                ending.callback(end)
            if self._ending is not None:
                ending.callback(self._ending.join)
            self._ending = threading.Thread(target=ending.close, name="ending", daemon=True)
            self._ending.start()

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
        return self._work is None and self._lent is None and self.may_start

    def close(self, *, app_too: bool = True) -> None:
        """Give back the queue, and what the application holds; to be called at rest."""
        if self._queue is not None and self._queue_is_open:
            self._queue.close()
            self._queue_is_open = False
        if app_too:
            self.app.close()

    def look(self) -> None:
        """See to what commands ask for, and have what people did to plans taken in soon. Raises StoreError."""
        if self._work is not None:
            if self._pace.due():
                with self._pace.look():
                    edited = self.app.plans.edited()
                self._work.take_in(edited)
            self._work.orders.look()
            self._work.passes.look()

    def clock_was_set(self) -> None:
        """Reckon anew when passes are due."""
        if self._work is not None:
            reckon_anew(self._work.passes.schedule)
        if self._lent is not None:
            self._lent.clock_was_set()

    def _opened_queue(self) -> PassQueue | None:
        """The queue, where several processes make passes. Raises StoreError."""
        if self._queue is not None and not self._queue_is_open:
            self._queue.open()
            self._queue_is_open = True
        return self._queue


class _Work:
    """What runs while a generation works: chores and passes, the tools' webhooks, and orders."""

    def __init__(self, app: App, watch: Watch, inbox: Inbox, before: Hookup | None, queue: PassQueue | None) -> None:
        self._app, self._stopped = app, threading.Event()
        self.passes = Own(app, watch, self._stopped) if queue is None else _spread(app, watch, queue, self._stopped)
        self.orders = Orders(app, watch, self.passes.later, self._stopped)
        self.hookup = Hookup(app, watch, inbox, self.passes.soon, self.passes.hinted)
        if before is not None:
            self.hookup.take_over(before)

    def start(self) -> None:
        self.passes.start(self.hookup)
        self.hookup.start()

    def stop(self, successor: App | None) -> None:
        self._stopped.set()
        self.hookup.stop(successor)

    def end(self) -> None:
        self.passes.end()
        self.hookup.close()

    def take_in(self, plans: list[str]) -> None:
        """One pass soon of each mapping of these plans."""
        mappings = self._app.config.mappings
        edited = [name for name, mapping in mappings.items() if mapping.plan in plans]
        for connection, names in by_connection(edited, mappings).items():
            self.passes.edited(connection, names)


class _Lent:
    """The hands of this process, and its ticks if it has any."""

    def __init__(self, app: App, watch: Watch, queue: PassQueue, *, ticks: bool) -> None:
        from syncd.service.lending import Lending  # noqa: PLC0415 - one machine needs none of it
        from syncd.service.ticks import Ticks  # noqa: PLC0415

        self._ticks = Ticks(app, watch, queue) if ticks else None
        if self._ticks:
            self._ticks.start()
        self._lending = Lending(app, queue)

    def clock_was_set(self) -> None:
        if self._ticks:
            reckon_anew(self._ticks.schedule)

    def stop(self) -> None:
        self._lending.stop()

    def end(self) -> None:
        if self._ticks:
            self._ticks.end()
        self._lending.end()


def _spread(app: App, watch: Watch, queue: PassQueue, stopped: threading.Event) -> Spread:
    from syncd.service.spread import Spread  # noqa: PLC0415 - one machine needs none of it

    return Spread(app, watch, queue, stopped)
