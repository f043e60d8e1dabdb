"""Gets the text of a plan's files: from a folder, or from an https address."""

from __future__ import annotations

import re
import time
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from dataclasses import dataclass
from difflib import get_close_matches
from functools import partial
from http import HTTPStatus
from ipaddress import ip_address
from itertools import islice
from pathlib import Path, PurePosixPath
from socket import inet_aton
from typing import Final
from urllib.parse import urljoin, urlsplit

import httpx

from connectors.failing import Distrusted
from connectors.network import Network
from syncd.documents.document import FORMS
from syncd.documents.file import LARGEST
from syncd.documents.file import content as whole
from syncd.errors import Problem

TIMEOUT: Final = 30.0
"""Seconds within which an address must begin to answer, and go on answering."""
PATIENCE: Final = 120.0
"""Seconds after which all files of a plan must have come whole."""
_FILTERED: Final = "where a filter looks into secure connections, name its authority as ca_file under [network]"
_STOPPED: Final = "look at proxy under [network], or at HTTPS_PROXY and NO_PROXY"
_SEARCHED: Final = 200
"""Files of a folder among which the one that may be meant is looked for."""
_LISTED: Final = 5
"""So many of them are named where none is called like it."""
_HEAD: Final = re.compile(rb"""^\s*(\[plan\]|["']?plan["']?\s*:|\{\s*"plan"\s*:)""", re.MULTILINE)
"""How the head of a plan begins, in each form."""
_BEGINNING: Final = 100_000
"""Bytes of a file in which that is looked for."""
_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})


def deadline() -> float:
    """When all files of a plan must have come, if it is read now: seconds of a clock that only grows."""
    return time.monotonic() + PATIENCE


@dataclass(frozen=True, slots=True)
class Fetched:
    """What an address gave, with the tags by which to ask whether that is still so ("" for none)."""

    content: bytes
    etag: str = ""
    modified: str = ""


class NoText(Exception):
    """A file's text cannot be had; `problem` says why."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(str(problem))


def locate(source: str, folder: Path) -> str:
    """What stands in the configuration as an address or an absolute path."""
    return source if is_address(source) else str(folder / source)


def is_address(source: str) -> bool:
    """Whether this is a web address and not a path."""
    return "://" in source


def ending(source: str) -> str:
    """The ending of the file's name in lower case, such as ".toml"."""
    try:
        name = urlsplit(source).path if is_address(source) else Path(source).name
    except ValueError:
        return ""
    return PurePosixPath(name).suffix.lower()


def beside(source: str, name: str) -> str:
    """A file that stands beside another: a path relative to its folder, or an address; a broken one as it stands."""
    if is_address(name):
        return name
    if not is_address(source):
        return str(Path(source).parent / name)
    try:
        return urljoin(source, name)
    except ValueError:
        return f"https:{name}"


def text(source: str, network: Network, by: str = "", until: float | None = None) -> str:
    """The text of a file or an address, which what stands at `by` may have named. Raises NoText.

    What an address names is fetched, whatever it looks like: nobody elsewhere has a file of this machine read.

    After `until`, the `deadline` of all files of a plan (left out: of this one), nothing is fetched any more.
    """
    limit = deadline() if until is None else until
    abroad = is_address(source) or is_address(by)
    return decoded(fetch(source, network, by, limit).content if abroad else content(source), source)


def decoded(held: bytes, source: str) -> str:
    """The text that a source holds. Raises NoText."""
    try:
        return held.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = held.count(b"\n", 0, error.start) + 1
        what = (
            "UTF-16 text" if held.startswith((BOM_UTF16_LE, BOM_UTF16_BE)) else "not UTF-8 text, perhaps Windows-1252"
        )
        words = f"this is {what}; save it as UTF-8 (in Excel: “CSV UTF-8”)"
        raise NoText(Problem(source, words, line)) from None


def content(source: str) -> bytes:
    """What a file of this machine holds. Raises NoText."""
    path = Path(source)
    try:
        return whole(path)
    except FileNotFoundError:
        raise NoText(Problem(source, f"there is no such file{_neighbour(path)}")) from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise NoText(Problem(source, f"it cannot be read: {reason}")) from None


def _neighbour(path: Path) -> str:
    """A hint at the file that may be meant: the one of its kind that is called most like it, else those there are."""
    beside = islice(path.parent.iterdir(), _SEARCHED) if path.parent.is_dir() else ()
    alike = sorted(each.name for each in beside if _is_alike(path, each))
    if near := get_close_matches(path.name, alike, n=1):
        return f"; did you mean “{near[0]}”?"
    if not alike:
        return "; `syncd init` or `syncd import` makes one" if path.suffix.lower() in FORMS else ""
    there = ", ".join(f"“{name}”" for name in alike[:_LISTED])
    return (
        f"; beside it there {'is' if len(alike) == 1 else 'are'} {there}{' and more' if len(alike) > _LISTED else ''}"
    )


def _is_alike(wanted: Path, there: Path) -> bool:
    """Whether a file may be what was looked for: a plan where one was, for a configuration may be called like it."""
    if wanted.suffix.lower() not in FORMS:
        return there.suffix.lower() == wanted.suffix.lower()
    try:
        with there.open("rb") as file:
            return there.suffix.lower() in FORMS and bool(_HEAD.search(file.read(_BEGINNING)))
    except OSError:
        return False


def fetch(source: str, network: Network, by: str, until: float, known: Fetched | None = None) -> Fetched:
    """What an address gives, which what stands at `by` may have named; what is `known` where that is still so.

    Raises NoText, also where the answer has not come whole by `until`.
    """
    held = bytearray()
    asked = {"If-None-Match": known.etag, "If-Modified-Since": known.modified} if known else {}
    left = max(0.0, until - time.monotonic())
    times = httpx.Timeout(min(TIMEOUT, left), write=left)  # within the time for sending the whole answer must come
    try:
        abroad = any(urlsplit(each).hostname not in _LOOPBACK for each in (source, by) if is_address(each))
        with (
            network.client(
                times, follow_redirects=True, event_hooks={"request": [partial(_guard, abroad=abroad, until=until)]}
            ) as client,
            client.stream("GET", source, headers={name: tag for name, tag in asked.items() if tag}) as answer,
        ):
            if known is not None and answer.status_code == HTTPStatus.NOT_MODIFIED:
                return known
            _judge(source, answer)
            for part in answer.iter_bytes():
                held += part
                if len(held) > LARGEST:
                    raise NoText(Problem(source, f"it is larger than {LARGEST // 10**6} MB"))
                _require_time(source, until)
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        raise NoText(Problem(source, _unreached(source, network, error))) from None
    return Fetched(bytes(held), answer.headers.get("etag", ""), answer.headers.get("last-modified", ""))


def _unreached(source: str, network: Network, error: Exception) -> str:
    """Why nothing came from an address."""
    if isinstance(error, httpx.HTTPError) and (
        trouble := network.trouble(error, whom=urlsplit(source).hostname or "the server", address=source)
    ):
        return f"{trouble.words}; {_FILTERED if isinstance(trouble, Distrusted) else _STOPPED}"
    return f"it cannot be fetched; is the address right, and the network up? ({type(error).__name__}: {error})"


def _require_time(source: str, until: float) -> None:
    if time.monotonic() >= until:
        words = f"it did not come within {PATIENCE:.0f} seconds, which all addresses of a plan have together"
        raise NoText(Problem(source, words))


def _guard(request: httpx.Request, *, abroad: bool, until: float) -> None:
    """Refuse what could be read or changed on the way, redirects too; on this machine http is as good.

    Who is `abroad` (another machine) leads nowhere on this one: here things may listen that trust whoever asks.
    """
    _require_time(str(request.url), until)
    host = request.url.host
    if request.url.scheme != "https" and not (request.url.scheme == "http" and host in _LOOPBACK):
        raise NoText(Problem(str(request.url), "plans are fetched from https:// addresses only"))
    if abroad and _is_here(host):
        raise NoText(Problem(str(request.url), "an address elsewhere leads to this machine, where no plan is fetched"))


def _is_here(host: str) -> bool:
    """Whether a name or a number means this machine, however it is spelled: 127.1 and “localhost.” do too."""
    name = host.rstrip(".").lower()
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        number = ip_address(name.partition("%")[0] if ":" in name else inet_aton(name))
    except (OSError, ValueError):
        return False
    number = getattr(number, "ipv4_mapped", None) or number
    return number.is_loopback or number.is_unspecified


def _judge(source: str, answer: httpx.Response) -> None:
    """Raise NoText for an answer that is not the file."""
    status = answer.status_code
    if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        raise NoText(Problem(source, f"the address asks for a sign-in (status {status}); share the file by a link"))
    if status in (HTTPStatus.NOT_FOUND, HTTPStatus.GONE):
        raise NoText(Problem(source, f"there is nothing at this address (status {status})"))
    if not answer.is_success:
        raise NoText(Problem(source, f"the server answered with status {status}; try again later"))
    if answer.headers.get("content-type", "").partition(";")[0].strip() == "text/html":
        raise NoText(Problem(source, "the address gives a web page, not the file; use the link that downloads it"))
