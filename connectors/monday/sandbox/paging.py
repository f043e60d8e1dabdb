"""Cursors of item pages: what is still to come of a listing, for an hour from its first page."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass

from connectors.clock import Clock
from connectors.monday.sandbox.problems import Problem, wrong

LIFETIME = 3600.0
MOST = 500


@dataclass(frozen=True, slots=True)
class Listing:
    """A listing under way: the ids as they were at the first page, and when that was asked for."""

    ids: tuple[str, ...]
    started: float


class Pager:
    """Gives out cursors and takes them back; the same one may be used again until it is too old.

    While it is `stuck`, each page's cursor is that of the same page again.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._listings: dict[str, Listing] = {}
        self.stuck = False

    def first(self, ids: Sequence[str], limit: int) -> tuple[Sequence[str], str | None]:
        """The first page of a listing, and the cursor of the second one."""
        return self._page(Listing(tuple(ids), self._clock.monotonic()), 0, limit)

    def next(self, cursor: str, limit: int) -> tuple[Sequence[str], str | None]:
        """The page a cursor stands for, and the cursor of the one after it. Raises Problem for one too old."""
        try:
            key, _, start = base64.b64decode(cursor, validate=True).decode().partition(",")
            listing, first = self._listings[key], int(start)
        except (ValueError, KeyError):
            raise Problem("CursorException", "The cursor is not valid", 200) from None
        if self._clock.monotonic() - listing.started > LIFETIME:
            text = "CursorExpiredError: the cursor has expired, start again from the first page"
            raise Problem("CursorException", text, 200)
        rows, following = self._page(listing, first, limit, key)
        return rows, cursor if self.stuck else following

    def expire(self) -> None:
        """Make every cursor that is out too old."""
        for key, listing in self._listings.items():
            self._listings[key] = Listing(listing.ids, listing.started - LIFETIME - 1)

    def _page(self, listing: Listing, first: int, limit: int, key: str = "") -> tuple[Sequence[str], str | None]:
        if not 1 <= limit <= MOST:
            raise wrong(f"limit must be from 1 to {MOST}", argument="limit")
        after = first + limit
        if after >= len(listing.ids):
            return listing.ids[first:], None
        name = key or str(len(self._listings) + 1)
        self._listings[name] = listing
        return listing.ids[first:after], base64.b64encode(f"{name},{after}".encode()).decode()
