"""A district over monday, new and pushed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.district import TASKS
from tests.monday_loop.place import Place, place


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Place]:
    """A district that has not pushed anything yet."""
    with place(tmp_path) as made:
        yield made


@pytest.fixture
def pushed(fresh: Place) -> Place:
    """A district whose plan was pushed."""
    assert fresh.sync()["created"] == TASKS
    return fresh
