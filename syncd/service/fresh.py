"""Keeps what was just built or written, so that many visitors cost no more than one."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from threading import Lock, Thread
from typing import Final, Generic, TypeVar

from syncd.plan.model import Audience
from syncd.scorecard.data import as_json
from syncd.scorecard.filed import FILED
from syncd.scorecard.pages import Pages
from syncd.scorecard.view import Scorecard

FRESH: Final = 1.0
"""Seconds for which what was just built is shown again without asking for a new one."""
SLOW: Final = 0.1
"""Seconds that not everybody should wait for a page: what takes longer is built while the one before is shown."""
PATIENCE: Final = 0.5
"""Seconds for which whoever asks first after something new waits for it: they did not come for the one before."""
LONG: Final = 2.0
"""Seconds that something takes to make which nobody waits for: it would not be there in time."""
OLDEST: Final = 600.0
"""Seconds after which nothing is shown any more that was not built anew."""
MOST_WRITTEN: Final = 32 * 2**20
"""Bytes of written pages that are kept of one scorecard."""
Value = TypeVar("Value")
Shown = tuple[Audience, str | None]
"""Whose scorecard of which plan."""


class Fresh(Generic[Value]):
    """A value that is made anew when it is older than a second, or when `version` is another; thread-safe.

    `now` gives seconds that only grow. A value that takes long to make is made in the background, once at a time, while
    the one before is not older than `oldest` seconds; if that fails, whoever asks next makes it and hears why. Only who
    finds another `version` waits for a moment for what comes of it, if it may be there by then.
    """

    def __init__(
        self,
        make: Callable[[], Value],
        now: Callable[[], float],
        version: Callable[[], int] = lambda: 0,
        oldest: float = 0.0,
    ) -> None:
        self._make, self._now, self._version, self._lock = make, now, version, Lock()
        self._oldest = oldest
        self._kept: _Kept[Value] | None = None
        self._renewing = False

    def get(self) -> Value:
        """The value. Whatever making it raises goes through."""
        with self._lock:
            kept, version = self._kept, self._version()
            age = self._now() - kept.at if kept else 0.0
            if kept is None or (not self._may_wait(kept, age) and (kept.version != version or age >= FRESH)):
                self._kept = self._made()
                return self._kept.value
            renewal = self._renewal(kept, version, age)
        if renewal is not None and kept.version != version and kept.took < LONG:
            renewal.join(PATIENCE)
            kept = self._kept or kept
        return kept.value

    def _renewal(self, kept: _Kept[Value], version: int, age: float) -> Thread | None:
        """What begins to make it anew; None where that is not due, or is done already."""
        if self._renewing or (kept.version == version and age < max(FRESH, kept.took)):
            return None
        self._renewing = True
        renewal = Thread(target=self._renew, name="renewing", daemon=True)
        renewal.start()
        return renewal

    def _may_wait(self, kept: _Kept[Value], age: float) -> bool:
        return kept.took >= SLOW and age < self._oldest

    def _made(self) -> _Kept[Value]:
        version, began, before = self._version(), self._now(), self._kept
        value = self._make()
        if before is not None and value == before.value:
            # Whoever looks whether it is still the same one need not compare.
            value = before.value
        return _Kept(value, version, self._now(), self._now() - began)

    def _renew(self) -> None:
        try:
            made = self._made()
        except Exception:  # noqa: BLE001 whoever asks next makes it, and hears of it
            made = None
        with self._lock:
            self._kept, self._renewing = made, False


@dataclass(frozen=True, slots=True)
class _Kept(Generic[Value]):
    """A value with when it was made, of which version, and how many seconds that took."""

    value: Value
    version: int
    at: float
    took: float


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
    "json": Form("application/json", lambda card: json.dumps(as_json(card), ensure_ascii=False)),
    "csv": Form("text/csv; charset=utf-8", FILED["csv"]),
}
PAGE: Final = "text/html; charset=utf-8"
"""What a page of the scorecard is sent as."""


@dataclass(slots=True)
class _Sheet:
    """Room for one written page; whoever asks for it while it is being written waits for that, and nobody else."""

    lock: Lock = field(default_factory=Lock)
    written: Written | None = None


@dataclass(slots=True)
class _Desk:
    """A scorecard with its pages, signed in or not, and all that was written of it."""

    card: Scorecard
    pages: Mapping[bool, Pages] = field(compare=False)
    sheets: dict[tuple[str, ...], _Sheet] = field(default_factory=dict, compare=False)
    size: int = field(default=0, compare=False)
    lock: Lock = field(default_factory=Lock, compare=False)

    @classmethod
    def of(cls, card: Scorecard) -> _Desk:
        return cls(card, {signed_in: Pages(card, live=True, signed_in=signed_in) for signed_in in (False, True)})

    def written(self, name: tuple[str, ...], write: Callable[[], str]) -> Written:
        """What was written by that name, or is written now."""
        with self.lock:
            sheet = self.sheets.setdefault(name, _Sheet())
        with sheet.lock:
            if sheet.written is None:
                body = write().encode()
                sheet.written = Written(body, f'W/"{hashlib.sha256(body).hexdigest()[:32]}"')
                self._made_room(name, sheet, len(body))
            return sheet.written

    def _made_room(self, name: tuple[str, ...], sheet: _Sheet, size: int) -> None:
        with self.lock:
            self.size += size
            if self.size > MOST_WRITTEN:
                self.sheets, self.size = {name: sheet}, size


class Showcase:
    """Keeps each scorecard for a second and each written form for as long as its scorecard stays the same.

    `build` gives a scorecard for an audience, of a plan; it is asked only for plans that there are. `version` is
    another one as soon as there may be something new to show. Who asks for one page does not wait for another.
    """

    def __init__(
        self,
        build: Callable[[Audience, str | None], Scorecard],
        now: Callable[[], float],
        version: Callable[[], int] = lambda: 0,
    ) -> None:
        self._build, self._now, self._version, self._lock = build, now, version, Lock()
        self._desks: dict[Shown, Fresh[_Desk]] = {}

    def data(self, audience: Audience, form: str, plan: str | None = None) -> Written:
        """The scorecard in a form that programs read. Whatever building it raises goes through."""
        desk = self._desk(audience, plan)
        return desk.written((form,), lambda: FORMS[form].write(desk.card))

    def page(self, audience: Audience, path: str, *, base: str | None = None, signed_in: bool = False) -> Written:
        """A page of the first plan's scorecard by its path; `base` as `Pages.render` takes it.

        Raises NoPage. Whatever building the scorecard raises goes through.
        """
        desk = self._desk(audience, None)
        pieces = desk.pages[signed_in].pieces(path, base=base)
        return desk.written((path, base or "", str(signed_in)), lambda: "".join(pieces))

    def _desk(self, audience: Audience, plan: str | None) -> _Desk:
        with self._lock:
            if (audience, plan) not in self._desks:
                make = partial(self._made, audience, plan)
                self._desks[audience, plan] = Fresh(make, self._now, self._version, OLDEST)
            kept = self._desks[audience, plan]
        return kept.get()

    def _made(self, audience: Audience, plan: str | None) -> _Desk:
        return _Desk.of(self._build(audience, plan))
