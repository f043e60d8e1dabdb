"""Gets the text of a plan's files: from a folder, or from an https address."""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from typing import Final
from urllib.parse import urljoin, urlsplit

import httpx

from syncd.errors import Problem

LARGEST: Final = 20_000_000
"""Bytes that a file may have."""
TIMEOUT: Final = 30.0
"""Seconds within which an address must answer, and go on answering."""
_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})


class NoText(Exception):
    """A file's text cannot be had; `problem` says why."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(str(problem))


def is_address(source: str) -> bool:
    """Whether this is a web address and not a path."""
    return "://" in source


def ending(source: str) -> str:
    """The ending of the file's name in lower case, such as ".toml"."""
    return PurePosixPath(urlsplit(source).path if is_address(source) else Path(source).name).suffix.lower()


def beside(source: str, name: str) -> str:
    """A file that stands beside another: a path relative to its folder, or an address."""
    if is_address(name):
        return name
    return urljoin(source, name) if is_address(source) else str(Path(source).parent / name)


def text(source: str) -> str:
    """The text of a file or an address. Raises NoText."""
    held = _fetch(source) if is_address(source) else _read(source)
    try:
        return held.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = held.count(b"\n", 0, error.start) + 1
        words = "this is not UTF-8 text; save the file as UTF-8 (in Excel: “CSV UTF-8”)"
        raise NoText(Problem(source, words, line)) from None


def _read(source: str) -> bytes:
    path = Path(source)
    try:
        if path.is_file() and path.stat().st_size > LARGEST:
            raise NoText(Problem(source, f"the file is larger than {LARGEST // 10**6} MB"))
        return path.read_bytes()
    except FileNotFoundError:
        raise NoText(Problem(source, "there is no such file")) from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise NoText(Problem(source, f"it cannot be read: {reason}")) from None


def _fetch(source: str) -> bytes:
    parts = urlsplit(source)
    if parts.scheme != "https" and parts.hostname not in _LOOPBACK:
        raise NoText(Problem(source, "plans are fetched from https:// addresses only"))
    held = bytearray()
    try:
        with httpx.stream("GET", source, timeout=TIMEOUT, follow_redirects=True) as answer:
            answer.raise_for_status()
            for part in answer.iter_bytes():
                held += part
                if len(held) > LARGEST:
                    raise NoText(Problem(source, f"the file is larger than {LARGEST // 10**6} MB"))
    except httpx.HTTPStatusError as error:
        raise NoText(Problem(source, f"the server answered with status {error.response.status_code}")) from None
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise NoText(Problem(source, f"it cannot be fetched ({type(error).__name__})")) from None
    return bytes(held)
