"""A world for each test."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.engine.world import World


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for the worlds that follow one after the other: a store at an address that is known opens faster."""
    return tmp_path_factory.mktemp("world")


@pytest.fixture
def world(folder: Path) -> Iterator[World]:
    """A small plan, an empty container, an empty store."""
    with closing(World(folder)) as made:
        yield made
