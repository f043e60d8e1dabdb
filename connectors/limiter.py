"""Keeps one credential within its tool's limits: a minute's requests, a day's, those at once, and pauses asked for.

There is one Limiter per credential, shared by everything that uses it. `Pace` is its arithmetic, without threads;
`Daily` stands beside it where a tool counts requests by the day.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from typing import Final

from connectors.clock import Clock
from connectors.errors import Quota
from connectors.vocabulary import Budget

MINUTE: Final = 60.0
BURST: Final = 0.05
"""The part of a minute's requests that may be sent at once after a quiet time."""
CUT: Final = 0.7
"""What remains of the rate after a refusal."""
FLOOR: Final = 0.1
"""The rate is never learnt down below this part of what is allowed."""
RECOVERY: Final = 0.05
"""How much of the allowed rate comes back with each minute without a refusal."""
FIRST_WAIT: Final = 5.0
"""Seconds to keep away after a refusal that does not say how long; doubled with each further one."""
LONGEST_GUESS: Final = 60.0
SHORTEST: Final = 0.001
"""Seconds that are worth waiting: less would be lost in rounding, and waited for again and again."""
PATIENCE: Final = 120.0
"""Pauses longer than this many seconds are not waited out but reported as Quota."""


class Pace:
    """When the next request may go: a token bucket that never lets more than `per_minute` through in any minute.

    Times are seconds on one monotonic scale. Not thread-safe; `Limiter` is.
    """

    def __init__(self, per_minute: float, *, now: float) -> None:
        self.per_minute = max(1.0, per_minute)
        self.share = 1.0
        self.paused_until = now
        self._tokens = self._burst
        self._at = now
        self._cut_at = -1.0
        self._grown_at = now
        self._refusals = 0

    @property
    def _burst(self) -> float:
        return max(1.0, self.per_minute * self.share * BURST)

    @property
    def rate(self) -> float:
        """Requests a second: with the burst before them they fill the minute exactly and never overfill it."""
        allowed = self.per_minute * self.share
        return max(allowed - self._burst, allowed / 2) / MINUTE

    def take(self, now: float) -> float:
        """0 and the request is booked, or how many seconds to wait before asking again."""
        if now < self.paused_until:
            return self.paused_until - now
        self._grow(now)
        if self._tokens >= 1.0:
            self._tokens -= 1.0
            return 0.0
        return max(SHORTEST, (1.0 - self._tokens) / self.rate)

    def refused(self, now: float, *, sent: float, wait: float | None) -> float:
        """Note that the request sent at `sent` was refused; returns how long everything keeps away.

        Several refusals of requests that were under way together cut the rate once, not once each.
        """
        if sent > self._cut_at:
            self._refusals += 1
            self.share = max(FLOOR, self.share * CUT)
            self._cut_at = now
        if wait is None:
            wait = min(LONGEST_GUESS, FIRST_WAIT * 2 ** (self._refusals - 1))
        self.paused_until = max(self.paused_until, now + wait)
        self._tokens = min(self._tokens, 1.0)
        self._at = self._grown_at = max(self._at, self.paused_until)
        return wait

    def answered(self) -> None:
        """Note that a request was let through: the next refusal without a time begins with the short wait again."""
        self._refusals = 0

    def allow(self, per_minute: float) -> None:
        """Use another limit from now on, for instance because the account's plan became known."""
        self.per_minute = max(1.0, per_minute)
        self._tokens = min(self._tokens, self._burst)

    def _grow(self, now: float) -> None:
        """Fill the bucket up to `now`, and give back a little of the rate for every quiet minute."""
        minutes = int((now - self._grown_at) // MINUTE)
        if minutes > 0:
            self._grown_at += minutes * MINUTE
            self.share = min(1.0, self.share + RECOVERY * minutes)
        if now > self._at:
            self._tokens = min(self._burst, self._tokens + (now - self._at) * self.rate)
            self._at = now


class Limiter:
    """Lets requests of one credential through in turn; thread-safe.

    `share_left` (0 to 1) of every limit is left for the district's other scripts: of `per_minute`, and of the
    `reads` and `writes` that may be under way at once.
    """

    def __init__(self, clock: Clock, *, per_minute: int, reads: int, writes: int, share_left: float = 0.2) -> None:
        self._clock = clock
        self._used = 1.0 - share_left
        self._pace = Pace(per_minute * self._used, now=clock.monotonic())
        self._lock = threading.Lock()
        self.reads = max(1, int(reads * self._used))
        self.writes = max(1, int(writes * self._used))
        self._read_slots = threading.BoundedSemaphore(self.reads)
        self._write_slots = threading.BoundedSemaphore(self.writes)

    @contextmanager
    def slot(self, *, writes: bool) -> Iterator[float]:
        """Hold a place for one request, gives the moment it may be sent at; blocks until there is one.

        Raises Quota where the tool asked for a pause that is too long to be waited out.
        """
        slots = self._write_slots if writes else self._read_slots
        with slots:
            yield self._wait()

    def refused(self, *, sent: float, wait: float | None) -> float:
        """Pause everything that uses this credential; `wait` is the time the tool named. Returns the pause."""
        with self._lock:
            return self._pace.refused(self._clock.monotonic(), sent=sent, wait=wait)

    def answered(self) -> None:
        """Note that a request got through."""
        with self._lock:
            self._pace.answered()

    def allow(self, per_minute: int) -> None:
        """Use another limit of requests a minute from now on; the share left for others comes off it."""
        with self._lock:
            self._pace.allow(per_minute * self._used)

    def _wait(self) -> float:
        while True:
            with self._lock:
                now = self._clock.monotonic()
                pause = self._pace.paused_until - now
                wait = self._pace.take(now)
            if not wait:
                return now
            if pause > PATIENCE:
                raise Quota(f"the tool asked for a pause of {lasting(pause)}", wait=pause)
            self._clock.sleep(wait)


UNHEARD: Final = 10
"""For so many requests that others are known to have sent, one more is taken for sent since that was heard."""


class Daily:
    """Lets no more requests through in a day (UTC) than the account's limit less the share left; thread-safe.

    `used` are our own, those of other processes included as far as `spent` told of them; `others` what the account's
    other programs are known to have sent: the more it is, the earlier ours stop.
    """

    def __init__(self, clock: Clock, limit: int, share_left: float) -> None:
        self._clock = clock
        self._limit = limit
        self._share_left = share_left
        self._lock = threading.Lock()
        self._day = clock.now().date()
        self._used = 0
        self._others = 0

    def take(self) -> None:
        """Count one request. Raises Quota until midnight (UTC) where the day's are used up: then none may be sent."""
        with self._lock:
            now = self._begin()
            if self._left() > 0:
                self._used += 1
                return
        wait = (midnight(now) - now).total_seconds()
        raise Quota(
            f"{self._used} of the day's {self._limit} requests are used, and the rest is left for other programs; "
            f"the count begins anew at midnight UTC, in {lasting(wait)}",
            wait=wait,
            next_step="Nothing is lost: it goes on after that. If it happens often, look less often (`every` of the "
            "mappings); if the account has more than that a day, set `daily_calls`.",
        )

    def spent(self, calls: int) -> None:
        """Learn that at least so many of our own requests were counted today."""
        with self._lock:
            self._begin()
            self._used = max(self._used, calls)

    def told(self, day: date, *, limit: int | None, usage: int) -> None:
        """Learn what the tool says: the account's limit where it tells one, and how many requests it counted that day.

        Its count lags behind, so it can only show that there were others, not that there were fewer of ours.
        """
        with self._lock:
            self._begin()
            self._limit = limit or self._limit
            if day == self._day:
                self._others = max(self._others, usage - self._used)

    def budget(self) -> Budget:
        """How the day stands."""
        with self._lock:
            now = self._begin()
            return Budget(self._limit, self._used, self._left(), midnight(now), self._others)

    def _left(self) -> int:
        allowed = int(self._limit * (1 - self._share_left))
        unheard = self._others // UNHEARD
        return max(0, min(allowed, self._limit - self._others - unheard) - self._used)

    def _begin(self) -> datetime:
        """Begin to count anew where another day has come; the time it is."""
        now = self._clock.now()
        if now.date() != self._day:
            self._day, self._used, self._others = now.date(), 0, 0
        return now


def midnight(now: datetime) -> datetime:
    """When the next day begins, in the time zone of `now`."""
    return datetime.combine(now.date() + timedelta(days=1), time(), now.tzinfo)


def lasting(seconds: float) -> str:
    """How long that is, in words for people."""
    for size, unit in ((3600, "hours"), (60, "minutes")):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} s"
