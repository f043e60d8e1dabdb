"""The web surface: the scorecard for the public and for those signed in, the same facts as data, and health."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any, Protocol
from urllib.parse import parse_qs

import structlog
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from syncd.plan.model import Audience
from syncd.scorecard.page import render_notice
from syncd.scorecard.pages import INDEX, NoPage
from syncd.service.api import Api, Facts
from syncd.service.bounds import Bounds, SecurityHeaders, body
from syncd.service.fresh import FORMS, PAGE, Fresh, Showcase, Written
from syncd.service.past import Annals, Past
from syncd.service.refusals import Refusal, explain, failed
from syncd.service.signin import Keeper
from syncd.service.webhooks import Inbox

LONGEST_FORM = 4096
"""Bytes of a sign-in form; a token is far shorter."""
_log = structlog.get_logger(__name__)


class Site(Facts, Annals, Protocol):
    """What the web surface shows; the composition root gives it. Called from several threads."""

    def health(self) -> Mapping[str, object]:
        """Facts about the running service that JSON can hold; no names, no addresses, no tokens."""

    def ready(self) -> Mapping[str, Any]:
        """Whether it does its work ("ready"), and beside it how each part stands, for those signed in."""

    def metrics(self) -> str:
        """The metrics in Prometheus' text format."""


class _Routes:
    """The answers, one method a route."""

    def __init__(
        self, site: Site, keeper: Keeper, front: Audience, now: Callable[[], float], version: Callable[[], int]
    ) -> None:
        self._site, self._keeper, self._front = site, keeper, front
        self._showcase, self._readiness = Showcase(site.scorecard, now, version), Fresh(site.ready, now)
        self._broken = ""

    def all(self) -> list[Route]:
        """Each with its address."""
        return [
            Route("/", self.page),
            Route("/scorecard.json", self.as_json),
            Route("/scorecard.csv", self.as_csv),
            Route("/internal", self.internal),
            Route("/internal/", self.without_slash),
            Route("/internal/scorecard.{form}", self.internal_data),
            Route("/internal/{path:path}.html", self.internal),
            Route("/{path:path}.html", self.page),
            Route("/sign-in", self.sign_in, methods=["POST"]),
            Route("/sign-out", self.sign_out, methods=["POST"]),
            Route("/healthz", self.health),
            Route("/readyz", self.ready),
            Route("/metrics", self.metrics),
        ]

    def page(self, request: Request) -> Response:
        """`/` and the pages below it: the front scorecard."""
        path = request.path_params.get("path")
        return self._page(request, self._front, f"{path}.html" if path else INDEX)

    def as_json(self, request: Request) -> Response:
        """`/scorecard.json`: the facts of the front page as data."""
        return self.show(request, self._front, "json")

    def as_csv(self, request: Request) -> Response:
        """`/scorecard.csv`: the facts of the front page as a table."""
        return self.show(request, self._front, "csv")

    def internal(self, request: Request) -> Response:
        """`/internal` and the pages below it: the full scorecard for those signed in, else the form to sign in."""
        if self._keeper.closed:
            raise Refusal(404)
        if not self._keeper.lets_in(request):
            return _form(401)
        path = request.path_params.get("path")
        if path:
            return self._page(request, Audience.INTERNAL, f"{path}.html", signed_in=True)
        return self._page(request, Audience.INTERNAL, INDEX, base="internal/", signed_in=True)

    def internal_data(self, request: Request) -> Response:
        """`/internal/scorecard.json` and `.csv`: the facts of the full scorecard, for those signed in."""
        form = request.path_params["form"]
        if form not in FORMS:
            raise Refusal(404)
        self._keeper.require(request)
        return self.show(request, Audience.INTERNAL, form)

    def without_slash(self, _: Request) -> Response:
        """`/internal/`: the links of the page hold for the address without its slash."""
        return RedirectResponse("/internal", 308)

    async def sign_in(self, request: Request) -> Response:
        """`POST /sign-in`: the admin token in, a cookie out."""
        if self._keeper.closed:
            raise Refusal(404)
        form = await body(request, LONGEST_FORM)
        token = parse_qs(form.decode(errors="replace")).get("token", [""])[0]
        if not self._keeper.knows(token.strip(), request):
            return _form(401, "That is not the admin token of this service.")
        answer = RedirectResponse("/internal", 303)
        self._keeper.sign_in(answer, request)
        return answer

    def sign_out(self, _: Request) -> Response:
        """`POST /sign-out`: the cookie goes."""
        answer = RedirectResponse("/", 303)
        self._keeper.sign_out(answer)
        return answer

    async def health(self, _: Request) -> Response:
        """`/healthz`: the process is alive, with a few facts. It waits for no thread: all may wait for a scorecard."""
        return JSONResponse(dict(self._site.health()), headers={"Cache-Control": "no-store"})

    def ready(self, request: Request) -> Response:
        """`/readyz`: whether the service does its work; how each part stands is for those signed in."""
        found = self._readiness.get()
        told = found if self._keeper.lets_in(request) else {"ready": found["ready"]}
        return JSONResponse(dict(told), 200 if found["ready"] else 503, {"Cache-Control": "no-store"})

    def metrics(self, request: Request) -> Response:
        """`/metrics`: for those signed in."""
        self._keeper.require(request)
        return PlainTextResponse(self._site.metrics(), headers={"Cache-Control": "no-store"})

    def show(self, request: Request, audience: Audience, form: str, plan: str | None = None) -> Response:
        """Today's scorecard for an audience as data; nothing where the browser has it already."""
        media_type = FORMS[form].media_type
        return self._written(request, audience, lambda: self._showcase.data(audience, form, plan), media_type)

    def _page(
        self, request: Request, audience: Audience, path: str, *, base: str | None = None, signed_in: bool = False
    ) -> Response:
        def write() -> Written:
            try:
                return self._showcase.page(audience, path, base=base, signed_in=signed_in)
            except NoPage:
                raise Refusal(404) from None

        return self._written(request, audience, write, PAGE)

    def _written(self, request: Request, audience: Audience, write: Callable[[], Written], media_type: str) -> Response:
        try:
            written = write()
        except Refusal:
            raise
        except Exception as error:  # noqa: BLE001
            # The page fails closed: whatever went wrong, nothing half-built and no message from inside is shown.
            self._say(repr(error), audience)
            raise Refusal(503) from None
        self._broken = ""
        private = audience is Audience.INTERNAL
        headers = {"ETag": written.tag, "Cache-Control": "no-store" if private else "no-cache"}
        if private:
            headers["Vary"] = "Authorization, Cookie"
        if _has(request.headers.get("if-none-match", ""), written.tag):
            return Response(status_code=304, headers=headers)
        return Response(written.body, media_type=media_type, headers=headers)

    def _say(self, error: str, audience: Audience) -> None:
        """Log what is wrong, with its trace, once until it changes: everybody may ask for the page."""
        if error != self._broken:
            self._broken = error
            _log.exception("scorecard_not_shown", audience=audience.value)


def make_app(
    site: Site,
    *,
    admin_token: str | None,
    front: Audience = Audience.PUBLIC,
    inbox: Inbox | None = None,
    public_url: str | None = None,
    version: Callable[[], int] = lambda: 0,
    now: Callable[[], float] = time.monotonic,
    today: Callable[[], float] = time.time,
) -> Starlette:
    """The application over a site. Without `admin_token` only health and the front page (with its data) answer.

    `front` is the audience `/` shows without asking who is there: INTERNAL is for the demonstration alone, and then
    only requests to this machine's own names are answered.
    `public_url` is where others reach it, by way of a web server in front.
    `inbox` takes in what tools deliver; `version` is another one as soon as there may be something new to show.
    `now` and `today` are clocks in seconds (monotonic, and since 1970).
    """
    keeper = Keeper(admin_token, public_url, now=today, ticks=now)
    routes = _Routes(site, keeper, front, now, version)
    middleware = [Middleware(SecurityHeaders), Middleware(Bounds), Middleware(GZipMiddleware, minimum_size=1000)]
    if front is Audience.INTERNAL:
        middleware.append(
            Middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost"], www_redirect=False)
        )
    app = Starlette(
        routes=[
            *routes.all(),
            *Past(site, keeper, front, version).routes(),
            *Api(site, keeper, routes.show).routes(),
            *(inbox.routes() if inbox else ()),
        ],
        middleware=middleware,
        exception_handlers={HTTPException: explain, Exception: failed},
    )
    # A redirect to the address without its slash would name whatever host the request claims.
    app.router.redirect_slashes = False
    return app


def _form(status: int, trouble: str = "") -> Response:
    return HTMLResponse(
        render_notice(
            "Sign in", trouble or "The internal scorecard is for those who hold the admin token.", sign_in=True
        ),
        status,
        {"Cache-Control": "no-store", "WWW-Authenticate": "Bearer"},
    )


def _has(tags: str, tag: str) -> bool:
    """Whether If-None-Match names the tag; weak and strong are the same here."""
    return any(one.strip().removeprefix("W/") in {tag.removeprefix("W/"), "*"} for one in tags.split(","))
