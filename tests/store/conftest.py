"""Stores to try things on: each test that asks for `store` runs once in SQLite and once in PostgreSQL."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from syncd.store import Store
from tests.postgres import postgres_url, server

KINDS = ("sqlite", "postgresql")


@pytest.fixture(scope="session")
def sqlite_made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An upgraded SQLite store, to be copied."""
    made = tmp_path_factory.mktemp("made") / "made.db"
    with closing(Store(f"sqlite:///{made}")) as store:
        store.upgrade()
    return made


@pytest.fixture(scope="session")
def postgres_made() -> str:
    """An upgraded PostgreSQL store, to be copied."""
    made = server().create()
    with closing(Store(server().url(made))) as store:
        store.upgrade()
    return made


@pytest.fixture(params=KINDS)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an upgraded store without content, in each kind of database."""
    if request.param == "sqlite":
        path = tmp_path / "syncd.db"
        shutil.copyfile(request.getfixturevalue("sqlite_made"), path)
        yield f"sqlite:///{path}"
        return
    name = server().create(request.getfixturevalue("postgres_made"))
    yield server().url(name)
    server().drop(name)


@pytest.fixture(params=KINDS)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database that has no table yet (SQLite: no file), in each kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'syncd.db'}"
        return
    with postgres_url() as address:
        yield address


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    """An upgraded store without content, in each kind of database."""
    with closing(Store(url)) as opened:
        yield opened


@pytest.fixture
def unmade(empty_url: str) -> Iterator[Store]:
    """A store that was never upgraded, in each kind of database."""
    with closing(Store(empty_url)) as opened:
        yield opened
