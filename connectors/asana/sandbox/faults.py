"""Faults on demand: what goes wrong, with which requests, how often."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from typing import Any, Literal, get_args

Kind = Literal[
    "status", "rate_limit", "lost_reply", "reset", "hang", "slow", "truncated", "drop_events", "stale", "expire_offset"
]
"""status: answered with `status` and `body`, without effect unless `effect`. rate_limit: 429 with `retry_after`, or
without. lost_reply: takes effect, then the connection closes unanswered. reset: the connection breaks before anything
happens. hang: silent for `seconds`, `when` before or after the effect, then goes on. slow: the reply trickles over
`seconds`. truncated: takes effect, and the JSON stops half-way. drop_events: the newest `rows` events are lost first.
stale: a list lacks its `rows` newest records. expire_offset: all offset tokens grow too old first."""


@dataclass(slots=True)
class Fault:
    """One fault, for requests in which `match` is found: "METHOD /path?query", the path below /api/1.0.

    After `skip` hits it strikes `times` times. `seconds` are real ones.
    """

    match: str = ""
    kind: Kind = "status"
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
        if self.kind not in get_args(Kind):
            raise ValueError(f"no fault is called {self.kind!r}; there are {', '.join(get_args(Kind))}")
        re.compile(self.match)


class Faults(list[Fault]):
    """The faults that are due, first match first; one that has struck often enough leaves the list."""

    def take(self, target: str) -> Fault | None:
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


def fault_of(given: dict[str, Any]) -> Fault:
    """A fault from JSON. Raises ValueError naming what it does not know."""
    strange = given.keys() - {field.name for field in fields(Fault)}
    if strange:
        raise ValueError(f"a fault has no {', '.join(sorted(strange))}")
    return Fault(**given)
