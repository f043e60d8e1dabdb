"""Districts for tests: one that is new, and one whose plan was pushed."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from connectors.asana.sandbox import Limits, Sandbox
from tests.cli.agency import Agency, agency_in
from tests.cli.district import TASKS, TOKEN, District, PatientClock


def asana(state: Path) -> Sandbox:
    """A local Asana without a minute's quota, and with time between two commands."""
    return Sandbox(clock=PatientClock(), token=TOKEN, limits=Limits(per_minute=None), state=state)


@pytest.fixture
def district(tmp_path: Path) -> Iterator[District]:
    """A district that has not pushed anything yet; Ann works in it."""
    folder = tmp_path / "district"
    folder.mkdir()
    with asana(tmp_path / "asana.json") as box:
        box.world.add_user("Ann", "ann@district.example")
        yield District(folder, box)


@pytest.fixture(scope="session")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as it is after the first push, with what Asana holds then."""
    place = tmp_path_factory.mktemp("pushed")
    folder = place / "district"
    folder.mkdir()
    with asana(place / "asana.json") as box:
        box.world.add_user("Ann", "ann@district.example")
        said = District(folder, box).run("sync", "--json")
    assert (said.code, said.json["passes"][0]["created"]) == (0, TASKS), said.err
    return place


@pytest.fixture
def pushed(tmp_path: Path, snapshot: Path) -> Iterator[District]:
    """A district whose plan was pushed."""
    shutil.copytree(snapshot, tmp_path, dirs_exist_ok=True)
    with asana(tmp_path / "asana.json") as box:
        yield District(tmp_path / "district", box)


@pytest.fixture
def agency(tmp_path: Path) -> Iterator[Agency]:
    """An agency with two districts, of which nothing was pushed yet."""
    with agency_in(tmp_path / "agency") as made:
        yield made
