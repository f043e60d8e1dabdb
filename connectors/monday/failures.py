"""Sorts every way in which a request to monday can fail into the connectors' error types.

monday reports nearly everything with status 200: an error is told by its code, then by its words, then by the status.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final

from connectors.errors import Invalid, NoAccess, NotFound, Refused, ToolError
from connectors.failing import LostPage, Throttled, throttled, unanswered
from connectors.limiter import midnight
from connectors.monday.answers import Failure
from connectors.text import cut

LONGEST: Final = 500
"""Characters of monday's own words that are passed on."""
DAY: Final = 86400.0
"""Seconds that are believed at most where monday asks for a pause."""
LOCKED: Final = 5.0
"""Seconds to keep away where a board is locked by another change."""
BLOCKED: Final = 300.0
"""Seconds to keep away where monday blocks the account for the moment."""
CUT_SHORT: Final = "the answer was cut short or is not monday's"

_NEXT_RIGHTS: Final = (
    "Give syncd's account in monday the right to edit this board (and, to make columns, its structure); "
    "then run the command again."
)
_NEXT_VERSION: Final = (
    "syncd and monday do not understand each other: install a newer version of syncd, "
    "or report this message to its makers."
)
_NEXT_FULL: Final = (
    "Archive finished items on the board, or map the plan to a further board; then run `syncd sync --retry`."
)

_LIMITS: Final = re.compile(
    r"rate.?limit|limit rate|rate limit|complexity|concurrency|budget.?exhausted|^field_.*limit", re.IGNORECASE
)
_DAILY: Final = re.compile(r"daily.?limit", re.IGNORECASE)
_BY_CODE: Final[tuple[tuple[re.Pattern[str], type[ToolError], str | None], ...]] = tuple(
    (re.compile(codes, re.IGNORECASE), kind, advice)
    for codes, kind, advice in (
        (r"unauthenticated|^unauthorized$|notauthenticated|user_access_denied|useraccessdenied", Refused, None),
        (r"missingrequiredpermissions|userunauthorized|user_unauthorized|forbidden", NoAccess, _NEXT_RIGHTS),
        (r"invalidboardid|resourcenotfound|invaliditemid|item_?not_?found|board_?not_?found", NotFound, None),
        (r"itemslimitation", Invalid, _NEXT_FULL),
        (
            r"undefinedfield|argumentliterals|validation_failed|pars(e|ing)_?error|invalidversion|requiredargument",
            Invalid,
            _NEXT_VERSION,
        ),
        (r"exception|invalid|bad_user_input|deletelastgroup", Invalid, None),
    )
)
_SERVER: Final = re.compile(r"internal.?server.?error|service.?unavailable|time(d |_)?-?out|^5\d\d$", re.IGNORECASE)
_OF_A_PAGE: Final = re.compile(r"cursor.?(expired)?.?(exception|error)|cursor.*expired", re.IGNORECASE)
_OF_A_PERSON: Final = re.compile(r"invaliduserid", re.IGNORECASE)
_OF_A_CELL: Final = re.compile(r"columnvalue|correctedvalue|invalidcolumnid|columnid", re.IGNORECASE)
_RESET: Final = re.compile(r"reset in (\d+(?:\.\d+)?) seconds?", re.IGNORECASE)


class BadCell(Invalid):
    """One value was refused: that of the column `column`, or somebody who cannot be assigned where it is None."""

    def __init__(self, words: str, *, column: str | None, what: str = "") -> None:
        self.column = column
        super().__init__(words, what=what)


def of_status(
    status: int, told: object, headers: Mapping[str, str], *, now: datetime, what: str, write: bool
) -> ToolError | None:
    """The error of a whole request whose body has nothing to say for single parts; None where all is well with it.

    A limit that was hit is always a matter of the whole request, unless some of its parts were done. Deeds of which
    the body holds data, even if it is null, were begun: what came of them is left to the answer. Where that data has
    another form, nobody can say what came of them.
    """
    found = failures(told, headers, now=now, what=what, write=write)
    data = told.get("data") if isinstance(told, dict) else None
    by_part = data is None and bool(found) and all(failure.path for failure in found)
    if status < 300 and (isinstance(data, dict) or by_part):
        done = by_part or any(value is not None for alias, value in (data or {}).items() if alias != "complexity")
        limits = [failure.error for failure in found if isinstance(failure.error, Throttled)]
        return limits[0] if limits and not (write and done) else None
    if write and status < 300 and data is not None:
        return unanswered(CUT_SHORT, what=what, write=True)
    begun = write and status < 300 and isinstance(told, dict) and told.get("data", ...) is None
    if begun and found and isinstance(found[0].error, Invalid | NotFound):
        return None
    if found and status >= 500 and type(found[0].error) is Invalid:
        return unanswered(found[0].error.words, what=what, write=write)
    if found and status not in (423, 429):
        return found[0].error
    refused = next((one.error for one in found if isinstance(one.error, Throttled)), None)
    return refused or _bare(status, headers, now=now, what=what, write=write)


def _bare(status: int, headers: Mapping[str, str], *, now: datetime, what: str, write: bool) -> ToolError:
    """The error that a status stands for by itself, in an answer that says nothing else."""
    words = f"monday answered with status {status}"
    if status in (423, 429):
        named = _seconds(headers, {}, "", now=now) or (LOCKED if status == 423 else None)
        return throttled(words, named, what=what)
    if 300 <= status < 400:
        return unanswered(f"something between here and monday answered with status {status}", what=what, write=write)
    if status < 300 or status >= 500 or status in (408, 409):
        return unanswered(CUT_SHORT if status < 300 else words, what=what, write=write)
    kinds: dict[int, type[ToolError]] = {401: Refused, 403: NoAccess}
    return kinds.get(status, Invalid)(words, what=what)


def failures(told: object, headers: Mapping[str, str], *, now: datetime, what: str, write: bool) -> list[Failure]:
    """Everything that a body says went wrong, each with the part that it concerns."""
    listed = told.get("errors") if isinstance(told, dict) else None
    if (
        isinstance(told, dict)
        and not isinstance(listed, list)
        and (told.get("error_code") or told.get("error_message"))
    ):
        extensions = {"code": told.get("error_code"), "error_data": told.get("error_data")}
        listed = [{"message": told.get("error_message"), "extensions": extensions}]
    rows = [row for row in listed or [] if isinstance(row, dict)] if isinstance(listed, list) else []
    return [Failure(_error(row, headers, now=now, what=what, write=write), _path(row)) for row in rows]


def _path(row: Mapping[str, Any]) -> tuple[str | int, ...]:
    held = row.get("path")
    return tuple(held) if isinstance(held, list) else ()


def _error(row: Mapping[str, Any], headers: Mapping[str, str], *, now: datetime, what: str, write: bool) -> ToolError:
    held = row.get("extensions")
    extensions = held if isinstance(held, dict) else {}
    words = _words(row, extensions)
    code = str(extensions.get("code") or extensions.get("error_code") or row.get("error_code") or "")
    known = code or words
    if (pause := _pause(known, words, headers, extensions, now)) is not None:
        return throttled(words, pause[0], what=what)
    if _OF_A_PAGE.search(known):
        return LostPage(words, what=what)
    if _SERVER.search(code or str(extensions.get("status_code") or words)) or "IDEMPOTENCY_CONFLICT" in code.upper():
        return unanswered(words, what=what, write=write)
    return _refusal(code, words, extensions, what)


def _pause(
    known: str, words: str, headers: Mapping[str, str], extensions: Mapping[str, Any], now: datetime
) -> tuple[float | None] | None:
    """How long to keep away because of a limit, as far as that is said; None where this is about no limit."""
    if _DAILY.search(known):
        return ((midnight(now) - now).total_seconds(),)
    named = _seconds(headers, extensions, words, now=now)
    if _LIMITS.search(known):
        return (named,)
    if "temporarily_blocked" in known.lower():
        return (named or BLOCKED,)
    return (named or LOCKED,) if re.search(r"\blocked\b", known, re.IGNORECASE) else None


def _refusal(code: str, words: str, extensions: Mapping[str, Any], what: str) -> ToolError:
    """A clear no: nothing of this part was done."""
    details = extensions.get("error_data")
    details = details if isinstance(details, dict) else {}
    column = details.get("column_id")
    if _OF_A_PERSON.search(code):
        return BadCell(words, column=column if isinstance(column, str) else None, what=what)
    if isinstance(column, str) and _OF_A_CELL.search(code):
        return BadCell(words, column=column, what=what)
    if "ip is restricted" in words.lower() or extensions.get("status_code") == 401:
        return Refused(words, what=what)
    for codes, kind, advice in _BY_CODE:
        if codes.search(code):
            return kind(words, what=what, next_step=advice)
    return Invalid(words, what=what)


def _words(row: Mapping[str, Any], extensions: Mapping[str, Any]) -> str:
    """The message in one line, in monday's own words, with the code and the id by which its support finds a failure."""
    message = str(row.get("message") or "monday gave no reason")
    more = [str(extensions[name]) for name in ("code", "request_id") if extensions.get(name)]
    return cut(" ".join((f"{message} ({', '.join(more)})" if more else message).split()), LONGEST)


def _seconds(headers: Mapping[str, str], extensions: Mapping[str, Any], words: str, *, now: datetime) -> float | None:
    """How long monday asks to keep away, at most a day; None where it does not say."""
    reset = _RESET.search(words)
    named = (
        _after(headers.get("Retry-After", ""), now),
        _number(extensions.get("retry_in_seconds")),
        _number(extensions.get("retryAfterMs"), scale=1000),
        _number(_exhausted(headers.get("ratelimit", ""))),
        _number(reset and reset[1]),
    )
    wait = next((seconds for seconds in named if seconds is not None), None)
    return None if wait is None else min(wait, DAY)


def _exhausted(header: str) -> str | None:
    """The time after which an exhausted limit is new, of the header that tells how they stand."""
    found = [re.search(r";\s*t=(\d+)", part) for part in header.split(",") if re.search(r";\s*r=0(;|$|\s)", part)]
    return max((one[1] for one in found if one), key=float, default=None)


def _after(held: str, now: datetime) -> float | None:
    """`Retry-After`: seconds, or the moment until which to keep away."""
    if (seconds := _number(held)) is not None:
        return seconds
    try:
        moment = parsedate_to_datetime(held)
        until = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return _number((until - now).total_seconds())
    except (ValueError, OverflowError):
        return None


def _number(held: object, *, scale: float = 1) -> float | None:
    """A time to wait in seconds; None where it is none."""
    try:
        seconds = float(held) / scale if isinstance(held, (str, int, float)) else 0.0
    except (ValueError, OverflowError):
        return None
    return seconds if seconds > 0 and math.isfinite(seconds) else None
