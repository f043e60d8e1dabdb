"""The web surface at the level of bytes: slow, broken and ambiguous requests, and what the log keeps of them."""

from __future__ import annotations

import io
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from syncd import logs
from syncd.service.server import serve
from syncd.service.web import make_app
from syncd.service.webhooks import Door, Inbox
from tests.service.daemons import until
from tests.service.sites import TOKEN, FakeSite
from tests.service.test_webhooks import Telling

HEAD = b"Host: plan.example.org\r\n"
FORM = b"POST /sign-in HTTP/1.1\r\n" + HEAD
NEXT = b"GET /healthz HTTP/1.1\r\n" + HEAD + b"\r\n"


class Wire:
    """The whole web surface with one open door for webhooks, and raw connections to it."""

    def __init__(self, port: int, door: Door, log: io.StringIO) -> None:
        self.port, self.door, self.log = port, door, log

    @contextmanager
    def connected(self) -> Iterator[socket.socket]:
        """A connection."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=10) as made:
            yield made

    def ask(self, request: bytes) -> bytes:
        """All that is answered until the connection is closed; the last request must ask for that."""
        with self.connected() as made:
            made.sendall(request)
            return b"".join(iter(lambda: made.recv(65536), b""))


@pytest.fixture
def wire() -> Iterator[Wire]:
    """The surface, with its log."""
    log = io.StringIO()
    logs.configure("info", stream=log)
    inbox = Inbox(time.monotonic)
    door = Door("asana", "B", Telling(), lambda _: None)
    inbox.open(door)
    with serve(make_app(FakeSite(), admin_token=TOKEN, inbox=inbox), "127.0.0.1:0") as address:
        yield Wire(int(address.rpartition(":")[2]), door, log)


@pytest.mark.parametrize(
    "framing",
    [
        b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef",
        b"Content-Length: +2\r\n\r\nab",
        b"Content-Length: -2\r\n\r\nab",
        b"Content-Length: \xb2\r\n\r\nab",
        b"Content-Length: %s\r\n\r\nab" % (b"9" * 5000),
        b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
        b"Transfer-Encoding: identity, chunked\r\n\r\n0\r\n\r\n",
        b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
        b"Transfer-Encoding: chunked\r\n\r\n5;a=\nb\r\nabcde\r\n0\r\n\r\n",
        b"Transfer-Encoding: chunked\r\n\r\nffffffffffffffffffffff\r\nab",
        b"Host: evil.example\r\nContent-Length: 0\r\n\r\n",
    ],
)
def test_where_a_request_ends_is_never_guessed(framing: bytes, wire: Wire) -> None:
    """What servers may read in two ways is refused, and nothing that comes behind it is taken for a request."""
    answer = wire.ask(FORM + framing + NEXT)
    assert answer.startswith((b"HTTP/1.1 400 ", b"HTTP/1.1 501 "))
    assert answer.count(b"HTTP/1.1 ") == 1
    assert b'"ok"' not in answer


@pytest.mark.parametrize(
    "request_",
    [
        b"GET / HTTP/1.1\r\nX: " + b"y" * 200_000,
        b"GET /\x00 HTTP/1.1\r\n" + HEAD + b"\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
        b"GET /\r\n\r\n",
    ],
)
def test_what_is_no_request_is_refused_and_not_logged(request_: bytes, wire: Wire) -> None:
    """Endless headers, TLS and noise end the connection; anybody may send them, so the log says nothing of it."""
    with wire.connected() as made:
        made.sendall(request_)
        assert made.recv(12) == b"HTTP/1.1 400"
    assert wire.log.getvalue() == ""


def test_who_breaks_off_is_not_logged(wire: Wire) -> None:
    """A form or a delivery whose sender goes away half-way is no fault, and fills no log with traces."""
    for path in ("/sign-in", wire.door.path):
        with wire.connected() as made:
            made.sendall(b"POST %s HTTP/1.1\r\n%sContent-Length: 99\r\n\r\nhalf" % (path.encode(), HEAD))
    with wire.connected() as made:
        made.sendall(b"GET / HTTP/1.1\r\n" + HEAD + b"Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n")
        assert made.recv(12) == b"HTTP/1.1 200"
    assert wire.log.getvalue() == ""


@pytest.mark.parametrize("begun", [b"", b"GET / HTTP/1.1\r\nX: y", FORM + b"Content-Length: 99\r\n\r\ntoken="])
def test_who_drips_is_cut_off(begun: bytes, wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing, half a header, half a body: none holds a connection for longer than a request may take."""
    monkeypatch.setattr("syncd.service.server.SLOWEST", 0.1)
    with wire.connected() as made:
        made.sendall(begun)
        until(lambda: _is_gone(made))


def test_who_does_not_read_is_cut_off(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages that nobody takes away are not kept for him for ever."""
    monkeypatch.setattr("syncd.service.server.SLOWEST", 0.2)
    with wire.connected() as made:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        many = b"".join(b"GET /?%d HTTP/1.1\r\n%s\r\n" % (at, HEAD) for at in range(300))
        made.settimeout(0.05)
        until(lambda: _is_gone(made, many))


def test_a_connection_that_is_used_stays(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each request has its own time: a visitor who comes back in time keeps the connection."""
    monkeypatch.setattr("syncd.service.server.SLOWEST", 0.5)
    with wire.connected() as made:
        for _ in range(8):
            made.sendall(NEXT)
            answer = b""
            while not answer.endswith(b"}"):
                answer += made.recv(65536)
            assert answer.startswith(b"HTTP/1.1 200")
            time.sleep(0.1)


def test_no_path_leads_anywhere_else(wire: Wire) -> None:
    """Ways up, doubled slashes, another server's address, encoded ways: each is nothing, and no redirect."""
    for path in (b"//internal", b"/../internal", b"/%2e%2e/metrics", b"http://x.example/internal"):
        answer = wire.ask(b"GET %s HTTP/1.1\r\n%sConnection: close\r\n\r\n" % (path, HEAD))
        assert answer.startswith(b"HTTP/1.1 404 "), path
        assert b"\r\nlocation:" not in answer.lower()


def _is_gone(made: socket.socket, more: bytes = b"y") -> bool:
    """Send more, and see whether the other side has ended the connection."""
    try:
        made.sendall(more)
    except TimeoutError:
        return False
    except ConnectionError:
        return True
    return False
