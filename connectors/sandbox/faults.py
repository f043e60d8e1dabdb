"""Faults on demand: what goes wrong, with which requests, how often."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from typing import Any, ClassVar, Literal, Self, TypeVar


@dataclass(slots=True)
class Fault:
    """One fault, for requests in whose target `match` is found; each tool's sandbox says what its targets look like.

    After `skip` hits it strikes `times` times. `seconds` are real ones.

    Kinds that every sandbox has: status: answered with `status` and `body`, without effect unless `effect`.
    rate_limit: 429 with `retry_after`, or without. lost_reply: takes effect, then the connection closes unanswered.
    reset: the connection breaks before anything happens. hang: silent for `seconds`, `when` before or after the
    effect, then goes on. slow: the reply trickles over `seconds`. truncated: takes effect, and the JSON stops half-way.
    """

    kinds: ClassVar[tuple[str, ...]] = ("status", "rate_limit", "lost_reply", "reset", "hang", "slow", "truncated")

    match: str = ""
    kind: str = "status"
    times: int = 1
    skip: int = 0
    status: int = 500
    body: Literal["json", "html", "empty"] = "json"
    message: str | None = None
    effect: bool = False
    retry_after: str | None = None
    seconds: float = 1.0
    when: Literal["before", "after"] = "before"
    rows: int = 1

    def __post_init__(self) -> None:
        """Refuse kinds that do not exist and patterns that do not compile."""
        if self.kind not in self.kinds:
            raise ValueError(f"no fault is called {self.kind!r}; there are {', '.join(self.kinds)}")
        re.compile(self.match)

    @classmethod
    def of(cls, given: dict[str, Any]) -> Self:
        """A fault from JSON. Raises ValueError naming what it does not know."""
        strange = given.keys() - {field.name for field in fields(cls)}
        if strange:
            raise ValueError(f"a fault has no {', '.join(sorted(strange))}")
        return cls(**given)


F = TypeVar("F", bound=Fault)
"""The faults of one tool's sandbox."""


class Faults(list[F]):
    """The faults that are due, first match first; one that has struck often enough leaves the list."""

    def take(self, target: str) -> F | None:
        """The fault that strikes this request, counted down."""
        for fault in list(self):
            if not re.search(fault.match, target):
                continue
            if fault.skip > 0:
                fault.skip -= 1
                continue
            fault.times -= 1
            if fault.times <= 0:
                self.remove(fault)
            return fault
        return None
