"""A small district with the daemon at work in it, and logging put back afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from connectors.asana.sandbox import Limits, Sandbox
from syncd import logs
from tests.cli.district import TOKEN, District


@pytest.fixture(autouse=True)
def put_back() -> Iterator[None]:
    """Leave logging as it was, and no secret known."""
    yield
    structlog.reset_defaults()
    logs.forget()


@pytest.fixture
def district(tmp_path: Path) -> Iterator[District]:
    """A district that has not pushed anything yet; its quiet passes come every second."""
    with Sandbox(token=TOKEN, limits=Limits(per_minute=None), state=tmp_path / "asana.json") as box:
        folder = tmp_path / "district"
        folder.mkdir()
        made = District(folder, box)
        made.write_config(mapping='every = "1s"')
        yield made
