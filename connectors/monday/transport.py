"""The one place that sends anything to monday: within all its limits, and again only what certainly did nothing."""

from __future__ import annotations

import hashlib
import json
import logging
import threading
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import httpx

from connectors.again import again
from connectors.clock import Clock
from connectors.contract import WARNING, Fact, Settings
from connectors.counting import Requests
from connectors.errors import Invalid, NoAccess, NotFound, UnknownOutcome
from connectors.failing import Throttled
from connectors.limiter import Daily, Limiter
from connectors.monday import failures
from connectors.monday.answers import Answer
from connectors.monday.documents import VERSION, Part, joined
from connectors.monday.points import Points, per_minute
from connectors.wire import TooLarge, whole

REPLAYED: Final = "replayed"
"""What a probe finds out: whether a create that arrives twice under one key is done once."""
HOST: Final = "https://api.monday.com/v2"
REMEMBERED: Final = 3600.0
"""Seconds after which monday certainly gives no earlier answer to a key again: its documents speak of half an hour."""
CONNECT: Final = 10.0
"""Seconds within which a connection must stand."""
_LOG: Final = logging.getLogger(__name__)
_OTHER_VERSION: Final = (
    "monday answered in version {version} of its API, and syncd speaks {ours}: what it reads may be incomplete. "
    "Install a newer version of syncd."
)


@dataclass(frozen=True, slots=True)
class _Request:
    """One request; `what` says in words for people what it is about, `key` makes a write one that is done once."""

    body: bytes
    what: str
    write: bool
    key: str


class Transport:
    """Sends requests of one credential, one at a time per caller; thread-safe.

    Reads are tried again after transport faults, 5xx and limits that were hit; writes only when they certainly had no
    effect (a limit, no connection). Where a probe found that a key is not heeded, so that a second try might make a
    second one, a limit's refusal of what makes something counts as no clear answer.
    """

    def __init__(self, settings: Settings, clock: Clock, limiter: Limiter, daily: Daily, points: Points) -> None:
        self._clock = clock
        self._limiter = limiter
        self._daily = daily
        self._points = points
        self._answers = settings.answers
        self._learns = settings.requests_per_minute is None
        self._learnt = dict(settings.known)
        self._address = (settings.base_url or HOST).rstrip("/")
        self._timeout = settings.timeout
        self._network = settings.network
        self._http = settings.network.client(
            httpx.Timeout(settings.timeout, connect=min(CONNECT, settings.timeout)),
            sockets=limiter.reads + limiter.writes,
            headers={"Authorization": settings.token, "API-Version": VERSION, "User-Agent": "syncd"},
        )
        self._lock = threading.Lock()
        self.requests = Requests()
        self._spent: dict[str, float] = {}
        """When keys were answered with a refusal, by the clock's seconds."""

    def ask(self, name: str, parts: Sequence[Part], *, what: str, keys: Sequence[str] = ()) -> Answer:
        """What monday answers to these parts in one request. Raises the error that stays after some tries.

        `keys` are those of the writes in it: the same ones in the same words are done once, however often they arrive.
        Where none is given, the tries made here share one. What was clearly refused is tried under another key, for
        under its own the refusal would be given again.
        """
        document, variables = joined(name, parts)
        write = parts[0].piece.writes
        body = json.dumps({"query": document, "variables": variables, "operationName": name}).encode()
        request = _Request(body, what, write, self._key(keys or [uuid.uuid4().hex], body) if write else "")
        once = any(part.piece.makes for part in parts) and not self._answers.get(REPLAYED, True)
        try:
            return again(lambda: self._once(request, len(keys)), self._clock, final=(Throttled,) if once else ())
        except Throttled as error:
            raise UnknownOutcome(error.words, what=what) if once else error from None
        except (Invalid, NoAccess, NotFound):
            self._refused(request)
            raise

    def _key(self, keys: Sequence[str], body: bytes) -> str:
        """The same for every try of the same writes in the same words, and another one for anything else."""
        key = hashlib.sha256(b"\n".join((*(key.encode() for key in keys), body))).hexdigest()
        with self._lock:
            while key in self._spent:
                key = hashlib.sha256(key.encode()).hexdigest()
        return key

    def _refused(self, request: _Request) -> None:
        now = self._clock.monotonic()
        with self._lock:
            self._spent = {key: at for key, at in self._spent.items() if now - at < REMEMBERED} | {request.key: now}

    def learnt(self) -> dict[str, Fact]:
        """What earlier connectors found out, and how many requests a minute the account may send."""
        with self._lock:
            return dict(self._learnt)

    def close(self) -> None:
        """Give the sockets back."""
        self._http.close()

    def _once(self, request: _Request, writes: int) -> Answer:
        with self._limiter.slot(writes=request.write) as sent:
            self._daily.take()
            try:
                with self.requests.one() as errors:
                    answer = self._call(request)
                    errors += [each.error for each in answer.failures]
            except Throttled as error:
                error.wait = self._limiter.refused(sent=sent, wait=error.named)
                raise
        self._limiter.answered()
        if answer.failures and not any(isinstance(one.error, UnknownOutcome) for one in answer.failures):
            self._refused(request)
        self._points.told(answer.data.get("complexity"), writes=writes)
        return answer

    def _call(self, request: _Request) -> Answer:
        headers = {"Content-Type": "application/json"} | ({"Idempotency-Key": request.key} if request.key else {})
        try:
            with self._http.stream("POST", self._address, content=request.body, headers=headers) as reply:
                body = whole(reply)
        except (httpx.HTTPError, httpx.InvalidURL, TooLarge) as error:
            raise self._network.failed(
                error,
                whom="monday",
                address=self._address,
                timeout=self._timeout,
                what=request.what,
                write=request.write,
            ) from None
        self._learn(reply.headers)
        return self._understood(reply, body, request)

    def _understood(self, reply: httpx.Response, body: bytes, request: _Request) -> Answer:
        told, now = _json(body), self._clock.now()
        named: dict[str, Any] = {"now": now, "what": request.what, "write": request.write}
        error = failures.of_status(reply.status_code, told, reply.headers, **named)
        if error is not None:
            raise error
        return Answer(told.get("data") or {}, failures.failures(told, reply.headers, **named), request.what)

    def _learn(self, headers: httpx.Headers) -> None:
        """Take over the limit that the answer tells of, and say so once where another version of the API answered."""
        if self._learns and (limit := per_minute(headers)):
            self._limiter.allow(limit)
            self._learnt["per_minute"] = limit
        self._heed(headers.get("API-Version", VERSION))

    def _heed(self, version: str) -> None:
        """Say so once where another version of the API answers, and keep it for people until the right one does."""
        words = _OTHER_VERSION.format(version=version, ours=VERSION) if version != VERSION else ""
        with self._lock:
            before = self._learnt.pop(WARNING, "")
            self._learnt |= {WARNING: words} if words else {}
        if words and words != before:
            _LOG.warning(words)


def _json(body: bytes) -> Any:
    """What the body says; None where it is no JSON, such as a gateway's HTML page."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None
