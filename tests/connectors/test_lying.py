"""Something else answers at a tool's address: the token goes nowhere else, and nothing is unpacked without end."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from connectors.contract import Settings
from connectors.errors import Transient
from connectors.registry import find
from tests.connectors.clock import ToldClock

TOOLS = pytest.mark.parametrize("kind", ["asana", "monday"])


@dataclass
class Liar:
    """A server with one answer for everything."""

    address: str = ""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b"{}"
    asked: int = 0


@pytest.fixture
def liars() -> Iterator[list[Liar]]:
    """Two of them."""
    made = [_served(Liar()), _served(Liar())]
    yield [liar for liar, _ in made]
    for _, server in made:
        server.shutdown()
        server.server_close()


def _served(liar: Liar) -> tuple[Liar, ThreadingHTTPServer]:
    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            liar.asked += 1
            self.rfile.read(int(self.headers.get("Content-Length", "0")))
            self.send_response(liar.status)
            for name, value in liar.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(liar.body)))
            self.end_headers()
            self.wfile.write(liar.body)

        do_POST = do_GET  # noqa: N815  as the base class has it

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    liar.address = f"http://127.0.0.1:{server.server_port}"
    return liar, server


def _asked(kind: str, address: str) -> None:
    """Ask the tool at an address who we are."""
    with closing(find(kind)(Settings(kind, "a-token", address, timeout=5), ToldClock())) as connector:
        connector.me()


@TOOLS
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_token_follows_no_redirect(kind: str, status: int, liars: list[Liar]) -> None:
    """Wherever the answer points, nothing is sent there."""
    one, other = liars
    one.status, one.headers = status, {"Location": f"{other.address}/"}
    with pytest.raises(Transient):
        _asked(kind, one.address)
    assert (one.asked > 0, other.asked) == (True, 0)


@TOOLS
@pytest.mark.parametrize("times", [1, 2, 3])
def test_a_small_answer_cannot_become_a_large_one(kind: str, times: int, liars: list[Liar]) -> None:
    """Zeros that were packed once, twice or thrice are given up before they fill the memory."""
    one, _ = liars
    one.body, one.headers = bytes(80_000_000), {"Content-Encoding": ", ".join(["gzip"] * times)}
    for _ in range(times):
        one.body = gzip.compress(one.body, 1)
    with pytest.raises(Transient):
        _asked(kind, one.address)
