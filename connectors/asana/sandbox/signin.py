"""How people sign in for an app (OAuth 2 with PKCE): a page that shows a code, and the tokens that are given for it.

Asana's documents, "OAuth". Nobody has to agree here: whoever opens the page is the API's own account.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar, Final
from urllib.parse import parse_qsl

from connectors.asana.sandbox.faults import Fault
from connectors.asana.sandbox.records import stamp
from connectors.asana.sandbox.world import World
from connectors.sandbox.exchange import Recorded, Reply
from connectors.sandbox.face import Face

OOB: Final = "urn:ietf:wg:oauth:2.0:oob"
LIFE: Final = timedelta(hours=1)
CLIENT_ID: Final = "1200000000000077"
CLIENT_SECRET: Final = "sandbox-app"  # noqa: S105  of an app that exists nowhere else
"""The one app that is registered."""


@dataclass(frozen=True, slots=True)
class _Code:
    """What a code was asked for with; it holds once."""

    redirect: str
    challenge: str


class SignIn(Face[Fault]):
    """The ASGI app below /-. `granted` holds each refresh token with the user it stands for.

    Requests and faults are those of the API's own face: a fault's `match` sees "POST /oauth_token". With `rotates`
    each renewal gives another refresh token and ends the one before, which Asana itself does not.
    """

    fault: ClassVar[type[Fault]] = Fault

    def __init__(self, world: World, granted: dict[str, str], beside: Face[Fault], changed: Callable[[], None]) -> None:
        super().__init__()
        self.faults, self.requests = beside.faults, beside.requests
        self.world = world
        self.granted = granted
        self._changed = changed
        self._codes: dict[str, _Code] = {}
        self.rotates = False

    def grant(self, user: str | None = None) -> str:
        """A refresh token, as if somebody had signed in."""
        token = f"2/{secrets.token_hex(16)}"
        self.granted[token] = user or self.world.me
        return token

    def target(self, seen: Recorded) -> str:
        """METHOD /path."""
        return f"{seen.method} {seen.path}"

    def enter(self, seen: Recorded) -> Reply | None:
        """Let everybody in."""

    def leave(self, seen: Recorded) -> None:
        """Nothing was counted."""

    def trouble(self, fault: Fault) -> Reply:
        """An error in the form of OAuth."""
        return _refused(fault.status if fault.kind == "status" else 429, fault.message or "server_error")

    def perform(self, seen: Recorded, fault: Fault | None) -> Reply:
        """Show a code, or give tokens."""
        del fault
        if (seen.method, seen.path) == ("GET", "/oauth_authorize"):
            return self._authorize(seen.query)
        if (seen.method, seen.path) == ("POST", "/oauth_token"):
            with self.world.lock:
                return self._token(dict(parse_qsl(seen.body if isinstance(seen.body, str) else "")))
        return _refused(404, "not_found")

    def _authorize(self, query: dict[str, str]) -> Reply:
        asked = (query.get("client_id"), query.get("redirect_uri"), query.get("response_type"))
        challenge = query.get("code_challenge", "")
        if asked != (CLIENT_ID, OOB, "code") or (challenge and query.get("code_challenge_method") != "S256"):
            return _refused(400, "invalid_request")
        code = secrets.token_hex(16)
        self._codes[code] = _Code(OOB, challenge)
        return Reply(200, {"code": code, "state": query.get("state", "")})

    def _token(self, form: dict[str, str]) -> Reply:
        if (form.get("client_id"), form.get("client_secret")) != (CLIENT_ID, CLIENT_SECRET):
            return _refused(401, "invalid_client")
        if form.get("grant_type") == "refresh_token":
            return self._renewed(form.get("refresh_token", ""))
        if form.get("grant_type") != "authorization_code":
            return _refused(400, "unsupported_grant_type")
        code = self._codes.pop(form.get("code", ""), None)
        if code is None or code.redirect != form.get("redirect_uri") or code.challenge != _challenge(form):
            return _refused(400, "invalid_grant")
        return Reply(200, self._access(self.world.me) | {"refresh_token": self.grant()})

    def _renewed(self, refresh_token: str) -> Reply:
        user = self.granted.get(refresh_token)
        if user is None:
            return _refused(400, "invalid_grant")
        if not self.rotates:
            return Reply(200, self._access(user))
        del self.granted[refresh_token]
        return Reply(200, self._access(user) | {"refresh_token": self.grant(user)})

    def _access(self, user: str) -> dict[str, object]:
        """A new access token, with whose it is."""
        token = f"1/{secrets.token_hex(16)}"
        self.world.add_token(token, user, oauth=True, ends=stamp(self.world.clock.now() + LIFE))
        self._changed()
        whose = self.world.users[user]
        return {
            "access_token": token,
            "token_type": "bearer",
            "expires_in": int(LIFE.total_seconds()),
            "data": {"id": whose.gid, "gid": whose.gid, "name": whose.name, "email": whose.email},
        }


def _challenge(form: dict[str, str]) -> str:
    """The challenge that a verifier answers, "" where none was sent."""
    verifier = form.get("code_verifier", "")
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode() if verifier else ""


def _refused(status: int, error: str) -> Reply:
    return Reply(status, {"error": error, "error_description": "The sandbox does not accept this."})
