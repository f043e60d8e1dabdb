"""Telling subscribers what happens: from a thread of its own, again where it fails, and with mishaps on demand."""

from __future__ import annotations

import json
import queue
import threading
from abc import ABC, abstractmethod
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any, Final
from urllib.parse import urlsplit

import httpx

from connectors.clock import Clock

PATIENCE: Final = 5.0
"""Seconds that a subscriber gets to answer."""
LATE: Final = 60.0
"""Seconds by which a delivery comes late, by the sandbox's clock."""
_LOOK: Final = 0.02
_IDLE: Final = 0.5


class Mishap(StrEnum):
    """What the next delivery meets with."""

    LOST = "lost"
    """Nobody ever hears of it."""
    REPEATED = "repeated"
    LATE = "late"
    OVERTAKEN = "overtaken"
    """It comes after the next one."""


@dataclass(slots=True)
class Delivery:
    """One message to the subscriber of a hook; `due` by the sandbox's clock."""

    hook: str
    url: str
    body: dict[str, Any]
    due: float = 0.0
    tries: int = 0


class Courier(ABC):
    """Delivers what is `send` to it. `mishaps` befall the next deliveries, one each; append to it."""

    def __init__(self, clock: Clock) -> None:
        self.mishaps: list[Mishap] = []
        self._clock = clock
        self._new: queue.Queue[Delivery | None] = queue.Queue()
        self._waiting: list[Delivery] = []
        self._overtaken: list[Delivery] = []
        self._thread: threading.Thread | None = None
        self._ended = False

    @abstractmethod
    def sealed(self, delivery: Delivery, content: bytes) -> dict[str, str]:
        """The headers that prove a message to come from the tool."""

    @abstractmethod
    def answered(self, delivery: Delivery, trouble: str) -> float | None:
        """A message was received, or not ("" is no `trouble`): after how many seconds to try again, None for never."""

    def taken(self, delivery: Delivery) -> None:  # noqa: B027  most add nothing
        """A message is about to go out: nothing more can be added to it."""

    def look(self) -> bool:
        """Send what is due by the clock alone; whether there ever will be such a thing."""
        return False

    def start(self) -> None:
        """Begin to deliver."""
        self._ended, self._waiting = False, []
        self._thread = threading.Thread(target=self._work, name="sandbox-webhooks", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop; what was not delivered is lost."""
        self._ended = True
        self._new.put(None)
        if self._thread:
            self._thread.join()

    def send(self, delivery: Delivery) -> None:
        """Deliver a message soon."""
        self._new.put(delivery)

    @property
    def idle(self) -> bool:
        """Whether nothing waits that is due by now."""
        now = self._clock.monotonic()
        return not self._new.unfinished_tasks and all(one.due > now for one in self._waiting)

    def _work(self) -> None:
        while not self._ended:
            ticking = self.look()
            now = self._clock.monotonic()
            due, later = (
                [one for one in self._waiting if one.due <= now],
                [one for one in self._waiting if one.due > now],
            )
            self._waiting = later + [one for one in due if self._again(one)]
            try:
                fresh = self._new.get(timeout=_LOOK if self._waiting or ticking else _IDLE)
            except queue.Empty:
                continue
            self._waiting += [fresh] if fresh else []
            self._new.task_done()

    def _again(self, one: Delivery) -> bool:
        """Deliver a message, or let a mishap befall it; whether it is to be tried again."""
        if self._ended:
            return False
        match self.mishaps.pop(0) if self.mishaps else None:
            case Mishap.LOST:
                self.taken(one)
                return False
            case Mishap.LATE:
                self.taken(one)
                one.due = self._clock.monotonic() + LATE
                return True
            case Mishap.OVERTAKEN:
                self.taken(one)
                self._overtaken.append(one)
                return False
            case Mishap.REPEATED:
                self._told(one)
        again = self._told(one)
        while self._overtaken:
            self._told(self._overtaken.pop())
        return again

    def _told(self, one: Delivery) -> bool:
        self.taken(one)
        content = json.dumps(one.body).encode()
        headers = {"Content-Type": "application/json", **self.sealed(one, content)}
        try:
            reply = client().post(one.url, content=content, headers=headers)
            trouble = "" if reply.is_success else f"{reply.status_code} {reply.text[:200]}"
        except httpx.HTTPError as error:
            trouble = type(error).__name__
        one.tries += 1
        pause = self.answered(one, trouble)
        one.due = self._clock.monotonic() + (pause or 0)
        return pause is not None


@cache
def client() -> httpx.Client:
    """The one client by which sandboxes reach subscribers: to make one takes longer than to use it.

    It keeps no connection open, for nobody would close it.
    """
    return httpx.Client(timeout=PATIENCE, trust_env=False, limits=httpx.Limits(max_keepalive_connections=0))


def is_here(url: str) -> bool:
    """Whether an address is on this machine."""
    return urlsplit(url).hostname in ("127.0.0.1", "::1", "localhost")
