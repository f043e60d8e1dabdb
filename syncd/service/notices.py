"""Tells people of changes of state: one notice when something begins to stand in the way, one when it is over.

A thread of its own sends them, so that nothing waits for a channel that does not answer.
"""

from __future__ import annotations

import threading
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

import httpx
import structlog

from syncd.app import App
from syncd.sections import NoticeConfig
from syncd.service.notice import FORMS, Notice
from syncd.service.troubles import Troubles
from syncd.service.watch import Watch
from syncd.store.errors import StoreError

TIMEOUT: Final = 10.0
"""Seconds that a channel has to answer."""
FIRST_WAIT: Final = 30.0
"""Seconds after which a notice is sent again; doubled each time."""
LONGEST_WAIT: Final = 3600.0
TRIES: Final = 30
"""After so many, which takes a day, a notice is given up."""
MOST: Final = 100
"""So many notices wait for a channel; of more, the oldest are lost to it."""
PATIENCE: Final = 5.0
"""Seconds that the last notices get when the daemon stops."""
_LOOK: Final = 1.0
_log = structlog.get_logger(__name__)


@dataclass(slots=True)
class _Channel:
    """One place that notices go to, and those that it did not take yet."""

    name: str
    config: NoticeConfig
    waiting: deque[Notice] = field(default_factory=lambda: deque(maxlen=MOST))
    tries: int = 0
    again_at: float = 0.0


class Notices:
    """Sends what the watch hears of, to all channels of one configuration; without any, nothing is kept or sent."""

    def __init__(self, app: App, watch: Watch) -> None:
        self._app, self._metrics = app, watch.metrics
        self._troubles: Troubles = watch.troubles
        self._channels = [_Channel(name, each) for name, each in app.config.notices.items()]
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work, name="notices", daemon=True)
        self._began = False
        with suppress(StoreError):
            self._begin()

    def start(self) -> None:
        """Begin to send, from a thread of its own."""
        if self._channels:
            self._thread.start()

    def stop(self) -> None:
        """Send what is due once more, and then nothing; this does not wait for it."""
        self._stop.set()

    def close(self) -> None:
        """Stop, and wait for the end."""
        self.stop()
        if self._thread.is_alive():
            self._thread.join(PATIENCE)

    def look(self) -> None:
        """Tell what is new, try again what did not arrive, keep who was told."""
        try:
            self._begin()
            self._gather()
            self._deliver()
            self._troubles.save(self._app.store)
        except StoreError:
            # Whoever works with the store says so; here it costs no more than a notice that may come twice.
            self._gather()
            self._deliver()

    def _begin(self) -> None:
        """Know what people were told before, once: before anything else is heard, if the store lets us."""
        if self._channels and not self._began:
            self._troubles.begin(self._app.config, self._app.store)
            self._began = True

    def _work(self) -> None:
        while True:
            last = self._stop.wait(_LOOK)
            try:
                self.look()
            except Exception:  # noqa: BLE001  telling must never be what stops
                _log.exception("notices_failed")
            if last:
                return

    def _gather(self) -> None:
        """Make a notice of what is new; where no channel takes any, it waits, and comes to less."""
        if all(channel.waiting for channel in self._channels):
            return
        begun, ended = self._troubles.news()
        if begun or ended:
            notice = Notice(tuple(begun), tuple(ended), len(self._troubles.standing()))
            for channel in self._channels:
                channel.waiting.append(notice)

    def _deliver(self) -> None:
        for channel in self._channels:
            while channel.waiting and self._app.clock.monotonic() >= channel.again_at:
                self._send(channel, channel.waiting[0])

    def _send(self, channel: _Channel, notice: Notice) -> None:
        """Send the channel's first notice; until it arrives, or is given up, the others wait."""
        trouble = self._post(channel, notice)
        self._metrics.notified(channel.name, arrived=not trouble)
        if not trouble:
            _log.info("notice_sent", notice=channel.name, title=notice.title)
        elif channel.tries + 1 < TRIES:
            if not channel.tries:
                _log.warning("notice_not_sent", notice=channel.name, title=notice.title, message=trouble)
            wait = min(LONGEST_WAIT, FIRST_WAIT * 2**channel.tries)
            channel.tries, channel.again_at = channel.tries + 1, self._app.clock.monotonic() + wait
            return
        else:
            _log.warning("notice_given_up", notice=channel.name, title=notice.title, message=trouble)
        channel.waiting.popleft()
        channel.tries = 0
        self._troubles.told(notice.begun, notice.ended)

    def _post(self, channel: _Channel, notice: Notice) -> str:
        """Why the notice did not arrive; "" if it did."""
        body = FORMS[channel.config.kind](notice, self._app.config.zone)
        url, outgoing = channel.config.url.get_secret_value(), self._app.config.outgoing
        try:
            # Of what is answered only the status counts: the rest is not read.
            with outgoing.client(TIMEOUT) as client, client.stream("POST", url, json=body) as answer:
                pass
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            trouble = outgoing.trouble(error, whom="the channel", address=url)
            return f"{trouble.words}; see [network]" if trouble else f"{type(error).__name__}: {error}"
        return "" if answer.is_success else f"it was answered with status {answer.status_code}"
