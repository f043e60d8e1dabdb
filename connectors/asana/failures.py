"""Sorts every way in which a request to Asana can fail into the connectors' error types."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from typing import Any, Final

from urllib3 import exceptions as transport

from connectors.asana.replies import TooLarge
from connectors.errors import (
    Invalid,
    NoAccess,
    NotFound,
    PlanTier,
    Refused,
    ToolError,
    Transient,
)
from connectors.failing import LostPage, NotSent, throttled, unanswered
from connectors.text import cut

LONGEST: Final = 500
"""Characters of Asana's own words that are passed on."""
DAY: Final = 86400.0
"""Seconds that are believed at most where Asana asks for a pause."""
UNKNOWN_OBJECT: Final = "Unknown object"
_OF_THE_PLAN: Final = re.compile(
    r"premium|upgrade|free users|not available (for|on|in) your|your (plan|tier)", re.IGNORECASE
)
_OF_A_PAGE: Final = re.compile(r"pagination token", re.IGNORECASE)
_NOT_SENT: Final = (transport.NewConnectionError, transport.ConnectTimeoutError, transport.LocationValueError)


class LostCursor(Transient):
    """The event token is missing, too old or unknown: events were lost; `fresh` is the token to go on with."""

    def __init__(self, words: str, *, fresh: str, what: str = "") -> None:
        self.fresh = fresh
        super().__init__(words, what=what)


def of_status(
    status: int, body: bytes | str | None, headers: Mapping[str, str], *, what: str, write: bool
) -> ToolError:
    """The error that an answer with this status stands for; `write` tells whether the request could change anything.

    The meaning of the statuses is in Asana's API documentation, "Errors". An answer of the 5xx kind to a write says
    nothing about whether it was done.
    """
    told = _body(body)
    words = _words(told) or f"Asana answered with status {status}"
    if status in (424, 429):
        return throttled(words, _seconds(headers), what=what)
    if status == 412 and isinstance(told.get("sync"), str):
        return LostCursor(words, fresh=told["sync"], what=what)
    if status >= 500 or status == 408:
        return unanswered(words, what=what, write=write)
    if status < 400:
        return Transient(f"something between here and Asana answered with status {status}", what=what)
    return _refusal(status, words, what, write=write)


def of_transport(error: transport.HTTPError, *, address: str, timeout: float, what: str, write: bool) -> ToolError:
    """The error that a failure of the connection stands for: only before it stood is a write known to be undone."""
    cause = getattr(error, "reason", None) or getattr(error, "original_error", None) or error
    if isinstance(cause, _NOT_SENT):
        return NotSent(f"Asana could not be reached, nothing answers at {address}", what=what)
    if isinstance(cause, TooLarge):
        return unanswered(f"the answer is not Asana's: it is too large ({cause})", what=what, write=write)
    if isinstance(cause, transport.ReadTimeoutError):
        return unanswered(f"Asana did not answer within {timeout:g} s", what=what, write=write)
    return unanswered(f"the connection to Asana broke off ({type(cause).__name__})", what=what, write=write)


def of_tls(reason: str, *, what: str, write: bool) -> ToolError:
    """The error that a failed secure connection stands for; a certificate is refused before anything is sent."""
    line = " ".join(str(reason).split())
    if "CERTIFICATE_VERIFY_FAILED" in line or "HANDSHAKE" in line.upper() or "WRONG_VERSION" in line:
        return NotSent(f"no secure connection to Asana: {line}", what=what)
    return unanswered(f"the secure connection to Asana broke off: {line}", what=what, write=write)


def _refusal(status: int, words: str, what: str, *, write: bool) -> ToolError:
    if status == 401:
        return Refused(words, what=what)
    if status == 402 or (status == 403 and _OF_THE_PLAN.search(words)):
        return PlanTier(words, what=what)
    if status in (403, 451):
        return NoAccess(words, what=what)
    if status == 404 or (status == 400 and not write and UNKNOWN_OBJECT in words):
        return NotFound(words, what=what)
    if status == 400 and not write and _OF_A_PAGE.search(words):
        return LostPage(words, what=what)
    return Invalid(words, what=what)


def _body(body: bytes | str | None) -> Mapping[str, Any]:
    """The JSON object in an error's body; empty where it holds something else, such as a gateway's HTML page."""
    try:
        told = json.loads(body or b"")
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def _words(told: Mapping[str, Any]) -> str:
    """Asana's own messages in one line, with the phrase by which its support finds a failure."""
    errors = told.get("errors")
    if not isinstance(errors, list):
        return ""
    found = [error for error in errors if isinstance(error, dict)]
    messages = [str(error["message"]).strip() for error in found if error.get("message")]
    messages += [f"(phrase: {error['phrase']})" for error in found if error.get("phrase")]
    return cut(" ".join(" ".join(messages).split()), LONGEST)


def _seconds(headers: Mapping[str, str]) -> float | None:
    """What `Retry-After` asks for, in seconds and at most a day; None where it is missing or no time to wait."""
    try:
        named = float(headers.get("Retry-After", ""))
    except ValueError:
        return None
    return min(named, DAY) if named > 0 and math.isfinite(named) else None
