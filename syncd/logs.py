"""Logs to stderr, for people or for programs, from which every secret, and what steers a terminal, is taken out first.

Two nets: `redact` cleans each value of an event, and the finished line is cleaned of secrets once more.
"""

from __future__ import annotations

import json as jsonlib
import logging
import re
import sys
import threading
from collections import deque
from collections.abc import Mapping, MutableMapping
from typing import Any, TextIO
from urllib.parse import quote, quote_plus

import structlog
from structlog.typing import Processor

from syncd.characters import shown

HIDDEN = "[hidden]"
SHORTEST = 4
"""Shorter secrets are not registered: no token is that short, and their letters stand everywhere."""
PASSING = 32
"""So many secrets that hold for an hour are known at once: a service that runs for years gets one each hour."""

_TALKATIVE = ("alembic", "apscheduler", "asana", "httpcore", "httpx", "urllib3")
_SECRET_KEY = re.compile(r"token|secret|passw(or)?d|authorization|api_?key|cookie", re.IGNORECASE)
_PATTERNS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        # postgresql://user:password@host; a port before a path is no password. Bounded: time stays in proportion.
        r"(?P<keep>://[^\s:/@]*:)(?!\d{1,5}/)[^\s'\"]{0,500}(?=@)",
        # Authorization: Bearer 1/1200…
        r"(?P<keep>authorization['\"]?\s*[:=]\s*['\"]?)((bearer|basic|token)\s+)?[^\s'\",;]+",
        r"(?P<keep>\bbearer\s+)[\w.~+/=:-]{6,}",
        # token=…, "client_secret": "…"
        r"(?P<keep>(token|secret|passw(or)?d|api_?key)(['\"]\s*[:=]\s*['\"]?|=))[^\s'\",;&}]+",
    )
)


class _Secrets:
    """The secrets known by value, in every spelling in which a line may carry them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._lasting: set[str] = set()
        self._passing: deque[str] = deque(maxlen=PASSING)
        self._pattern: re.Pattern[str] | None = None

    def add(self, secret: str, *, passing: bool = False) -> None:
        secret = secret.strip()
        if len(secret) < SHORTEST:
            return
        with self._lock:
            if passing:
                self._passing.append(secret)
            else:
                self._lasting.add(secret)
            spellings = {each for known in (*self._lasting, *self._passing) for each in _spellings(known)}
            self._pattern = re.compile("|".join(map(re.escape, sorted(spellings, key=len, reverse=True))))

    def remove_from(self, text: str) -> str:
        return self._pattern.sub(HIDDEN, text) if self._pattern else text

    def clear(self) -> None:
        with self._lock:
            self._lasting.clear()
            self._passing.clear()
            self._pattern = None


def _spellings(secret: str) -> set[str]:
    """Every form in which a line may carry a secret."""
    escaped = (jsonlib.dumps(secret)[1:-1], jsonlib.dumps(secret, ensure_ascii=False)[1:-1], repr(secret)[1:-1])
    return {secret, *escaped, quote(secret, safe=""), quote_plus(secret)}


_SECRETS = _Secrets()


def configure(level: str = "info", json: bool | None = None, stream: TextIO | None = None) -> None:
    """Send structlog's and the standard library's records to `stream` (default: stderr), from `level` upwards.

    `json` writes one JSON object a line; None chooses by the stream: a terminal gets lines for people.
    Calling it again replaces what was configured before.
    """
    target = stream or sys.stderr
    terminal = target.isatty()
    handler = logging.StreamHandler(target)
    handler.setFormatter(_formatter(json=not terminal if json is None else json, colors=terminal))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(max(root.level, logging.WARNING))
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_describe(),
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


def hide(secret: str) -> None:
    """Take this secret out of everything that is logged from now on, however it is escaped."""
    _SECRETS.add(secret)


def hide_passing(secret: str) -> None:
    """The same for one that holds for an hour or so: of these, only the newest are known."""
    _SECRETS.add(secret, passing=True)


def forget() -> None:
    """Know no secret by value any more; the patterns stay."""
    _SECRETS.clear()


def scrub(text: str) -> str:
    """The text without known secrets, Authorization headers, passwords in addresses and `token=…`."""
    text = _SECRETS.remove_from(text)
    for pattern in _PATTERNS:
        text = pattern.sub(rf"\g<keep>{HIDDEN}", text)
    return text


def redact(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A structlog processor: the event with every secret in it hidden, nested values, keys and objects included.

    Nothing in it steers a terminal any more, and what happened stands in one line: no text of others makes another.
    """
    cleaned: dict[str, Any] = _clean(dict(event))
    happened = cleaned.get("event")
    return cleaned | {"event": happened.replace("\n", " ")} if isinstance(happened, str) else cleaned


def _clean(value: Any) -> Any:
    """The value in plain types, without secrets; objects become their text."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        text = str(value)
        return value if scrub(text) == text else HIDDEN
    if isinstance(value, Mapping):
        return {scrub(str(key)): _clean_under(str(key), below) for key, below in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_clean(one) for one in value]
    if isinstance(value, bytes | bytearray):
        return shown(scrub(bytes(value).decode("utf-8", errors="replace")))
    return shown(scrub(str(value)))


def _clean_under(key: str, value: Any) -> Any:
    nothing = value is None or value == ""
    return HIDDEN if _SECRET_KEY.search(key) and not nothing else _clean(value)


def _describe() -> list[Processor]:
    """What every record gets, whoever wrote it."""
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
    ]


def _formatter(*, json: bool, colors: bool) -> logging.Formatter:
    renderer: Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if json
        else structlog.dev.ConsoleRenderer(colors=colors, exception_formatter=structlog.dev.plain_traceback)
    )
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=_describe(),
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            redact,
            renderer,
            _scrub_line,
        ],
    )


def _scrub_line(_logger: Any, _method: str, line: Any) -> str:
    """The finished line, cleaned once more: renderers join what was apart."""
    return scrub(str(line))
