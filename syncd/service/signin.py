"""Who may see what is not public: a bearer token, or a signed cookie that the sign-in form sets. No state on disk."""

from __future__ import annotations

import hashlib
import hmac
import math
import time
from collections.abc import Callable
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from syncd.service.attempts import Attempts
from syncd.service.refusals import Refusal

COOKIE = "syncd_session"
LASTS = 12 * 60 * 60
"""Seconds after which a sign-in ends: one long working day."""


class Keeper:
    """Compares tokens in constant time and signs cookies with a key derived from the token.

    Without a token nobody is let in. A changed token ends every sign-in. Who brings too many wrong tokens must wait;
    a sign-in that holds goes on meanwhile. `now` and `ticks` are clocks: since 1970, and one that only grows.
    """

    def __init__(
        self,
        token: str | None,
        public_url: str | None = None,
        *,
        now: Callable[[], float] = time.time,
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        self._public = urlsplit(public_url or "")
        self._token = (token or "").encode()
        self._key = hashlib.sha256(b"syncd session\0" + self._token).digest()
        self._now = now
        self._attempts = Attempts(ticks)

    @property
    def closed(self) -> bool:
        """Whether there is no token, and so no way in."""
        return not self._token

    def knows(self, token: str, request: Request) -> bool:
        """Whether this is the admin token. Raises Refusal after too many wrong ones from where the request comes."""
        address = request.client.host if request.client else ""
        if wait := self._attempts.wait(address):
            raise Refusal(429, headers={"Retry-After": str(math.ceil(wait))})
        # Digests are equally long, so not even the token's length shows in the time that it takes.
        given, own = (hashlib.sha256(text).digest() for text in (token.encode(), self._token))
        right = hmac.compare_digest(given, own) and not self.closed
        (self._attempts.right if right else self._attempts.wrong)(address)
        return right

    def lets_in(self, request: Request) -> bool:
        """Whether the request carries the admin token as bearer, or a cookie that we signed and that has not ended.

        Raises Refusal after too many wrong tokens.
        """
        if self.closed:
            return False
        if self._holds(request.cookies.get(COOKIE, "")):
            return True
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        return scheme.lower() == "bearer" and bool(token.strip()) and self.knows(token.strip(), request)

    def require(self, request: Request) -> None:
        """Raises Refusal where the request is not let in; where nobody is, it says that there is nothing."""
        if self.closed:
            raise Refusal(404)
        if not self.lets_in(request):
            raise Refusal(401, headers={"WWW-Authenticate": "Bearer"})

    def sign_in(self, response: Response, request: Request) -> None:
        """Put the cookie on the response, for https alone where the page is served so.

        A web server in front need not say so: at the public address it is what that says.
        """
        own = self._public.scheme == "https" and request.url.hostname == self._public.hostname
        secure = own or request.url.scheme == "https"
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
