"""How the web surface says no: a page for people, JSON for programs, never a word from inside."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from syncd import logs
from syncd.scorecard.page import content_policy, render_notice

HEADERS: Final = {
    "Content-Security-Policy": f"{content_policy()}; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
"""What every answer carries, refusals included."""
API: Final = "/api/"
"""Below this address programs ask."""
_NOTICES: Final = {
    400: ("This cannot be read", "The request does not say clearly what is wanted."),
    401: ("Sign in first", "This is only for those who hold the service's admin token."),
    404: ("Nothing here", "There is nothing at this address. The scorecard is at the front page."),
    405: ("Not this way", "This address does not answer this kind of request."),
    413: ("Too long", "The request is longer than this service reads."),
    414: ("Too long", "The address is longer than this service reads."),
    429: ("Too often", "Too many wrong tokens came from there. Wait some minutes, then try again with the right one."),
    503: (
        "This cannot be shown right now",
        (
            "Something went wrong while it was put together, so nothing is shown rather than something wrong. "
            "Try again in a minute; the service's log says what happened."
        ),
    ),
}
_OTHER: Final = ("This did not work", "The service could not answer this request.")


class Refusal(HTTPException):
    """A request is not answered as it hoped; `words` say why, for people, where the status alone does not."""

    def __init__(self, status: int, words: str = "", headers: Mapping[str, str] | None = None) -> None:
        super().__init__(status, headers=headers)
        self.words = words


def explain(request: Request, error: Exception) -> Response:
    """The answer to a request that is refused. Who only asks how an address may be asked is told that."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    headers = {"Cache-Control": "no-store", **((error.headers or {}) if isinstance(error, HTTPException) else {})}
    if status == 405 and request.method == "OPTIONS":
        return Response(status_code=204, headers=headers)
    title, text = _NOTICES.get(status, _OTHER)
    words = logs.scrub(error.words) if isinstance(error, Refusal) and error.words else text
    if request.url.path.startswith(API):
        return JSONResponse({"error": words}, status, headers)
    return HTMLResponse(render_notice(title, words), status, headers)


def failed(request: Request, _: Exception) -> Response:
    """The last resort stands outside the middleware, so it brings the security headers itself."""
    answer = explain(request, Refusal(500, _NOTICES[503][1]))
    answer.headers.update(HEADERS)
    return answer
