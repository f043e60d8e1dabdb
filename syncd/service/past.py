"""The past on the web: the scorecard as of a day, and what changed since one.

Whoever holds the token may ask for any day; everybody else reads what changed in the last three months.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from threading import Lock
from typing import Any, Final, Protocol

import structlog
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from syncd.chronicle import NothingKnown
from syncd.plan.model import Audience
from syncd.scorecard.changes import Changes
from syncd.scorecard.changes_page import render_changes
from syncd.scorecard.page import render_notice, render_page
from syncd.scorecard.view import Scorecard
from syncd.service.refusals import Refusal
from syncd.service.signin import Keeper
from syncd.views import moments

LATELY: Final = timedelta(days=90)
"""How far back everybody may look."""
_log = structlog.get_logger(__name__)
_OURS: Final = {"Cache-Control": "no-store", "Vary": "Authorization, Cookie"}


class Annals(Protocol):
    """What is known of the past. Raises NothingKnown, FileError, StoreError, Leak; called from several threads."""

    def today(self) -> date:
        """The district's day."""

    def scorecard(self, audience: Audience, plan: str | None = None, as_of: date | None = None) -> Scorecard:
        """The scorecard of a plan (the first) as this audience may see it now, or as things were known on a day."""

    def changes(
        self, audience: Audience, plan: str | None = None, since: date | None = None, until: date | None = None
    ) -> Changes:
        """What changed between two days, for an audience; left out: from the first that is known, up to now."""


class Past:
    """The answers, one method a route. `version` is another one as soon as there may be something new to show."""

    def __init__(self, annals: Annals, keeper: Keeper, front: Audience, version: Callable[[], int]) -> None:
        self._annals, self._keeper, self._front, self._version = annals, keeper, front, version
        self._lock = Lock()
        self._kept: tuple[object, str] | None = None
        self._broken = ""

    def routes(self) -> list[Route]:
        """Where they answer."""
        return [Route("/changes", self.changes), Route("/as-of/{day}", self.as_of)]

    def as_of(self, request: Request) -> Response:
        """`/as-of/2026-06-10`: the scorecard as things were known at the end of that day, for those signed in."""
        self._keeper.require(request)
        day, audience = _day(request.path_params["day"]), _audience(request.query_params, Audience.INTERNAL)
        if day > self._annals.today():
            raise Refusal(404, "That day is still to come.")
        return self._told(lambda: render_page(self._annals.scorecard(audience, None, day), signed_in=True))

    def changes(self, request: Request) -> Response:
        """`/changes?since=2026-03-01&until=2026-06-30`: what changed in between; for all others, lately."""
        if not self._keeper.lets_in(request):
            if request.query_params:
                self._keeper.require(request)
            return self._lately()
        asked = request.query_params
        audience = _audience(asked, Audience.INTERNAL)
        since, until = (_day(asked[name]) if name in asked else None for name in ("since", "until"))
        if max(since or date.min, until or date.min) > self._annals.today() or (until and since and since > until):
            raise Refusal(400, "These days make no period that is past.")
        home = "internal" if audience is Audience.INTERNAL else "./"
        return self._told(
            lambda: render_changes(self._annals.changes(audience, None, since, until), home=home, signed_in=True)
        )

    def _lately(self) -> Response:
        """What changed lately, for the front page's audience; many visitors cost no more than one."""
        with self._lock:
            key = (self._annals.today(), self._version())
            if self._kept is None or self._kept[0] != key:
                self._kept = (key, self._written(self._of_late))
            return HTMLResponse(self._kept[1], headers={"Cache-Control": "no-cache"})

    def _of_late(self) -> str:
        since = self._annals.today() - LATELY
        try:
            return self._public(since)
        except NothingKnown as error:
            if error.begins is None:
                raise
            return self._public(error.begins)

    def _public(self, since: date) -> str:
        return render_changes(self._annals.changes(self._front, None, since), home="./")

    def _told(self, write: Callable[[], str]) -> Response:
        return HTMLResponse(self._written(write), headers=_OURS)

    def _written(self, write: Callable[[], str]) -> str:
        """The page, or in words that nothing was known. Raises Refusal for whatever else goes wrong."""
        try:
            page = write()
        except NothingKnown as error:
            page = render_notice("Nothing was known yet", str(error))
        except Exception as error:  # noqa: BLE001
            if repr(error) != self._broken:  # said once until it changes: everybody may ask
                self._broken = repr(error)
                _log.exception("past_not_shown")
            raise Refusal(503) from None
        self._broken = ""
        return page


def _day(text: str) -> date:
    try:
        return moments.day(text).date()
    except ValueError as error:
        raise Refusal(400, str(error)) from None


def _audience(asked: Mapping[str, Any], left_out: Audience) -> Audience:
    text = asked.get("audience", left_out)
    if text not in set(Audience):
        raise Refusal(400, f"audience: it must be {' or '.join(Audience)}")
    return Audience(text)
