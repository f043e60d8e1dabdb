"""An address on this machine at which a connector's webhooks are received, and what came there."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from connectors.hooks import Hooks, Reply

PATIENCE = 10.0
"""Seconds after which what should have come has not."""


@dataclass(slots=True)
class Received:
    """One request as it came, and what was answered."""

    container: str
    headers: Mapping[str, str]
    body: bytes
    reply: Reply


@dataclass(slots=True)
class Ear:
    """Receives for `hooks`; the last part of an address's path is the container. While `deaf`, it answers 500."""

    hooks: Hooks
    url: str = ""
    deaf: bool = False
    received: list[Received] = field(default_factory=list)
    meanwhile: Callable[[str], None] = lambda _container: None
    """Called before each request is answered."""

    def at(self, container: str) -> str:
        """The address for a container."""
        return f"{self.url}/{container}"

    def take(self, path: str, headers: Mapping[str, str], body: bytes) -> Reply:
        """Answer one request."""
        container = path.rpartition("/")[2]
        self.meanwhile(container)
        reply = Reply(500) if self.deaf else self.hooks.receive(container, headers, body)
        self.received.append(Received(container, headers, body, reply))
        return reply

    def heard(self) -> set[str]:
        """The tasks that it was pointed at."""
        return {task for one in self.received for task in one.reply.heard or ()}

    def moments(self, task: str) -> list[datetime | None]:
        """When it was told that the task was touched."""
        heard = [one.reply.heard or {} for one in self.received]
        return [touched[task] for touched in heard if task in touched]

    def deliveries(self) -> list[Received]:
        """What came and was believed."""
        return [one for one in self.received if one.reply.heard is not None]


@contextmanager
def listening(hooks: Hooks) -> Iterator[Ear]:
    """An ear that listens until the block ends."""
    ear = Ear(hooks)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            reply = ear.take(self.path, {name.lower(): value for name, value in self.headers.items()}, body)
            self.send_response(reply.status)
            for name, value in {**reply.headers, "Content-Length": str(len(reply.body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(reply.body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    ear.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield ear
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def until(happened: Callable[[], object]) -> None:
    """Wait for what another thread does; fail if it does not."""
    waiting = threading.Event()
    for _ in range(int(PATIENCE / 0.005)):
        if happened():
            return
        waiting.wait(0.005)
    raise AssertionError(f"it did not happen within {PATIENCE:g} s")
