"""A district with forty tasks to push, whose local Asana shares the hurried clock."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from connectors.asana.sandbox import Limits, Sandbox
from tests.cli.district import TOKEN, District
from tests.process.hurry import Hurried, hurried
from tests.process.plans import plan, without_limits


@pytest.fixture
def clock() -> Hurried:
    """The clock of everything in a test."""
    return hurried()


@pytest.fixture
def district(tmp_path: Path, clock: Hurried) -> Iterator[District]:
    """A district that has not pushed anything yet."""
    with Sandbox(clock=clock, token=TOKEN, limits=Limits(per_minute=None)) as box:
        district = District(tmp_path, box)
        district.write_plan(plan(actions=8, projects=4))
        without_limits(district)
        yield district
