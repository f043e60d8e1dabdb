"""Counts monday's other currency: the complexity that requests cost, of which every minute has so much."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Mapping
from typing import Final, TypeGuard

from connectors.clock import Clock

DEAR: Final = 30_000
"""What a write is taken to cost until one was seen (the vendor names no figure; this is the highest anybody met)."""
MINUTE: Final = 60.0
MOST: Final = 10**12
"""More points than any account has: what is beyond is no number of points."""
_POLICY: Final = re.compile(r'"(?P<name>[^"]+)"(?P<rest>[^,]*)')


class Points:
    """How many writes fit into what is left of the minute; thread-safe. `share_left` of the limit is for others.

    `usual` says what a write is taken to cost until one was seen.
    """

    def __init__(self, clock: Clock, share_left: float, usual: Callable[[], float] = lambda: DEAR) -> None:
        self._clock = clock
        self._share_left = share_left
        self._lock = threading.Lock()
        self._usual = usual
        self._cost: float | None = None
        self._limit = 0
        self._left: int | None = None
        self._until = 0.0

    def told(self, complexity: object, *, writes: int = 0) -> None:
        """Learn from what an answer says of its own cost; `writes` is how many writes were in it."""
        if not isinstance(complexity, dict):
            return
        before, cost, after, reset = (
            complexity.get(name) for name in ("before", "query", "after", "reset_in_x_seconds")
        )
        if not (_points(before) and _points(cost) and _points(after) and _points(reset)):
            return
        with self._lock:
            self._limit = max(self._limit, before)
            self._left, self._until = after, self._clock.monotonic() + min(reset, MINUTE)
            if writes:
                self._cost = cost / writes

    def room(self, wanted: int) -> int:
        """How many of so many writes fit now, at least one; waits for the next minute where not even one does."""
        with self._lock:
            now = self._clock.monotonic()
            fresh = now >= self._until
            fit = wanted if self._left is None else self._fitting(self._limit if fresh else self._left)
            wait = 0.0 if fit >= 1 or fresh else self._until - now
            then = self._fitting(self._limit)
        if wait:
            self._clock.sleep(wait)
            fit = then
        return max(1, min(wanted, fit))

    def _fitting(self, left: int) -> int:
        cost = self._usual() if self._cost is None else self._cost
        return int((left - self._limit * self._share_left) / max(1.0, cost))


def _points(held: object) -> TypeGuard[int]:
    """Whether this is a number of points, or of seconds, that there can be."""
    return isinstance(held, int) and 0 <= held < MOST


def per_minute(headers: Mapping[str, str]) -> int | None:
    """How many requests a minute the account may send, as every answer's headers tell; None where they do not."""
    for policy in _POLICY.finditer(headers.get("ratelimit-policy", "")):
        quota = re.search(r";\s*q=(\d+)", policy["rest"])
        window = re.search(r";\s*w=(\d+)", policy["rest"])
        if policy["name"] == "minuteRate" and quota:
            return int(int(quota[1]) * MINUTE / int(window[1])) if window and int(window[1]) else int(quota[1])
    return None
