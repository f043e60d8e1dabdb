"""Who may see what is not public: a bearer token, or a signed cookie that the sign-in form sets. No state on disk."""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response

COOKIE = "syncd_session"
LASTS = 12 * 60 * 60
"""Seconds after which a sign-in ends: one long working day."""


class Keeper:
    """Compares tokens in constant time and signs cookies with a key derived from the token.

    Without a token nobody is let in. A changed token ends every sign-in.
    """

    def __init__(self, token: str | None, *, now: Callable[[], float] = time.time) -> None:
        self._token = (token or "").encode()
        self._key = hashlib.sha256(b"syncd session\0" + self._token).digest()
        self._now = now

    @property
    def closed(self) -> bool:
        """Whether there is no token, and so no way in."""
        return not self._token

    def knows(self, token: str) -> bool:
        """Whether this is the admin token."""
        return not self.closed and hmac.compare_digest(token.encode(), self._token)

    def lets_in(self, request: Request) -> bool:
        """Whether the request carries the admin token as bearer, or a cookie that we signed and that has not ended."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and self.knows(token.strip()):
            return True
        return not self.closed and self._holds(request.cookies.get(COOKIE, ""))

    def sign_in(self, response: Response, *, secure: bool) -> None:
        """Put the cookie on the response; `secure` when the page is served over https."""
        ends = str(int(self._now()) + LASTS)
        response.set_cookie(
            COOKIE, f"{ends}.{self._sign(ends)}", max_age=LASTS, httponly=True, samesite="strict", secure=secure
        )

    def sign_out(self, response: Response) -> None:
        """Take the cookie back."""
        response.delete_cookie(COOKIE, httponly=True, samesite="strict")

    def _holds(self, cookie: str) -> bool:
        ends, _, signature = cookie.partition(".")
        signed = hmac.compare_digest(signature.encode(), self._sign(ends).encode())
        return signed and ends.isdigit() and self._now() < int(ends)

    def _sign(self, ends: str) -> str:
        return hmac.new(self._key, ends.encode(), hashlib.sha256).hexdigest()
