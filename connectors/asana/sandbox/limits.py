"""Asana's request limits per token: so many a minute, so many reads and writes at once (Asana docs, "Rate limits")."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass, field

from connectors.clock import Clock

WINDOW = 60.0


@dataclass(frozen=True, slots=True)
class Limits:
    """What one token may do. `per_minute` None means no limit; a refused request counts like any other.

    `says_when` False leaves `Retry-After` out of concurrency refusals, as some clients have reported.
    """

    per_minute: int | None = 1500
    reads: int = 50
    writes: int = 15
    says_when: bool = True

    @classmethod
    def of(cls, tier: str) -> Limits:
        """The limits of a plan tier: 150 a minute on the free one, 1500 on paid ones."""
        return cls(per_minute=150 if tier == "basic" else 1500)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A request over a limit; `seconds` is what `Retry-After` says, None = the header is missing."""

    seconds: int | None


@dataclass(slots=True)
class _Use:
    recent: deque[float] = field(default_factory=deque)
    flying: dict[bool, int] = field(default_factory=lambda: {False: 0, True: 0})


class Gate:
    """Counts what each token has sent and has in flight."""

    def __init__(self, limits: Limits, clock: Clock) -> None:
        self.limits = limits
        self._clock = clock
        self._uses: dict[str, _Use] = {}

    def enter(self, token: str, *, writing: bool) -> Refusal | None:
        """Let one request in, to be followed by `leave`; or say that it is refused."""
        use, now = self._uses.setdefault(token, _Use()), self._clock.monotonic()
        while use.recent and use.recent[0] <= now - WINDOW:
            use.recent.popleft()
        use.recent.append(now)
        most = self.limits.per_minute
        if most is not None and len(use.recent) > most:
            return Refusal(max(1, math.ceil(use.recent[-most - 1] + WINDOW - now)))
        if use.flying[writing] >= (self.limits.writes if writing else self.limits.reads):
            return Refusal(1 if self.limits.says_when else None)
        use.flying[writing] += 1
        return None

    def leave(self, token: str, *, writing: bool) -> None:
        """One request that was let in is answered."""
        self._uses[token].flying[writing] -= 1
