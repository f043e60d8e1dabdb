"""Why a share of work moved: because work was done, or because there is more or less of it than before. Pure.

"58 % → 47 %: 3 projects added on 4 November 2025; with the work as it was before it would be 61 %".
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Final, Protocol

from syncd.plan.model import Plan
from syncd.progress.evidence import Evidence, is_planned
from syncd.progress.leaf import Leaf, WorkState
from syncd.progress.rollup import Line, Rollup, rollup
from syncd.scorecard.edits import Edit
from syncd.scorecard.events import Kind
from syncd.scorecard.view import Scorecard
from syncd.scorecard.words import count, day, percent

_WORDS: Final = {
    WorkState.CANCELLED: "cancelled",
    WorkState.DEFERRED: "put off",
    WorkState.EXCLUDED: "no longer counted",
}
"""What became of work that no longer counts, by its state."""
_COMINGS: Final = frozenset(
    {Kind.ADDED, Kind.RETIRED, Kind.CANCELLED, Kind.DEFERRED, Kind.RESUMED, Kind.ADOPTED, Kind.WITHDRAWN}
)
"""Edits by which work comes to count, or counts no more."""

_ABOVE: Final = {
    "added": (Kind.ADOPTED,),
    "taken up again": (Kind.RESUMED,),
    "cancelled": (Kind.CANCELLED,),
    "put off": (Kind.DEFERRED,),
    "taken out of the plan": (Kind.WITHDRAWN,),
}
"""Edits of what stands above work, by what becomes of it with them."""


class Moment(Protocol):
    """What was known at the end of a day."""

    @property
    def plan(self) -> Plan:
        """The plan, with teams' own work in it."""

    @property
    def evidence(self) -> Mapping[str, Evidence]:
        """What the tools say about the work."""

    @property
    def card(self) -> Scorecard:
        """The scorecard of it."""


class Scopes:
    """The work behind each KPI and action on two days; `edits` lie between them, the newest first."""

    def __init__(self, before: Moment, after: Moment, edits: Sequence[Edit]) -> None:
        self._days = {edit.event.item: edit.on for edit in reversed(edits) if edit.event.kind in _COMINGS}
        """When work came to count, or counted no more."""
        self._turns = {(edit.event.item, edit.event.kind): edit.on for edit in reversed(edits)}
        self._plans = (after.plan, before.plan)
        self._ids = {
            name: placed.item.id
            for placed in after.plan.items.values()
            for name in placed.item.was
            if name in before.plan.items
        }
        """The ids of today by those of before."""
        self._olds = {now: old for old, now in self._ids.items()}
        self._before = rollup(before.plan, before.evidence, before.card.as_of)
        self._after = rollup(after.plan, after.evidence, after.card.as_of)
        renamed = {self._olds.get(name, name): each for name, each in after.evidence.items()}
        self._unmoved = rollup(before.plan, {**before.evidence, **renamed}, after.card.as_of)
        """The work of before, as it stands now: what the figures would be had nothing come or gone."""

    def earlier(self, item: str) -> str:
        """The id that an item had on the first day."""
        return self._olds.get(item, item)

    def was_done(self, item: str) -> bool:
        """Whether a piece of work was done by the first day."""
        leaf = self._before.leaves.get(self.earlier(item))
        return leaf is not None and leaf.is_done

    def shares(self, item: str) -> tuple[str, str]:
        """The shares of a KPI's or an action's work on both days, in words."""
        return _percent(_line(self._before, self.earlier(item))), _percent(_line(self._after, item))

    def reasons(self, item: str) -> tuple[str, ...]:
        """Why the share of a KPI's or an action's work moved."""
        old, new = _line(self._before, self.earlier(item)), _line(self._after, item)
        if old is None or new is None:
            return ()
        was = {self._ids.get(name, name) for name in old.leaves if self._before.leaves[name].counts}
        now = {name for name in new.leaves if self._after.leaves[name].counts}
        scope = [*self._came(now - was, set(map(self._now, old.leaves))), *self._went(was - now, new.leaves)]
        if _weights(old, self._ids) != _weights(new, {}) and not scope:
            scope.append("weights changed")
        if scope and (without := _line(self._unmoved, self.earlier(item))) and without.share != new.share:
            scope.append(f"with the work as it was before it would be {_percent(without)}")
        return (*scope, *self._progress(was & now))

    def _now(self, name: str) -> str:
        return self._ids.get(name, name)

    def _came(self, names: Collection[str], there: Collection[str]) -> Iterator[str]:
        """Work that counts and did not: new in the plan, taken up again, or brought in from elsewhere in it."""
        new = {name for name in names if self.earlier(name) not in self._before.leaves}
        again = {name for name in names if name in there}
        for verb, found in (("added", new), ("taken up again", again), ("counted in", set(names) - new - again)):
            if found:
                yield f"{self._many(found)} {verb}{self._when(found, verb)}"

    def _went(self, names: Collection[str], there: Collection[str]) -> Iterator[str]:
        """Work that counted and does not any more: by its state, or because it is not there."""
        found: dict[str, set[str]] = {}
        for name in sorted(names):
            leaf = self._after.leaves.get(name)
            gone = "taken out of the plan" if leaf is None else "no longer counted here"
            verb = _WORDS.get(leaf.state, gone) if leaf is not None and name in there else gone
            found.setdefault(verb, set()).add(name)
        for verb, each in found.items():
            yield f"{self._many(each)} {verb}{self._when(each, verb)}"

    def _progress(self, names: Iterable[str]) -> Iterator[str]:
        """Work that counted on both days, and was finished or opened again."""
        pairs: list[tuple[Leaf, Leaf]] = [
            (self._before.leaves[self.earlier(name)], self._after.leaves[name]) for name in names
        ]
        done = sum(not old.is_done and new.is_done for old, new in pairs)
        opened = sum(old.is_done and not new.is_done for old, new in pairs)
        if done:
            yield f"{done} more done"
        if opened:
            yield f"{opened} opened again"

    def _many(self, names: Collection[str]) -> str:
        own = sum(not is_planned(name) for name in names)
        if own == len(names):
            return count(own, "task of the teams’ own", "tasks of the teams’ own")
        return count(len(names), "project")

    def _day(self, name: str, verb: str) -> date | None:
        """When that became of a piece of work, by an edit of its own or of what it stands under, which says so once."""
        if own := self._days.get(name) or self._days.get(self.earlier(name)):
            return own
        places = [plan.items[each] for plan in self._plans for each in (name, self.earlier(name)) if each in plan.items]
        above = reversed(places[0].path) if places else ()
        turns = [(each, kind) for each in above for kind in _ABOVE.get(verb, ())]
        return next((self._turns[turn] for turn in turns if turn in self._turns), None)

    def _when(self, names: Collection[str], verb: str) -> str:
        """The day on which they came or went, or the first and the last of several; "" where not all days are known."""
        days = {self._day(name, verb) for name in names}
        known = sorted(each for each in days if each is not None)
        if len(known) < len(days):
            return ""
        return f" on {day(known[0])}" if len(known) == 1 else f" from {day(known[0])} to {day(known[-1])}"


def _line(found: Rollup, item: str) -> Line | None:
    return found.kpis.get(item) or found.actions.get(item)


def _percent(line: Line | None) -> str:
    return percent(line.share, finished=line.complete) if line is not None else percent(None)


def _weights(line: Line, ids: Mapping[str, str]) -> dict[str, object]:
    """How much each part of a figure weighs beside the others."""
    whole = sum(term.weight for term in line.terms) or 1
    return {ids.get(term.item, term.item): term.weight / whole for term in line.terms}
