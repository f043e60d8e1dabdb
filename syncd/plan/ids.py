"""Sees to it that no two plans have one id: what is kept of the past belongs to an id, and they would share it."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from pathlib import Path

from syncd.documents.file import content, stamp
from syncd.filing import put
from syncd.plan.load import id_of
from syncd.plan.sources import is_address, locate


class Ids:
    """Which plan has which id; plans go by their name in the configuration, and each comes with its source.

    An id belongs to the plan that was first read with it. Of two that have one before either was read, nobody can say
    whose it is, and neither gets it; but what is `for_all` goes before what is a district's. A plan at an address that
    was not read yet has the id that it had when it was last read, as far as `memory`, a file, knows that: nobody waits
    for the address of another plan, and one that does not answer just then loses its id to nobody.
    """

    def __init__(
        self, sources: Mapping[str, str], folder: Path, for_all: Collection[str], memory: Path | None = None
    ) -> None:
        self._sources, self._folder, self._for_all, self._memory = sources, folder, for_all, memory
        self._heard: dict[str, str] | None = None
        """The id that each address gave last; None until somebody asks."""
        self._kept: dict[str, str] = {}
        """Of these, what the file holds."""
        self._given: dict[str, str] = {}
        self._told: dict[str, tuple[object, tuple[str, str]]] = {}
        """What the file of each plan that was not read yet says, and what the system said of that file before."""
        self._ever: dict[str, dict[str, None]] | None = None
        """By id the plans that had it once, in order; None until somebody asks. To ask all for each takes too long."""

    def give(self, name: str, id_: str) -> None:
        """Note that a plan was read with this id, and so has it."""
        self._given[name] = id_
        if self._ever is not None:
            self._ever.setdefault(id_, {})[name] = None

    def inherit(self, before: Ids, name: str) -> None:
        """Know which id a plan has by those before."""
        if name in before._given:
            self.give(name, before._given[name])
        if is_address(source := self._sources[name]) and source in before._addresses():
            self._addresses()[source] = before._addresses()[source]

    def against(self, name: str, id_: str) -> str:
        """Why a plan cannot have this id, with where the other one has it; "" if it can."""
        if is_address(self._sources[name]):
            self._addresses()[self._sources[name]] = id_
        if self._given.get(name) == id_:
            return ""
        for other in self._had(id_, name):
            if self._has(other, id_, name):
                place = self._place(other, id_)
                words = f"[plans.{other}] has the id “{id_}” too ({place}), and they would share one history; give"
                if other in self._given or (other in self._for_all and name not in self._for_all):
                    return f"{words} this one its own"
                return f"{words} one of the two its own: until then neither is used"
        return ""

    def _had(self, id_: str, name: str) -> list[str]:
        """The other plans that once had an id, which the one of this name has from now on as well."""
        if self._ever is None:
            ever: dict[str, dict[str, None]] = {}
            for each in self._sources:
                ever.setdefault(self._given.get(each) or self._look(each)[0], {})[each] = None
            self._ever = ever
        self._ever.setdefault(id_, {})[name] = None
        return [other for other in list(self._ever[id_]) if other != name]

    def _has(self, other: str, id_: str, name: str) -> bool:
        """Whether another plan has an id, or might as well get it as the one of this name."""
        if other in self._given:
            return self._given[other] == id_
        goes_before = name in self._for_all and other not in self._for_all
        return not goes_before and self._look(other)[0] == id_

    def _place(self, other: str, id_: str) -> str:
        """Where a plan has an id: its line, or only its file where another one stands there by now."""
        found, place = self._look(other)
        return place if found == id_ else locate(self._sources[other], self._folder)

    def _look(self, name: str) -> tuple[str, str]:
        """The id in a plan's file, or the one its address gave last, and where it stands."""
        if is_address(source := self._sources[name]):
            return self._addresses().get(source, ""), source
        now = stamp(self._folder / self._sources[name])
        if name not in self._told or self._told[name][0] != now:
            self._told[name] = now, id_of(self._sources[name], self._folder)
        return self._told[name][1]

    def save(self) -> None:
        """Keep, for the next start, which id each address gave last. Raises OSError."""
        if self._memory is not None and self._addresses() != self._kept:
            self._memory.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            put(json.dumps(self._heard, indent=2) + "\n", self._memory, 0o600)
            self._kept = dict(self._addresses())

    def _addresses(self) -> dict[str, str]:
        """The id that each address gave last; what cannot be read of the file is not known."""
        if self._heard is None:
            try:
                held = json.loads(content(self._memory)) if self._memory is not None else {}
            except (OSError, ValueError):
                held = {}
            self._kept = held if isinstance(held, dict) and all(isinstance(id_, str) for id_ in held.values()) else {}
            self._heard = dict(self._kept)
        return self._heard
