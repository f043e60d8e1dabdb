"""Keeps the plans of a configuration in memory, and reads one anew when a file of it has changed."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import structlog

from connectors.clock import Clock
from connectors.network import Network
from syncd.documents.file import stamp
from syncd.errors import PlanError, Problem
from syncd.plan.feeds import Feeds
from syncd.plan.ids import Ids
from syncd.plan.keeping import FilePlace
from syncd.plan.load import load_plan, where
from syncd.plan.model import Kpi, Plan
from syncd.plan.sources import beside, is_address, locate
from syncd.sections import PlanConfig

_log = structlog.get_logger(__name__)

FETCH_EVERY: Final = 300.0
"""Seconds after which a plan, or readings, that come from an address are fetched again."""
RETRY_EVERY: Final = 60.0
"""Seconds after which a plan that could not be read is tried again, whatever has changed: what it names is unknown."""

LONGEST_WAIT: Final = 2.0
"""Seconds for which who asks waits while somebody else reads; a plan that was read before holds meanwhile."""
TRIES: Final = 3
"""Readings of a plan that somebody is writing, before the next time somebody asks is waited for."""


@dataclass(frozen=True, slots=True)
class _Kept:
    """A plan as last read well (None: never), and the error of a reading after that."""

    plan: Plan | None
    error: PlanError | None
    state: Mapping[Path, object]
    fetch_at: float


class Plans:
    """The plans by their name in the configuration; thread-safe."""

    def __init__(
        self,
        sources: Mapping[str, PlanConfig],
        folder: Path,
        clock: Clock,
        network: Network,
        copies: Path | None = None,
        *,
        for_all: Collection[str] = (),
    ) -> None:
        """`copies` is the folder for copies of what comes from addresses; without one, they are kept in memory.

        `for_all` are those that are no district's.
        """
        self._feeds = Feeds(copies, clock.now)
        self._sources, self._folder, self._clock, self._network = sources, folder, clock, network
        self.by_clock = False
        """Whether somebody calls `fetch` now and then; until then, whoever asks waits for what is due by the clock."""
        self._kept: dict[str, _Kept] = {}
        self._looked: dict[str, tuple[Mapping[Path, object], Mapping[Path, object]]] = {}
        """The state of each plan's files when an edit was told last, and at the last look; before any, when first
        read: who takes over from a daemon that died must hear of an edit that its own pages have shown since."""
        self._beside: dict[str, tuple[Plan | None, tuple[Path, ...]]] = {}
        """The files of each plan, and of which reading of it: every look at it asks for their states."""
        self._lock = threading.Lock()
        """Held for moments only: whatever is slow to come must not hold up who sees to the service."""
        self._reading = {name: threading.Lock() for name in sources}
        memory = copies / "ids.json" if copies else None
        self._ids = Ids({name: plan.source for name, plan in sources.items()}, folder, for_all, memory)

    def inherit(self, before: Plans) -> None:
        """Know what these plans were when they could last be read, of those that come from the same place."""
        if self._folder != before._folder:
            return
        self._feeds = before._feeds
        with before._lock:
            for name, source in before._sources.items():
                if self._sources.get(name) == source:
                    self._ids.inherit(before._ids, name)
                    if name in before._kept:
                        self._kept[name] = before._kept[name]
                        self._looked[name] = before._looked[name]

    def get(self, name: str) -> Plan:
        """The plan as its files hold it now. Raises PlanError; the last good one is `last`.

        While somebody else reads it, and its addresses are slow, as it was read before.
        """
        kept = self._kept.get(name)
        if kept is None or self._is_due(name, kept):
            kept = self._renewed(name, kept)
        if kept.error is not None:
            raise kept.error
        if kept.plan is None:
            raise AssertionError("unreachable: a plan was read, or there is an error")
        return kept.plan

    def _is_due(self, name: str, kept: _Kept) -> bool:
        by_time = not self.by_clock and self._clock.monotonic() >= kept.fetch_at
        return by_time or kept.state != self._state(name, kept.plan)

    def _renewed(self, name: str, kept: _Kept | None) -> _Kept:
        """What one who reads finds; who waited for another one goes by what that found, or else by what was before."""
        if kept is None:
            self._reading[name].acquire()
        elif not self._reading[name].acquire(timeout=LONGEST_WAIT):
            return kept
        try:
            now = self._kept.get(name)
            if now is None or self._is_due(name, now):
                now = self._read(name, now.plan if now else None)
                with self._lock:
                    self._kept[name] = now
                    self._looked.setdefault(name, (now.state, now.state))
            return now
        finally:
            self._reading[name].release()

    def fetch(self) -> None:
        """Read anew what is due by the clock; meanwhile everyone goes by what was read last."""
        for name, kept in list(self._kept.items()):
            if self._clock.monotonic() >= kept.fetch_at:
                read = self._read(name, kept.plan)
                with self._lock:
                    if self._kept.get(name) is kept:
                        self._kept[name] = read

    def last(self, name: str) -> Plan | None:
        """The plan as it could last be read, None if it never could."""
        kept = self._kept.get(name)
        return kept.plan if kept else None

    def edited(self) -> list[str]:
        """Those with a file that changed since this was asked, or else since they were first read.

        One that is being written just now is told the next time.
        """
        found = []
        with self._lock:
            for name, kept in self._kept.items():
                now = self._state(name, kept.plan)
                told, seen = self._looked[name]
                if now != told and now == seen:
                    found.append(name)
                    told = now
                self._looked[name] = (told, now)
        return found

    def forget(self, name: str) -> None:
        """Read the plan anew when it is next asked for: what was last good does not hold any more."""
        with self._lock:
            self._kept.pop(name, None)

    def notes(self, name: str) -> tuple[str, ...]:
        """What is said of the plan's readings that come from copies, since their addresses fail."""
        return self._notes(name, self.last(name))

    def _notes(self, name: str, plan: Plan | None) -> tuple[str, ...]:
        source = locate(self._sources[name].source, self._folder)
        places = dict.fromkeys(beside(source, place) for place in _places(source, plan))
        return tuple(f"{each}: {self._feeds.notes[each]}" for each in places if each in self._feeds.notes)

    def save_copies(self) -> None:
        """Keep, for the next start, what came from addresses and was good; where that fails, it is logged."""
        try:
            self._feeds.save()
            self._ids.save()
        except OSError as error:
            _log.warning("copies of readings cannot be kept", reason=error.strerror)

    def place(self, name: str) -> FilePlace:
        """Where the plan's text stands, to be written to."""
        return FilePlace(locate(self._sources[name].source, self._folder))

    def good(self, name: str) -> bool:
        """Whether the plan could be read the last time."""
        kept = self._kept.get(name)
        return kept is not None and kept.error is None

    def there(self, name: str) -> bool:
        """Whether there is a file where the plan's source points; an address is taken at its word."""
        source = self._sources[name].source
        return is_address(source) or stamp(self._folder / source) is not None

    def _read(self, name: str, last: Plan | None) -> _Kept:
        """The plan, if nobody wrote its files while they were read; else the last good one, with what went wrong."""
        known = last
        for _ in range(TRIES):
            before = self._state(name, known)
            plan, error = self._load(name)
            known = plan or known
            if self._state(name, known) == before:
                break
        else:
            plan, error = None, self._error(name, "somebody is writing it; it is read again in a moment")
        if plan is not None:
            self._ids.give(name, plan.id)
        for note in self._notes(name, plan) if plan is not None else ():
            _log.warning("readings come from a copy", plan=name, note=note)
        fetched = plan is not None and any(map(is_address, _places(self._sources[name].source, plan)))
        pause = RETRY_EVERY if plan is None else FETCH_EVERY if fetched else float("inf")
        # The state from before the last reading: what changed since is read next time.
        return _Kept(plan or last, error, before, self._clock.monotonic() + pause)

    def _load(self, name: str) -> tuple[Plan | None, PlanError | None]:
        """The plan as it stands, or why it cannot be read, whatever that is: one bad file must not stop the others."""
        try:
            return self._loaded(name), None
        except PlanError as error:
            return None, error
        except Exception as fault:  # noqa: BLE001
            return None, self._error(name, f"it cannot be read ({type(fault).__name__}: {fault})")

    def _loaded(self, name: str) -> Plan:
        """The plan as it stands. Raises PlanError, also for an id that it cannot have since another plan has it."""
        plan = load_plan(self._sources[name].source, self._folder, self._network, self._feeds)
        if words := self._ids.against(name, plan.id):
            found = where(self._sources[name].source, self._folder, self._network)
            raise PlanError([found.problem("", "id", words)])
        return plan

    def _error(self, name: str, words: str) -> PlanError:
        return PlanError([Problem(locate(self._sources[name].source, self._folder), words)])

    def _state(self, name: str, plan: Plan | None) -> Mapping[Path, object]:
        """What changes whenever a file of the plan does."""
        return {file: stamp(file) for file in self._files(name, plan)}

    def _files(self, name: str, plan: Plan | None) -> tuple[Path, ...]:
        known = self._beside.get(name)
        if known is None or known[0] is not plan:
            own = self._folder / self._sources[name].source
            files = dict.fromkeys(own.parent / place for place in _places(own.name, plan) if not is_address(place))
            self._beside[name] = known = (plan, tuple(files))
        return known[1]


def _places(source: str, plan: Plan | None) -> Iterator[str]:
    yield source
    for placed in plan.items.values() if plan else ():
        if isinstance(placed.item, Kpi) and placed.item.readings_from:
            yield placed.item.readings_from
