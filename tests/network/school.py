"""A school's network on this machine: servers that a filter shows under certificates of its own, and a proxy to them.

Their names mean nothing to this machine, so who reaches them went through the proxy.
"""

from __future__ import annotations

import base64
import selectors
import socket
import ssl
import threading
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field

import trustme

AUTHORITY = trustme.CA(organization_name="A school's filter")


def listen(answer: Callable[[socket.socket], None], closing: ExitStack) -> int:
    """The port of a server on this machine; each connection has a thread of its own."""
    server = socket.create_server(("127.0.0.1", 0))
    closing.callback(server.close)
    closing.callback(server.shutdown, socket.SHUT_RDWR)

    def serve() -> None:
        with suppress(OSError):
            while True:
                there, _ = server.accept()
                threading.Thread(target=one, args=(there,), daemon=True).start()

    def one(there: socket.socket) -> None:
        with suppress(OSError), there:
            answer(there)

    threading.Thread(target=serve, daemon=True).start()
    return int(server.getsockname()[1])


def pump(one: socket.socket, other: socket.socket) -> None:
    """Pass on what each side says, until one of them has nothing more to say."""
    with selectors.DefaultSelector() as ready:
        ready.register(one, selectors.EVENT_READ, other)
        ready.register(other, selectors.EVENT_READ, one)
        while True:
            for key, _ in ready.select():
                source, to = key.fileobj, key.data
                assert isinstance(source, socket.socket)
                held = source.recv(65536)
                while isinstance(source, ssl.SSLSocket) and source.pending():
                    held += source.recv(source.pending())
                if not held:
                    return
                to.sendall(held)


@dataclass
class School:
    """The filter and the proxy. `asked` is what the proxy was asked for, and with which name and password."""

    closing: ExitStack
    login: str = ""
    asked: list[tuple[str, str]] = field(default_factory=list)
    ports: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Open the proxy."""
        self.proxy = f"127.0.0.1:{listen(self._proxy, self.closing)}"

    def show(self, name: str, port: int, *, certificate: trustme.LeafCert | None = None) -> str:
        """The https address under which a plain server on this machine is found through the proxy."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        (certificate or AUTHORITY.issue_cert(name, "localhost")).configure_cert(context)

        def secure(there: socket.socket) -> None:
            with (
                context.wrap_socket(there, server_side=True) as inside,
                socket.create_connection(("127.0.0.1", port)) as server,
            ):
                pump(inside, server)

        self.ports[f"{name}:443"] = listen(secure, self.closing)
        return f"https://{name}"

    def directly(self, name: str) -> str:
        """The same server without the proxy."""
        return f"https://localhost:{self.ports[f'{name}:443']}"

    def _proxy(self, there: socket.socket) -> None:
        head = b""
        while b"\r\n\r\n" not in head:
            head += there.recv(1)
        lines = head.decode().split("\r\n")
        headers = dict(line.split(": ", 1) for line in lines[1:] if line)
        login = {name.lower(): value for name, value in headers.items()}.get("proxy-authorization", "")
        target = lines[0].split(" ")[1]
        given = base64.b64decode(login.removeprefix("Basic ")).decode()
        self.asked.append((target, given))
        if given != self.login:
            there.sendall(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
            return
        with socket.create_connection(("127.0.0.1", self.ports[target])) as server:
            there.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            pump(there, server)
