"""Keeps the tools telling us what happens: subscribes, watches over it, and ends it.

Polling goes on wherever there is doubt: a hook that fails, is deleted or falls silent costs nothing but its quickness.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Final
from urllib.parse import quote, urlsplit

import structlog

from connectors.errors import ToolError, Transient, UnknownOutcome
from connectors.hooks import Hook, Hooks, Touched
from syncd import logs
from syncd.app import App
from syncd.records import MappingState
from syncd.service.hearing import Hearing, Place, place_of
from syncd.service.passes import MakePasses
from syncd.service.schedule import Later
from syncd.service.sparing import Sparing
from syncd.service.watch import Watch
from syncd.service.webhooks import PATH, Door, Inbox
from syncd.store.errors import StoreError

CHECK_EVERY: Final = 3600.0
RETRY_EVERY: Final = 300.0
"""Seconds: what failed in passing is tried again after the shorter time, then after twice that, up to the other."""
WHOLE_EVERY: Final = 86_400.0
"""Seconds: how long a tool that tells only part of what happens is left alone before it is asked for the rest."""
SLOW: Final = timedelta(minutes=10)
"""A tool may take that long to tell."""
PATIENCE: Final = 5.0
"""Seconds that subscriptions get to be ended when the daemon stops; the next one ends those that are left."""
_LOOK: Final = 2.0
_MADE: Final = "hooks"
"""Under this key the store keeps the ids of the subscriptions that we made, with their containers."""
_log = structlog.get_logger(__name__)


@dataclass(slots=True)
class _Line:
    """One container about which its tool tells us, as long as there is no `trouble`. `due` is when to see to it.

    That, like all times of seeing to subscriptions, is by a clock that only grows: none waits for one that was wrong.
    """

    place: Place
    hooks: Hooks
    door: Door | None = None
    made: tuple[Hook, ...] = ()
    since: datetime | None = None
    heard_at: datetime | None = None
    trouble: str = ""
    silent: bool = False
    """Edits were found of which it did not tell: it is not relied on before it tells something."""
    due: float = 0.0
    tries: int = 0
    """How often in a row its tool could not be asked to tell."""

    @property
    def good(self) -> bool:
        return bool(self.made) and not self.trouble and not self.silent


class Hookup:
    """The webhooks of one configuration, to be started and closed; thread-safe. Without a public address: nothing."""

    def __init__(self, app: App, watch: Watch, inbox: Inbox, later: Later, passes: MakePasses) -> None:
        self._app, self._watch, self._inbox = app, watch, inbox
        self._root = root_of(app.config.server.public_url)
        self._hearing = Hearing(app, later, passes)
        self._sparing = Sparing(app)
        self._lines: dict[Place, _Line] = {}
        self._made: dict[str, dict[str, str]] = {}
        """By connection, the subscriptions that exist because of us: their ids, with their containers."""
        self._checks: dict[str, float] = {}
        """When each connection is due to be asked what still holds; its first question ends what is left of old."""
        self._tries: Counter[str] = Counter()
        """How often in a row each connection could not be asked that."""
        self._left: frozenset[str] | None = None
        """The connections of which something is left; None as long as that is not known."""
        self._kept: frozenset[str] = frozenset()
        """The connections whose subscriptions go on under the next configuration."""
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work, name="hooks", daemon=True)

    def start(self) -> None:
        """Subscribe, from a thread of its own, wherever a mapping has a container, now or later.

        Where none are wanted, only those are ended that are left of earlier times.
        """
        self._thread.start()

    def stop(self, successor: App | None = None) -> None:
        """Have no more passes made, and begin to end the subscriptions; those that the successor has use for go on."""
        if successor is not None and self._is_reached_by(successor):
            self._kept = successor.connections.unchanged(self._app.connections)
        self._stop.set()
        self._hearing.close()

    def close(self) -> None:
        """Wait for the end of the subscriptions, as far as there is time, after `stop`."""
        if self._thread.is_alive():
            self._thread.join(PATIENCE)

    def leave(self, patience: float) -> None:
        """End what was kept, as far as that is done in so many seconds: there is no successor after all."""
        ending = threading.Thread(target=self._end, args=(list(self._lines.values()),), name="leaving", daemon=True)
        ending.start()
        ending.join(patience)

    def take_over(self, before: Hookup) -> None:
        """Go on with what was kept of the configuration before, its connectors being ours by now; before `start`.

        If its thread is still at work, nothing is taken over: what it leaves is ended like that of a dead process.
        """
        at_rest = before._is_reached_by(self._app) and not before._thread.is_alive()
        connectors = self._app.connections.made() if at_rest else {}
        for place, line in list(before._lines.items()):
            connector = connectors.get(place[0])
            if connector is None or connector.hooks() is not line.hooks:
                before._close(line)
                continue
            self._lines[place] = line
            self._made |= {name: ids for name, ids in before._made.items() if name == place[0]}
            self._checks |= {name: due for name, due in before._checks.items() if name == place[0]}
            if line.door:
                line.door = self._inbox.change(line.door, partial(self._heard, line))
            self._hearing.take_over(before._hearing, place)

    def making(self, mappings: Sequence[str]) -> None:
        """A pass of each mapping is about to be made."""
        for mapping in mappings:
            self._sparing.made(mapping)

    def spares(self, mapping: str) -> bool:
        """Whether a quiet pass of the mapping is not worth a request. Raises PlanError, StoreError."""
        if not self._lines:
            return False
        state = self._states().get(mapping)
        line = self._lines.get(place_of(state) or ("", "")) if state else None
        if state is None or line is None or not line.good or self._hearing.waits(line.place):
            return False
        return self._sparing.spares(mapping, state)

    def relied_on(self) -> dict[str, list[str]]:
        """By connection, the containers of which its tool tells us without fail."""
        places = sorted(line.place for line in list(self._lines.values()) if line.good)
        return {name: [container for at, container in places if at == name] for name in self._app.config.connections}

    # Hearing

    def _heard(self, line: _Line, touched: Touched) -> None:
        line.heard_at = self._app.clock.now()
        self._watch.metrics.heard(line.place[0])
        if line.silent:
            line.silent = False
            self._say(line)
        if touched:
            self._hearing.hear(line.place, touched)

    # Subscribing

    def _is_reached_by(self, other: App) -> bool:
        """Whether another application is at the same address, with the same store."""
        config = other.config
        return (root_of(config.server.public_url), config.store.url) == (self._root, self._app.config.store.url)

    def _work(self) -> None:
        while not self._stop.is_set():
            self.look()
            if not self._root and self._left is not None and not self._left - self._made.keys():
                return
            self._stop.wait(_LOOK)
        self._end([line for line in self._lines.values() if line.place[0] not in self._kept])

    def look(self) -> None:
        """Subscribe where that is wanted and was not done, and see whether what was done still holds."""
        with self._watch.trying("webhooks"):
            wanted = dict(self._wanted())
            self._end([line for place, line in self._lines.items() if place not in wanted])
            self._lines |= {place: _Line(place, hooks) for place, hooks in wanted.items() if place not in self._lines}
            self._left = frozenset(self._left_behind())
            for connection in sorted({connection for connection, _ in self._lines} | self._left):
                with self._app.connections.counted(connection):
                    self._see_to(connection, [line for line in self._lines.values() if line.place[0] == connection])

    def _states(self) -> dict[str, MappingState]:
        with self._app.store.reading() as reader:
            states = reader.mapping_states()
        return {name: state for name, state in states.items() if name in self._app.config.mappings}

    def _wanted(self) -> Iterator[tuple[Place, Hooks]]:
        for name, state in self._states().items() if self._root else ():
            place, connection = place_of(state), self._app.config.mappings[name].connection
            if place and place[0] == connection and (hooks := self._app.connector(connection).hooks()):
                yield place, hooks

    def _left_behind(self) -> Iterator[str]:
        """The connections of which an earlier process left subscriptions that nobody has seen to yet."""
        with self._app.store.reading() as reader:
            for connection in self._app.config.connections:
                if connection not in self._made and reader.facts(connection, _MADE):
                    yield connection

    def _see_to(self, connection: str, lines: Sequence[_Line]) -> None:
        now = self._app.clock.monotonic()
        try:
            if now >= self._checks.get(connection, now):
                if connection in self._made:
                    self._check(lines)
                else:
                    self._clean(connection, lines)
                self._checks[connection] = now + CHECK_EVERY
                self._tries[connection] = 0
                self._watch.say(f"webhooks of {connection}", "")
        except ToolError as error:
            self._checks[connection] = now + _pause(self._tries[connection])
            self._tries[connection] += 1
            self._watch.say(f"webhooks of {connection}", error.in_full)
            return
        if connection not in self._made:
            return
        for line in lines:
            if not line.good and now >= line.due and not self._stop.is_set():
                self._subscribe(line, now)

    def _clean(self, connection: str, lines: Sequence[_Line]) -> None:
        """End what earlier processes left behind: their secrets are gone with them."""
        with self._app.store.reading() as reader:
            left = dict(reader.facts(connection, _MADE) or {})
        ours = f"{self._root}{PATH}/{quote(connection, safe='')}/"
        if hooks := self._app.connector(connection).hooks():
            listed = hooks.subscribed(sorted({*left.values(), *(line.place[1] for line in lines)}))
            hooks.drop([hook for hook in listed if hook.id in left or hook.url.startswith(ours)])
        self._made[connection] = {}
        self._remember(connection)

    def _check(self, lines: Sequence[_Line]) -> None:
        """Note what is wrong with subscriptions that were well an hour ago."""
        if not lines:
            return
        listed = {hook.id: hook for hook in lines[0].hooks.subscribed([line.place[1] for line in lines])}
        for line in lines:
            if line.good:
                line.trouble = _trouble(line.made, listed)
                line.silent = not line.trouble and self._missed(line)
                self._say(line)

    def _missed(self, line: _Line) -> bool:
        """Whether people edited something since it was subscribed to, of which nothing was told in good time."""
        since = line.since or self._app.clock.now()
        edits: list[datetime] = []
        with self._app.store.reading() as reader:
            seen = reader.seen(*line.place)
            for name, state in reader.mapping_states().items():
                if place_of(state) == line.place:
                    for entry in reader.log(mapping=name, since=since):
                        edited = seen[entry.task].task.modified_at if entry.task in seen else None
                        if entry.kind == "team" and edited and since < edited < entry.at - SLOW:
                            edits.append(edited)
        return bool(edits) and (line.heard_at is None or line.heard_at < max(edits) - SLOW)

    def _subscribe(self, line: _Line, now: float) -> None:
        """Have the tool tell a new address, in place of the one before."""
        silent = line.silent
        try:
            self._drop(line)
            self._open(line)
        except ToolError as error:
            self._close(line)
            line.trouble = error.in_full
            line.due = now + (_pause(line.tries) if isinstance(error, Transient | UnknownOutcome) else CHECK_EVERY)
            line.tries += 1
        else:
            line.tries = 0
            line.silent = silent
            line.due = now + (WHOLE_EVERY if line.trouble else CHECK_EVERY)
            # What happened before the tool began to tell, its feed knows.
            self._hearing.hear(line.place, {})
        self._say(line)

    def _open(self, line: _Line) -> None:
        connection, container = line.place
        door = line.door = Door(connection, container, line.hooks, partial(self._heard, line))
        logs.hide(door.key)
        self._inbox.open(door)
        made = line.hooks.subscribe(container, f"{self._root}{door.path}")
        line.made, line.since = tuple(hook for hook in made if hook.id), self._app.clock.now()
        line.trouble = "; ".join(hook.trouble for hook in made if hook.trouble)
        self._made[connection] |= {hook.id: container for hook in line.made}
        self._remember(connection)

    def _say(self, line: _Line) -> None:
        words = line.trouble
        if line.silent:
            words = "people edited tasks and no webhook told of it; it is looked at by the clock again"
        self._watch.say(f"webhooks of {line.place[0]}, container {line.place[1]}", words)

    # Ending

    def _end(self, lines: Sequence[_Line]) -> None:
        """Shut all doors, then have the tools tell no more; what cannot be ended now, the next process ends."""
        for line in lines:
            self._close(line)
            self._lines.pop(line.place, None)
        for line in lines:
            try:
                self._drop(line)
            except (ToolError, StoreError) as error:
                _log.info("webhook_left_behind", connection=line.place[0], message=str(error))

    def _close(self, line: _Line) -> None:
        if line.door:
            self._inbox.shut(line.door)
            line.door = None

    def _drop(self, line: _Line) -> None:
        """Shut a line's door and end its subscriptions."""
        self._close(line)
        line.hooks.drop(line.made)
        if line.made:
            for hook in line.made:
                del self._made[line.place[0]][hook.id]
            self._remember(line.place[0])
        line.made = ()

    def _remember(self, connection: str) -> None:
        with self._app.store.writing() as writer:
            writer.put_facts(connection, _MADE, self._made[connection])


def root_of(public_url: str | None) -> str | None:
    """The address below which tools can reach us; None where they cannot, or not secretly.

    Plain http serves on this machine alone, where the local tools for trying out are.
    """
    parts = urlsplit(public_url or "")
    reachable = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost"))
    return public_url.rstrip("/") if public_url and reachable else None


def _pause(tries: int) -> float:
    """How many seconds to wait after so many tries in vain and one more: each costs requests of the day."""
    return float(min(CHECK_EVERY, RETRY_EVERY * 2 ** min(tries, 10)))


def _trouble(made: Sequence[Hook], listed: dict[str, Hook]) -> str:
    """What is wrong with subscriptions, by what the tool lists; "" if nothing is."""
    for hook in made:
        if hook.id not in listed:
            return "somebody ended a webhook of syncd's in the tool; it is made again"
        if listed[hook.id].trouble:
            return f"deliveries do not arrive ({listed[hook.id].trouble}); the webhook is made again"
    return ""
