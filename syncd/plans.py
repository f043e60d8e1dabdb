"""Keeps the plans of a configuration in memory, and reads one anew when a file of it has changed."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from connectors.clock import Clock
from syncd.config import PlanConfig
from syncd.errors import PlanError
from syncd.plan.load import load_plan
from syncd.plan.model import Kpi, Plan
from syncd.plan.sources import is_address

FETCH_EVERY: Final = 300.0
"""Seconds after which a plan, or readings, that come from an address are fetched again."""
RETRY_EVERY: Final = 60.0
"""Seconds after which a plan that could not be read is tried again, whatever has changed: what it names is unknown."""


@dataclass(frozen=True, slots=True)
class _Kept:
    """A plan as last read well (None: never), and the error of a reading after that."""

    plan: Plan | None
    error: PlanError | None
    state: tuple[object, ...]
    fetch_at: float


class Plans:
    """The plans by their name in the configuration; thread-safe."""

    def __init__(self, sources: Mapping[str, PlanConfig], folder: Path, clock: Clock) -> None:
        self._sources, self._folder, self._clock = sources, folder, clock
        self._kept: dict[str, _Kept] = {}
        self._lock = threading.Lock()

    def get(self, name: str) -> Plan:
        """The plan as its files hold it now. Raises PlanError; the last good one is `last`."""
        with self._lock:
            kept = self._kept.get(name)
            if kept is None or kept.state != self._state(name, kept.plan) or self._clock.monotonic() >= kept.fetch_at:
                kept = self._kept[name] = self._read(name, kept.plan if kept else None)
        if kept.error is not None:
            raise kept.error
        if kept.plan is None:
            raise AssertionError("unreachable: a plan was read, or there is an error")
        return kept.plan

    def last(self, name: str) -> Plan | None:
        """The plan as it could last be read, None if it never could."""
        kept = self._kept.get(name)
        return kept.plan if kept else None

    def good(self, name: str) -> bool:
        """Whether the plan could be read the last time."""
        kept = self._kept.get(name)
        return kept is not None and kept.error is None

    def there(self, name: str) -> bool:
        """Whether there is a file where the plan's source points; an address is taken at its word."""
        source = self._sources[name].source
        return is_address(source) or _stamp(self._folder / source) is not None

    def _read(self, name: str, last: Plan | None) -> _Kept:
        source = self._sources[name].source
        before = _stamp(self._folder / source)
        plan, error, pause = last, None, RETRY_EVERY
        try:
            plan = load_plan(source, self._folder)
            pause = FETCH_EVERY if any(map(is_address, _places(source, plan))) else float("inf")
        except PlanError as found:
            error = found
        # The stamp from before: a file that changed while it was read is read again next time.
        state = (before, *self._state(name, plan)[1:])
        return _Kept(plan, error, state, self._clock.monotonic() + pause)

    def _state(self, name: str, plan: Plan | None) -> tuple[object, ...]:
        """What changes whenever a file of the plan does."""
        source = self._sources[name].source
        folder = (self._folder / source).parent
        return (_stamp(self._folder / source), *(_stamp(folder / place) for place in _places("", plan)))


def _places(source: str, plan: Plan | None) -> Iterator[str]:
    yield source
    for placed in plan.walk() if plan else ():
        if isinstance(placed.item, Kpi) and placed.item.readings_from:
            yield placed.item.readings_from


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except (OSError, ValueError):
        return None
    return found.st_mtime_ns, found.st_size
