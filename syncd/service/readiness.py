"""Whether the service does its work: files, clock and store are in order, no mapping is long without a pass."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from syncd import logs
from syncd.app import App
from syncd.errors import FileError
from syncd.service.watch import Watch
from syncd.store.errors import StoreError

INTERVALS: Final = 3
"""So many of its intervals a mapping may be without a good pass."""
LEAST: Final = timedelta(minutes=15)
"""For so long it may be in any case."""


def readiness(app: App, watch: Watch) -> Mapping[str, Any]:
    """The verdict, "ready", and how store, clock, plans, connections and mappings stand, and what is left out.

    Who stands by shows the same pages and waits to take over; how the mappings stand, the daemon that works can tell.
    """
    store, paused = _store(app)
    plans = {name: _plan(app, name) for name in app.config.plans}
    ours = () if watch.stands_by else app.config.mappings
    mappings = {name: _mapping(app, watch, name, paused=name in paused) for name in ours}
    files = {each.name: _part(str(each)) for each in app.config.left_out}
    clock = _part(watch.clock)
    parts = [store, clock, *plans.values(), *mappings.values(), *files.values()]
    return {
        "ready": all(part["ready"] for part in parts),
        "role": watch.role,
        "store": store,
        "clock": clock,
        "left_out": files,
        "plans": plans,
        "connections": {name: {"reachable": watch.reached(name)} for name in app.config.connections},
        "mappings": mappings,
    }


def _store(app: App) -> tuple[dict[str, Any], set[str]]:
    """How the store stands, and which mappings are paused in it."""
    try:
        with app.store.reading() as reader:
            states = reader.mapping_states()
    except StoreError as error:
        return _part(error.in_full), set()
    return _part(), {name for name, state in states.items() if state.paused}


def _plan(app: App, name: str) -> dict[str, Any]:
    try:
        app.plan(name)
    except FileError as error:
        return _part(str(error))
    return _part()


def _part(trouble: str = "") -> dict[str, Any]:
    return {"ready": not trouble, "trouble": logs.scrub(trouble) or None}


def _mapping(app: App, watch: Watch, name: str, *, paused: bool) -> dict[str, Any]:
    """A mapping; one that is paused, or that the guard stops, waits for a person and not for us."""
    now = app.clock.now()
    longest = max(LEAST, INTERVALS * app.config.mappings[name].every)
    return {
        "ready": paused or now - watch.turned(name) <= longest,
        "paused": paused,
        "stopped": watch.stopped(name),
        "last_good_pass_seconds": int((now - watch.well_since(name)).total_seconds()),
        "at_most_seconds": int(longest.total_seconds()),
    }
