"""What waits for a person, as `syncd status` shows it: what is held, in conflict, or proposed to the plan."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Final

from syncd.app import App
from syncd.cli import proposed
from syncd.cli.options import command_line, copyable
from syncd.cli.output import tell
from syncd.cli.values import plain, said
from syncd.engine.deciding import Choice, choice
from syncd.engine.planner import Change, Kind, Why
from syncd.engine.proposals import Proposal
from syncd.engine.waiting import Waiting
from syncd.errors import FileError
from syncd.proposing import open_matters
from syncd.records import Outcome, PassRecord
from syncd.scorecard.words import count

_FEW: Final = 5
"""So many of each kind are shown."""
_LOOKED: Final = frozenset({Outcome.DONE, Outcome.FINDINGS, Outcome.STOPPED})
"""A pass that ended so knows what waits for a person."""


@dataclass(frozen=True, slots=True)
class Waits:
    """What waits in one mapping, or how much of it (`counts`) where a pass knew and nobody can say what by now."""

    held: tuple[Change, ...] = ()
    conflicts: tuple[Choice, ...] = ()
    proposed: tuple[Proposal, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)

    def lines(self) -> Iterator[str]:
        """How much of each kind, the first few, and the command that says more or decides, for people."""
        if held := len({change.item for change in self.held}) or self.counts.get("held"):
            yield f"  held            {count(held, 'item')} for a person; {copyable('`syncd diff`')} shows all"
            yield from _few([f"{change.item}  {copyable(change.reason)}" for change in self.held])
        if number := self._conflicts:
            yield f"  in conflict     {count(number, 'value')} that plan and team both changed"
            yield from _few([_conflict(each) for each in self.conflicts])
            yield f"        {how_to_decide()}"
        if number := self._proposals:
            yield f"  proposed        {count(number, 'change')} to the plan, by its teams"
            yield from _few(["  ".join(islice(proposed.told(each), 2)) for each in self.proposed])
            yield f"        → {command_line('proposals')} shows all, and how to put them into the plan"

    def for_programs(self) -> dict[str, Any]:
        """The same, for other programs."""
        return {
            "conflicts": self._conflicts,
            "proposals": self._proposals,
            "conflict_list": [_data(each) for each in self.conflicts],
            "proposal_list": [proposed.for_programs(each) for each in self.proposed],
        }

    @property
    def _conflicts(self) -> int:
        return len(self.conflicts) or self.counts.get("conflicts", 0)

    @property
    def _proposals(self) -> int:
        return len(self.proposed) or self.counts.get("proposals", 0)


def how_to_decide() -> str:
    """The command that settles a conflict."""
    return f"→ {command_line('decide ITEM FIELD plan')} (or tool) says whose value stands"


def in_conflict(changes: Iterable[Change]) -> bool:
    """Whether some of it waits because plan and team both changed a value."""
    return any(change.kind is Kind.HOLD and change.why is Why.CONFLICT for change in changes)


def open_waits(app: App) -> dict[str, Waits] | None:
    """What waits, by mapping; None, with a word about it on stderr, where a plan cannot be read."""
    try:
        waits, proposed = open_matters(app)
    except FileError as error:
        tell("\n".join([*map(str, error.problems), "What waits for a person is told as of the last pass."]))
        return None
    return {wait.books.route.mapping: _waits(wait, proposed) for wait in waits}


def counted(passes: Iterable[PassRecord]) -> Waits:
    """How much waited at the end of the newest of these passes that could look at everything."""
    return next((Waits(counts=each.counts) for each in passes if each.outcome in _LOOKED), Waits())


def _waits(wait: Waiting, proposed: Iterable[Proposal]) -> Waits:
    route, holds = wait.books.route, [change for change in wait.changes if change.kind is Kind.HOLD]
    return Waits(
        held=tuple(change for change in holds if change.why is not Why.CONFLICT),
        conflicts=tuple(choice(route, change) for change in holds if change.why is Why.CONFLICT),
        proposed=tuple(each for each in proposed if each.mapping == route.mapping),
    )


def _conflict(each: Choice) -> str:
    return f"{each.item}  {each.field}: plan {said(each.plan)}, tool {said(each.tool)}"


def _data(each: Choice) -> dict[str, Any]:
    values = {"plan": plain(each.plan), "tool": plain(each.tool)}
    return {"item": each.item, "title": each.title, "field": each.field, **values}


def _few(lines: Sequence[str]) -> Iterator[str]:
    yield from (f"    {line}" for line in lines[:_FEW])
    if len(lines) > _FEW:
        yield f"    … and {len(lines) - _FEW:,} more"
