"""The sandbox as one thing to start and stop: a local Asana in a background thread, and everything tests ask of it."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any

from starlette.routing import BaseRoute, Mount

from connectors.asana.sandbox import board
from connectors.asana.sandbox.app import Api
from connectors.asana.sandbox.deliveries import Deliveries
from connectors.asana.sandbox.faults import Fault
from connectors.asana.sandbox.limits import Gate, Limits
from connectors.asana.sandbox.paging import Pager
from connectors.asana.sandbox.signin import SignIn
from connectors.asana.sandbox.world import World
from connectors.clock import Clock, SystemClock
from connectors.sandbox import control
from connectors.sandbox.server import LocalServer


class Sandbox(LocalServer[Fault]):
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
        super().__init__(state, port)
        time_source = clock or SystemClock()
        self.world = World(time_source, tier)
        self._granted: dict[str, str] = {}
        self._load()
        self.token = token or next(iter(self.world.tokens), None) or f"2/{self.world.me}/{secrets.token_hex(16)}"
        self.world.add_token(self.token, oauth=oauth)
        self.gate = Gate(limits or Limits.of(self.world.tier), time_source)
        self.pager = Pager(time_source)
        self._api = Api(self.world, self.gate, self.pager, self._changed)
        self._api.latency = latency
        self.signin = SignIn(self.world, self._granted, self._api, self._changed)
        self._deliveries = Deliveries(self.world)

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

    def _routes(self) -> list[BaseRoute]:
        self.world.site = self.pager.site = self.root
        pages = board.routes(self.world, self._changed)
        return [Mount("/api/1.0", app=self._api), *control.routes(self._api), Mount("/-", app=self.signin), *pages]

    def _load(self) -> None:
        saved = self._saved()
        if saved:
            self.world.tier = saved["tier"]
            self.world.load(saved["world"])
            self.world.me, self.world.person = saved["me"], saved["person"]
            self._granted = saved.get("granted", {})

    def _dump(self) -> dict[str, Any]:
        world = self.world
        return {
            "tier": world.tier,
            "me": world.me,
            "person": world.person,
            "world": world.dump(),
            "granted": self._granted,
        }
