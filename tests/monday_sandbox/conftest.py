"""A running local monday, a client of it, and a clock that stands still."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from connectors.monday.sandbox import Limits, Sandbox
from tests.contracts.monday import contracts_if_any
from tests.sandbox.conftest import PATIENCE, Hands

STANDARD = (("Owner", "people"), ("Status", "status"), ("Due", "date"), ("Plan ID", "text"), ("Notes", "long_text"))
UNLIMITED = Limits(per_minute=None, concurrency=None, daily=None)


class Client:
    """Talks to a sandbox as an API client does."""

    def __init__(self, box: Sandbox, token: str | None = None) -> None:
        headers = {"Authorization": token or box.token, "API-Version": "2026-10"}
        self.http = httpx.Client(base_url=box.root, headers=headers, timeout=PATIENCE)

    def send(self, text: str, headers: dict[str, str] | None = None, **variables: Any) -> httpx.Response:
        """One request, whatever is answered."""
        return self.http.post("/v2", json={"query": text, "variables": variables}, headers=headers)

    def ok(self, text: str, **variables: Any) -> Any:
        """One request that must succeed as a whole; its `data`."""
        reply = self.send(text, **variables)
        assert reply.status_code == 200, reply.text
        body = reply.json()
        assert "errors" not in body, body["errors"]
        return body["data"]

    def refused(self, text: str, **variables: Any) -> tuple[int, str, str]:
        """One request that must fail somewhere; its HTTP status, and code and message of the first error."""
        reply = self.send(text, **variables)
        error = reply.json()["errors"][0]
        return reply.status_code, error["extensions"]["code"], error["message"]


def values(**cells: Any) -> str:
    """`column_values` as the API takes them."""
    return json.dumps(cells)


@pytest.fixture
def hands() -> Hands:
    """A clock at 2026-09-01 08:00 UTC."""
    return Hands()


@pytest.fixture
def box(hands: Hands) -> Iterator[Sandbox]:
    """A running sandbox without limits, on monday's own schema where that is at hand."""
    with Sandbox(clock=hands, limits=UNLIMITED, contracts=contracts_if_any()) as running:
        yield running


@pytest.fixture
def api(box: Sandbox) -> Iterator[Client]:
    """A client of it."""
    client = Client(box)
    yield client
    client.http.close()


@pytest.fixture
def board(box: Sandbox) -> str:
    """A board with two groups and the columns a plan needs."""
    return box.world.add_board("Plan", ["Reading", "Maths"], columns=STANDARD).id


def column(box: Sandbox, board: str, title: str) -> str:
    """The id of a board's column with that title."""
    return next(column.id for column in box.world.boards[board].columns if column.title == title)
