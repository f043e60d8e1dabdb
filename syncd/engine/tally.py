"""What a pass did and what went wrong in it: the figures and sentences of its report. Pure data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from connectors.errors import ToolError
from syncd.engine.guard import Stop
from syncd.engine.planner import Change, Kind
from syncd.records import Outcome

COUNTED = (
    "created", "updated", "moved", "archived", "adopted", "changed_by_teams", "written_back", "conflicts", "held",
    "failed",
)  # fmt: skip
"""The keys of `sync --json` that count tasks, in its order."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something a person should look at: which item, what happened in the tool's own words, and what to do next."""

    item: str
    title: str
    message: str
    next_step: str = ""


_DONE: Final = {Kind.CREATE: "created", Kind.UPDATE: "updated", Kind.MOVE: "moved", Kind.ARCHIVE: "archived"}
"""What is counted of each kind of change that writes."""


@dataclass(slots=True)
class Tally:
    """The running account of one pass. `halted` is the error after which nothing more was sent."""

    counts: Counter[str] = field(default_factory=Counter)
    failed: dict[str, Finding] = field(default_factory=dict)
    doubts: Counter[str] = field(default_factory=Counter)
    """How many writes for an item were sent in this pass without a clear answer."""
    refused: set[str] = field(default_factory=set)
    """Items that the tool would not take in this pass: they are not tried again before the next."""
    taken: set[str] = field(default_factory=set)
    """Items of which the plan took over something."""
    heard: set[str] = field(default_factory=set)
    """Items of whose tasks it became known what a team changed."""
    moved: set[str] = field(default_factory=set)
    """Items whose tasks were put elsewhere."""
    remarks: list[Finding] = field(default_factory=list)
    halted: ToolError | None = None
    in_a_row: int = 0
    """How many requests to write in a row the tool failed to answer."""
    writes: int = 0
    """How many writes the tool was sent, whatever came of them."""

    def count(self, kind: Kind, item: str) -> None:
        """Count a change that was made; a task that went to another group and there behind another moved once."""
        if kind is not Kind.MOVE or item not in self.moved:
            self.counts[_DONE[kind]] += 1
        if kind is Kind.MOVE:
            self.moved.add(item)

    def take(self, item: str) -> None:
        """Count an item of which the plan took over something, however often that is."""
        self.taken.add(item)
        self.counts["written_back"] = len(self.taken)

    def hear(self, items: Iterable[str]) -> None:
        """Count the items whose tasks a team changed, however much of each."""
        self.heard.update(items)
        self.counts["changed_by_teams"] = len(self.heard)


@dataclass(frozen=True, slots=True)
class PassReport:
    """How one pass ended. `changes` are those still due or waiting; `stop` is set where the guard stopped it.

    `halted` is the error of the tool after which nothing more was sent.
    """

    mapping: str
    outcome: Outcome
    counts: dict[str, int]
    requests: int = 0
    seconds: float = 0.0
    findings: tuple[Finding, ...] = ()
    remarks: tuple[Finding, ...] = ()
    changes: tuple[Change, ...] = ()
    stop: Stop | None = None
    message: str = ""
    full: bool = False
    halted: ToolError | None = None
