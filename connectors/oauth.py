"""Access by OAuth 2: a token that is kept in memory and renewed in time, and how a person signs in for it once.

The rules are RFC 6749 (4.1, 5, 6) and RFC 7636; where the tools' own documents say more, the docstring names them.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, Final, Protocol
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit

import httpx

from connectors.clock import Clock
from connectors.errors import Refused, ToolError, Transient
from connectors.network import Network
from connectors.text import cut
from connectors.wire import TooLarge, whole

HOUR: Final = 3600.0
"""Seconds that an access token lasts where the answer does not say."""
MARGIN: Final = 120.0
"""Seconds before its end at which a token is renewed: longer than any request takes. At most a tenth of its life."""
LONGEST: Final = 200
"""Characters of the tool's own words that are passed on."""
_OF_THE_APP: Final = frozenset({"invalid_client", "unauthorized_client"})


@dataclass(frozen=True, slots=True)
class Authority:
    """Where a tool signs people in for an app: paths on the host of its API (usually that of `home`).

    `redirect` is what shows people the code, to be copied.
    """

    tool: str
    home: str
    authorize: str
    token: str
    redirect: str = "urn:ietf:wg:oauth:2.0:oob"


@dataclass(frozen=True, slots=True)
class Client:
    """An app as it is registered in a tool, under the name of its connection; `address` is the API's, "" as usual."""

    connection: str
    address: str
    id: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Granted:
    """What a person's sign-in gave: what access is renewed with from now on, and who it was."""

    refresh_token: str = field(repr=False)
    who: str


class Access(Protocol):
    """The token that requests carry; used from several threads at once."""

    def token(self) -> str:
        """The one that holds now. Raises Refused where there can be none any more, Transient where none came."""

    def refused(self, token: str) -> bool:
        """The tool did not take this one: whether another is worth a try. Raises as `token` does."""


class Lasting:
    """A token that lasts until somebody revokes it."""

    def __init__(self, token: str) -> None:
        self._token = token

    def token(self) -> str:
        """Always the same."""
        return self._token

    def refused(self, token: str) -> bool:
        """There is no other."""
        del token
        return False


@dataclass(frozen=True, slots=True)
class _Held:
    """An access token, and until when (by the clock that only grows) it is not renewed."""

    token: str
    until: float


class Renewing:
    """Access tokens, each got with the refresh token and kept in memory only.

    However many threads want one, it is renewed once: who waited for that shares how it went. `hide` is told of each
    token before it is used. Other processes renew with the same refresh token: Asana gives no other, and one renewal
    ends no token of another ("OAuth", Refreshing access). Should an answer hold another one after all, it takes the
    old one's place (RFC 6749, 6) as long as this process lives.
    """

    def __init__(
        self,
        door: Door,
        refresh_token: str,
        clock: Clock,
        hide: Callable[[str], None],
    ) -> None:
        self._door, self._refresh_token = door, refresh_token
        self._clock, self._hide = clock, hide
        self._lock = Lock()
        self._held: _Held | None = None
        self._tries = 0
        self._trouble: ToolError | None = None

    def token(self) -> str:
        """The one in force, renewed where it ends soon."""
        held, tries = self._held, self._tries
        if held is None or self._clock.monotonic() >= held.until:
            held = self._another(held, tries)
        return held.token

    def refused(self, token: str) -> bool:
        """Renewed, unless that was done since this one was handed out."""
        held, tries = self._held, self._tries
        if held is not None and held.token == token:
            self._another(held, tries)
        return True

    def _another(self, old: _Held | None, tries: int) -> _Held:
        """Another token than the old one; `tries` is how many renewals there had been when it was found wanting."""
        with self._lock:
            if self._held is not None and self._held is not old:
                return self._held
            if self._tries != tries and self._trouble is not None:
                raise self._trouble.about(self._trouble.what)
            self._tries += 1
            try:
                self._held = held = self._renewed()
            except ToolError as error:
                self._trouble = error
                raise
            return held

    def _renewed(self) -> _Held:
        asked = self._clock.monotonic()
        told = self._door.renew(self._refresh_token)
        lasts = _seconds(told.get("expires_in"))
        self._hide(told["access_token"])
        if isinstance(another := told.get("refresh_token"), str) and another:
            self._hide(another)
            self._refresh_token = another
        return _Held(told["access_token"], asked + lasts - min(MARGIN, lasts / 10))


class Door:
    """The tool's endpoint for tokens, on the host of its API. Raises ToolErrors and nothing else."""

    def __init__(self, authority: Authority, client: Client, network: Network, timeout: float) -> None:
        self._authority, self._client, self._network = authority, client, network
        self._address = urljoin(client.address or authority.home, authority.token)
        self._timeout = timeout

    def renew(self, refresh_token: str) -> Mapping[str, Any]:
        """An answer with an access token. Raises Refused where the refresh token is revoked."""
        form = {"grant_type": "refresh_token", "refresh_token": refresh_token}
        tool, connection = self._authority.tool, self._client.connection
        anew = f"Sign in anew with `syncd authorize {connection}`: it says what to do."
        return self._ask(form, what=f"renewing the access to {tool}", anew=anew)

    def grant(self, code: str, verifier: str) -> Granted:
        """What the code stands for that a person was shown. Raises Refused where it does not hold (any more)."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._authority.redirect,
            "code_verifier": verifier,
        }
        tool, connection = self._authority.tool, self._client.connection
        anew = f"A code holds once, and for a few minutes: run `syncd authorize {connection}` again."
        told = self._ask(form, what=f"signing in to {tool}", anew=anew)
        refresh_token = told.get("refresh_token")
        if not isinstance(refresh_token, str) or not refresh_token:
            raise Refused(f"{tool} gave no refresh token", what=f"signing in to {tool}", next_step=anew)
        who = told.get("data") if isinstance(told.get("data"), dict) else {}
        return Granted(refresh_token, str((who or {}).get("name") or (who or {}).get("email") or ""))

    def _ask(self, form: Mapping[str, str], *, what: str, anew: str) -> Mapping[str, Any]:
        data = {"client_id": self._client.id, "client_secret": self._client.secret, **form}
        headers = {"Accept": "application/json", "User-Agent": "syncd"}
        tool = self._authority.tool
        try:
            with (
                self._network.client(self._timeout) as client,
                client.stream("POST", self._address, data=data, headers=headers) as reply,
            ):
                status, told = reply.status_code, _json(whole(reply))
        except (httpx.HTTPError, httpx.InvalidURL, TooLarge) as error:
            raise self._network.failed(
                error, whom=tool, address=self._address, timeout=self._timeout, what=what
            ) from None
        if status == 200 and isinstance(told.get("access_token"), str) and told["access_token"]:
            return told
        if status in (400, 401, 403) and isinstance(told.get("error"), str):
            raise self._refused(told, what, anew)
        raise Transient(f"{tool} gave no token, but an answer of another kind (status {status})", what=what)

    def _refused(self, told: Mapping[str, Any], what: str, anew: str) -> Refused:
        kind, more = told["error"], told.get("error_description")
        words = f"{kind}: {more}" if isinstance(more, str) and more else kind
        section = f"[connections.{self._client.connection}.oauth]"
        app = f"Compare client_id and client_secret under {section} with the app in {self._authority.tool}."
        return Refused(
            f"{self._authority.tool} refuses the sign-in ({cut(words, LONGEST)})",
            what=what,
            next_step=app if kind in _OF_THE_APP else anew,
        )


@dataclass(frozen=True, slots=True)
class SignIn:
    """One sign-in under way: the address that a person opens, and what belongs to it alone."""

    address: str
    state: str
    verifier: str = field(repr=False)

    @classmethod
    def begin(cls, authority: Authority, client: Client) -> SignIn:
        """A new one, with a state and a verifier (S256) that nobody can guess."""
        state, verifier = secrets.token_urlsafe(16), secrets.token_urlsafe(48)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        query = {
            "client_id": client.id,
            "redirect_uri": authority.redirect,
            "response_type": "code",
            "state": state,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        return cls(
            f"{urljoin(client.address or authority.home, authority.authorize)}?{urlencode(query)}", state, verifier
        )

    def code(self, pasted: str) -> str:
        """The code in what was pasted: the code itself, or the address that it stands in.

        Raises ValueError where there is none, or it belongs to another sign-in.
        """
        text = pasted.strip()
        found = parse_qs(urlsplit(text).query) if "code=" in text else {"code": [text]}
        code, state = found.get("code", [""])[0], found.get("state", [self.state])[0]
        if not code or any(letter.isspace() for letter in code):
            raise ValueError("this is no code; paste what the tool shows, whole and nothing else")
        if not secrets.compare_digest(state.encode(), self.state.encode()):
            raise ValueError("this code belongs to another sign-in; open the address that was shown just now")
        return code


def _seconds(held: object) -> float:
    """How long a token lasts; an hour where that is not said in a way that makes sense."""
    try:
        seconds = float(held) if isinstance(held, int | float | str) and not isinstance(held, bool) else 0.0
    except (ValueError, OverflowError):
        return HOUR
    return seconds if 0 < seconds < float("inf") else HOUR


def _json(body: bytes) -> Mapping[str, Any]:
    """The object in an answer; empty where it is none, such as a page of the network's own."""
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}
