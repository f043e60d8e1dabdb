"""A district that publishes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from connectors.asana.sandbox import Sandbox
from tests.cli.district import TOKEN, District


@pytest.fixture
def district(tmp_path: Path) -> Iterator[District]:
    """A district with a plan of which one KPI is public."""
    with Sandbox(token=TOKEN) as box:
        yield District(tmp_path, box)
