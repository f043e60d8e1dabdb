"""A server of readings for tests: what it answers can be changed, and it knows what still holds."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Office:
    """A server of readings: what it answers, and what it was asked."""

    def __init__(self) -> None:
        self.status, self.body, self.tags = 200, "value,on\n1,2026-01-31\n", {"ETag": '"a"'}
        self.asked: list[dict[str, str]] = []
        self.given: list[int] = []

    def measure(self, value: str, tag: str) -> None:
        """Answer with another value from now on."""
        self.body, self.tags = f"value,on\n{value},2026-01-31\n", {"ETag": tag}


@contextmanager
def serving(office: Office) -> Iterator[str]:
    """The address of its readings."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            """Answer as the office says; what is asked for by a tag that still holds, with “not modified”."""
            sent = dict(self.headers.items())
            same = sent.get("If-None-Match", "?") == office.tags.get("ETag") or (
                sent.get("If-Modified-Since", "?") == office.tags.get("Last-Modified")
            )
            status = 304 if same and office.status == 200 else office.status
            body = b"" if status == 304 else office.body.encode()
            office.asked.append(sent)
            office.given.append(status)
            self.send_response(status)
            for name, value in office.tags.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - as the base class has it
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/r.csv"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
