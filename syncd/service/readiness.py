"""Whether the service does its work: the store answers, plans can be read, no mapping is long without a good pass."""

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
    """The verdict, "ready", and beside it how store, plans, connections and mappings stand."""
    store, paused = _store(app)
    plans = {name: _plan(app, name) for name in app.config.plans}
    mappings = {name: _mapping(app, watch, name, paused=name in paused) for name in app.config.mappings}
    parts = [store, *plans.values(), *mappings.values()]
    return {
        "ready": all(part["ready"] for part in parts),
        "store": store,
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
        return _part(f"{error}. {error.next_step}"), set()
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
    """A mapping; a paused one waits for a person and not for us."""
    age = app.clock.now() - watch.well_since(name)
    longest = max(LEAST, INTERVALS * app.config.mappings[name].every)
    return {
        "ready": paused or age <= longest,
        "paused": paused,
        "last_good_pass_seconds": int(age.total_seconds()),
        "at_most_seconds": int(longest.total_seconds()),
    }
