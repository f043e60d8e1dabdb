"""What waits for a person in a mapping: what is held, in conflict, or proposed to the plan."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from syncd.app import App
from syncd.engine.deciding import Choice, choice
from syncd.engine.planner import Change, Kind, Why
from syncd.engine.proposals import Proposal
from syncd.engine.standing import Standing, standing
from syncd.engine.waiting import Waiting
from syncd.proposing import open_matters
from syncd.records import Outcome, PassRecord
from syncd.store.reader import Reader
from syncd.views import proposals
from syncd.views.values import plain

LOOKED: Final = frozenset({Outcome.DONE, Outcome.FINDINGS, Outcome.STOPPED})
"""A pass that ended so knows what waits for a person."""


@dataclass(frozen=True, slots=True)
class Waits:
    """What waits in one mapping, or how much of it (`counts`) where a pass knew and nobody can say what by now.

    `undone` waits for nobody: it is what differs since an undo, and stays so.
    """

    held: tuple[Change, ...] = ()
    conflicts: tuple[Choice, ...] = ()
    proposed: tuple[Proposal, ...] = ()
    undone: tuple[Standing, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)

    @property
    def held_items(self) -> int:
        """How many items are held."""
        return len({change.item for change in self.held}) or self.counts.get("waiting", self.counts.get("held", 0))

    @property
    def conflicting(self) -> int:
        """How many values are in conflict."""
        return len(self.conflicts) or self.counts.get("conflicts", 0)

    @property
    def proposals(self) -> int:
        """How much is proposed to the plan."""
        return len(self.proposed) or self.counts.get("proposals", 0)


def open_waits(app: App) -> dict[str, Waits]:
    """What waits, by mapping. Raises ConfigError or PlanError where a plan cannot be read, StoreError."""
    waits, proposed = open_matters(app)
    with app.known_store().reading() as reader:
        return {wait.books.route.mapping: _waits(wait, proposed, reader) for wait in waits}


def counted(passes: Iterable[PassRecord]) -> Waits:
    """How much waited at the end of the newest of these passes that could look at everything."""
    return next((Waits(counts=each.counts) for each in passes if each.outcome in LOOKED), Waits())


def as_json(waits: Waits) -> dict[str, Any]:
    """What waits, for other programs."""
    return {
        "conflicts": waits.conflicting,
        "proposals": waits.proposals,
        "conflict_list": [_differing(each) for each in waits.conflicts],
        "proposal_list": [proposals.as_json(each) for each in waits.proposed],
        "undone_list": [_differing(each) for each in waits.undone],
    }


def _waits(wait: Waiting, proposed: Iterable[Proposal], reader: Reader) -> Waits:
    route, holds = wait.books.route, [change for change in wait.changes if change.kind is Kind.HOLD]
    return Waits(
        held=tuple(change for change in holds if change.why is not Why.CONFLICT),
        conflicts=tuple(choice(route, change) for change in holds if change.why is Why.CONFLICT),
        proposed=tuple(each for each in proposed if each.mapping == route.mapping),
        undone=standing(reader, route.mapping, wait.trees) if reader.was_undone(route.mapping) else (),
    )


def _differing(each: Standing | Choice) -> dict[str, Any]:
    values = {"plan": plain(each.plan), "tool": plain(each.tool)}
    return {"item": each.item, "title": each.title, "field": each.field, **values}
