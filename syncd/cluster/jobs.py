"""What waits for a free hand: a job, how urgent its kind is, and when two of them are one."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final, Self


class Kind(StrEnum):
    """What is to be done, the most urgent first."""

    REPORT = "report"
    """Take in how passes ended that were made elsewhere."""
    HERE = "here"
    """What a command asked of the daemon."""
    HINTED = "hinted"
    """A pass, because the tool itself told that something happened."""
    EDITED = "edited"
    """A pass, because somebody edited the plan."""
    QUIET = "quiet"
    """A pass because it is time for one."""
    FULL = "full"
    """The night's reading of everything."""


class Queue(StrEnum):
    """Who takes a job up."""

    PASSES = "passes"
    """Every process with hands."""
    LEAD = "lead"
    """The one daemon that sees to webhooks, orders and notices."""


STEP: Final = 10
"""Between the priorities of two kinds; what has waited for long goes up by as much."""
TOP: Final = STEP * len(Kind)
LAST: Final = STEP // 2
"""The priority of what comes after all that is urgent in any way."""
TRIES: Final = 3
"""A job that failed in so many processes, or with which they died, is dropped: the next tick puts it anew."""


@dataclass(frozen=True, slots=True)
class Job:
    """One job. Of those of one `lock` one at a time is under way; of those with one `key` only one waits."""

    kind: Kind
    lock: str
    key: str = ""
    what: Mapping[str, Any] = field(default_factory=dict)
    """Its arguments, as plain data."""
    queue: Queue = Queue.PASSES
    tries: int = 0
    """How often it was begun in vain: its process died, or lost the database."""
    last: bool = False
    """Whether it comes after all that is urgent in any way."""
    passed: int = 0
    """How often a process passed it on that does not know it."""
    also: Sequence[Mapping[str, Any]] = ()
    """The arguments of those of its key that were put back while it waited."""

    @property
    def priority(self) -> int:
        """The higher, the sooner."""
        return LAST if self.last else TOP - STEP * list(Kind).index(self.kind)

    def kept(self) -> dict[str, Any]:
        """What is kept of it beside lock, key and queue."""
        kept = {"kind": self.kind.value, "what": dict(self.what), "tries": self.tries, "priority": self.priority}
        seldom = {"last": self.last, "passed": self.passed, "also": list(self.also)}
        return kept | {name: value for name, value in seldom.items() if value}

    @classmethod
    def of(cls, kept: Mapping[str, Any], *, lock: str | None, key: str | None, queue: str) -> Self | None:
        """The job again; None for one of another version of syncd."""
        try:
            kind, served = Kind(kept["kind"]), Queue(queue)
        except (KeyError, ValueError):
            return None
        more = {name: kept[name] for name in ("what", "tries", "last", "passed", "also") if name in kept}
        return cls(kind, lock or "", key or "", queue=served, **more)


_ALWAYS: Final[Mapping[str, type]] = {"kind": str, "what": dict, "tries": int, "priority": int}
_SELDOM: Final[Mapping[str, type]] = {"last": bool, "passed": int, "also": list}


def is_whole(kept: Mapping[str, Any]) -> bool:
    """Whether nothing lacks that each syncd keeps of a job, and all of it is of its type."""
    return all(isinstance(kept.get(name), needed) for name, needed in _ALWAYS.items()) and all(
        isinstance(kept.get(name, needed()), needed) for name, needed in _SELDOM.items()
    )


def key_of(kind: Kind, lock: str, names: Iterable[str]) -> str:
    """The key of a job of that kind about these names; it is short, however many there are."""
    text = "\n".join([lock, *names])
    return f"{kind.value} {hashlib.sha256(text.encode()).hexdigest()[:32]}"
