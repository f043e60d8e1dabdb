"""Districts for tests: one that is new, and one whose plan was pushed; and logging put back afterwards."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from connectors.asana.sandbox import Limits, Sandbox
from syncd import logs
from tests.cli.district import TASKS, TOKEN, District


@pytest.fixture(autouse=True)
def put_back() -> Iterator[None]:
    """Leave logging as it was, and no secret known."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()
    logs.forget()


@pytest.fixture
def box() -> Iterator[Sandbox]:
    """A local Asana without a minute's quota, in which Ann works."""
    with Sandbox(token=TOKEN, limits=Limits(per_minute=None)) as running:
        running.world.add_user("Ann", "ann@district.example")
        yield running


@pytest.fixture
def district(tmp_path: Path, box: Sandbox) -> District:
    """A district that has not pushed anything yet."""
    return District(tmp_path, box)


@pytest.fixture
def pushed(district: District) -> District:
    """A district whose plan was pushed."""
    said = district.run("sync", "--json")
    assert (said.code, said.json["passes"][0]["created"]) == (0, TASKS), said.err
    return district
