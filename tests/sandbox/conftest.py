"""A running sandbox, a client that holds every exchange against Asana's contract, and a clock that stands still."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from connectors.asana.sandbox import Limits, Sandbox
from tests.contracts.openapi import Contract

PATIENCE = 60
"""How many seconds a reply may take: on a busy machine even a sandbox needs its time."""


class Hands:
    """A clock that moves only when it is told to."""

    def __init__(self) -> None:
        self._now = datetime(2026, 9, 1, 8, tzinfo=UTC)
        self._seconds = 0.0

    def now(self) -> datetime:
        """The instant it shows."""
        return self._now + timedelta(seconds=self._seconds)

    def monotonic(self) -> float:
        """Seconds since it was made."""
        return self._seconds

    def sleep(self, seconds: float) -> None:
        """Move on."""
        self._seconds += seconds


class Client:
    """Talks to a sandbox; with a contract, every reply that is read is checked against it."""

    def __init__(self, box: Sandbox, contract: Contract | None = None, token: str | None = None) -> None:
        headers = {"Authorization": f"Bearer {token or box.token}"}
        self.http = httpx.Client(base_url=box.base_url, headers=headers, timeout=PATIENCE)
        self.contract = contract

    def send(self, method: str, path: str, data: Any = None, **query: str | int) -> httpx.Response:
        """One request; `data` goes into the envelope."""
        body = None if data is None else {"data": data}
        reply = self.http.request(method, path, params=query, json=body)
        if self.contract and reply.headers["content-type"].startswith("application/json"):
            assert self.contract.check_reply(method, path, reply.status_code, reply.json()) == []
        return reply

    def ok(self, method: str, path: str, data: Any = None, **query: str | int) -> Any:
        """One request that must succeed and that the contract allows; its `data`."""
        if self.contract:
            text = {name: str(value) for name, value in query.items()}
            assert self.contract.check_request(method, path, text, None if data is None else {"data": data}) == []
        return self.anyway(method, path, data, **query)

    def anyway(self, method: str, path: str, data: Any = None, **query: str | int) -> Any:
        """One request that must succeed although the contract does not describe it; its `data`."""
        reply = self.send(method, path, data, **query)
        assert reply.is_success, reply.text
        return reply.json()["data"]

    def refused(self, method: str, path: str, data: Any = None, **query: str | int) -> tuple[int, str]:
        """One request that must fail; its status and message."""
        reply = self.send(method, path, data, **query)
        assert reply.is_error, reply.text
        return reply.status_code, reply.json()["errors"][0]["message"]


def until(true: Callable[[], bool]) -> None:
    """Wait for something that the sandbox does in its own thread; pytest's time limit ends it otherwise."""
    while not true():
        threading.Event().wait(0.002)


@pytest.fixture
def hands() -> Hands:
    """A clock at 2026-09-01 08:00 UTC."""
    return Hands()


@pytest.fixture(scope="session")
def contract() -> Contract:
    """Asana's contract."""
    return Contract.load()


@pytest.fixture
def box(hands: Hands) -> Iterator[Sandbox]:
    """A running sandbox of the paid tier without a minute's quota."""
    with Sandbox(clock=hands, limits=Limits(per_minute=None)) as running:
        yield running


@pytest.fixture
def api(box: Sandbox, contract: Contract) -> Iterator[Client]:
    """A client of it whose exchanges are checked."""
    client = Client(box, contract)
    yield client
    client.http.close()
