"""A district on each tool."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.probing.towns import Town, on_asana, on_monday


@pytest.fixture(params=[on_asana, on_monday], ids=["asana", "monday"])
def town(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Town]:
    """Nothing was pushed yet."""
    with request.param(tmp_path) as made:
        yield made
