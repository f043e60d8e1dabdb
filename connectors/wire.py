"""Keeps what is answered over httpx within bounds: the whole reply in its time, and no more than memory can hold."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterable
from typing import Any, Final

import httpcore
import httpx

from connectors.clock import SystemClock

LARGEST: Final = 64 * 1024 * 1024
"""Bytes of a reply, unpacked, beyond which it is not read on; a listing of two thousand tasks is a tenth of that."""
_KEEP: Final = {"TCP_KEEPIDLE": 45, "TCP_KEEPINTVL": 15, "TCP_KEEPCNT": 3}
"""Seconds of silence, seconds between two questions, and how many are asked; as far as the system can be told."""
KEPT_ALIVE: Final = (
    (socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1),
    *((socket.IPPROTO_TCP, getattr(socket, name), value) for name, value in _KEEP.items() if hasattr(socket, name)),
)
"""How idle connections are kept: firewalls forget silent ones without a word, and what is sent then is never answered.

Between two passes they are silent for minutes.
"""
_CLOCK: Final = SystemClock()
"""Always the machine's: sockets count real seconds, and a wait of somebody else must not cut off this reply."""


class TooLarge(Exception):
    """The reply is larger than any that is to be expected."""


class _Timed(httpcore.NetworkStream):
    """A connection on which all of a reply has the time together that is otherwise given to each piece of it.

    Without that, a reply that drips byte by byte would never end.
    """

    def __init__(self, stream: httpcore.NetworkStream) -> None:
        self._stream = stream
        self._until = 0.0

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """What has come in. Raises ReadTimeout where the time is over."""
        left = self._until - _CLOCK.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout("timed out")
        return self._stream.read(max_bytes, left if timeout is None else min(left, timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send; the reply's time begins."""
        self._stream.write(buffer, timeout)
        self._until = _CLOCK.monotonic() + (timeout or 0.0)

    def close(self) -> None:
        """Let go of the socket."""
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        """The same connection, encrypted."""
        return _Timed(self._stream.start_tls(ssl_context, server_hostname, timeout))

    def get_extra_info(self, info: str) -> Any:
        """What is known of the socket."""
        return self._stream.get_extra_info(info)


class _Backend(httpcore.NetworkBackend):
    """Makes such connections."""

    def __init__(self) -> None:
        self._plain = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """A connection to that machine; httpcore hands no options on to those that go through a proxy."""
        options = (*KEPT_ALIVE, *(socket_options or ()))
        return _Timed(self._plain.connect_tcp(host, port, timeout, local_address, options))


class Bounded(httpx.HTTPTransport):
    """httpx's transport over such connections, directly or through a proxy.

    The whole reply must come within the time that is given to sending (httpx's `write`).
    """

    def __init__(self, context: ssl.SSLContext, *, sockets: int, proxy: httpx.Proxy | None = None) -> None:
        super().__init__(verify=context)
        options: dict[str, Any] = {
            "ssl_context": context,
            "max_connections": sockets,
            "network_backend": _Backend(),
        }
        if proxy is None:
            self._pool = httpcore.ConnectionPool(**options)
        else:
            secure = context if proxy.url.scheme == "https" else None
            self._pool = httpcore.HTTPProxy(str(proxy.url), proxy.raw_auth, proxy_ssl_context=secure, **options)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send it. Raises what httpx does: also for a reply that is packed twice, of which a few bytes may be much."""
        reply = super().handle_request(request)
        if "," in reply.headers.get("content-encoding", ""):
            reply.close()
            raise httpx.DecodingError("the answer is packed more than once", request=request)
        return reply


def whole(reply: httpx.Response) -> bytes:
    """The reply's body, unpacked. Raises TooLarge, and what httpx raises."""
    body = bytearray()
    for part in reply.iter_bytes():
        body += part
        if len(body) > LARGEST:
            raise TooLarge(f"more than {LARGEST // 1024 // 1024} MB")
    return bytes(body)
