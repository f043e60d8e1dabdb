"""The one place that sends anything to Asana: the official SDK with its own timing, retries and logging put aside."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

from urllib3.exceptions import HTTPError

from connectors.again import again
from connectors.asana import failures
from connectors.asana.replies import Bounded
from connectors.clock import Clock
from connectors.contract import Settings
from connectors.counting import Requests
from connectors.errors import Refused, ToolError
from connectors.failing import Throttled, unanswered
from connectors.limiter import Limiter
from connectors.oauth import Access, Authority, Client, Door, Lasting, Renewing

HOST: Final = "https://app.asana.com/api/1.0"
AUTHORITY: Final = Authority("Asana", HOST, "/-/oauth_authorize", "/-/oauth_token")
"""Asana's documents, "OAuth". No scope is asked for: sections and events are open only to apps with all of them."""
CONNECT: Final = 10.0
"""Seconds within which a connection must stand."""

Reply = Mapping[str, Any]
"""What Asana answered: `data`, and beside it `next_page`, or `sync` and `has_more`."""


@dataclass(frozen=True, slots=True)
class _Request:
    """One request; `what` says in words for people what it is about."""

    method: str
    path: str
    what: str
    query: Mapping[str, str]
    data: Mapping[str, Any] | None = None

    @property
    def write(self) -> bool:
        """Whether it can change anything."""
        return self.method != "GET"


class Transport:
    """Sends requests of one credential, one at a time per caller; thread-safe.

    Reads are tried again after transport faults, 5xx and 429; writes only when they certainly had no effect (429, no
    connection). A token that is not taken is renewed once, where it can be. The loop is our own and not stamina's,
    because it waits by the injected clock and shares its waits through the limiter with everything else that uses the
    credential.
    """

    def __init__(self, settings: Settings, clock: Clock, limiter: Limiter) -> None:
        self._clock = clock
        self._limiter = limiter
        self._timeout = (min(CONNECT, settings.timeout), settings.timeout)
        self._network = settings.network
        self._address = (settings.base_url or HOST).rstrip("/")
        self._access = _access(settings, self._address, clock)
        self._api = _sdk(settings, self._address, sockets=limiter.reads + limiter.writes)
        self.requests = Requests()

    def get(self, path: str, query: Mapping[str, str], *, what: str) -> Reply:
        """Read. Raises the error that stays after some tries."""
        return self._send(_Request("GET", path, what, query))

    def post(self, path: str, data: Mapping[str, Any], query: Mapping[str, str] | None = None, *, what: str) -> Reply:
        """Make or do something. UnknownOutcome where no clear answer came."""
        return self._send(_Request("POST", path, what, query or {}, data))

    def put(self, path: str, data: Mapping[str, Any], query: Mapping[str, str] | None = None, *, what: str) -> Reply:
        """Change something. UnknownOutcome where no clear answer came."""
        return self._send(_Request("PUT", path, what, query or {}, data))

    def delete(self, path: str, *, what: str) -> None:
        """Delete something. UnknownOutcome where no clear answer came."""
        self._send(_Request("DELETE", path, what, {}))

    def close(self) -> None:
        """Give the sockets back."""
        self._api.rest_client.pool_manager.clear()

    def _send(self, request: _Request) -> Reply:
        return again(lambda: self._admitted(request), self._clock, final=(failures.LostCursor,))

    def _admitted(self, request: _Request) -> Reply:
        """Send it; once more with another token where the first is not taken, which happens before anything else."""
        token = self._access.token()
        try:
            return self._once(request, token)
        except Refused:
            if not self._access.refused(token):
                raise
            return self._once(request, self._access.token())

    def _once(self, request: _Request, token: str) -> Reply:
        with self._limiter.slot(writes=request.write) as sent:
            try:
                # A new cursor comes as an error: each container's feed begins with one.
                with self.requests.one(meant=(failures.LostCursor,)):
                    reply = self._call(request, token)
            except Throttled as error:
                error.wait = self._limiter.refused(sent=sent, wait=error.named)
                raise
        self._limiter.answered()
        return reply

    def _call(self, request: _Request, token: str) -> Reply:
        """One request through the SDK, by its lowest door: its iterators loop, and write into what they are given."""
        from asana.rest import ApiException  # noqa: PLC0415  the SDK takes a third of a second to import

        try:
            reply = self._api.call_api(
                request.path,
                request.method,
                {},
                dict(request.query),
                {"Authorization": f"Bearer {token}"},
                body=None if request.data is None else {"data": dict(request.data)},
                response_type="object",
                auth_settings=[],
                _return_http_data_only=True,
                _request_timeout=self._timeout,
            )
        except ApiException as error:
            raise self._lost(error, request) or _told(error, request) from None
        except RecursionError:
            reply = None
        except HTTPError as error:
            raise self._lost(error, request) or failures.of_transport(
                error, address=self._address, timeout=self._timeout[1], what=request.what, write=request.write
            ) from None
        if not isinstance(reply, dict) or "data" not in reply:
            raise unanswered("the answer was cut short or is not Asana's", what=request.what, write=request.write)
        return reply

    def _lost(self, error: Exception, request: _Request) -> ToolError | None:
        """The error of a request that the network did not let through."""
        return self._network.trouble(error, whom="Asana", address=self._address, what=request.what)


def path(*parts: str) -> str:
    """A path below the base address, with every part quoted; half of a character names nothing."""
    return "".join(f"/{quote(part, safe='', errors='replace')}" for part in parts)


def _told(error: Any, request: _Request) -> ToolError:
    """The error in an answer that the SDK threw; its own text is left out, because it holds all headers."""
    if not error.status:
        return failures.of_tls(error.reason, what=request.what, write=request.write)
    return failures.of_status(error.status, error.body, error.headers or {}, what=request.what, write=request.write)


def _access(settings: Settings, address: str, clock: Clock) -> Access:
    """What the connection's requests carry: its token, or tokens that are got with what it was granted."""
    grant = settings.grant
    if grant is None:
        return Lasting(settings.token)
    app = Client(settings.name, address, grant.client_id, grant.client_secret)
    door = Door(AUTHORITY, app, settings.network, settings.timeout)
    return Renewing(door, grant.refresh_token, clock, settings.hide)


def _sdk(settings: Settings, address: str, *, sockets: int) -> Any:
    """The SDK's client: without retries, without threads of its own, with one kept socket per request at once."""
    import asana  # noqa: PLC0415  the SDK takes a third of a second to import

    with _loggers_untouched("asana", "urllib3"):
        options = asana.Configuration()
    options.host = address
    options.retry_strategy = False
    options.return_page_iterator = False
    api = asana.ApiClient(options)
    api.pool.terminate()
    api.pool.join()
    del api.pool
    api.rest_client.pool_manager = Bounded(settings.network.pool(address, sockets=sockets))
    api.default_headers = {"User-Agent": "syncd", "Accept": "application/json", "Accept-Encoding": "gzip"}
    return api


@contextmanager
def _loggers_untouched(*names: str) -> Iterator[None]:
    """Take away the handlers and levels that the SDK gives to these loggers: they would print beside our own logs."""
    loggers = [logging.getLogger(name) for name in names]
    before = [(logger, logger.level, list(logger.handlers)) for logger in loggers]
    yield
    for logger, level, handlers in before:
        logger.setLevel(level)
        logger.handlers[:] = handlers
