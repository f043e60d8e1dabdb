"""A sandbox as one thing to start and stop: a local server in a background thread, its state kept in a file."""

from __future__ import annotations

import asyncio
import functools
import json
import os
import socket
import tempfile
import threading
import time
from abc import ABC, abstractmethod
from pathlib import Path
from types import TracebackType
from typing import Any, Generic, Self

import uvicorn
from starlette.applications import Starlette
from starlette.routing import BaseRoute

from connectors.sandbox.deliveries import Courier, Mishap
from connectors.sandbox.exchange import Recorded
from connectors.sandbox.face import Face
from connectors.sandbox.faults import F, Faults
from connectors.sandbox.wire import Line, Server

_SAVE_AFTER = 0.3


class LocalServer(ABC, Generic[F]):
    """A server on loopback. With a `state` file, what it holds survives restarts; `root` is where it answers."""

    _api: Face[F]
    _deliveries: Courier

    def __init__(self, state: Path | str | None, port: int) -> None:
        self._state = Path(state) if state else None
        self._port = port
        self._server: Server | None = None
        self._thread: threading.Thread | None = None
        self._saving: asyncio.TimerHandle | None = None
        self.root = ""

    @abstractmethod
    def _routes(self) -> list[BaseRoute]:
        """What answers at which path; called once `root` is known."""

    @abstractmethod
    def _dump(self) -> dict[str, Any]:
        """The whole state as plain JSON."""

    @property
    def faults(self) -> Faults[F]:
        """The faults that are due; append to it."""
        return self._api.faults

    @property
    def requests(self) -> list[Recorded]:
        """Every API request so far, oldest first; only the last 2000 keep their reply."""
        return self._api.requests

    @property
    def mishaps(self) -> list[Mishap]:
        """What befalls the next deliveries to webhooks; append to it."""
        return self._deliveries.mishaps

    def start(self) -> Self:
        """Listen, answer and deliver webhooks from background threads. Raises OSError where the port is taken."""
        listener = socket.socket(proto=socket.IPPROTO_TCP)  # named, so that asyncio turns Nagle's delay off
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", self._port))
        except OSError:
            listener.close()
            raise
        self._port = listener.getsockname()[1]
        self.root = f"http://127.0.0.1:{self._port}"
        config = uvicorn.Config(
            Starlette(routes=self._routes()),
            http=Line,
            lifespan="off",
            log_config=None,
            access_log=False,
            log_level="critical",
            date_header=False,
        )
        self._server = Server(config)
        run = functools.partial(asyncio.run, self._server.serve(sockets=[listener]))
        self._thread = threading.Thread(target=run, name="sandbox", daemon=True)
        self._thread.start()
        while not self._server.started:
            if not self._thread.is_alive():
                listener.close()
                raise RuntimeError("the sandbox did not start")
            time.sleep(0.002)
        self._deliveries.start()
        return self

    def close(self) -> None:
        """Stop answering; open connections are dropped, the state is saved."""
        if self._server and self._thread:
            self._deliveries.close()
            self._server.stop()
            self._thread.join(timeout=10)
            self._server = self._thread = None
            self.save()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _saved(self) -> dict[str, Any] | None:
        """What `save` wrote, or None where nothing was saved yet."""
        if self._state is None or not self._state.exists():
            return None
        saved: dict[str, Any] = json.loads(self._state.read_text())
        return saved

    def save(self) -> None:
        """Write the state to its file in one step; nothing where there is none."""
        if self._state is None:
            return
        self._saving = None
        saved = self._dump()
        self._state.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=self._state.parent, prefix=self._state.name)
        with os.fdopen(handle, "w") as file:
            json.dump(saved, file)
        Path(name).replace(self._state)

    def _changed(self) -> None:
        """Save soon; called inside the server's loop after a request that wrote."""
        if self._state and self._saving is None:
            self._saving = asyncio.get_running_loop().call_later(_SAVE_AFTER, self.save)
