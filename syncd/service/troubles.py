"""What stands in the way at present, and who was told: kept in the store, so that a restart repeats no notice."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from threading import Lock
from typing import Final, Literal

from connectors.text import cut
from syncd import logs
from syncd.config import Config
from syncd.records import Trouble
from syncd.store.store import Store

AT_ONCE: Final = timedelta()
SOON: Final = timedelta(minutes=5)
"""What may pass by itself, such as a store that is locked, is told when it lasts so long."""
LONG: Final = timedelta(hours=1)
"""Tools have breakdowns: nobody is called for a short one, nor for webhooks that are lost in it."""
LONGEST: Final = 600
"""Characters of a message."""
_NAME: Final = re.compile(r"[\w.-]+")


@dataclass(frozen=True, slots=True)
class Kind:
    """What a trouble is called, after how long it is told, and in which section of the configuration its name stands.

    One without a section belongs to the process: with another one it is over.
    """

    headline: str
    patience: timedelta
    section: str = ""


KINDS: Final[Mapping[str, Kind]] = {
    "guard of ": Kind("The guard stopped {}", AT_ONCE, "mappings"),
    "item of ": Kind("Set aside in {}", AT_ONCE, "mappings"),
    "fit of ": Kind("{} does not fit its tool", AT_ONCE, "mappings"),
    "passes of ": Kind("The passes of {} fail", SOON, "mappings"),
    "token of ": Kind("The token of {} is refused", AT_ONCE, "connections"),
    "reach of ": Kind("{} cannot be reached", LONG, "connections"),
    "quota of ": Kind("The requests of {} run short", AT_ONCE, "connections"),
    "webhooks of ": Kind("Webhooks are lost: {}", LONG, "connections"),
    "plan ": Kind("The plan {} cannot be read", AT_ONCE, "plans"),
    "file ": Kind("{} is left out", AT_ONCE),
    "configuration": Kind("The configuration cannot be taken up", AT_ONCE),
    "listen": Kind("syncd must be started anew", AT_ONCE),
    "store": Kind("The store cannot be used", SOON),
    "clock": Kind("The machine's clock is wrong", SOON),
    "backup": Kind("The store was not copied", AT_ONCE),
    "history": Kind("The day's figures were not kept", AT_ONCE),
    "publishing": Kind("The public scorecard is not published", SOON),
    "webhooks": Kind("Webhooks fail", SOON),
    "daemon": Kind("A fault in syncd", SOON),
}
"""By how their keys begin; the rest of a key is a name."""


def kind_of(key: str) -> tuple[Kind, str] | None:
    """The kind of a trouble, with the name in its key; None for what nobody is told of."""
    for start, kind in KINDS.items():
        if key.startswith(start):
            return kind, key.removeprefix(start)
    return None


def headline(key: str) -> str:
    """What a trouble is called, for people."""
    found = kind_of(key)
    return found[0].headline.format(found[1]) if found else key


@dataclass(slots=True)
class _Entry:
    trouble: Trouble
    over: bool = False
    """It is well again, and that is still to be told."""
    underway: Literal["", "begun", "ended"] = ""
    """What the notice of it says that is under way."""


class Troubles:
    """What is heard of troubles, by key; thread-safe. `now` gives aware instants."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._lock = Lock()
        self._entries: dict[str, _Entry] = {}
        self._saved: dict[str, Trouble] | None = None

    def hear(self, key: str, message: str) -> None:
        """Something stands in the way; or, with "", it does not (any more)."""
        with self._lock:
            entry = self._entries.get(key)
            if message and entry:
                entry.trouble, entry.over = replace(entry.trouble, message=_short(message)), False
                if not entry.underway and not entry.trouble.told:
                    # A time that lies ahead was told by a clock that was wrong: nothing is to wait for it.
                    entry.trouble = replace(entry.trouble, since=min(entry.trouble.since, self._now()))
            elif message and kind_of(key):
                self._entries[key] = _Entry(Trouble(key, self._now(), _short(message)))
            elif entry and not message:
                self._end(key, entry)

    def hear_all(self, start: str, messages: Mapping[str, str]) -> None:
        """All that stands in the way of those whose keys begin so; the others of them are well again."""
        with self._lock:
            gone = [key for key in self._entries if key.startswith(start) and key not in messages]
        for key in gone:
            self.hear(key, "")
        for key, message in messages.items():
            self.hear(key, message)

    def news(self) -> tuple[list[Trouble], list[Trouble]]:
        """What is to be told now: troubles that lasted, and others that are over. They are under way from here on."""
        now = self._now()
        with self._lock:
            free = [entry for entry in self._entries.values() if not entry.underway]
            begun = [entry for entry in free if not entry.trouble.told and not entry.over and _lasted(entry, now)]
            ended = [entry for entry in free if entry.trouble.told and entry.over]
            for entry in begun:
                entry.underway = "begun"
            for entry in ended:
                entry.underway = "ended"
            return [entry.trouble for entry in begun], [entry.trouble for entry in ended]

    def told(self, begun: Iterable[Trouble], ended: Iterable[Trouble]) -> None:
        """A notice of these arrived; that it arrives elsewhere too changes nothing."""
        with self._lock:
            for entry in self._underway("begun", begun):
                entry.trouble, entry.underway = replace(entry.trouble, told=True), ""
            for entry in self._underway("ended", ended):
                entry.underway = ""
                if entry.over:
                    del self._entries[entry.trouble.key]
                else:  # it came back while people were told that it was over
                    entry.trouble = replace(entry.trouble, told=False, since=self._now())

    def standing(self) -> list[Trouble]:
        """What people were told of and is not over."""
        with self._lock:
            return [entry.trouble for entry in self._entries.values() if entry.trouble.told and not entry.over]

    def begin(self, config: Config, store: Store) -> None:
        """Go on where the process before ended, or the configuration before. Raises StoreError.

        What is about nothing that is configured now is forgotten.
        """
        with store.reading() as reader:
            kept = reader.troubles()
        known = {"mappings": config.mappings, "connections": config.connections, "plans": config.plans}
        with self._lock:
            if self._saved is None:
                self._take_over(kept)
            self._saved = kept
            for key, entry in list(self._entries.items()):
                entry.underway = ""
                if not _is_about(key, known):
                    del self._entries[key]

    def save(self, store: Store) -> None:
        """Keep all this in the store, as far as it is not there yet. Raises StoreError."""
        with self._lock:
            current = {key: entry.trouble for key, entry in self._entries.items()}
            saved = self._saved or {}
        changed = [trouble for key, trouble in current.items() if saved.get(key) != trouble]
        gone = saved.keys() - current.keys()
        if changed or gone:
            with store.writing() as writer:
                for trouble in changed:
                    writer.put_trouble(trouble)
                for key in gone:
                    writer.drop_trouble(key)
        with self._lock:
            self._saved = current

    def _take_over(self, kept: Mapping[str, Trouble]) -> None:
        for key, trouble in kept.items():
            heard, found = self._entries.get(key), kind_of(key)
            if heard:
                heard.trouble = replace(trouble, message=heard.trouble.message)
            elif found and (found[0].section or trouble.told):
                self._entries[key] = _Entry(trouble, over=not found[0].section)

    def _underway(self, what: str, troubles: Iterable[Trouble]) -> list[_Entry]:
        """The entries of those of which a notice with this in it is under way."""
        found = [(self._entries.get(trouble.key), trouble.since) for trouble in troubles]
        return [entry for entry, since in found if entry and (entry.underway, entry.trouble.since) == (what, since)]

    def _end(self, key: str, entry: _Entry) -> None:
        if entry.trouble.told or entry.underway:
            entry.over = True
        else:
            del self._entries[key]


def _lasted(entry: _Entry, now: datetime) -> bool:
    found = kind_of(entry.trouble.key)
    return found is not None and now - entry.trouble.since >= found[0].patience


def _is_about(key: str, known: Mapping[str, Collection[str]]) -> bool:
    """Whether a key is about something that is configured, or about syncd itself."""
    kind, rest = kind_of(key) or (None, "")
    name = _NAME.match(rest)
    return kind is not None and (not kind.section or (name is not None and name[0] in known[kind.section]))


def _short(message: str) -> str:
    return cut(logs.scrub(message), LONGEST)
