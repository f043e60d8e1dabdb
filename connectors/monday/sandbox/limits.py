"""monday's limits: requests a minute and at once, complexity a minute, calls a day; and their headers."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass
from datetime import date

from connectors.clock import Clock
from connectors.monday.sandbox.problems import Stop

WINDOW = 60.0
HEAVIEST = 5_000_000
"""More complexity than this no single request may have."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What the account may do; None means no limit. A refused request counts as a tenth of a call of the day."""

    per_minute: int | None = 1000
    concurrency: int | None = 40
    complexity: int = 10_000_000
    daily: int | None = 1000


class Gate:
    """Counts what was sent, is in flight and was spent."""

    def __init__(self, limits: Limits, clock: Clock) -> None:
        self.limits = limits
        self._clock = clock
        self._recent: deque[float] = deque()
        self._flying = 0
        self._window: float | None = None
        self._spent = 0
        self._tenths: dict[date, int] = {}

    # Requests

    def enter(self) -> None:
        """Let one request in, to be followed by `leave`. Raises Stop where it is over a limit."""
        now, limits = self._clock.monotonic(), self.limits
        while self._recent and self._recent[0] <= now - WINDOW:
            self._recent.popleft()
        if limits.daily is not None and self.used() >= limits.daily:
            self.count(1)
            raise Stop(429, "DAILY_LIMIT_EXCEEDED", "Daily limit exceeded")
        if limits.per_minute is not None and len(self._recent) >= limits.per_minute:
            self.count(1)
            wait = max(1, math.ceil(self._recent[0] + WINDOW - now))
            raise Stop(429, "RATE_LIMIT_EXCEEDED", "Minute limit rate exceeded", {"Retry-After": str(wait)})
        if limits.concurrency is not None and self._flying >= limits.concurrency:
            self.count(1)
            raise Stop(429, "maxConcurrencyExceeded", "Concurrency limit exceeded", {"Retry-After": "1"})
        self.count(10)
        self._recent.append(now)
        self._flying += 1

    def leave(self) -> None:
        """One request that was let in is answered."""
        self._flying -= 1

    # The day

    def count(self, tenths: int) -> None:
        """Count tenths of a call on today's account; negative ones are given back."""
        today = self._clock.now().date()
        self._tenths[today] = self._tenths.get(today, 0) + tenths

    def used(self) -> float:
        """How many calls were made today, in UTC."""
        return self._tenths.get(self._clock.now().date(), 0) / 10

    def days(self) -> dict[date, int]:
        """How many calls were made on each day."""
        return {day: math.ceil(tenths / 10) for day, tenths in self._tenths.items()}

    # Complexity

    def left(self) -> int:
        """How much complexity is left of this minute."""
        if self._window is not None and self._clock.monotonic() - self._window >= WINDOW:
            self._window, self._spent = None, 0
        return max(0, self.limits.complexity - self._spent)

    def reset_in(self) -> int:
        """In how many seconds there is a whole minute's complexity again."""
        self.left()
        return 60 if self._window is None else max(1, math.ceil(self._window + WINDOW - self._clock.monotonic()))

    def afford(self, cost: int) -> None:
        """Raises Stop where so much complexity is not left, or is more than one request may have."""
        if cost > HEAVIEST:
            text = f"Query exceeds the complexity of {HEAVIEST} that a single request may have"
            raise Stop(200, "ComplexityException", text, complexity=cost)
        if cost > self.left():
            self.count(-9)
            wait = self.reset_in()
            headers = {"Retry-After": str(wait)}
            raise Stop(
                200, "COMPLEXITY_BUDGET_EXHAUSTED", "Complexity budget exhausted", headers, retry_in_seconds=wait
            )

    def spend(self, cost: int) -> None:
        """Take complexity from this minute's."""
        self.left()
        if self._window is None:
            self._window = self._clock.monotonic()
        self._spent += cost

    # Headers

    def headers(self) -> dict[str, str]:
        """The policies, and what is left under each; the day's has none."""
        limits, policy, state = self.limits, [], []
        if limits.per_minute is not None:
            policy.append(f'"minuteRate";q={limits.per_minute};w=60')
            state.append(f'"minuteRate";r={max(0, limits.per_minute - len(self._recent))}')
        if limits.concurrency is not None:
            policy.append(f'"concurrency";q={limits.concurrency};qu="concurrent-requests"')
            state.append(f'"concurrency";r={max(0, limits.concurrency - self._flying)}')
        policy.append(f'"complexityMinute";q={limits.complexity};w=60;qu="content-bytes"')
        state.append(f'"complexityMinute";r={self.left()};t={self.reset_in()}')
        return {"ratelimit-policy": ", ".join(policy), "ratelimit": ", ".join(state)}
