"""The passes that the schedule has made: which mappings get one now, and what becomes of it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final, Protocol

from connectors.hooks import Touched
from connectors.limiter import lasting
from connectors.vocabulary import Budget
from syncd.app import App
from syncd.engine.tally import PassReport
from syncd.errors import FileError
from syncd.sections import MappingConfig
from syncd.service.share import Share
from syncd.store.errors import StoreError

LOOKING: Final = 0.5
"""The part of what is left of a day's requests that goes into looking for news; the rest is for what they lead to."""

Hints = Mapping[tuple[str, str], Touched]
"""Tasks that a tool itself has pointed at, by connection and container."""
MakePasses = Callable[[Sequence[str], Hints], bool]
"""Makes a pass of each of these mappings, with hints; False where that was not done to the end, and is to be again."""


class Told(Protocol):
    """What is known from tools that tell of themselves what happens."""

    def making(self, mappings: Sequence[str]) -> None:
        """A pass of each mapping is about to be made."""

    def spares(self, mapping: str) -> bool:
        """Whether a quiet pass of the mapping would find nothing. Raises PlanError, StoreError."""


class Looks(Protocol):
    """Keeps when mappings had their last quiet pass."""

    def get(self, mappings: tuple[str, ...], /) -> datetime | None:
        """When these had it; None where that is not known. Raises StoreError."""

    def __setitem__(self, mappings: tuple[str, ...], moment: datetime, /) -> None:
        """These have it now. Raises StoreError."""


class Hearer(Protocol):
    """Who takes in what becomes of passes; as `Watch` does."""

    def ended(self, report: PassReport) -> None:
        """A pass ended."""

    def failed(self, mapping: str, trouble: str, **more: object) -> None:
        """A pass could not even be made."""

    def spared(self, mapping: str) -> None:
        """No pass was needed."""

    def as_before(self, mapping: str, within: timedelta) -> None:
        """It is meant that there is no pass."""

    def say(self, what: str, trouble: str) -> None:
        """Something is wrong, or well again."""


class Passes:
    """The jobs of the schedule. Those of one connection run one after the other, on one thread.

    `told`, once it is there, knows of quiet passes that need not be made. `share` says how long they may go on, and
    `looked` keeps when mappings had their last quiet pass.
    """

    def __init__(
        self,
        app: App,
        watch: Hearer,
        stop: threading.Event,
        *,
        share: Share | None = None,
        looked: Looks | None = None,
    ) -> None:
        self.app, self._watch = app, watch
        self._share = share or Share(stop.is_set)
        self.told: Told | None = None
        self._looked: Looks = {} if looked is None else looked

    def quiet(self, mappings: tuple[str, ...]) -> None:
        """A quiet pass of each of these mappings, which share connection and interval.

        None where the day's requests must last for longer.
        """
        now, alike = self.app.clock.now(), self.app.config.mappings[mappings[0]]
        if self._rests(mappings, now):
            return
        every = self._every(alike, now)
        last = self._looked.get(mappings)
        if every > alike.every and last is not None and last <= now < last + every:
            self._as_well_as_before(mappings)
            return
        self._looked[mappings] = now
        if due := [mapping for mapping in mappings if not self._spared(mapping)]:
            self.some(due, full=False)

    def edited(self, mappings: Sequence[str]) -> None:
        """One pass of each mapping whose plan somebody edited; in quiet hours, the next look takes it in."""
        if not self._rests(mappings, self.app.clock.now()):
            self.some(mappings, full=False)

    def _rests(self, mappings: Sequence[str], now: datetime) -> bool:
        """Whether these are quiet hours."""
        rests = self.app.config.schedule.rests(now.astimezone(self.app.config.zone))
        if rests:
            self._as_well_as_before(mappings)
        return rests

    def _as_well_as_before(self, mappings: Sequence[str]) -> None:
        """It is meant that there is no pass now: what was well up to here stays so, and nothing else becomes it."""
        for mapping in mappings:
            self._watch.as_before(mapping, 2 * self.app.config.mappings[mapping].every)

    def _spared(self, mapping: str) -> bool:
        """Whether the mapping's quiet pass is not worth a request; where that cannot be told, the pass says why."""
        with suppress(FileError, StoreError):
            if self.told is not None and self.told.spares(mapping):
                self._watch.spared(mapping)
                return True
        return False

    def hinted(self, mappings: Sequence[str], hints: Hints) -> bool:
        """One pass of each mapping, at once, with what a tool has pointed at; False as `some` has it."""
        return self.some(mappings, full=False, hints=hints)

    def some(self, mappings: Sequence[str], *, full: bool, hints: Hints = MappingProxyType({})) -> bool:
        """One pass of each mapping that is not paused; whatever goes wrong is said, and tried again by the clock.

        False where it was not done to the end: the store was away, or it was time to stop.
        """
        if self._share.over():
            return False
        if self.told is not None:
            self.told.making(mappings)
        due = left = list(mappings)
        try:
            paused = self.app.paused(mappings)
            due = [mapping for mapping in mappings if mapping not in paused]
            left = list(due)
            for mapping in paused:
                self._watch.say(f"passes of {mapping}", "")  # none are made, and that is as somebody wants it
            over, written = self._share.over, self._share.written
            passes = self.app.sync(left, full=full, hints=hints, stopping=over, progress=written) if left else ()
            for report in passes:
                left.remove(report.mapping)
                self._share.ended()
                self._watch.ended(report)
                self._watch.say(f"passes of {report.mapping}", "")
        except FileError as error:
            return self._each(due, left, str(error), full=full, hints=hints)
        except StoreError as error:
            self._share.lost = True
            self._failed(left or due, error.in_full)
            return False
        except Exception as error:  # noqa: BLE001  a fault in one pass must end neither the schedule nor the others
            words = f"{type(error).__name__}: {error}"
            return self._each(due, left, words, full=full, hints=hints, exc_info=True)
        self._plans_well(mappings)
        return not self._share.cut

    def _each(
        self, due: Sequence[str], left: Sequence[str], trouble: str, *, full: bool, hints: Hints, **more: object
    ) -> bool:
        """Something stands in the way: find out for which of those that are left, and let the others go on."""
        if len(due) == 1 or not left:
            self._failed(due, trouble, **more)
            return True
        done = [self.some([mapping], full=full, hints=hints) for mapping in left]
        return all(done)

    def _failed(self, mappings: Sequence[str], trouble: str, **more: object) -> None:
        for mapping in mappings:
            self._watch.failed(mapping, trouble, **more)

    def _every(self, mapping: MappingConfig, now: datetime) -> timedelta:
        """How often to look: as configured, or less often where the day's requests run short, which is then said."""
        name = mapping.connection
        rounds = len({each.every for each in self.app.config.mappings.values() if each.connection == name})
        every = stretched(mapping.every, self.app.connector(name).budget(), now, rounds)
        short = (
            f"the day's requests run short: it is looked at every {lasting(every.total_seconds())} until midnight UTC"
        )
        self._watch.say(f"quota of {name}", short if every > mapping.every else "")
        return every

    def _plans_well(self, mappings: Sequence[str]) -> None:
        """Say which plans could be read, of these mappings and of those that no mapping has."""
        sections = self.app.config.mappings
        alone = self.app.config.plans.keys() - {section.plan for section in sections.values()}
        for name in sorted({*alone, *(sections[mapping].plan for mapping in mappings)}):
            if self.app.plans.good(name):
                self._watch.say(f"plan {name}", "")


def by_connection(mappings: Iterable[str], sections: Mapping[str, MappingConfig]) -> dict[str, list[str]]:
    """These mappings by their connections: each of these has a thread of its own."""
    found: dict[str, list[str]] = {}
    for name in mappings:
        found.setdefault(sections[name].connection, []).append(name)
    return found


def stretched(every: timedelta, budget: Budget | None, now: datetime, rounds: int = 1) -> timedelta:
    """How long to wait between two looks so that the rest of the day's requests lasts; never less than `every`.

    `rounds` looks share what there is. With nothing left, the next look comes when the day is over.
    """
    if budget is None:
        return every
    rest, affordable = budget.resets_at - now, budget.left * LOOKING / rounds
    return max(every, rest / affordable if affordable >= 1 else rest)
