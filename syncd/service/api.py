"""`/api/v1`: what `status`, `scorecard`, `changes`, `log` and `explain` print with `--json`, for programs over HTTP."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final, Protocol

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from syncd.chronicle import NothingKnown
from syncd.errors import ConfigError, FileError
from syncd.plan.model import Audience
from syncd.scorecard.changes import Changes
from syncd.scorecard.changes_told import as_json as told_changes
from syncd.scorecard.data import as_json
from syncd.scorecard.explain import UnknownItem
from syncd.scorecard.view import Scorecard
from syncd.service.openapi import MOST_LINES, OPENAPI
from syncd.service.refusals import API, Refusal
from syncd.service.signin import Keeper
from syncd.store.errors import StoreError
from syncd.views import log, moments

BASE: Final = f"{API}v1"
_LONGEST: Final = 200
"""Characters of one thing that is asked for."""


Show = Callable[[Request, Audience, str, str | None], Response]
"""Answers with today's scorecard for an audience, in a form, of a plan (the first)."""


class Facts(Protocol):
    """What programs may ask for. Raises FileError, StoreError; called from several threads."""

    def plans(self) -> Sequence[str]:
        """The names of the plans."""

    def scorecard(self, audience: Audience, plan: str | None = None, as_of: date | None = None) -> Scorecard:
        """The scorecard of a plan (the first) as this audience may see it now, or as things were known on a day."""

    def status(self) -> Mapping[str, Any]:
        """What `syncd status --json` prints."""

    def log(self, asked: log.Asked) -> Mapping[str, Any]:
        """What `syncd log --json` prints. Raises log.Unknown."""

    def explain(self, item: str, plan: str | None, as_of: date | None) -> Mapping[str, Any]:
        """What `syncd explain ID --json` prints. Raises UnknownItem."""

    def today(self) -> date:
        """The district's day."""

    def changes(
        self, audience: Audience, plan: str | None = None, since: date | None = None, until: date | None = None
    ) -> Changes:
        """What changed between two days, for an audience; left out: from the first that is known, up to now."""


class Api:
    """The answers, one method a route."""

    def __init__(self, facts: Facts, keeper: Keeper, show: Show) -> None:
        self._facts, self._keeper, self._show = facts, keeper, show

    def routes(self) -> list[Route]:
        """Where they answer."""
        return [
            Route(f"{BASE}/status", self.status),
            Route(f"{BASE}/scorecard", self.scorecard),
            Route(f"{BASE}/log", self.log),
            Route(f"{BASE}/explain/{{id}}", self.explain),
            Route(f"{BASE}/changes", self.changes),
            Route(f"{BASE}/openapi.json", self.openapi),
        ]

    def openapi(self, request: Request) -> Response:
        """How to ask, as OpenAPI."""
        self._keeper.require(request)
        asked(request, {})
        return _answer(OPENAPI)

    def status(self, request: Request) -> Response:
        """How each mapping and connection stands."""
        self._keeper.require(request)
        asked(request, {})
        return _told(self._facts.status)

    def log(self, request: Request) -> Response:
        """What happened, the newest last."""
        self._keeper.require(request)
        given = asked(request, _LOG)
        if "pass" in given:
            given["pass_id"] = given.pop("pass")
        return _told(lambda: self._facts.log(log.Asked(**given)))

    def explain(self, request: Request) -> Response:
        """Where the figures of an item come from."""
        self._keeper.require(request)
        given = asked(request, {"plan": self._plan, "as_of": _day})
        item = _checked("id", request.path_params["id"], _text)
        return _told(lambda: self._facts.explain(item, given.get("plan"), given.get("as_of")))

    def changes(self, request: Request) -> Response:
        """What changed between two days."""
        self._keeper.require(request)
        given = asked(request, {"audience": _audience, "plan": self._plan, "since": _day, "until": _day})
        since, until = given.get("since"), given.get("until")
        if max(since or date.min, until or date.min) > self._facts.today() or (since and until and since > until):
            raise Refusal(400, "since, until: these days make no period that is past")
        audience = given.get("audience", Audience.PUBLIC)
        return _told(lambda: told_changes(self._facts.changes(audience, given.get("plan"), since, until)))

    def scorecard(self, request: Request) -> Response:
        """The scorecard: for everybody what is public, as it is today; the rest for those who hold the token."""
        given = asked(request, {"audience": _audience, "plan": self._plan, "as_of": _day})
        audience, plan, as_of = given.get("audience", Audience.PUBLIC), given.get("plan"), given.get("as_of")
        if audience is Audience.INTERNAL or as_of:
            self._keeper.require(request)
        if as_of:
            return _told(lambda: as_json(self._facts.scorecard(audience, plan, as_of)))
        return self._show(request, audience, "json", plan)

    def _plan(self, text: str) -> str:
        if text not in self._facts.plans():
            raise ValueError(f"there is no plan “{text}”")
        return text


def asked(request: Request, known: Mapping[str, Callable[[str], Any]]) -> dict[str, Any]:
    """What is asked for by name in the address, read by the reader of that name. Raises Refusal, in words."""
    found: dict[str, Any] = {}
    for name, text in request.query_params.multi_items():
        if name not in known:
            there = f"what can be given here: {', '.join(known)}" if known else "nothing can be given here"
            raise Refusal(400, f"“{name}” is not known; {there}")
        if name in found:
            raise Refusal(400, f"{name}: it is given twice")
        found[name] = _checked(name, text, known[name])
    return found


def _checked(name: str, text: str, read: Callable[[str], Any]) -> Any:
    try:
        return read(_text(text))
    except ValueError as error:
        raise Refusal(400, f"{name}: {error}") from None


def _text(text: str) -> str:
    if not 0 < len(text) <= _LONGEST or any(unicodedata.category(each) in {"Cc", "Cs"} for each in text):
        raise ValueError(f"it must have 1 to {_LONGEST} characters, none of which steers a terminal")
    return text


def _audience(text: str) -> Audience:
    if text not in set(Audience):
        raise ValueError(f"it must be {' or '.join(Audience)}")
    return Audience(text)


def _day(text: str) -> date:
    return moments.day(text).date()


def _number(most: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not (text.isascii() and text.isdigit() and 1 <= int(text) <= most):
            raise ValueError(f"it must be a whole number from 1 to {most}")
        return int(text)

    return read


_LOG: Final[Mapping[str, Callable[[str], str | int | datetime]]] = {
    "item": _text,
    "field": _text,
    "person": _text,
    "since": moments.moment,
    "until": moments.until,
    "mapping": _text,
    "pass": _number(log.LARGEST),
    "limit": _number(MOST_LINES),
}


def _told(tell: Callable[[], Mapping[str, Any]]) -> Response:
    """The facts; or in words why there are none: whoever asks here holds the token."""
    try:
        return _answer(tell())
    except (UnknownItem, NothingKnown, log.Unknown) as error:
        raise Refusal(404, str(error)) from None
    except ConfigError as error:
        raise Refusal(400, "; ".join(problem.message for problem in error.problems)) from None
    except FileError as error:
        raise Refusal(503, "; ".join(map(str, error.problems))) from None
    except StoreError as error:
        raise Refusal(503, f"{error}. {error.next_step}") from None


def _answer(facts: Mapping[str, Any]) -> Response:
    return JSONResponse(facts, headers={"Cache-Control": "no-store", "Vary": "Authorization, Cookie"})
