"""A server that gives one answer to everything: what no sandbox of Asana would say."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from connectors.asana import connect
from connectors.contract import Connector, Settings
from tests.connectors.clock import ToldClock


@contextmanager
def answering(
    body: bytes, *, packed: bool = False, drip: float = 0.0, timeout: float = 5.0, workspace: str | None = "1"
) -> Iterator[Connector]:
    """A connector whose every request is answered by `body`; a byte every `drip` seconds."""
    with served(body, packed=packed, drip=drip) as address:
        settings = Settings("asana", "t", address, workspace, requests_per_minute=600_000, timeout=timeout)
        connector = connect(settings, ToldClock())
        try:
            yield connector
        finally:
            connector.close()


@contextmanager
def served(body: bytes, *, packed: bool = False, drip: float = 0.0) -> Iterator[str]:
    """The address of a server that answers everything with `body`, said to be `packed` or not.

    Where it drips it begins with the status, as the worst of servers would.
    """
    over = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            if drip:
                self.wfile.write(b"HTTP/1.1 200 OK\r\n")
                while not over.wait(drip):
                    self.wfile.write(b"X")
                return
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            if packed:
                self.send_header("Content-Encoding", "gzip")
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_PUT = answer  # noqa: N815  the names that the library looks for

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.handle_error = lambda *_: None  # type: ignore[method-assign]
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        over.set()
        server.shutdown()
        thread.join()
        server.server_close()
