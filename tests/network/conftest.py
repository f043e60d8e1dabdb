"""A school with its certificate in a file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.network.school import AUTHORITY, School


@pytest.fixture
def school() -> Iterator[School]:
    """A filter and a proxy."""
    with ExitStack() as closing:
        yield School(closing)


@pytest.fixture
def ca_file(tmp_path: Path) -> Path:
    """The certificate of the filter's authority, as an admin saves it."""
    file = tmp_path / "filter.pem"
    AUTHORITY.cert_pem.write_to_path(str(file))
    return file
