"""Keeps what was just built or written, so that many visitors cost no more than one."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import Final, Generic, TypeVar

from syncd.plan.model import Audience
from syncd.scorecard.data import as_csv, as_json
from syncd.scorecard.page import render_page
from syncd.scorecard.view import Scorecard

FRESH: Final = 1.0
"""Seconds for which what was just built is shown again without asking for a new one."""
Value = TypeVar("Value")
Shown = tuple[Audience, str | None]
"""Whose scorecard of which plan."""


class Fresh(Generic[Value]):
    """A value that is made anew when it is older than a second, or when `version` is another; thread-safe.

    `now` gives seconds that only grow.
    """

    def __init__(
        self, make: Callable[[], Value], now: Callable[[], float], version: Callable[[], int] = lambda: 0
    ) -> None:
        self._make, self._now, self._version, self._lock = make, now, version, Lock()
        self._kept: tuple[float, int, Value] | None = None

    def get(self) -> Value:
        """The value. Whatever making it raises goes through."""
        with self._lock:
            version = self._version()
            if self._kept is None or self._kept[1] != version or self._now() - self._kept[0] >= FRESH:
                value = self._make()
                self._kept = (self._now(), version, value)
            return self._kept[2]


@dataclass(frozen=True, slots=True)
class Form:
    """One way to write a scorecard."""

    media_type: str
    write: Callable[[Scorecard], str]


@dataclass(frozen=True, slots=True)
class Written:
    """A written scorecard with the tag by which a browser asks whether it has changed."""

    body: bytes
    tag: str


FORMS: Final = {
    "html": Form("text/html; charset=utf-8", lambda card: render_page(card, live=True)),
    "signed-in": Form("text/html; charset=utf-8", lambda card: render_page(card, live=True, signed_in=True)),
    "json": Form("application/json", lambda card: json.dumps(as_json(card), ensure_ascii=False)),
    "csv": Form("text/csv; charset=utf-8", as_csv),
}


class Showcase:
    """Keeps each scorecard for a second and each written form for as long as its scorecard stays the same.

    `build` gives a scorecard for an audience, of a plan; it is asked only for plans that there are. `version` is
    another one as soon as there may be something new to show.
    """

    def __init__(
        self,
        build: Callable[[Audience, str | None], Scorecard],
        now: Callable[[], float],
        version: Callable[[], int] = lambda: 0,
    ) -> None:
        self._build, self._now, self._version, self._lock = build, now, version, Lock()
        self._cards: dict[Shown, Fresh[Scorecard]] = {}
        self._written: dict[tuple[Shown, str], tuple[Scorecard, Written]] = {}

    def get(self, audience: Audience, form: str, plan: str | None = None) -> Written:
        """The scorecard in this form. Whatever building it raises goes through."""
        shown = (audience, plan)
        with self._lock:
            fresh = self._cards.setdefault(shown, Fresh(lambda: self._build(audience, plan), self._now, self._version))
            card = fresh.get()
            kept = self._written.get((shown, form))
            if kept and kept[0] == card:
                return kept[1]
            body = FORMS[form].write(card).encode()
            written = Written(body, f'W/"{hashlib.sha256(body).hexdigest()[:32]}"')
            self._written[shown, form] = (card, written)
            return written
