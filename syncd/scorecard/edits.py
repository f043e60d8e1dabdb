"""The plan's own log: its edits with their days, as far as somebody may read of them. Pure.

What is public now must have been public then, and the other way round: an item that is not published any more takes
its past with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import groupby

from syncd.plan.model import Audience, Plan
from syncd.plan.screen import has_mail, hints
from syncd.progress.pace import Pace
from syncd.scorecard.events import Event, Kind
from syncd.scorecard.telling import tell
from syncd.scorecard.view import HistoryLine, KpiView, Scorecard

_READINGS = frozenset({Kind.READING_ADDED, Kind.READING_CORRECTED, Kind.READING_REMOVED})


@dataclass(frozen=True, slots=True)
class Edit:
    """An event with the instant at which it came into force, and the district's day of that."""

    on: date
    at: datetime
    event: Event


def readable(edits: Iterable[Edit], plan: Plan, card: Scorecard) -> list[Edit]:
    """Those edits, the newest first as they are given, that the scorecard's audience may read.

    `plan` is the one that the scorecard shows; `edits` must begin with the newest that there is. Where nothing of a
    plan is public, nothing of its past is.
    """
    if card.audience is not Audience.PUBLIC:
        return list(edits)
    if not card.goals:
        return []
    gate = _Gate(plan, card)
    return [told for edit in edits if (told := gate.through(edit)) is not None]


def lines(edits: Sequence[Edit], most: int) -> tuple[HistoryLine, ...]:
    """The plan's log in sentences, the newest first, at most so many; a reading that came in is no edit.

    What was done alike at one time is told together.
    """
    found: list[HistoryLine] = []
    for (on, _), at_once in groupby(
        (edit for edit in edits if edit.event.kind is not Kind.READING_ADDED), key=lambda edit: (edit.on, edit.at)
    ):
        for words, events in tell(edit.event for edit in at_once):
            public = all(event.audience is Audience.PUBLIC for event in events)
            found.append(HistoryLine(on, words, Audience.PUBLIC if public else Audience.INTERNAL))
        if len(found) >= most:
            break
    return tuple(found[:most])


class _Gate:
    """Lets through what the public may read."""

    def __init__(self, plan: Plan, card: Scorecard) -> None:
        self._open = {name: placed.public for name, placed in plan.items.items()}
        """Whether the public may know an item, by its ids past and present; of those gone, what was last told."""
        for placed in plan.items.values():
            self._open.update(dict.fromkeys(placed.item.was, placed.public))
        self._titles = {placed.item.title for placed in plan.items.values() if placed.public}
        self._kpis = {view.id: view for view in _kpis(card)}
        self._least = plan.minimum_group
        self._ids = {name: placed.item.id for placed in plan.items.values() for name in placed.item.was}

    def through(self, edit: Edit) -> Edit | None:
        event = edit.event
        # Of an item that left the plan the newest event comes first: if that is internal, so is all before it.
        public = self._open.setdefault(event.item, event.audience is Audience.PUBLIC)
        if not public or event.audience is not Audience.PUBLIC or not self._shows(event) or self._may_name(event):
            return None
        if event.parent and not self._open.get(event.parent):
            event = replace(event, parent="", place="")
        return replace(edit, event=event)

    def _may_name(self, event: Event) -> bool:
        """Whether it tells a text of before that may name somebody; those of now somebody has looked at."""
        every = (event.title, event.place, event.before, event.after, event.unit, event.about)
        told = {text for text in every if isinstance(text, str)}
        return any(has_mail(text) or any(hints(text, self._least)) for text in told - self._titles)

    def _shows(self, event: Event) -> bool:
        if event.kind is Kind.MOVED:
            return {event.before, event.after} <= self._titles
        view = self._kpis.get(self._ids.get(event.item, event.item))
        if event.kind in _READINGS:
            return view is not None and _stands(view, event)
        if event.kind is Kind.REBASED and view is not None:
            return view.pace is not Pace.SUPPRESSED and view.baseline is not None
        return True


def _stands(view: KpiView, event: Event) -> bool:
    """Whether the page shows the reading that an event tells of, as it is after it.

    Of a correction the figure before is told too: beside schools and groups nobody has looked what that gives away.
    """
    if event.kind is Kind.READING_CORRECTED and view.parts:
        return False
    return any(
        (point.on, point.value) == (event.day, event.after) for point in view.readings if event.after is not None
    )


def _kpis(card: Scorecard) -> Iterable[KpiView]:
    for goal in card.goals:
        yield from goal.guardrails
        for outcome in goal.outcomes:
            yield from outcome.kpis
