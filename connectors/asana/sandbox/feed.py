"""The event log and its sync tokens: who asks with which token, what they get, when a token is too old."""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from dataclasses import dataclass
from typing import Any

from connectors.asana.sandbox.records import Event, Ref

PAGE = 100
LIFETIME = 24 * 3600.0
LIMIT = 100_000


@dataclass(slots=True)
class Subscription:
    """One chain of tokens on one resource: the newest position that was asked with, and when."""

    resource: str
    asked: int
    at: float


@dataclass(frozen=True, slots=True)
class Batch:
    """What one request for events is given: `token` is what to ask with next."""

    events: list[Event]
    token: str
    more: bool


class Feed:
    """All events so far. Positions only grow; a token is a subscription and a position in it."""

    def __init__(self) -> None:
        self.events: dict[int, Event] = {}
        self._seq = 0
        self._by_stream: dict[str, list[int]] = {}
        self._subscriptions: dict[str, Subscription] = {}

    @property
    def position(self) -> int:
        """How many events there have been."""
        return self._seq

    def add(self, event_at: str, streams: tuple[str, ...], **what: Any) -> Event:
        """Write one event, to be carried by `streams`; very old ones fall off the end of the log."""
        self._seq += 1
        event = Event(seq=self._seq, created_at=event_at, streams=streams, **what)
        self._keep(event)
        if len(self.events) > LIMIT:
            self._forget(next(iter(self.events)))
        return event

    def _keep(self, event: Event) -> None:
        self.events[event.seq] = event
        for stream in event.streams:
            self._by_stream.setdefault(stream, []).append(event.seq)

    def _forget(self, seq: int) -> None:
        for stream in self.events.pop(seq).streams:
            self._by_stream[stream].remove(seq)

    def subscribe(self, resource: str, now: float) -> str:
        """A fresh token on `resource`, standing at the end of the log."""
        digest = hashlib.md5(f"{resource}/{self._seq}/{len(self._subscriptions)}".encode(), usedforsecurity=False)
        name = digest.hexdigest()
        self._subscriptions[name] = Subscription(resource, self._seq, now)
        return f"{name}:{self._seq}"

    def read(self, resource: str, token: str, now: float) -> Batch | None:
        """The events after `token`; None where the token is unknown, too old, or older than one already used."""
        name, _, position = token.partition(":")
        chain = self._subscriptions.get(name)
        if chain is None or chain.resource != resource or not position.isdigit():
            return None
        start = int(position)
        if start < chain.asked or start > self._seq or now - chain.at > LIFETIME:
            del self._subscriptions[name]
            return None
        chain.asked, chain.at = start, now
        stream = self._by_stream.get(resource, [])
        first = bisect_right(stream, start)
        page = stream[first : first + PAGE]
        more = len(stream) > first + PAGE
        return Batch([self.events[seq] for seq in page], f"{name}:{page[-1] if more else self._seq}", more)

    def drop(self, count: int) -> int:
        """Lose the newest `count` events, as the real feed now and then does; how many were lost."""
        lost = sorted(self.events)[-count:] if count else []
        for seq in lost:
            self._forget(seq)
        return len(lost)

    def expire(self) -> None:
        """Make every token that is out too old."""
        self._subscriptions.clear()

    def dump(self) -> dict[str, Any]:
        """The log as plain JSON."""
        events = [_row(event) for event in self.events.values()]
        chains = {name: [s.resource, s.asked, s.at] for name, s in self._subscriptions.items()}
        return {"seq": self._seq, "events": events, "subscriptions": chains}

    def load(self, saved: dict[str, Any]) -> None:
        """Take up a log that `dump` wrote."""
        self._seq = saved["seq"]
        for seq, at, user, action, resource, parent, name, change, value, streams in saved["events"]:
            refs = (Ref(*resource), _ref(parent), _ref(value))
            self._keep(Event(seq, at, user, action, refs[0], refs[1], name, change, refs[2], tuple(streams)))
        self._subscriptions = {name: Subscription(*chain) for name, chain in saved["subscriptions"].items()}


def _row(e: Event) -> list[Any]:
    refs = (_pair(e.resource), _pair(e.parent), _pair(e.value))
    return [e.seq, e.created_at, e.user, e.action, refs[0], refs[1], e.field, e.change, refs[2], list(e.streams)]


def _pair(ref: Ref | None) -> list[str] | None:
    return [ref.kind, ref.gid] if ref else None


def _ref(pair: list[str] | None) -> Ref | None:
    return Ref(*pair) if pair else None
