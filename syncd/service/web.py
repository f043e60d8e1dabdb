"""The web surface: the scorecard for the public and for those signed in, the same facts as data, and health."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Protocol
from urllib.parse import parse_qs

import structlog
from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from syncd.plan.model import Audience
from syncd.scorecard.data import as_csv, as_json
from syncd.scorecard.page import content_policy, render_notice, render_page
from syncd.scorecard.view import Scorecard
from syncd.service.signin import Keeper

FRESH = 1.0
"""Seconds for which a scorecard that was just built is shown again without asking for a new one."""
LONGEST_FORM = 4096
"""Bytes of a sign-in form; a token is far shorter."""
HEADERS = {
    "Content-Security-Policy": f"{content_policy()}; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
_log = structlog.get_logger(__name__)


class Site(Protocol):
    """What the web surface shows; the composition root gives it. Called from several threads."""

    def scorecard(self, audience: Audience) -> Scorecard:
        """The scorecard as this audience may see it now."""

    def health(self) -> Mapping[str, object]:
        """Facts about the running service that JSON can hold; no names, no addresses, no tokens."""

    def ready(self) -> bool:
        """Whether it can answer for the plan (the store is open, the plan is read)."""

    def metrics(self) -> str:
        """The metrics in Prometheus' text format."""


@dataclass(frozen=True, slots=True)
class _Form:
    """One way to write a scorecard."""

    media_type: str
    write: Callable[[Scorecard], str]


@dataclass(frozen=True, slots=True)
class _Written:
    """A written scorecard with the tag by which a browser asks whether it has changed."""

    body: bytes
    tag: str


FORMS = {
    "html": _Form("text/html; charset=utf-8", lambda card: render_page(card, live=True)),
    "signed-in": _Form("text/html; charset=utf-8", lambda card: render_page(card, live=True, signed_in=True)),
    "json": _Form("application/json", lambda card: json.dumps(as_json(card), ensure_ascii=False)),
    "csv": _Form("text/csv; charset=utf-8", as_csv),
}


class _Shelf:
    """Keeps each scorecard for a second and each written form for as long as its scorecard stays the same."""

    def __init__(self, site: Site, now: Callable[[], float]) -> None:
        self._site, self._now, self._lock = site, now, Lock()
        self._cards: dict[Audience, tuple[float, Scorecard]] = {}
        self._written: dict[tuple[Audience, str], tuple[Scorecard, _Written]] = {}

    def get(self, audience: Audience, form: str) -> _Written:
        """The scorecard in this form. Whatever the site raises goes through."""
        with self._lock:
            card = self._card(audience)
            kept = self._written.get((audience, form))
            if kept and kept[0] == card:
                return kept[1]
            body = FORMS[form].write(card).encode()
            written = _Written(body, f'W/"{hashlib.sha256(body).hexdigest()[:32]}"')
            self._written[audience, form] = (card, written)
            return written

    def _card(self, audience: Audience) -> Scorecard:
        kept = self._cards.get(audience)
        if kept and self._now() - kept[0] < FRESH:
            return kept[1]
        card = self._site.scorecard(audience)
        self._cards[audience] = (self._now(), card)
        return card


class _Routes:
    """The answers, one method a route."""

    def __init__(self, site: Site, keeper: Keeper, front: Audience, now: Callable[[], float]) -> None:
        self._site, self._keeper, self._front = site, keeper, front
        self._shelf = _Shelf(site, now)
        self._broken = ""

    def page(self, request: Request) -> Response:
        """`/`: the front scorecard."""
        return self._show(request, self._front, "html")

    def as_json(self, request: Request) -> Response:
        """`/scorecard.json`: the facts of the front page as data."""
        return self._show(request, self._front, "json")

    def as_csv(self, request: Request) -> Response:
        """`/scorecard.csv`: the facts of the front page as a table."""
        return self._show(request, self._front, "csv")

    def internal(self, request: Request) -> Response:
        """`/internal`: the full scorecard for those signed in, else the form to sign in."""
        if self._keeper.closed:
            raise HTTPException(404)
        if not self._keeper.lets_in(request):
            return _form(401)
        return self._show(request, Audience.INTERNAL, "signed-in")

    async def sign_in(self, request: Request) -> Response:
        """`POST /sign-in`: the admin token in, a cookie out."""
        if self._keeper.closed:
            raise HTTPException(404)
        token = parse_qs(await _body(request)).get("token", [""])[0]
        if not self._keeper.knows(token.strip()):
            return _form(401, "That is not the admin token of this service.")
        answer = RedirectResponse("/internal", 303)
        self._keeper.sign_in(answer, secure=request.url.scheme == "https")
        return answer

    def sign_out(self, _: Request) -> Response:
        """`POST /sign-out`: the cookie goes."""
        answer = RedirectResponse("/", 303)
        self._keeper.sign_out(answer)
        return answer

    def health(self, _: Request) -> Response:
        """`/healthz`: the process is alive, with a few facts."""
        return JSONResponse(dict(self._site.health()), headers={"Cache-Control": "no-store"})

    def ready(self, _: Request) -> Response:
        """`/readyz`: whether it can answer for the plan."""
        ready = self._site.ready()
        return PlainTextResponse(
            "ready\n" if ready else "not ready\n", 200 if ready else 503, {"Cache-Control": "no-store"}
        )

    def metrics(self, request: Request) -> Response:
        """`/metrics`: for those signed in."""
        if self._keeper.closed:
            raise HTTPException(404)
        if not self._keeper.lets_in(request):
            raise HTTPException(401, headers={"WWW-Authenticate": "Bearer"})
        return PlainTextResponse(self._site.metrics(), headers={"Cache-Control": "no-store"})

    def _show(self, request: Request, audience: Audience, form: str) -> Response:
        try:
            written = self._shelf.get(audience, form)
        except Exception as error:  # noqa: BLE001
            # The page fails closed: whatever went wrong, nothing half-built and no message from inside is shown.
            self._say(repr(error), audience)
            raise HTTPException(503) from None
        self._broken = ""
        private = audience is Audience.INTERNAL
        headers = {"ETag": written.tag, "Cache-Control": "no-store" if private else "no-cache"}
        if private:
            headers["Vary"] = "Authorization, Cookie"
        if _has(request.headers.get("if-none-match", ""), written.tag):
            return Response(status_code=304, headers=headers)
        return Response(written.body, media_type=FORMS[form].media_type, headers=headers)

    def _say(self, error: str, audience: Audience) -> None:
        """Log what is wrong, with its trace, once until it changes: everybody may ask for the page."""
        if error != self._broken:
            self._broken = error
            _log.exception("scorecard_not_shown", audience=audience.value)


class _SecurityHeaders:
    """Puts the security headers on every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        await self._app(scope, receive, send_with_headers if scope["type"] == "http" else send)


def make_app(
    site: Site,
    *,
    admin_token: str | None,
    front: Audience = Audience.PUBLIC,
    now: Callable[[], float] = time.monotonic,
    today: Callable[[], float] = time.time,
) -> Starlette:
    """The application over a site. Without `admin_token` only health and the front page (with its data) answer.

    `front` is the audience `/` shows without asking who is there: INTERNAL is for the demonstration alone, and then
    only requests to this machine's own names are answered.
    `now` and `today` are clocks in seconds (monotonic, and since 1970).
    """
    routes = _Routes(site, Keeper(admin_token, now=today), front, now)
    middleware = [Middleware(_SecurityHeaders), Middleware(GZipMiddleware, minimum_size=1000)]
    if front is Audience.INTERNAL:
        middleware.append(
            Middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost"], www_redirect=False)
        )
    app = Starlette(
        routes=[
            Route("/", routes.page),
            Route("/scorecard.json", routes.as_json),
            Route("/scorecard.csv", routes.as_csv),
            Route("/internal", routes.internal),
            Route("/sign-in", routes.sign_in, methods=["POST"]),
            Route("/sign-out", routes.sign_out, methods=["POST"]),
            Route("/healthz", routes.health),
            Route("/readyz", routes.ready),
            Route("/metrics", routes.metrics),
        ],
        middleware=middleware,
        exception_handlers={HTTPException: _explain, Exception: _failed},
    )
    # A redirect to the address without its slash would name whatever host the request claims.
    app.router.redirect_slashes = False
    return app


_NOTICES = {
    401: ("Sign in first", "This page is only for those who hold the service's admin token."),
    404: ("Nothing here", "There is no page at this address. The scorecard is at the front page."),
    405: ("Not this way", "This address does not answer this kind of request."),
    413: ("Too long", "The request is longer than this service reads."),
    503: (
        "The scorecard cannot be shown right now",
        (
            "Something went wrong while it was put together, so nothing is shown rather than something wrong. "
            "Try again in a minute; the service's log says what happened."
        ),
    ),
}


def _explain(_: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    headers = error.headers if isinstance(error, HTTPException) else None
    title, text = _NOTICES.get(status, ("This did not work", "The service could not answer this request."))
    return HTMLResponse(render_notice(title, text), status, {"Cache-Control": "no-store", **(headers or {})})


def _failed(_: Request, __: Exception) -> Response:
    """The last resort stands outside the middleware, so it brings the security headers itself."""
    return HTMLResponse(render_notice(*_NOTICES[503]), 500, {"Cache-Control": "no-store", **HEADERS})


def _form(status: int, trouble: str = "") -> Response:
    return HTMLResponse(
        render_notice(
            "Sign in", trouble or "The internal scorecard is for those who hold the admin token.", sign_in=True
        ),
        status,
        {"Cache-Control": "no-store", "WWW-Authenticate": "Bearer"},
    )


async def _body(request: Request) -> str:
    held = bytearray()
    async for chunk in request.stream():
        held += chunk
        if len(held) > LONGEST_FORM:
            raise HTTPException(413)
    return held.decode(errors="replace")


def _has(tags: str, tag: str) -> bool:
    """Whether If-None-Match names the tag; weak and strong are the same here."""
    return any(one.strip().removeprefix("W/") in {tag.removeprefix("W/"), "*"} for one in tags.split(","))
