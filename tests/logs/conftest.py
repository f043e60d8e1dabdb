"""A log that a test can read."""

from __future__ import annotations

import io

import pytest


@pytest.fixture
def stream() -> io.StringIO:
    """Where the log goes in a test; it is no terminal."""
    return io.StringIO()
