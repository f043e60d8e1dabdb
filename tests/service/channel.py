"""A channel on this machine that takes notices, and refuses them when told to."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Channel:
    """What arrived so far; every request is answered with `status`."""

    url: str = ""
    status: int = 200
    arrived: list[Any] = field(default_factory=list)
    refused: int = 0

    @property
    def titles(self) -> list[str]:
        """The titles of what arrived."""
        return [notice["title"] for notice in self.arrived]


@contextmanager
def channel() -> Iterator[Channel]:
    """The channel, until the block ends."""
    there = Channel()

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if there.status == 200:
                there.arrived.append(body)
            else:
                there.refused += 1
            self.send_response(there.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        there.url = f"http://127.0.0.1:{server.server_port}/hook/a-secret-word"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield there
        finally:
            server.shutdown()
            thread.join()
