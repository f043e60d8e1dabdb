"""The sandbox as one thing to start and stop: a local monday in a background thread, and everything tests ask of it."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any

from starlette.routing import BaseRoute, Route

from connectors.clock import Clock, SystemClock
from connectors.monday.sandbox import board
from connectors.monday.sandbox.app import Api
from connectors.monday.sandbox.faults import Fault
from connectors.monday.sandbox.graph import FILE
from connectors.monday.sandbox.limits import Gate, Limits
from connectors.monday.sandbox.paging import Pager
from connectors.monday.sandbox.webhooks import Deliveries
from connectors.monday.sandbox.world import World
from connectors.sandbox import control
from connectors.sandbox.server import LocalServer


class Sandbox(LocalServer[Fault]):
    """A stateful local monday on a free loopback port.

    `clock` drives time stamps, cursors, replays and limits; faults and `latency` (seconds before each answer) take
    real time. With `state`, a file, what it holds survives restarts. `contracts` is the folder with the vendor's
    schema; left out, the one SYNCD_CONTRACTS names, where the schema is in it. Raises OSError where the port is taken.
    """

    def __init__(
        self,
        clock: Clock | None = None,
        state: Path | str | None = None,
        *,
        port: int = 0,
        limits: Limits | None = None,
        latency: float = 0.0,
        token: str | None = None,
        contracts: Path | None = None,
    ) -> None:
        super().__init__(state, port)
        time_source = clock or SystemClock()
        self.world = World(time_source)
        saved = self._saved()
        if saved:
            self.world.load(saved["world"])
        self.token = token or (saved["token"] if saved else secrets.token_hex(32))
        self.gate = Gate(limits or Limits(), time_source)
        self.pager = Pager(time_source)
        self._api = Api(self.world, self.gate, self.pager, contracts or _contracts(), self._changed)
        self._api.token = self.token
        self._api.latency = latency
        self._deliveries = Deliveries(self.world)

    @property
    def base_url(self) -> str:
        """Where the API answers: http://127.0.0.1:PORT/v2."""
        return f"{self.root}/v2"

    @property
    def board_url(self) -> str:
        """Where people look: the only board, or else the list of boards."""
        live = [one.id for one in self.world.boards.values() if one.type == "board" and one.state != "deleted"]
        return f"{self.root}/board/{live[0]}" if len(live) == 1 else f"{self.root}/"

    def _routes(self) -> list[BaseRoute]:
        self.world.site = self.root
        pages = board.routes(self.world, self._changed)
        return [Route("/v2", self._api), *control.routes(self._api), *pages]

    def _dump(self) -> dict[str, Any]:
        return {"token": self.token, "world": self.world.dump()}


def _contracts() -> Path | None:
    """The folder that SYNCD_CONTRACTS names, if the vendor's schema is in it."""
    named = os.environ.get("SYNCD_CONTRACTS")
    return Path(named) if named and (Path(named) / FILE).exists() else None
