"""Pages: `limit` and `offset` as Asana has them, with tokens that belong to one listing and grow too old."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urlencode

from connectors.asana.sandbox.problems import Problem, wrong
from connectors.clock import Clock

LIFETIME = 15 * 60.0
UNPAGED = 1000


class Asked(Protocol):
    """The part of a request that paging needs."""

    path: str
    query: dict[str, str]


@dataclass(frozen=True, slots=True)
class _Place:
    listing: str
    start: int
    made: float


class Pager:
    """Hands out offset tokens and takes them back. A page is cut from the listing as it is when it is asked for."""

    def __init__(self, clock: Clock, site: str = "") -> None:
        self._clock = clock
        self._places: dict[str, _Place] = {}
        self.site = site

    def page(self, asked: Asked, records: Sequence[Any]) -> tuple[Sequence[Any], dict[str, str] | None]:
        """The rows asked for, and the `next_page` of the reply. Raises Problem 400 as Asana does."""
        if "limit" not in asked.query:
            if len(records) > UNPAGED:
                text = "The result is too large. You should use pagination (may require specifying a workspace)!"
                raise Problem(400, text)
            return records, None
        limit = _limit(asked.query["limit"])
        start = self._start(asked)
        end = start + limit
        return records[start:end], self._next(asked, end) if end < len(records) else None

    def _start(self, asked: Asked) -> int:
        token = asked.query.get("offset")
        if token is None:
            return 0
        place = self._places.get(token)
        if place is None or place.listing != _listing(asked):
            raise wrong("offset", "Your pagination token is invalid.")
        if self._clock.monotonic() - place.made > LIFETIME:
            raise wrong("offset", "Your pagination token has expired.")
        return place.start

    def _next(self, asked: Asked, start: int) -> dict[str, str]:
        listing = _listing(asked)
        token = hashlib.sha256(f"{listing}#{start}#{len(self._places)}".encode()).hexdigest()
        self._places[token] = _Place(listing, start, self._clock.monotonic())
        path = f"{asked.path}?{urlencode({**asked.query, 'offset': token})}"
        return {"offset": token, "path": path, "uri": f"{self.site}/api/1.0{path}"}

    def expire(self) -> None:
        """Make every token that is out too old."""
        old = self._clock.monotonic() - LIFETIME - 1
        self._places = {token: _Place(p.listing, p.start, old) for token, p in self._places.items()}


def _limit(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= 100:
        raise wrong("limit", "Must be between 1 and 100")
    return int(text)


def _listing(asked: Asked) -> str:
    kept = {name: value for name, value in asked.query.items() if name not in ("offset", "limit", "opt_pretty")}
    return f"{asked.path}?{urlencode(sorted(kept.items()))}"
