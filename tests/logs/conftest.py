"""A log that a test can read, and a root logger that is put back afterwards."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator

import pytest
import structlog

from syncd import logs


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
def stream() -> io.StringIO:
    """Where the log goes in a test; it is no terminal."""
    return io.StringIO()
