"""The sandbox as one thing to start and stop: a local Asana in a background thread, and everything tests ask of it."""

from __future__ import annotations

import asyncio
import functools
import json
import os
import secrets
import socket
import tempfile
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import uvicorn
from starlette.applications import Starlette
from starlette.routing import BaseRoute, Mount

from connectors.asana.sandbox import control
from connectors.asana.sandbox.app import Api, Recorded
from connectors.asana.sandbox.board import Board
from connectors.asana.sandbox.faults import Faults
from connectors.asana.sandbox.limits import Gate, Limits
from connectors.asana.sandbox.paging import Pager
from connectors.asana.sandbox.wire import Line, Server
from connectors.asana.sandbox.world import World
from connectors.clock import Clock, SystemClock

_SAVE_AFTER = 0.3


class Sandbox:
    """A stateful local Asana on a free loopback port.

    `tier` is "premium" or "basic" (no custom fields, 150 requests a minute). `clock` drives time stamps, offsets,
    sync tokens and the minute's quota; faults and `latency` (seconds before each answer) take real time. With
    `state`, a file, what it holds survives restarts. Raises OSError where the port is taken.
    """

    def __init__(
        self,
        tier: str = "premium",
        clock: Clock | None = None,
        state: Path | str | None = None,
        *,
        port: int = 0,
        limits: Limits | None = None,
        latency: float = 0.0,
        token: str | None = None,
        oauth: bool = False,
    ) -> None:
        self._state = Path(state) if state else None
        time_source = clock or SystemClock()
        self.world = World(time_source, tier)
        self._load()
        self.token = token or next(iter(self.world.tokens), None) or f"2/{self.world.me}/{secrets.token_hex(16)}"
        self.world.add_token(self.token, oauth=oauth)
        self.gate = Gate(limits or Limits.of(self.world.tier), time_source)
        self.pager = Pager(time_source)
        self._api = Api(self.world, self.gate, self.pager, self._changed)
        self._api.latency = latency
        self._port = port
        self._server: Server | None = None
        self._thread: threading.Thread | None = None
        self._saving: asyncio.TimerHandle | None = None
        self.root = ""

    # What tests look at

    @property
    def base_url(self) -> str:
        """Where the API answers: http://127.0.0.1:PORT/api/1.0."""
        return f"{self.root}/api/1.0"

    @property
    def board_url(self) -> str:
        """Where people look: the board of the only project, or else the list of boards."""
        live = [project.gid for project in self.world.projects.values() if not project.deleted]
        return f"{self.root}/board/{live[0]}" if len(live) == 1 else f"{self.root}/"

    @property
    def workspace(self) -> str:
        """The gid of the workspace."""
        return self.world.workspace

    @property
    def faults(self) -> Faults:
        """The faults that are due; append to it."""
        return self._api.faults

    @property
    def requests(self) -> list[Recorded]:
        """Every API request so far, oldest first; only the last 2000 keep their reply."""
        return self._api.requests

    # Starting and stopping

    def start(self) -> Self:
        """Listen, and answer from a background thread."""
        listener = socket.socket(proto=socket.IPPROTO_TCP)  # named, so that asyncio turns Nagle's delay off
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", self._port))
        except OSError:
            listener.close()
            raise
        self._port = listener.getsockname()[1]
        self.root = f"http://127.0.0.1:{self._port}"
        self.world.site = self.pager.site = self.root
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
        self._thread = threading.Thread(target=run, name="asana-sandbox", daemon=True)
        self._thread.start()
        while not self._server.started:
            if not self._thread.is_alive():
                listener.close()
                raise RuntimeError("the sandbox did not start")
            time.sleep(0.002)
        return self

    def _routes(self) -> list[BaseRoute]:
        board = Board(self.world, self._changed)
        return [Mount("/api/1.0", app=self._api), *control.routes(self._api), *board.routes()]

    def close(self) -> None:
        """Stop answering; open connections are dropped, the state is saved."""
        if self._server and self._thread:
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

    # Keeping the state

    def _load(self) -> None:
        if self._state and self._state.exists():
            saved: dict[str, Any] = json.loads(self._state.read_text())
            self.world.tier = saved["tier"]
            self.world.load(saved["world"])
            self.world.me, self.world.person = saved["me"], saved["person"]

    def save(self) -> None:
        """Write the state to its file in one step; nothing where there is none."""
        if self._state is None:
            return
        self._saving = None
        world = self.world
        saved = {"tier": world.tier, "me": world.me, "person": world.person, "world": world.dump()}
        self._state.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=self._state.parent, prefix=self._state.name)
        with os.fdopen(handle, "w") as file:
            json.dump(saved, file)
        Path(name).replace(self._state)

    def _changed(self) -> None:
        """Save soon; called inside the server's loop after a request that wrote."""
        if self._state and self._saving is None:
            self._saving = asyncio.get_running_loop().call_later(_SAVE_AFTER, self.save)
