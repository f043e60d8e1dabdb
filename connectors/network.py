"""How every connection to another machine is made: which certificates are trusted, and through which proxy it goes."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import ip_address, ip_network
from pathlib import Path
from threading import Lock
from typing import Any, Final
from urllib.parse import unquote, urlsplit

import certifi
import httpx
import urllib3

from connectors.errors import ToolError
from connectors.failing import Astray, Distrusted, NotSent, unanswered
from connectors.wire import KEPT_ALIVE, Bounded, TooLarge

SOCKETS: Final = 10
"""Connections that a client keeps unless it is told otherwise."""
_LARGEST: Final = 4 * 1024 * 1024
_HERE: Final = frozenset({"127.0.0.1", "::1", "localhost"})
"""This machine: reached without a proxy, always."""
_AT_THE_PROXY: Final = (urllib3.exceptions.ProxyError, httpx.ProxyError, httpx.ConnectError, httpx.ConnectTimeout)
_NOT_SENT: Final = (httpx.ConnectError, httpx.ConnectTimeout, httpx.UnsupportedProtocol, httpx.InvalidURL)
_BEGIN: Final = b"-----BEGIN CERTIFICATE-----"


@dataclass(frozen=True, slots=True)
class Network:
    """The way out of this machine's network; equal ones lead the same way.

    `authorities` are certificates (PEM) that are trusted besides the usual ones. `secure` and `plain` are the proxies
    for https and http addresses, "" for none; `direct` names the machines that are reached without one, separated by
    commas, as NO_PROXY does: each stands for what is below it too, a range of numbers for all in it, and "*" for all.
    """

    authorities: str = ""
    secure: str = ""
    plain: str = ""
    direct: str = ""

    def proxy(self, address: str) -> str:
        """The proxy through which an address is reached, "" for none. Raises ValueError for what is no address."""
        parts = urlsplit(address)
        host, port = (parts.hostname or "").rstrip("."), parts.port or (80 if parts.scheme == "http" else 443)
        if host in _HERE or any(_names(entry, host, port) for entry in self.direct.split(",")):
            return ""
        return self.plain if parts.scheme == "http" else self.secure

    def client(self, timeout: httpx.Timeout | float, *, sockets: int = SOCKETS, **options: Any) -> httpx.Client:
        """A client of httpx that goes this way, whose replies come in time; `options` are httpx's own."""
        return httpx.Client(transport=_Routed(self, sockets), timeout=timeout, trust_env=False, **options)

    def pool(self, address: str, *, sockets: int) -> urllib3.PoolManager:
        """A pool of urllib3 for one address, without retries."""
        options: dict[str, Any] = {
            "maxsize": sockets,
            "ssl_context": self.tls(),
            "retries": False,
            "socket_options": [*urllib3.connection.HTTPConnection.default_socket_options, *KEPT_ALIVE],
        }
        way = self.proxy(address)
        if not way:
            return urllib3.PoolManager(**options)
        user, _, rest = way.rpartition("@")
        if user:
            scheme, _, login = user.partition("://")
            options["proxy_headers"] = urllib3.make_headers(proxy_basic_auth=unquote(login))
            way = f"{scheme}://{rest}"
        return urllib3.ProxyManager(way, proxy_ssl_context=self.tls(), **options)

    def tls(self) -> ssl.SSLContext:
        """What secure connections are judged by; one for all, because reading the certificates takes a while."""
        return _context(self.authorities)

    def trouble(self, error: BaseException, *, whom: str, address: str, what: str = "") -> NotSent | None:
        """Why nothing was sent to `whom`: a certificate that is not trusted, or a proxy; None for anything else."""
        if problem := _distrust(error):
            return Distrusted(f"the certificate that {whom} shows is not trusted ({problem})", what=what)
        way = self.proxy(address)
        if way and isinstance(error, _AT_THE_PROXY):
            reason = getattr(error, "original_error", None) or error
            words = " ".join(str(reason).split()).rpartition(": ")[2]
            return Astray(f"the proxy at {shown(way)} does not let us through to {whom} ({words})", what=what)
        return None

    def failed(
        self, error: Exception, *, whom: str, address: str, timeout: float, what: str, write: bool = False
    ) -> ToolError:
        """The error that one of httpx stands for: only before a connection stood is a write known to be undone."""
        if trouble := self.trouble(error, whom=whom, address=address, what=what):
            return trouble
        if isinstance(error, _NOT_SENT):
            reason = f": {' '.join(str(error).split())}" if "SSL" in str(error).upper() else ""
            return NotSent(f"{whom} could not be reached, nothing answers at {address}{reason}", what=what)
        if isinstance(error, TooLarge):
            words = f"the answer is not {whom}'s: it is too large ({error})"
        elif isinstance(error, httpx.TimeoutException):
            words = f"{whom} did not answer within {timeout:g} s"
        else:
            words = f"the connection to {whom} broke off ({type(error).__name__})"
        return unanswered(words, what=what, write=write)


DIRECT: Final = Network()
"""The way of who says nothing else: no proxy, the usual authorities."""


class _Routed(httpx.BaseTransport):
    """Sends each request the way that its address goes: a redirect may lead where another one is needed."""

    def __init__(self, network: Network, sockets: int) -> None:
        self._network, self._sockets = network, sockets
        self._ways: dict[str, Bounded] = {}
        self._lock = Lock()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send it."""
        return self._way(self._network.proxy(str(request.url))).handle_request(request)

    def _way(self, proxy: str) -> Bounded:
        with self._lock:
            if proxy not in self._ways:
                self._ways[proxy] = Bounded(
                    self._network.tls(), sockets=self._sockets, proxy=httpx.Proxy(proxy) if proxy else None
                )
            return self._ways[proxy]

    def close(self) -> None:
        """Give the sockets back."""
        for way in self._ways.values():
            way.close()


def certificates(file: Path) -> str:
    """The certificates in a file, as PEM. Raises OSError, and ValueError where it holds none that can be read."""
    with file.open("rb") as opened:
        held = opened.read(_LARGEST)
    try:
        text = held.decode("ascii", "ignore") if _BEGIN in held else ssl.DER_cert_to_PEM_cert(held)
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cadata=text)
    except (ssl.SSLError, ValueError):
        words = "it holds no certificate; save the authority's as PEM (“Base64”), with a line BEGIN CERTIFICATE"
        raise ValueError(words) from None
    return text


def _distrust(error: BaseException) -> str:
    """What is wrong with the certificate that the other side showed, in OpenSSL's words; "" where it is not that."""
    for each in _behind(error, set()):
        if isinstance(each, ssl.SSLCertVerificationError):
            return str(each.verify_message).rstrip(".")
    return ""


def shown(proxy: str) -> str:
    """A proxy's address without name and password."""
    scheme, _, rest = proxy.partition("://")
    return f"{scheme}://{rest.rpartition('@')[2]}"


def _behind(error: BaseException, known: set[int]) -> Iterator[BaseException]:
    """An error and all that it came from, wherever libraries keep that."""
    if id(error) not in known:
        known.add(id(error))
        yield error
        for each in (error.__cause__, error.__context__, getattr(error, "reason", None), *error.args):
            if isinstance(each, BaseException):
                yield from _behind(each, known)


def _names(entry: str, host: str, port: int) -> bool:
    """Whether an entry of NO_PROXY means this machine: "*", a name, or a number or a range of them."""
    name = entry.strip().lower()
    try:
        return ip_address(host) in ip_network(name.strip("[]"), strict=False)
    except ValueError:
        wanted, _, only = name.removeprefix("*.").lstrip(".").partition(":")
    if wanted == "*":
        return True
    return bool(wanted) and (host == wanted or host.endswith(f".{wanted}")) and only in ("", str(port))


@lru_cache(maxsize=4)
def _context(authorities: str) -> ssl.SSLContext:
    """Trusts the authorities of this machine, those that come with certifi, and these."""
    context = ssl.create_default_context()
    context.load_verify_locations(cafile=certifi.where())
    if authorities:
        context.load_verify_locations(cadata=authorities)
        # Filters' own authorities often lack what RFC 5280 asks for, and newer Pythons insist on by themselves.
        context.verify_flags &= ~getattr(ssl, "VERIFY_X509_STRICT", 0)
    return context
